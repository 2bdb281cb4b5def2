"""Two results are the same to rounding, in any form; a copy shares nothing."""

import numpy as np
import pytest

from nnlib.diagnosis.comparing import copied, same

A = np.array([[1.0, 2.0], [3.0, -5.0]])
SAME = [(A, A.tolist()), (A, A * (1 + 1e-10)), (3.0, np.float32(3)), ((A, 1), [A, 1.0]), ({"W": A}, {"W": A.copy()})]
SAME += [(A * np.inf, A * np.inf), (np.nan, np.nan), (0.0, 1e-300), (1e300 * A, 1e300 * A), (None, None), (True, True)]
OTHER = [(A, A.T), (A, A[0]), (A, -A), (A, A + 1e-3), (1.0, None), (A, "text"), ((A,), A[None]), ({"W": A}, {"w": A})]
OTHER += [(A, A * np.nan), (np.inf, -np.inf), (np.nan, 1.0), ([A, A], [A]), ("a", "b"), (0.0, 1e-9), (A, [[1], [2, 3]])]


@pytest.mark.parametrize(("right", "got"), SAME)
def test_same(right, got):
    assert same(got, right, 1e-8)


@pytest.mark.parametrize(("right", "got"), OTHER)
def test_not_the_same(right, got):
    assert not same(got, right, 1e-8)


def test_a_copy_shares_nothing():
    rng = np.random.default_rng(1)
    value = {"a": [A.copy(), (A.copy(),)], "rng": rng, "f": np.sum}
    copy = copied(value)
    copy["a"][0][0] = copy["a"][1][0][0] = 9
    copy["rng"].normal()
    assert same(value["a"], [A, (A,)], 0) and copy["f"] is np.sum
    assert rng.normal() == np.random.default_rng(1).normal()
