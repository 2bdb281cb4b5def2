"""Checks for students: right answers pass in any valid form, wrong ones are told why."""

from functools import partial

import numpy as np
import pytest
from hypothesis import given as forall
from hypothesis import strategies as st

from nnlib import checks, lent
from nnlib.checks import check_close, check_gradient, check_parts, check_shape, given, unchanged
from nnlib.checks.calling import taking

A = np.array([[1.0, 2.0], [3.0, 5.0]])


@pytest.mark.parametrize("got", [A, A.tolist(), A.astype(np.float32), A.astype(int), np.asfortranarray(A), A + 1e-9])
def test_right_answers_pass_in_any_form(got):
    check_close("dW", got, A)


@pytest.mark.parametrize("got", [3, 3.0, np.float32(3), np.array(3.0)])
def test_numbers_pass_in_any_form(got):
    check_close("L", got, 3)


@pytest.mark.parametrize(
    ("got", "message"),
    [
        (None, "dW is None. Does your function return it?"),
        ("text", "dW should hold numbers, but it is str"),
        (A[0], r"dW has shape \(2,\), expected \(2, 2\)"),
        (A * np.nan, "dW holds NaN or infinite values"),
        (A * np.inf, "dW holds NaN or infinite values"),
        (-A, "dW has the wrong sign"),
        (A.T, "dW is transposed"),
        (2 * A, "dW is not right"),  # a factor is never named: one fits every wrong number
        (0 * A, "dW is 0 everywhere"),
        (A + np.eye(2), r"dW is not right \(relative error 1.9e-01"),
    ],
)
def test_wrong_answers_are_told_why(got, message):
    with pytest.raises(AssertionError, match=message):
        check_close("dW", got, A)


def test_the_expected_numbers_are_never_told():
    secret = np.array([[0.123456, 0.654321]])
    for wrong in (secret * 2, -secret, secret + 1, secret * 0):
        with pytest.raises(AssertionError) as caught:
            check_close("dW", wrong, secret)
        assert "0.123456" not in str(caught.value)
        assert "0.654321" not in str(caught.value)


def test_a_millionth_is_close_and_two_are_not():
    """In float32 a right answer is off by a tenth of that; a wrong term in it may be as small as 2e-6."""
    x = np.array([1.0, -2.0, 3.0])
    for check in (lambda got: check_close("g", got, 2 * x), lambda got: check_gradient("g", got, lambda x: x @ x, x)):
        check(2 * x * (1 + 0.9e-6))
        with pytest.raises(AssertionError, match="^g is not right"):
            check(2 * x * (1 + 2e-6))


def test_a_wrong_sign_and_a_transpose_are_told_where_nothing_is_tolerated():
    for wrong, words in ((-A, "dW has the wrong sign."), (A.T, "dW is transposed.")):
        with pytest.raises(AssertionError) as failure:
            check_close("dW", wrong, A, tol=0)
        assert str(failure.value) == words


@pytest.mark.parametrize(("entries", "words"), [(1, "is not right"), (3, "is not right"), (4, "has the wrong sign")])
def test_a_wrong_sign_is_told_of_several_numbers_only(entries, words):
    """Of a single number it would give the right one away."""
    expected = np.arange(1.0, 1 + entries)
    with pytest.raises(AssertionError, match=f"^db {words}"):
        check_close("db", -expected, expected)


def test_without_tolerance_the_same_numbers_are_close_and_no_others():
    check_close("n", [3, 4], np.array([3, 4]), tol=0)
    check_close("n", [0, 4], [0, 2], tol=0.5)  # just as far as may be
    with pytest.raises(AssertionError, match="^n is not right"):
        check_close("n", [3, 4], [3, np.nextafter(4, 5)], tol=0)


def test_hint_and_tolerance():
    with pytest.raises(AssertionError, match="Look at the mean.$"):
        check_close("L", 1.0, 2.0, hint="Look at the mean.")
    with pytest.raises(AssertionError, match=r"^L has shape \(1,\), expected \(\). Look at the mean.$"):
        check_close("L", [1.0], 2.0, hint="Look at the mean.")
    check_close("L", 1.001, 1.0, tol=1e-2)
    with pytest.raises(AssertionError, match="L should be 0"):
        check_close("L", 1e-9, 0)
    check_close("L", 0, 0)


@pytest.mark.parametrize("got", [np.full(2, 1e200), np.full(2, np.longdouble("1e4000"))])
def test_numbers_whose_squares_overflow_are_not_close(got):
    with pytest.raises(AssertionError):
        check_close("x", got, np.array([1.0, 2.0]))


@forall(st.floats(1e-6, 1e-2))
def test_an_error_counts_by_its_size_beside_the_whole_array(error):
    """A small entry may be off by much of itself, as long as the array is not."""
    expected = np.array([1.0, 1e-9])
    got = expected + np.array([0, 1e-8])
    check_close("x", got, expected, tol=1e-6)
    with pytest.raises(AssertionError):
        check_close("x", expected + np.array([3 * error, 0]), expected, tol=error)


def test_check_shape_returns_the_array():
    np.testing.assert_array_equal(check_shape("x", [1, 2], (2,)), [1, 2])


def test_check_gradient(rng):
    x = rng.standard_normal((2, 3))
    before = x.copy()
    check_gradient("dx", 2 * x, lambda x: np.sum(x**2), x)
    check_gradient("dx", (2 * x).astype(np.float32), lambda x: np.sum(x**2), x.astype(np.float32))
    with pytest.raises(AssertionError, match="dx is not right .* Compare it with a numerical gradient"):
        check_gradient("dx", x, lambda x: np.sum(x**2), x)
    np.testing.assert_array_equal(x, before)


def test_check_parts():
    assert check_parts("f", (1, 2), "L", "dz") == (1, 2)
    assert check_parts("f", [1, 2], "L", "dz") == (1, 2)
    with pytest.raises(AssertionError, match=r"f returned None, expected \(L, dz\). Is there a return\?"):
        check_parts("f", None, "L", "dz")
    with pytest.raises(AssertionError, match=r"f returned one float, expected \(L, dz\)"):
        check_parts("f", 1.0, "L", "dz")
    with pytest.raises(AssertionError, match=r"f returned 3 values, expected 2: \(L, dz\)"):
        check_parts("f", (1, 2, 3), "L", "dz")


def test_unchanged():
    a, b = np.ones(3), np.zeros(2)
    with unchanged(a=a, b=b):
        a + 1
    with pytest.raises(AssertionError, match="^b was changed in place"), unchanged(a=a, b=b):
        b += 1


def helper(x):
    return x + 1


def answer(x):
    return helper(x)


def test_given_lends_helpers_and_takes_them_back():
    with given(answer, helper=lambda x: 10 * x):
        assert answer(2) == 20
    assert answer(2) == 3
    with (
        pytest.raises(ZeroDivisionError),
        given(answer, helper=lambda x: x / 0, not_there_before=lambda: 1),
    ):
        assert not_there_before() == 1  # noqa: F821
        answer(2)
    assert answer(2) == 3
    assert "not_there_before" not in globals()


def test_a_failed_check_is_shown_without_a_traceback():
    with pytest.raises(checks.CheckFailed) as failure:
        checks.check_shape("dW", np.ones(2), (3,))
    assert failure.value._render_traceback_() == ["✗ dW has shape (2,), expected (3,)."]


def test_what_is_given_takes_the_arguments_of_the_function_that_it_stands_for():
    def own(x):
        return helper(number=x, verbose=True)

    with given(own, helper=lambda x, factor=10: factor * x):
        assert own(2) == 20
    with given(answer, helper=lambda: 7):  # of who asks for nothing, what comes in is left out
        assert answer(2) == 7


def test_what_is_given_has_the_name_of_what_it_does():
    assert taking(helper).__name__ == "helper" and taking(partial(helper, 3)).__name__ == "function"


def test_given_does_not_lend_what_follows_the_function_itself():
    with given(answer, helper=lambda x: 10 * x, answer=None, later=1):
        assert answer(2) == 20
        assert "later" not in globals()


CHANGED = "a was changed in place. Work on a new array: for example `a = a - b`, not `a -= b`"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (0.0, 1e-13, False),  # what rounding leaves
        (0.0, 1e-11, True),
        (1.0, 1 + 1e-13, False),
        (1.0, 1 + 1e-11, True),
        (np.nan, np.nan, False),
        (True, False, True),
        (True, True, False),
        ("up", "down", True),
        ("up", "up", False),
        (3, 4, True),
        (2j, -2j, True),
        (None, 1, True),
        (None, None, False),
    ],
)
def test_entries_of_any_kind_are_unchanged_or_not(before, after, told):
    a = np.array([before, after, before])
    a[1] = before
    if not told:
        with unchanged(a=a):
            a[1] = after
        return
    with pytest.raises(AssertionError) as failure, unchanged(a=a):
        a[1] = after
    assert str(failure.value) == CHANGED


def test_unchanged_looks_into_lists_and_dicts():
    params, settings = [np.ones(2), [np.zeros(3)]], {"lr": 0.1, "name": "sgd", "sizes": (1, 2)}
    with unchanged(params=params, settings=settings):
        params[1][0] += 1
        params[1][0] -= 1
    for change in (
        lambda: params.append(1),
        lambda: params.pop(),
        lambda: params[1].__setitem__(0, np.zeros(4)),
        lambda: params[0].__setitem__(0, 5.0),
        lambda: params.__setitem__(0, params[0].astype(np.float32)),
    ):
        with pytest.raises(AssertionError, match="^params was changed in place"), unchanged(params=params):
            change()
    for key, value in {"lr": np.float64(0.1), "name": "adam", "more": 1, "sizes": (1, 3)}.items():
        with pytest.raises(AssertionError, match="^settings was changed in place"), unchanged(settings=settings):
            settings[key] = value


def test_unchanged_asks_a_grader_that_lends_copies(monkeypatch):
    a, b = np.ones(2), np.ones(2)
    monkeypatch.setattr(lent, "changes", [(a, np.zeros(2))])
    with unchanged(a=a, b=b):  # what was changed before is not its business
        lent.changes.append((b, np.ones(2) + 1e-15))
    assert lent.left(a).tolist() == [0, 0]
    for value in (a, [a], {"a": (1, [a])}):
        with pytest.raises(AssertionError, match="^value was changed in place"), unchanged(value=value):
            lent.changes.append((a, np.zeros(2)))
