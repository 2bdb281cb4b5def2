"""One submission leaves something behind in every place that it can think of; the next one looks for it there."""

import uuid

import pytest

from nngrade.grading.grade_notebook import Limits, grade_notebook
from nngrade.grading.sandboxes import open_sandbox
from nngrade.sandbox import Bubblewrap, Container, Landlock, Unsafe
from tests.nngrade.kinds_here import need
from tests.nngrade.small_course import FULL, INSTRUCTOR, RELEASE, answered, as_bytes

MARK = "left_" + uuid.uuid4().hex
# Folders that a module, the shell or a cache could keep something in. Without a sandbox: only what is one's own.
PLACES = """
import gc, linecache, os, site, sys, tempfile
from pathlib import Path
import IPython, matplotlib, numpy, nnlib
MARK = {start!r} + {end!r}  # in two parts: this cell is no find
shell = get_ipython()
profile = Path(shell.profile_dir.location)
own = [Path.home(), Path.cwd(), Path(tempfile.gettempdir()), profile, profile / 'startup', profile / 'db']
others = [Path(p) for p in ('/', '/tmp', '/var/tmp', '/run', '/dev', '/dev/shm', '/sandbox', '/proc/self',
          sys.prefix, os.path.dirname(os.__file__), site.getusersitepackages(), matplotlib.get_configdir(),
          matplotlib.get_cachedir(), shell.ipython_dir, os.environ['NNLIB_DATA'], *sys.path,
          *(os.path.dirname(m.__file__) for m in (numpy, nnlib, IPython, matplotlib)))]
others += [place.parent.parent for place in own] + [place / '__pycache__' for place in others]
places = list(dict.fromkeys(own + (others if {caged} else [])))
"""
LEAVE = """
import ctypes, signal, time
wrote = []
for place in places:
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name in (MARK, MARK + '.py', 'sitecustomize.py', 'usercustomize.py', 'matplotlibrc', MARK + '.pth'):
            (place / name).write_text(f'{{MARK}} = 1')
        os.symlink(place, place / (MARK + '_link'))
        wrote.append(place)
    except OSError:
        pass
numpy.left = nnlib.left = IPython.left = MARK
for module in list(sys.modules.values()):
    try: setattr(module, MARK, MARK)
    except Exception: pass
sys.modules[MARK] = numpy
sys.path_importer_cache[MARK] = None; sys.path.insert(0, MARK)
linecache.cache[MARK] = (1, None, [MARK], MARK)
os.environ['PYTHONSTARTUP'] = os.environ[MARK] = MARK
matplotlib.rcParams['savefig.directory'] = matplotlib.rcParams['font.family'] = MARK
shell.user_ns[MARK] = shell.user_global_ns[MARK] = 1
shell.history_manager.store_inputs(1, MARK)
shell.db[MARK] = MARK
libc = ctypes.CDLL(None)
libc.prctl(15, MARK[:15].encode())
libc.syscall(248, b'user', MARK.encode(), b'1', 1, -4)
if {caged}:
    libc.shm_open(MARK.encode(), 0o102, 0o666); libc.sem_open(MARK.encode(), 0o100, 0o666, 1)
    libc.shmget(77, 4096, 0o1666)
for s in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT): signal.signal(s, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        libc.prctl(15, MARK[:15].encode())
        time.sleep(100)
    os._exit(0)
print('wrote', len(wrote))
"""
LOOK = """
found = []
for place in places:
    try:
        found += [path for path in place.iterdir() if MARK in path.name or path.name.endswith('customize.py')]
        found += [path for path in place.iterdir() if path.is_file() and path.stat().st_size < 10**4
                  and MARK in path.read_text(errors='replace')]
    except OSError:
        pass
try: found += [path for path in Path('/proc').glob('[0-9]*/comm') if MARK[:15] in path.read_text()]
except OSError: pass
found += [module for module in list(sys.modules.values()) if MARK in getattr(module, '__dict__', ())]
found += [text for text in (str(os.environ), str(sys.path), str(sys.modules.keys()), str(sys.path_importer_cache),
          str(linecache.cache), str(matplotlib.rcParams), str(shell.user_ns.keys()),
          str(shell.db.keys()), str(list(shell.history_manager.get_range(0)))) if MARK in text]
found += [thing for thing in gc.get_objects() if isinstance(thing, dict) and MARK in thing and thing is not globals()]
print('found', found)
"""


@pytest.mark.parametrize("kind", [Bubblewrap, Landlock, Container, Unsafe], ids=lambda kind: kind.__name__)
def test_nothing_of_a_submission_is_in_the_next_one(kind):
    need(kind)
    caged = {"start": MARK[:10], "end": MARK[10:], "caged": kind is not Unsafe}
    places, leave, look = (text.format(**caged) for text in (PLACES, LEAVE, LOOK))
    said = []
    with open_sandbox(kind) as sandbox:
        for first in (places + leave + look, places + look):
            result = grade_notebook(as_bytes(answered(first=first)), INSTRUCTOR, RELEASE, Limits(), sandbox)
            said.append("".join(output.get("text", "") or str(output) for output in result.cells[0].outputs))
        assert result.points == FULL
    assert "wrote 0" not in said[0] and "found [Posix" in said[0], "nothing was left, so nothing is tested"
    assert said[1] == "found []\n"
