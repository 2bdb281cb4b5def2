"""Grading past one machine: the same units of work on a Dask cluster."""

import contextlib

from nngrade.course import CourseError

SECONDS_TO_CONNECT, SECONDS_FOR_WORKERS = 15, 60


@contextlib.contextmanager
def cluster(address):
    """A pool of the workers of the Dask scheduler at this address. What a lost worker had begun, another one does."""
    try:
        from distributed import Client
    except ImportError:
        raise CourseError("Grading on a Dask cluster needs one more package: pip install -e '.[scale]'") from None
    try:
        client = Client(address, timeout=SECONDS_TO_CONNECT)
    except (OSError, ValueError) as error:
        raise CourseError(f"No Dask scheduler at {address}: {error}. Start one with `dask scheduler`.") from None
    with client:
        try:
            client.wait_for_workers(1, SECONDS_FOR_WORKERS)
        except TimeoutError:
            raise CourseError(
                f"The Dask scheduler at {address} has no workers. Start some, where the course is installed:"
                f" `dask worker {address}`."
            ) from None
        with client.get_executor(pure=False) as pool:
            pool.width = sum(client.nthreads().values())
            yield pool
