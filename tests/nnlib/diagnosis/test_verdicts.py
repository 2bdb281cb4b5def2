"""Tests that students write: nothing for one that rejects what is right, else the share of what it catches."""

import numpy as np
import pytest

from nnlib.diagnosis import Case, Verdicts, judge


def squares(rng):
    x = rng.normal(size=3)
    return [
        Case("a square", (lambda: x**2, x), right=True),
        Case("a product", (lambda: x * x, x), right=True),
        Case("It is twice as large.", (lambda: 2 * x**2, x)),
        Case("It is a matrix.", (lambda: np.ones((2, 2)), x)),
    ]


TASK = Verdicts(1, "is_square(f, x)", "verdict", {}, squares)


def judged(test):
    return judge(TASK, test, np.random.default_rng(0))


def good(f, x):
    return f().shape == x.shape and np.allclose(f(), x**2)


def test_a_good_test_earns_all():
    found = judged(good)
    assert (found.kind, found.share) == ("right", 1.0)


def test_a_test_earns_the_share_of_what_it_catches():
    found = judged(lambda f, x: f().shape == x.shape)
    assert (found.kind, found.share) == ("misses", 0.5)
    assert "1 of the 2" in found.text and "twice as large" in found.text


def test_an_exception_catches_nothing():
    found = judged(lambda f, x: np.allclose(f(), x**2))  # a matrix does not fit
    assert (found.kind, found.share) == ("misses", 0.5)
    assert "raises ValueError" in found.text and isinstance(found.error, ValueError)


def one_more_call(known=()):
    calls = list(known)

    def test(f, x):
        calls.append(1)
        return good(f, x) and len(calls) < 4

    return test


def changing(f, x):
    answer = good(f, x)
    x += 1
    return answer


@pytest.mark.parametrize(
    ("test", "kind", "says"),
    [
        (lambda f, x: False, "rejects", "a square"),
        (lambda f, x: np.array_equal(f(), 2 * x**2), "rejects", "must accept"),
        (lambda f, x: 1 / 0, "raised", "ZeroDivisionError"),
        (lambda f, x: None, "parts", "returned None"),
        (lambda f, x: 1, "parts", "int"),
        (one_more_call(), "state", "second time"),
        (changing, "changed", "argument x"),
    ],
)
def test_other_tests_earn_nothing(test, kind, says):
    found = judged(test)
    assert (found.kind, found.share) == (kind, 0.0)
    assert says in found.text


def test_what_is_not_written_is_open():
    def unwritten(f, x):
        raise NotImplementedError

    assert judged(unwritten).kind == "open"


def raising(error):
    def test(f, x):
        raise error

    return test


def right_alone(answer):
    """A test that is good for what is right, and answers so for what is wrong."""

    def test(f, x):
        return True if good(f, x) else answer()

    return test


@pytest.mark.parametrize(
    ("test", "found"),
    [
        (raising(NotImplementedError()), ("open", "is not written yet.", 0)),
        (raising(KeyError()), ("raised", "raised KeyError when it was given something right (a square).", 0)),
        (lambda f, x: None, ("parts", "returned None when it was given something right (a square). Expected is True or "
                             "False.", 0)),
        (right_alone(lambda: "no"), ("parts", "returned a value of the type str when it was given something wrong "
                                     "(“It is twice as large.”). Expected is True or False.", 0)),
        (changing, ("changed", "changed its argument x in place. Work on a copy.", 0)),
        (one_more_call([1, 1]), ("state", "gave another answer when it was called a second time with the same "
                                 "arguments.", 0)),
        (lambda f, x: False, ("rejects", "says False of something that is right: a square. A test must accept it.", 0)),
        (right_alone(lambda: True), ("misses", "does not catch 2 of the 2 wrong ones. It says True where this is "
                                     "wrong: It is twice as large.", 0)),
        (right_alone(lambda: 1 / 0), ("misses", "does not catch 2 of the 2 wrong ones. It raises ZeroDivisionError "
                                      "where this is wrong: It is twice as large.", 0)),
        (lambda f, x: f().shape == x.shape, ("misses", "does not catch 1 of the 2 wrong ones. It says True where this "
                                             "is wrong: It is twice as large.", 0.5)),
        (lambda f, x: np.bool_(good(f, x)), ("right", "", 1)),
    ],
)  # fmt: skip
def test_what_is_said_in_full(test, found):
    said = judged(test)
    assert (said.kind, said.text, said.share) == found


def test_a_case_is_wrong_unless_it_is_said_to_be_right():
    assert Case("a", ()) == Case("a", (), False, False)


def test_the_share_is_that_of_the_wrong_ones_however_many_are_right():
    case = squares(np.random.default_rng(0))
    task = Verdicts(1, "is_square(f, x)", "verdict", {}, lambda rng: [case[0], *case[2:], case[3]])
    found = judge(task, lambda f, x: f().shape == x.shape, np.random.default_rng(0))
    assert found.share == pytest.approx(2 / 3) and "does not catch 1 of the 3 wrong ones" in found.text
    assert judge(task, good, np.random.default_rng(0)).kind == "right"  # only one of them is right, and asked again
