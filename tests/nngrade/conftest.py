"""What the tests of the grader share: a sandbox with a warm process in it, a small course, workers."""

import contextlib
import os
import shutil

import pytest

from nngrade.batch.grade_class import Threads
from nngrade.course import Course
from nngrade.grading.sandboxes import open_sandbox
from nngrade.sandbox import Bubblewrap, choose
from tests.nngrade.small_course import FORBIDDEN, make_course


@pytest.fixture(scope="session", autouse=True)
def podman_with_runc(tmp_path_factory):
    """podman's usual helper, crun, does not work where control groups of both versions are mounted; runc does."""
    if shutil.which("runc") and "CONTAINERS_CONF" not in os.environ:
        settings = tmp_path_factory.mktemp("podman") / "containers.conf"
        settings.write_text('[engine]\nruntime = "runc"\n')
        os.environ["CONTAINERS_CONF"] = str(settings)


@pytest.fixture(scope="session")
def grading_sandbox():
    """The sandbox in which submissions are graded; the best kind that runs here."""
    with open_sandbox(choose(), tuple(FORBIDDEN)) as sandbox:
        assert sandbox.name == Bubblewrap.name or not os.environ.get("CI")
        yield sandbox


@pytest.fixture(scope="session")
def released(tmp_path_factory):
    """The folder of a small course whose assignment is released: to copy, not to write in."""
    return make_course(tmp_path_factory.mktemp("released")).root


@pytest.fixture
def small(released, tmp_path):
    """A small course of a test's own."""
    return Course(shutil.copytree(released, tmp_path / "course"))


@pytest.fixture(scope="session")
def pool():
    """Two workers."""
    with contextlib.closing(Threads(2)) as pool:
        yield pool


class Quiet:
    """Shows nothing of the progress."""

    def begin(self, total, outcome):
        self.total, self.steps = total, 0

    def step(self, outcome):
        self.steps += 1

    def waiting(self, who):
        self.waited_for = who


@pytest.fixture
def quiet():
    return Quiet()
