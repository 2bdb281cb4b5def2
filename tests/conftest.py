"""What all tests share: where MNIST is, no display, closed figures, repeatable Hypothesis."""

import os
import signal
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from hypothesis import settings
from threadpoolctl import threadpool_limits

import nnlib as nn

matplotlib.use("Agg")
settings.register_profile("course", deadline=None, max_examples=40, database=None, derandomize=True)
settings.load_profile("course")

# Small matrix products are up to 30 times slower on two threads when other programs are at work.
threadpool_limits(1)
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # for processes that tests start

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in what a shell starts by &: no process would hear Ctrl-C
    signal.signal(signal.SIGINT, signal.default_int_handler)

beside_the_repository = Path(__file__).parents[2] / "shared" / "data" / "mnist"
if "NNLIB_DATA" not in os.environ and beside_the_repository.is_dir():
    os.environ["NNLIB_DATA"] = str(beside_the_repository)


@pytest.fixture(autouse=True)
def closed_figures():
    """Close every figure that a test opened."""
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture(scope="session")
def mnist():
    """(train, test) of the genuine MNIST. Where it can't be had: fail on CI, skip elsewhere."""
    try:
        return nn.data.mnist()
    except nn.data.DataUnavailable as error:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no MNIST here: {error}")
