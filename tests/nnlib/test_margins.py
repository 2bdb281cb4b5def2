"""Margins: against linear and quadratic programs of SciPy, Novikoff's bound and its steps, and who is separable."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from nnlib.margins import _walk, margin, mistake_bound, radius, separate
from nnlib.perceptron import Unit, learn_01, learn_signs


def points(seed, n=2):
    """Examples with labels −1 and +1 that a line separates, by much or by little."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-2, 2, (rng.integers(1, 40), n))
    theta = rng.standard_normal(n + 1)
    return x, np.where(theta[0] + x @ theta[1:] > 0, 1, -1)


def separable_by_linear_program(x, y):
    """Is there θ with y θ · (1, x) ≥ 1 for all examples?"""
    A = -np.asarray(y)[:, None] * np.column_stack([np.ones(len(x)), x])
    return linprog(np.zeros(A.shape[1]), A, -np.ones(len(x)), bounds=(None, None)).status == 0


def test_radius_and_margin_by_hand():
    x, y = [[2, 2], [0, 0], [-1, 0]], [1, -1, -1]
    assert radius(x) == 3  # ‖(1, 2, 2)‖
    assert margin(Unit(-1, (2, 2)), x, y) == pytest.approx(1 / 3)  # the least of 7, 1, 3, through ‖(−1, 2, 2)‖
    assert margin(Unit(-10, (20, 20)), x, y) == pytest.approx(10 / 30)  # its length does not matter
    assert margin(Unit(1, (2, 2)), x, y) == pytest.approx(-1 / 3)
    assert mistake_bound(Unit(-1, (2, 2)), x, y) == pytest.approx(81)
    assert isinstance(radius(x), float) and isinstance(margin(Unit(1, (1, 1)), x, y), float)


@given(st.integers(0, 10_000))
def test_no_order_makes_more_mistakes_than_the_bound(seed):
    x, y = points(seed)
    best = separate(x, y).unit
    history = learn_signs(x, y, epochs=30, rng=np.random.default_rng(seed))
    assert sum(history.mistakes_per_epoch) <= mistake_bound(best, x, y)
    k = np.arange(len(history.updates))  # Novikoff's two inequalities, mistake by mistake
    theta = np.array([best.b, *best.w]) / np.linalg.norm([best.b, *best.w])
    assert (history.updates @ theta >= k * margin(best, x, y) - 1e-9).all()
    assert (np.sum(history.updates**2, axis=1) <= k * radius(x) ** 2 + 1e-9).all()


def test_the_bound_is_reached():
    """One example is one mistake, with R = γ."""
    x, y = [[3.0]], [1]
    best = separate(x, y)
    assert mistake_bound(best.unit, x, y) == pytest.approx(1)
    assert learn_signs(x, y).mistakes_per_epoch == [1, 0]


@given(st.integers(0, 10_000), st.integers(1, 4))
def test_no_line_has_a_wider_gap(seed, n):
    """Weak duality: the margin of any line is at most ‖Σ λ y (1, x)‖ of any λ, so where both agree, both are best."""
    x, y = points(seed, n)
    gap, unit, shares = separate(x, y)
    assert gap == margin(unit, x, y) > 0
    assert np.linalg.norm([unit.b, *unit.w]) == pytest.approx(1)
    assert shares.min() >= 0 and shares.sum() == pytest.approx(1)
    normal = shares * y @ np.column_stack([np.ones(len(x)), x])
    assert np.linalg.norm(normal) == pytest.approx(gap, rel=1e-5)
    theta = np.array([unit.b, *unit.w])
    np.testing.assert_allclose(theta / np.linalg.norm(theta), normal / np.linalg.norm(normal), atol=1e-5)
    edge = y * (theta[0] + x @ theta[1:]) / np.linalg.norm(theta)
    np.testing.assert_allclose(edge[shares > 1e-9], gap, rtol=1e-5)  # only who stands at the edge has a share


def test_shares_walk_until_the_first_is_at_0():
    """On the way from (0.4, 0.6, 0.2) to (0.7, −0.9, −0.2) the second is the first that would fall below 0."""
    lam, free = np.array([0.4, 0.6, 0.2, 0]), np.array([True, True, True, False])
    _walk(lam, free, np.array([0.7, -0.9, -0.2]))
    assert lam == pytest.approx([0.4 + 0.4 * 0.3, 0, 0.2 - 0.4 * 0.4, 0])  # 0.4 of the way, where 0.6 − 1.5 t = 0
    assert free.tolist() == [True, False, True, False]


def test_against_a_general_optimizer():
    """The widest gap as a quadratic program: the shortest θ with y θ · (1, x) ≥ 1 has the length 1 / γ."""
    for seed in range(10):
        x, y = points(seed)
        rows = np.column_stack([np.ones(len(x)), x])
        gap = separate(x, y).margin
        if gap < 0.05:
            continue
        inside = {"type": "ineq", "fun": lambda t, A=y[:, None] * rows: A @ t - 1}
        start = learn_signs(x, y, epochs=10_000).updates[-1]
        theta = minimize(lambda t: t @ t, start, constraints=inside, options={"maxiter": 500}).x
        assert 1 / np.linalg.norm(theta) == pytest.approx(gap, rel=1e-4)


@pytest.mark.parametrize(("n", "count"), [(1, 4), (2, 14), (3, 104)])
def test_how_many_boolean_functions_a_line_separates(n, count):
    bits = list(itertools.product((0, 1), repeat=n))
    tables = list(itertools.product((-1, 1), repeat=2**n))
    found = [separate(bits, y).margin > 0 for y in tables]
    assert sum(found) == count
    if n < 3:
        assert found == [separable_by_linear_program(bits, y) for y in tables]


def test_boolean_functions_of_four_inputs_as_a_linear_program_says(rng):
    bits = np.array(list(itertools.product((0, 1), repeat=4)))
    tables = [np.where(bits @ rng.integers(-3, 4, 4) > rng.integers(-3, 4), 1, -1) for _ in range(30)]
    for y in tables:
        assert separate(bits, y).margin > 0
        y[rng.integers(16)] *= -1
        assert (separate(bits, y).margin > 0) == separable_by_linear_program(bits, y)


def test_the_shares_of_xor_are_its_contradiction():
    """Each of the four inequalities once: b, w₁ and w₂ cancel, and 0 > 0 is left."""
    bits, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [-1, 1, 1, -1]
    gap, unit, shares = separate(bits, y)
    assert (gap, unit) == (0, None)
    assert shares.tolist() == pytest.approx([0.25] * 4)


@given(st.integers(0, 10_000))
def test_where_no_line_separates_the_shares_prove_it(seed):
    rng = np.random.default_rng(seed)
    x = rng.integers(-3, 4, (rng.integers(2, 30), 2))
    y = rng.choice([-1, 1], len(x))
    gap, unit, shares = separate(x, y)
    assert (unit is not None) == (gap > 0) == separable_by_linear_program(x, y)
    if not gap:
        assert shares.min() >= 0 and shares.sum() == pytest.approx(1)
        assert np.abs(shares * y @ np.column_stack([np.ones(len(x)), x])).max() < 1e-7


def test_opposite_labels_at_one_place_cancel_exactly():
    gap, unit, shares = separate([[1, 2], [1, 2]], [1, -1])
    assert (gap, unit) == (0, None) and shares == pytest.approx([0.5, 0.5])


def test_a_boundary_through_the_origin_needs_no_bias():
    gap, unit, _ = separate([[1], [-1]], [1, -1])
    assert gap == pytest.approx(1) and unit.b == pytest.approx(0) and unit.w == pytest.approx((1,))


def test_many_examples_that_are_almost_at_the_edge(rng):
    """Two discs full of points: the widest gap is known to many digits, not only to some."""
    t = np.linspace(-1, 1, 401)
    x = np.concatenate([np.column_stack([2 - np.cos(t), np.sin(t)]), np.column_stack([np.cos(t) - 2, np.sin(t)])])
    y = np.repeat([1, -1], 401)
    theta = np.array([0.1, 1.0, 0.3])
    x = x - y[:, None] * 0.2 * theta[1:]  # no longer symmetrical, so that no example is just at the edge
    gap, _, shares = separate(x, y)
    assert np.linalg.norm(shares * y @ np.column_stack([np.ones(len(x)), x])) == pytest.approx(gap, rel=1e-9)


def test_one_class_alone_is_separated_by_the_bias():
    gap, unit, shares = separate([[0, 0], [2, 0], [-2, 0]], [1, 1, 1])
    assert gap == pytest.approx(1) and unit.b > 0 and unit.w == pytest.approx((0, 0))
    assert shares @ [0, 2, -2] == pytest.approx(0)


def test_a_gap_of_the_data_s_own_scale(rng):
    """Multiplying x by 1000 must not make it inseparable, nor dividing."""
    x, y = points(5)
    for scale in (1e-3, 1, 1e3):
        assert separate(scale * x, y).margin > 0


def test_labels_0_and_1_and_units_that_separate_nothing_are_refused():
    x = [[0, 0], [1, 1]]
    for f in (separate, lambda x, y: margin(Unit(1, (1, 1)), x, y), lambda x, y: mistake_bound(Unit(1, (1, 1)), x, y)):
        with pytest.raises(ValueError, match=r"^y: expected the labels -1 and 1, got 0, 1. 2 \* y - 1 turns"):
            f(x, [0, 1])
        with pytest.raises(ValueError, match=r"^y: expected one label per example, shape \(2,\), got \(1,\)"):
            f(x, [1])
    with pytest.raises(ValueError, match="^unit: expected weights that are not all 0"):
        margin(Unit(0, (0, 0)), x, [1, -1])
    for unit in (Unit(1, (1, 1)), Unit(0, (1, 1))):  # one example on the wrong side, one on the line
        with pytest.raises(ValueError, match="^unit: expected one with every example on its side, but its margin is"):
            mistake_bound(unit, x, [-1, 1])
    with pytest.raises(ValueError, match="^x: expected finite numbers"):
        radius([[np.inf]])
    with pytest.raises(ValueError, match=r"^x: expected shape \(m, n\)"):
        radius(5)


def test_the_01_rule_keeps_the_bound_in_its_own_labels():
    x, y = points(11)
    history = learn_01(x, (y + 1) // 2, epochs=500)
    assert sum(history.mistakes_per_epoch) <= mistake_bound(separate(x, y).unit, x, y)
