"""Descent on a formula: the path, its end, and what an optimizer can do to a point."""

import numpy as np
import pytest

import nnlib as nn
from nnlib.descent import Point


def slope(theta):
    return 2 * theta  # L = θ²


def sgd(point):
    return nn.SGD(point, 0.25)


def test_the_path_holds_the_start_and_every_step():
    np.testing.assert_array_equal(nn.descend(slope, [8.0, -4.0], sgd, 3), [[8, -4], [4, -2], [2, -1], [1, -0.5]])


@pytest.mark.parametrize(
    ("tolerance", "steps"),
    [(None, 5), (0, 5), (16, 0), (15.9, 1), (8, 1), (4.01, 2), (4, 2), (3.99, 3), (0.1, 5)],
)
def test_the_path_ends_at_the_first_gradient_within_the_tolerance(tolerance, steps):
    """‖∇L‖ is 16, 8, 4, 2, 1 at the points of the path."""
    path = nn.descend(slope, [8.0], sgd, 5, tolerance)
    assert path[:, 0].tolist() == [8 / 2**k for k in range(steps + 1)]


def test_the_norm_is_that_of_all_entries_together():
    assert len(nn.descend(slope, [3.0, 4.0], sgd, 5, tolerance=10)) == 1
    assert len(nn.descend(slope, [3.0, 4.0], sgd, 5, tolerance=9.99)) == 2


def test_a_gradient_of_0_ends_the_path_only_if_that_is_asked_for():
    assert len(nn.descend(np.zeros_like, [1.0], sgd, 4)) == 5
    assert len(nn.descend(np.zeros_like, [1.0], sgd, 4, tolerance=0)) == 1


def test_the_gradient_is_asked_for_once_per_point():
    calls = []

    def count(theta):
        calls.append(theta.copy())
        theta[...] = 99  # a copy of the point's θ: this is of no effect
        return slope(calls[-1])

    path = nn.descend(count, [8.0], sgd, 4)
    assert np.ravel(calls).tolist() == path[:-1, 0].tolist() == [8, 4, 2, 1]


def test_all_of_a_point_is_weights_for_decay_and_penalties():
    point = Point([2.0, -3.0])
    assert point.leaves() == [("", point)]
    nn.L2(0.5).add_gradient(point)
    np.testing.assert_array_equal(point.grad, [2, -3])
    path = nn.descend(np.zeros_like, [2.0, -3.0], lambda point: nn.AdamW(point, 0.1, weight_decay=0.5), 1)
    np.testing.assert_allclose(path[1], [2 * 0.95, -3 * 0.95])


def test_the_start_is_copied():
    start = np.array([8.0])
    path = nn.descend(slope, start, sgd, 2)
    assert start == path[0] == 8 and path.dtype == np.float64


@pytest.mark.parametrize("tolerance", [-1, np.nan, "0.1"])
def test_a_tolerance_is_a_number_of_at_least_0(tolerance):
    with pytest.raises(ValueError, match="^tolerance: expected a number of at least 0"):
        nn.descend(slope, [8.0], sgd, 5, tolerance)
