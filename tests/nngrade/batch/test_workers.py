"""The workers of a Dask cluster as a pool, with a client that answers at once: none is started here."""

import asyncio
import contextlib
import logging
import platform
import sys
import warnings
from concurrent.futures import CancelledError
from types import SimpleNamespace

import pytest

from nngrade.batch import scale
from nngrade.batch.scale import KEPT, Workers
from nngrade.errors import CourseError
from nngrade.grading import work

ADDRESS = "tcp://here:8786"


class Client:
    """In place of Dask's."""

    def __init__(self, threads=None, answers=None, error=None):
        self.threads, self.answers, self.error, self.asked = threads or {}, answers or {}, error, []

    def get_executor(self, **options):
        self.asked.append(options)
        return SimpleNamespace(submit=lambda function, unit: self.told("submitted", function, unit))

    def nthreads(self):
        return self.told(self.threads)

    def wait_for_workers(self, *what):
        self.asked.append(what)
        if not self.threads:
            raise TimeoutError

    def run(self, function, *arguments, **options):
        self.asked.append((function, arguments, options))
        return self.told(self.answers)

    def told(self, *answer):
        if self.error:
            raise self.error
        return answer[0] if len(answer) == 1 else answer

    def close(self, timeout):
        self.asked.append(("close", timeout))


@pytest.fixture
def clock(monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(scale.time, "monotonic", lambda: clock[0])
    return clock


def test_how_long_it_waits_for_what():
    """The figures of INSTRUCTORS.md: a minute for the first worker, ten in mid-run."""
    assert (scale.SECONDS_TO_CONNECT, scale.SECONDS_FOR_WORKERS, scale.SECONDS_WITHOUT_WORKERS) == (15, 60, 600)


def test_as_many_as_there_are_at_the_moment(clock):
    client = Client({"one": 2, "two": 3})
    pool = Workers(client, ADDRESS)
    assert client.asked == [{"pure": False}]  # the same work may be wanted twice
    assert pool.width == 5
    client.threads = {"one": 2}
    clock[0] += scale.SECONDS_BETWEEN_LOOKS
    assert pool.width == 5  # each look asks the scheduler
    clock[0] += 0.1
    assert pool.width == 2
    assert pool.submit(len, "unit") == ("submitted", len, "unit")


def test_without_workers_it_waits_for_new_ones_and_not_for_ever(clock):
    client = Client({"one": 2})
    pool = Workers(client, ADDRESS)
    assert pool.width == 2
    began, client.threads = clock[0], {}
    clock[0] = began + scale.SECONDS_WITHOUT_WORKERS
    assert pool.width == 1
    client.threads = {"two": 4}
    clock[0] += 5
    assert pool.width == 4
    client.threads = {}
    clock[0] += scale.SECONDS_WITHOUT_WORKERS
    assert pool.width == 1  # counted from when there were some
    clock[0] += 2
    with pytest.raises(CourseError, match=f"All workers of {ADDRESS} are gone. What was graded is kept"):
        pool.width  # noqa: B018


def closed():
    from distributed.client import ClosedClientError

    return ClosedClientError("closed")


@pytest.mark.parametrize("error", [CancelledError, OSError, closed], ids=["cancelled", "line", "closed"])
def test_the_end_of_the_scheduler_in_words(clock, error):
    pool = Workers(client := Client({"one": 2}), ADDRESS)
    client.error = error()
    for ask in (lambda: pool.width, lambda: pool.submit(len, "unit")):
        with pytest.raises(CourseError) as told:
            ask()
        assert str(told.value) == f"The Dask scheduler at {ADDRESS} does not answer any more. {KEPT}"


# --- before anything is run ------------------------------------------------------------------


@pytest.fixture
def connected(monkeypatch):
    """connected(client): from now on that is who is connected."""

    def connected(client):
        monkeypatch.setattr(scale, "_connected", lambda address: contextlib.nullcontext(client))
        return scale.cluster(ADDRESS, unsafe=True)

    return connected


def here(**changed):
    return "node-1", work.versions() | changed


def test_all_workers_are_asked_and_those_that_grade_as_we_do_are_taken(connected, monkeypatch):
    client = Client({"one": 2}, {"tcp://one": here(), "tcp://two": here()})
    monkeypatch.setattr(logging.root.manager, "disable", logging.DEBUG)
    with connected(client) as pool:
        assert (pool.client, pool.address) == (client, ADDRESS)
        assert logging.root.manager.disable == logging.CRITICAL
        with warnings.catch_warnings(record=True) as heard:
            warnings.warn("of Dask's", stacklevel=1)
        assert not heard
    assert logging.root.manager.disable == logging.DEBUG  # as it was before
    assert client.asked[:2] == [(1, scale.SECONDS_FOR_WORKERS), (scale.state, (True,), {"on_error": "return"})]


def test_workers_that_would_grade_in_another_way_are_named_with_the_reason(connected):
    answers = {"tcp://one": here(numpy="1.0", more="9"), "tcp://two": CourseError("There is no sandbox."),
               "tcp://three": ModuleNotFoundError("No module named 'nngrade'"), "tcp://four": KeyError(),
               "tcp://five": here()}  # fmt: skip
    with pytest.raises(CourseError) as told, connected(Client({"one": 2}, answers)):
        pytest.fail("nothing is run")
    numpy = work.versions()["numpy"]
    assert str(told.value).splitlines() == [
        f"These workers of {ADDRESS} would not grade as this machine does, so nothing was run.",
        f"- tcp://one on node-1 has numpy 1.0 (here: {numpy}), more 9 (here: None)",
        "- tcp://two: There is no sandbox.",
        "- tcp://three: is the course installed there, as it is here? No module named 'nngrade'",
        "- tcp://four: is the course installed there, as it is here? KeyError",
    ]


def test_no_workers_and_the_end_of_the_scheduler_in_mid_run(connected):
    none = pytest.raises(CourseError, match=f"has no workers. Start some, .*`dask worker {ADDRESS}`")
    with none, connected(Client()):
        pytest.fail("nothing is run")
    client = Client({"one": 2}, {"tcp://one": here()})
    with pytest.raises(CourseError, match="does not answer any more"), connected(client):
        raise CancelledError
    with pytest.raises(ZeroDivisionError), connected(client):
        raise ZeroDivisionError
    with pytest.raises(CourseError, match="does not answer any more"), connected(Client({"one": 2}, error=OSError())):
        pytest.fail("nothing is run")


def test_the_line_is_closed_whatever_happens(monkeypatch):
    made = []

    def client(address, timeout):
        made.append((address, timeout, Client()))
        return made[-1][2]

    monkeypatch.setitem(sys.modules, "distributed", SimpleNamespace(Client=client))
    with pytest.raises(ZeroDivisionError), scale._connected(ADDRESS):
        raise ZeroDivisionError
    [(address, timeout, found)] = made
    assert (address, timeout, found.asked) == (ADDRESS, scale.SECONDS_TO_CONNECT, [("close", 2)])


def test_a_worker_tells_its_name_and_versions_once_its_sandbox_has_been_open(monkeypatch):
    opened = []

    @contextlib.contextmanager
    def sandbox(kind):
        opened.append(kind)
        yield
        opened.append("closed")

    monkeypatch.setattr(scale.sandboxes, "choose", lambda unsafe: f"unsafe: {unsafe}")
    monkeypatch.setattr(scale.sandboxes, "open_sandbox", sandbox)
    monkeypatch.setattr(scale, "data_folder", lambda: opened.append("data"))
    assert asyncio.run(scale.state(True)) == (platform.node(), work.versions())
    assert opened == ["data", "unsafe: True", "closed"]
