"""Grading past one machine: the same units of work on a Dask cluster.

What a worker had begun when it was lost, another one does. Everything that is not as it should be (no scheduler, no
workers, workers that would grade in another way) is told in words, and Dask's own log stays off the terminal.
"""

import asyncio
import contextlib
import logging
import platform
import time
import warnings
from concurrent.futures import CancelledError

from nngrade.errors import CourseError
from nngrade.grading import sandboxes, work
from nngrade.grading.sandboxes import data_folder

SECONDS_TO_CONNECT, SECONDS_FOR_WORKERS = 15, 60
SECONDS_WITHOUT_WORKERS = 600  # in mid-run: a queue may need a while to start new ones
SECONDS_BETWEEN_LOOKS = 1


class Workers:
    """The workers of a Dask cluster, as many as there are at the moment: a pool for grade_class.py."""

    def __init__(self, client, address):
        self.client, self.address = client, address
        self.executor = client.get_executor(pure=False)
        self.threads, self.looked, self.seen = 0, 0, time.monotonic()

    @property
    def width(self):
        """How many threads they have in all."""
        now = time.monotonic()
        if now - self.looked > SECONDS_BETWEEN_LOOKS:
            with _scheduler_at(self.address):
                self.threads, self.looked = sum(self.client.nthreads().values()), now
            if self.threads:
                self.seen = now
            elif now - self.seen > SECONDS_WITHOUT_WORKERS:
                raise CourseError(f"All workers of {self.address} are gone. {KEPT}")
        return max(1, self.threads)

    def submit(self, function, unit):
        """The future of function(unit), on whichever worker is free first."""
        with _scheduler_at(self.address):
            return self.executor.submit(function, unit)


KEPT = "What was graded is kept; run the same command again to go on."


@contextlib.contextmanager
def cluster(address, unsafe=False):
    """The workers of the Dask scheduler at this address, all of them fit for the work."""
    with _quiet(), _connected(address) as client:
        with _scheduler_at(address):
            _wait_for_one(client, address)
            problems = list(_problems(client, unsafe))
        if problems:
            first = f"These workers of {address} would not grade as this machine does, so nothing was run."
            raise CourseError("\n- ".join([first, *problems]))
        try:
            yield Workers(client, address)
        except CancelledError:  # so it is with all that was under way when the scheduler ends
            raise _gone(address) from None


async def state(unsafe):
    """What a worker says of itself: the name of its machine, and all that is installed there. Tries a sandbox."""
    await asyncio.to_thread(_try_sandbox, unsafe)  # Dask must hear from it all the while
    return platform.node(), work.versions()


def _try_sandbox(unsafe):
    """Open a sandbox and close it: which one it takes depends on what an assignment forbids."""
    data_folder()
    with sandboxes.open_sandbox(sandboxes.choose(unsafe)):
        pass


@contextlib.contextmanager
def _connected(address):
    try:
        from distributed import Client
    except ImportError:
        raise CourseError("Grading on a Dask cluster needs one more package: pip install -e '.[scale]'") from None
    try:
        client = Client(address, timeout=SECONDS_TO_CONNECT)
    except ValueError:
        raise CourseError(f"{address} is not the address of a Dask scheduler, such as tcp://host:8786.") from None
    except OSError as error:
        raise CourseError(f"No Dask scheduler at {address}: {error}. Start one with `dask scheduler`.") from None
    try:
        yield client
    finally:
        client.close(timeout=2)


@contextlib.contextmanager
def _scheduler_at(address):
    """The end of the scheduler in words, for what is asked of Dask itself."""
    from distributed.client import ClosedClientError

    try:
        yield
    except (CancelledError, ClosedClientError, OSError):
        raise _gone(address) from None


def _gone(address):
    return CourseError(f"The Dask scheduler at {address} does not answer any more. {KEPT}")


def _wait_for_one(client, address):
    try:
        client.wait_for_workers(1, SECONDS_FOR_WORKERS)
    except TimeoutError:
        raise CourseError(
            f"The Dask scheduler at {address} has no workers. Start some, where the course is installed:"
            f" `dask worker {address}`."
        ) from None


def _problems(client, unsafe):
    """For each worker that can't grade, or would in another way, a sentence."""
    for address, answer in client.run(state, unsafe, on_error="return").items():
        if isinstance(answer, CourseError):
            yield f"{address}: {answer}"
        elif isinstance(answer, BaseException):
            yield f"{address}: is the course installed there, as it is here? {str(answer) or type(answer).__name__}"
        elif different := _different(answer[1]):
            yield f"{address} on {answer[0]} has {different}"


def _different(theirs):
    """What is not the same here and there."""
    ours = work.versions()
    names = [name for name in {**ours, **theirs} if ours.get(name) != theirs.get(name)]
    return ", ".join(f"{name} {theirs.get(name)} (here: {ours.get(name)})" for name in names)


@contextlib.contextmanager
def _quiet():
    """Nothing that Dask logs or warns of goes to the terminal: what matters of it is said in words."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            logging.disable(before)
