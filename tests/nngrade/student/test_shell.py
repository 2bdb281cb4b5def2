"""The shell is made once, before all submissions: nothing of one submission is in the next one's."""

import os
import re
import subprocess
import sys

import pytest

from nngrade.grading.grade_notebook import Limits
from nngrade.grading.sandboxes import open_sandbox
from nngrade.grading.session import Session
from nngrade.sandbox import Bubblewrap, Container, Landlock
from tests.nngrade.kinds_here import need

LOOK = """
import builtins, os, sys, matplotlib, matplotlib.pyplot, warnings
from pathlib import Path
shell, home = get_ipython(), Path.home()
[
    sorted(name for name in shell.user_ns if name not in ('builtins', 'os', 'sys', 'matplotlib', 'warnings')),
    shell.execution_count, len(In), Out, sorted(shell.alias_manager.user_aliases), sorted(shell.magics_manager.magics['line']),
    shell.events.callbacks['pre_run_cell'] == [], len(shell.input_transformers_cleanup), matplotlib.pyplot.get_fignums(),
    matplotlib.get_backend(), matplotlib.rcParams['lines.linewidth'], len(warnings.filters), sorted(vars(builtins)),
    Path(shell.profile_dir.location).is_relative_to(home), Path(shell.profile_dir.location).is_dir(),
    Path(shell.ipython_dir).is_relative_to(home), Path(shell.home_dir) == home, [Path(d) == home for d in shell.user_ns['_dh']],
    sorted(os.listdir(home)), sorted(str(p.name) for p in (home / '.ipython').rglob('*')), Path.cwd() == home,
]
"""  # noqa: E501
DIRT = """
import matplotlib, matplotlib.pyplot as plt, builtins
left_behind = 1
_evil = get_ipython()
_evil.define_macro('left_macro', 'left')
%alias left echo left
_evil.register_magic_function(lambda line: line, 'line', 'left_magic')
_evil.events.register('pre_run_cell', lambda *a: None)
_evil.input_transformers_cleanup.append(lambda lines: ['left = 1'])
matplotlib.rcParams['lines.linewidth'] = 50
plt.figure()
builtins.left = 1
(home / '.ipython' / 'profile_default' / 'startup' / 'left.py').write_text('left = 1')
(home / 'left').write_text('x')
%cd /
"""


@pytest.mark.parametrize("kind", [Bubblewrap, Landlock, Container], ids=lambda kind: kind.__name__)
def test_every_submission_finds_a_new_shell(kind):
    need(kind)
    seen = []
    with open_sandbox(kind) as sandbox:
        for _ in range(3):
            with Session(sandbox, Limits()) as session:
                seen.append(session.run("look", LOOK))
                dirt = session.run("dirt", DIRT)
                assert all(output["output_type"] != "error" for output in dirt), dirt
    [output] = seen[0]
    assert output["output_type"] == "execute_result", output
    assert "left" not in str(output) and "get_ipython" in str(output)
    assert seen[0] == seen[1] == seen[2]


def test_the_cpu_time_of_a_submission_is_known(grading_sandbox):
    with Session(grading_sandbox, Limits()) as session:
        session.run("busy", "import time\nwhile time.process_time() < 0.3: pass")
    assert 0.2 < session.cpu_seconds < 3


DRAW = """
import hashlib, io, os
import matplotlib.pyplot as plt
def draw(kind="png"):
    figure, axes = plt.subplots()
    axes.loglog([1e-9, 1e3], [1e-7, 1e2], label=r"$\\frac{\\partial L}{\\partial w}$")
    axes.legend()
    file = io.BytesIO()
    figure.savefig(file, format=kind, metadata={"Software": None} if kind == "png" else {}, bbox_inches="tight")
    plt.close(figure)
    return hashlib.sha256(file.getvalue()).hexdigest() if kind == "png" else len(file.getvalue()) > 5000
def draw_in_fork():
    reading, writing = os.pipe()
    if not os.fork():
        os.write(writing, draw().encode())
        os._exit(0)
    return os.read(reading, 1000).decode()
print(draw(), draw(), [draw_in_fork() for _ in range(2)], draw("pdf"), draw("svg"))
"""


def test_figures_are_as_they_would_be_without_the_grader(grading_sandbox):
    plain = subprocess.run([sys.executable, "-c", DRAW], env=os.environ | {"MPLBACKEND": "agg"},
                           capture_output=True, text=True, check=True)  # fmt: skip
    with Session(grading_sandbox, Limits()) as session:
        [output] = session.run("figure", DRAW)
    assert output["text"] == plain.stdout
    assert len(set(re.findall("[0-9a-f]{64}", plain.stdout))) == 1


@pytest.mark.parametrize("source, says", [
    ("if True:\n        x = 1\n    y = 2", "IndentationError: unindent does not match any outer indentation level"),
    ("def f():\nreturn 1", "IndentationError: expected an indented block"),
    ("x = = 1", "SyntaxError: invalid syntax"),
    ("%no_such_magic", "UsageError"), ("f(", "incomplete input"),
    ("'\\x'", "SyntaxError"), ("1 / 0", "division by zero"),
])
def test_mistakes_are_told_as_python_tells_them(source, says, grading_sandbox):
    with Session(grading_sandbox, Limits()) as session:
        said = str(session.run("cell", source))
        assert says in said and "NoneType" not in said


@pytest.mark.parametrize("depth, cut", [(18, False), (19, True), (60, True)])
def test_of_a_deep_recursion_the_first_and_the_last_lines_are_shown(depth, cut, grading_sandbox):
    with Session(grading_sandbox, Limits()) as session:
        [output] = session.run("deep", f"def f(n):\n    return f(n - 1) if n else 1 / 0\nf({depth - 1})")
    *lines, last = output["traceback"]
    assert lines[:3] == ["  deep, line 3", f"    f({depth - 1})", "  deep, line 2"] and last.startswith("ZeroDivision")
    assert lines[-1].endswith("else 1 / 0") and lines.count("  …") == cut and len(lines) == (41 if cut else 38)


def test_a_check_that_fails_says_its_words_and_nothing_else(grading_sandbox):
    with Session(grading_sandbox, Limits()) as session:
        [output] = session.run("check", "from nnlib import checks\nchecks.check_close('x', 1.0, 2.0)")
    assert output["ename"] == "CheckFailed" and output["evalue"].startswith("x is not right")
    assert output["traceback"] == [f"✗ {output['evalue']}"]


SHOWS = {  # a cell: what stands below it
    "display('a', display_id='x'); display('b'); update_display('c', display_id='x')": ["'c'", "'b'"],
    "print('a'); clear_output(); print('b')": ["b\n"],
    "exit()": ["exit() does nothing in a submission.\n"],
    "%gui qt\n1": ["1"],
}


@pytest.mark.parametrize("source", SHOWS)
def test_what_cells_ask_of_a_notebook(source, grading_sandbox):
    with Session(grading_sandbox, Limits()) as session:
        session.run("imports", "from IPython.display import clear_output, display, update_display")
        outputs = session.run("cell", source)
    assert [output.get("text") or output["data"]["text/plain"] for output in outputs] == SHOWS[source]


def test_what_breaks_the_shell_itself_is_an_error_of_the_cell(grading_sandbox):
    with Session(grading_sandbox, Limits()) as session:
        session.run("first", "get_ipython().run_cell = None")
        [output] = session.run("next", "x = 1")
        assert output["ename"] == "TypeError" and session.restarts == 0


def test_a_file_of_the_students_own_hides_no_module(grading_sandbox):
    with Session(grading_sandbox, Limits()) as session:
        for name in ("this_is_mine", "colorsys"):
            session.run(name, f"%%writefile {name}.py\nmine = 1")
        [output] = session.run("use", "import colorsys, this_is_mine\n(this_is_mine.mine, hasattr(colorsys, 'mine'))")
    assert output["data"]["text/plain"] == "(1, False)"
