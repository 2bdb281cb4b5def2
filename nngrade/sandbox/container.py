"""Where neither bubblewrap nor Landlock can run: a container of podman's or Docker's holds the warm process.

Its image is empty: it sees the interpreter, the libraries and the data of this machine, read-only, as under
bubblewrap. So nothing has to be built or fetched, and versions are those of the grader.
"""

import functools
import resource
import shutil
import subprocess
import uuid

from nngrade.errors import CourseError
from nngrade.sandbox import messages, places
from nngrade.sandbox.cages import HOME, LIBRARY, SCRATCH, TEMPORARY
from nngrade.sandbox.host import SECONDS_TO_WARM, Sandbox

ENGINES = "podman", "docker"
IMAGE = "nngrade-empty"
EMPTY_TAR = bytes(10240)
NEEDED = "CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL", "SETGID", "SETUID"  # to give each submission a user of its own
LIMITS, MOST = {"nofile": resource.RLIMIT_NOFILE, "nproc": resource.RLIMIT_NPROC}, 8192
USERS = 30_000, 20_000  # (first, count), of the 65,536 that a container has
DOOR = "/door"
FOR_ROOT_ONLY = "/dev/shm", "/run", "/tmp", "/var/tmp"  # or submissions could leave something there for each other


class Container(Sandbox):
    """A container of podman or Docker; inside, each submission has a user and a folder of its own, and seccomp."""

    name, cage, library = "container", "container", LIBRARY
    called = ""  # by the engine

    @classmethod
    def missing(cls):
        """What this kind lacks here, or None."""
        if not _engine():
            return "neither podman nor Docker is installed (Debian and Ubuntu: apt install podman)"

    def setup(self):
        uid, uids = USERS
        return super().setup() | {"folder": SCRATCH, "uid": uid, "uids": uids, "variables": [*self.environment()]}

    def environment(self):
        return places.environment(HOME, TEMPORARY) | self.variables

    def command(self, python, door):
        """The engine's command that runs this Python command in a container, which sees the folder with the door."""
        words = [
            *("run", "--rm", f"--name={self.called}", "--network=none", "--read-only", "--hostname=sandbox"),
            *("--workdir=/", "--log-driver=none"),
            *("--cap-drop=ALL", *(f"--cap-add={name}" for name in NEEDED), "--security-opt=no-new-privileges"),
            "--oom-score-adj=1000",  # what student.give_way asks for, set by somebody whom students can't contradict
            *("--security-opt=label=disable", "--pids-limit=-1"),  # SELinux would hide the folders of this machine
            *(f"--ulimit={what}={_most(limit)}" for what, limit in LIMITS.items()),
            *(f"--mount=type=tmpfs,destination={path},tmpfs-mode=0711" for path in (SCRATCH, *FOR_ROOT_ONLY)),
            *(_mount(real, path, "readonly") for path, real in self.shown.items()),
            _mount(door, DOOR),
            *(f"--env={name}={value}" for name, value in self.environment().items()),
        ]
        return [_engine(), *words, IMAGE, *python]

    def _make_folder(self):
        """None: what students write is in the container's memory."""

    def _launch(self, python, errors):
        """The warm process knocks at a door, which is then gone: an engine hands on folders, but not open files."""
        _have_image()
        self.called = f"nngrade-{uuid.uuid4().hex}"
        knock = f"from nngrade.sandbox.zygote import run_at; run_at('{DOOR}/door')"
        with places.passing_folder() as folder, messages.listener(f"{folder}/door") as listening:
            self._program = subprocess.Popen(self.command([*python, knock], folder), stdin=subprocess.DEVNULL,
                                             stdout=errors, stderr=errors, start_new_session=True)  # fmt: skip
            return messages.accepted(listening, self._program, SECONDS_TO_WARM)

    def _kill_program(self):
        _run("kill", self.called)  # which goes on when the engine's own program is killed
        super()._kill_program()


def _engine():
    """The first that answers; the last where none does: it says why when it is used."""
    installed = [*filter(None, map(shutil.which, ENGINES))]
    return next(filter(_answers, installed), installed[-1]) if installed else None


@functools.cache
def _answers(engine):
    """Whether it can be asked: an engine may be installed and have no service, or nothing to store in."""
    return subprocess.run([engine, "info"], capture_output=True).returncode == 0


def _have_image():
    if _run("image", "inspect", IMAGE).returncode:
        made = _run("import", "-", IMAGE, input=EMPTY_TAR)
        if made.returncode:
            said = made.stderr.decode(errors="replace").strip().split("\n")[-1]
            raise CourseError(f"{_engine()} can't make an image: {said}")


def _run(*words, **options):
    return subprocess.run([_engine(), *words], capture_output=True, **options)


def _mount(source, target, *options):
    if "," in f"{source}{target}":
        raise CourseError(f"{_engine()} can't show a folder with a comma in its name to a container: {source}")
    return ",".join([f"--mount=type=bind,source={source},destination={target}", *options])


def _most(limit):
    """What an engine may set as a limit: not more than this process has."""
    _, most = resource.getrlimit(limit)
    return min(MOST, most) if most != resource.RLIM_INFINITY else MOST
