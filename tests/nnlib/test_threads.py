"""Matrix products run in one thread, in `fit` and in a student's own loop, unless the user wants more."""

import os
import subprocess
import sys

import pytest

from nnlib.threads import CHOSEN_BY, limit_threads

pytestmark = pytest.mark.skipif(sys.platform == "emscripten", reason="a browser has no threads")

START = """
import numpy, threadpoolctl
threadpoolctl.threadpool_limits(2)  # as on a machine with two cores
"""
END = """
print(*(pool["num_threads"] for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"))
"""


def threads(code, **environment):
    """How many threads the BLAS of NumPy takes after `code`, as far as it can be asked."""
    chosen = {name: value for name, value in os.environ.items() if name not in CHOSEN_BY} | environment
    program = [sys.executable, "-c", START + code + END]
    ran = subprocess.run(program, env=chosen, capture_output=True, text=True, check=True)
    return ran.stdout.split() or pytest.skip("this NumPy multiplies by a library that can't be asked")


@pytest.mark.parametrize("name", ["OPENBLAS_NUM_THREADS", "OPENBLAS_DEFAULT_NUM_THREADS", "GOTO_NUM_THREADS",
                                  "OMP_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
                                  ""])  # fmt: skip
def test_one_is_asked_of_the_blas_unless_the_environment_says_how_many(name, monkeypatch):
    asked = []
    monkeypatch.setattr("threadpoolctl.threadpool_limits", lambda *much, **of: asked.append((much, of)))
    for other in CHOSEN_BY:
        monkeypatch.delenv(other, raising=False)
    if name:
        monkeypatch.setenv(name, "4")
    limit_threads()
    assert asked == ([] if name else [((1,), {"user_api": "blas"})])


def test_two_are_two_without_nnlib():
    assert threads("") == ["2"]


@pytest.mark.parametrize("code", ["import nnlib", "from nnlib import checks, data, plot"])
def test_whatever_is_imported_of_nnlib_there_is_one(code):
    assert threads(code) == ["1"]


def test_in_fit_there_is_one():
    code = """
import nnlib as nn
net = nn.Sequential(nn.Linear(2, 2, rng=numpy.random.default_rng(0)))
def loss(z, y):
    print(*(pool["num_threads"] for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"))
    return nn.softmax_cross_entropy(z, y)
data, rng = nn.data.moons(4, numpy.random.default_rng(0)), numpy.random.default_rng(0)
nn.fit(net, loss, nn.SGD(net, 0.1), data, epochs=1, batch_size=4, rng=rng, progress=False)
"""
    assert threads(code) == ["1", "1"]


@pytest.mark.parametrize("name", [
    "OPENBLAS_NUM_THREADS", "OPENBLAS_DEFAULT_NUM_THREADS", "GOTO_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS", "VECLIB_MAXIMUM_THREADS",
])  # fmt: skip
def test_whoever_says_how_many_gets_them(name):
    assert threads("import nnlib", **{name: "2"}) == ["2"]


def test_a_call_afterwards_has_the_last_word():
    assert threads("import nnlib; threadpoolctl.threadpool_limits(2)") == ["2"]


def test_without_threadpoolctl_nothing_happens():
    assert threads("import sys; sys.modules['threadpoolctl'] = None; import nnlib") == ["2"]
