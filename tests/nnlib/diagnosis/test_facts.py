"""What is said of a wrong answer, in full: its form, its shape, its values, and where it is right."""

import numpy as np
import pytest

from nnlib.diagnosis import Fact, Probe, Task, judge


def probes(rng):
    """Six numbers and more in each, of three shapes; then what is extreme."""
    ordinary = [Probe(about, (rng.uniform(1, 2, shape),)) for about, shape in
                [("tall arrays", (5, 2)), ("square arrays", (3, 3)), ("wide arrays", (2, 4))]]  # fmt: skip
    return [*ordinary, Probe("large numbers", (np.full((2, 2), 800.0),), extreme=True)]


def asked(returns, **steps):
    return Task(1, "f(x)", returns, steps, probes)


def said(task, function):
    found = judge(task, function, np.random.default_rng(3))
    return found.kind, found.text, found.share


ONE = asked("a", a=lambda x: np.exp(x))
TWO = asked("a b", a=lambda x: np.exp(x), b=lambda x: x.sum(axis=0))
THREE = asked("a b c", a=lambda x: np.exp(x), b=lambda x: x.sum(axis=0), c=lambda x: x.T)
DICT = asked("d", d=lambda x: {"W": x, "b": x[0]})
LIST = asked("l", l=lambda x: [x, x + 1])
TEXT = asked("t u", t=lambda x: "up", u=lambda x: None)


def first(x):
    return np.exp(x), x.sum(axis=0)


FORMS = [
    (TWO, lambda x: None, "returned None. Does every way through it end in a `return`?", 0),
    (TWO, lambda x: x, "returned one value, expected 2: (a, b).", 0),
    (TWO, lambda x: (x, x, x), "returned 3 values, expected 2: (a, b).", 0),
    (TWO, lambda x: (None, x.sum(axis=0)), "returned a as None, expected numbers.", 0.25),
    (TWO, lambda x: (np.exp(x), "b"), "returned b as a text, expected numbers.", 0.25),
    (TWO, lambda x: (np.exp(x), {"b": 1}), "returned b as a dict, expected numbers.", 0.25),
    (ONE, lambda x: "a", "returned the result as a text, expected numbers.", 0),
    (DICT, lambda x: [x, x[0]], "returned the result as a list, expected a dict with the keys W, b.", 0),
    (DICT, lambda x: {"W": x}, "returned the result as a dict, expected a dict with the keys W, b.", 0),
    (LIST, lambda x: x, "returned the result as a ndarray, expected a list.", 0),
    (LIST, lambda x: [x], "returned the result as 1 entries, expected 2.", 0),
    (LIST, lambda x: [x, x + 1, x], "returned the result as 3 entries, expected 2.", 0),
    (TEXT, lambda x: (3, None), "returned t as a int, expected a text.", 0.25),
    (TEXT, lambda x: ("up", 0.5), "returned u as a float, expected None.", 0.25),
    (TEXT, lambda x: ("up", "down"), "returned u as a text, expected None.", 0.25),
]


@pytest.mark.parametrize(("task", "function", "text", "share"), FORMS)
def test_the_form_of_an_answer(task, function, text, share):
    assert said(task, function)[:2] == ("parts", text)
    if task is not TEXT:  # which holds no number, so that nothing there depends on the inputs
        assert said(task, function)[2] == share


@pytest.mark.parametrize(
    ("task", "function"),
    [
        (DICT, lambda x: {"b": x[0], "W": x.tolist()}),
        (LIST, lambda x: (x, x + 1)),
        (TEXT, lambda x: ("up", None)),
        (TWO, lambda x: list(first(x))),
        (ONE, np.exp),
    ],
)
def test_another_right_form(task, function):
    assert said(task, function) == ("right", "", 1)


def raises(x):
    if len(x) == 3:
        raise KeyError("x")
    return first(x)


def changes(x):
    x += 1
    return first(x - 1)


CALLS = []


def counts(x):
    CALLS.append(1)
    return np.exp(x), x.sum(axis=0) + len(CALLS)


STATE = "gave another result when it was called a second time with the same arguments."
CHANGED = (
    "changed its argument x in place. Work on new arrays: `a = a - b` makes one, `a -= b` and `a[i] = b` change the "
    "one that was given."
)
SAID = [
    (TWO, lambda x: x.T + None, "raised", "raised TypeError.", 0),
    (TWO, raises, "raised", "raised KeyError for square arrays, not for other inputs.", 0),
    (TWO, changes, "changed", CHANGED, 0.5),
    (TWO, counts, "state", STATE, 0.25),
    (TWO, lambda x: first(x)[::-1], "order",
     "returned the right values in another order: (b, a), expected (a, b).", 0.5),
    (TWO, lambda x: (np.exp(x).T, x.sum(axis=0)), "shape",
     "returned a with shape (2, 5), expected (5, 2) (tall arrays).", 0.5),
    (ONE, lambda x: x[0], "shape", "returned the result with shape (2,), expected (5, 2) (tall arrays).", 0),
    (LIST, lambda x: [x, x[0]], "shape", "returned an entry of l with shape (2,), expected (5, 2) (tall arrays).", 0),
    (DICT, lambda x: {"W": x, "b": x}, "shape",
     "returned an entry of d with shape (5, 2), expected (2,) (tall arrays).", 0),
    (TWO, lambda x: (np.exp(x), 3 * x[0]), "values", ": a is right, b is not.", 0.5),
    (THREE, lambda x: (np.exp(x), 3 * x[0], 3 * x.T), "values", ": a is right, b and c are not.", 1 / 3),
    (THREE, lambda x: (3 * x, x.sum(axis=0), x.T), "values", ": b and c are right, a is not.", 2 / 3),
    (THREE, lambda x: (3 * x, 3 * x[0], 3 * x.T), "values", ": none of a, b and c is right.", 0),
    (ONE, lambda x: 3 * x, "values", ": the result is not right.", 0),
    (LIST, lambda x: [x, "b"], "values", ": the result is not right.", 0),
    (ONE, lambda x: -np.exp(x), "values", ": the result is not right: the result has the wrong sign.", 0),
    (ONE, lambda x: 2 * np.exp(x), "values", ": the result is not right: the result is twice what it should be.", 0),
    (ONE, lambda x: np.exp(x) / 2, "values", ": the result is not right: the result is half of what it should be.", 0),
    (ONE, lambda x: 1.0 * x, "values", ": the result is not right: the result holds x.", 0),
    (THREE, lambda x: (1.0 * x, x.sum(axis=0), x.T), "values", ": b and c are right, a is not: a holds x.", 2 / 3),
    (TWO, lambda x: (np.exp(x) * np.nan, x.sum(axis=0)), "values", ": b is right, a is not: NaN.", 0.5),
    (TWO, lambda x: (np.exp(x) * np.inf, x.sum(axis=0)), "values", ": b is right, a is not: infinite or NaN.", 0.5),
    (TWO, lambda x: (np.exp(x) * 0, x.sum(axis=0)), "values", ": b is right, a is not: 0 everywhere.", 0.5),
    (TWO, lambda x: (np.exp(x), x.sum(axis=0) if len(x) > 2 else 3 * x[0]), "values",
     ": a is right, b is not. Right for tall arrays and square arrays, wrong for wide arrays.", 0.5),
    (ONE, lambda x: np.exp(x) if len(x) == 3 else 3 * x, "values",
     ": the result is not right. Right for square arrays, wrong for tall arrays and wide arrays.", 0),
    (TWO, lambda x: (np.exp(np.minimum(x, 700)), x.sum(axis=0)), "extreme",
     "is right for ordinary inputs, but a is not right for large numbers.", 0.5),
    (TWO, lambda x: (np.exp(x) + 0 * np.exp(x), x.sum(axis=0)), "extreme",
     "is right for ordinary inputs, but a is NaN for large numbers.", 0.5),
    (TWO, lambda x: (np.exp(np.minimum(x, 700)), x.sum(axis=0) % 1e3), "extreme",
     "is right for ordinary inputs, but a and b are not right for large numbers.", 0.5),
    (ONE, lambda x: np.exp(np.minimum(x, 700)), "extreme",
     "is right for ordinary inputs, but it is not right for large numbers.", 0.5),
    (ONE, lambda x: np.where(x < 99, np.exp(x), 0), "extreme",
     "is right for ordinary inputs, but it is 0 everywhere for large numbers.", 0.5),
]  # fmt: skip


@pytest.mark.parametrize(("task", "function", "kind", "text", "share"), SAID)
def test_what_is_said_in_full(task, function, kind, text, share):
    CALLS.clear()
    found = said(task, function)
    assert found[:2] == (kind, text) and found[2] == pytest.approx(share)


def test_arguments_that_are_changed_are_listed_once():
    task = Task(1, "f(x, y, z)", "a", {"a": lambda x, y, z: x + y + z}, lambda rng: [
        Probe("arrays", tuple(rng.normal(size=(3, n, 2)))) for n in (2, 3)])  # fmt: skip

    def changing(x, y, z):
        total = x + y + z
        for one in (x, y, z):
            one += 1
        return total

    assert said(task, changing)[1].startswith("changed its argument x, y and z in place. Work on new arrays")


@pytest.mark.parametrize(("given", "named"), [("float32", "float32"), ("float64", None), ("int64", None)])
def test_the_dtype_counts_in_arrays_of_fractions(given, named):
    whole = lambda rng: [Probe("arrays", (rng.integers(1, 9, (n, 3)) * 1.0,)) for n in (2, 3)]  # noqa: E731
    task = Task(1, "f(x)", "a b", {"a": lambda x: x + 1, "b": lambda x: x.sum()}, whole, dtype="float64")
    kind, text, share = said(task, lambda x: ((x + 1).astype(given), np.float32(x.sum())))
    assert (kind, text) == (("dtype", f"returned a in {named}, expected float64.") if named else ("right", ""))
    assert share == (0.5 if named else 1)
    alone = Task(1, "f(x)", "a", {"a": lambda x: x + 1}, whole, dtype="float64")
    assert (
        said(alone, lambda x: (x + 1).astype(given))[1] == "returned the result in float32, expected float64."
    ) == bool(named)


def test_chance_that_is_not_from_the_generator_is_told():
    task = Task(1, "f(rng)", "a", {}, lambda rng: [Probe("draws", (np.random.default_rng(n),)) for n in (1, 2)])
    text = STATE + " All chance comes from the generator that is given, and nothing is kept from call to call."
    assert said(task, lambda rng: np.random.default_rng().random(3))[:2] == ("state", text)
    assert said(task, lambda rng: rng.random(3))[0] == "right"


@pytest.mark.parametrize(("n", "kind"), [(5, "order"), (6, "values")])
def test_all_orders_of_up_to_five_parts_are_tried(n, kind):
    names = "abcdef"[:n]
    task = asked(" ".join(names), **{name: lambda x, k=k: x * (k + 2) for k, name in enumerate(names)})
    assert said(task, lambda x: [x * (k + 2) for k in reversed(range(n))])[0] == kind


@pytest.mark.parametrize(("different", "told"), [(5, ""), (6, ": the result has the wrong sign")])
def test_a_factor_is_told_of_six_different_numbers(different, told):
    task = Task(1, "f(x)", "a", {"a": lambda x: x + 1}, lambda rng: [
        Probe("arrays", (np.resize(np.arange(different) + 1.5, n),)) for n in (7, 12)])  # fmt: skip
    assert said(task, lambda x: -(x + 1))[1] == f": the result is not right{told}."


def test_what_holds_one_of_two_equal_quantities_is_not_said_to_hold_either():
    task = Task(1, "f(x, y)", "a", {"a": lambda x, y: x + y}, lambda rng: [
        Probe("arrays", (x := rng.normal(size=(n, 3)), x.copy())) for n in (3, 4)])  # fmt: skip
    assert said(task, lambda x, y: 1.0 * x)[1].endswith("the result is half of what it should be.")
    assert said(task, lambda x, y: x * 3)[1] == ": the result is not right."
    other = Task(1, "f(x, y)", "a", {"a": lambda x, y: x * y}, task.probes)
    assert said(other, lambda x, y: 1.0 * x)[1] == ": the result is not right."


def test_functions_among_the_arguments_are_nothing_that_a_result_holds():
    task = Task(1, "f(g, x)", "a", {"a": lambda g, x: g(x)}, lambda rng: [
        Probe("arrays", (np.exp, rng.normal(size=(n, 3)))) for n in (3, 4)])  # fmt: skip
    assert said(task, lambda g, x: 1.0 * x)[1] == ": the result is not right: the result holds x."


@pytest.mark.parametrize(("other", "share"), [(0.0, 0), (1.0, 0.5)])
def test_an_answer_that_is_one_number_earns_nothing(other, share):
    """b is 0 in every right answer, and whoever returns 0 everywhere has it right by chance."""
    task = asked("a b", a=lambda x: np.exp(x), b=lambda x: np.zeros(2))
    assert said(task, lambda x: (np.full(x.shape, other * (len(x) > 2)), np.zeros(2)))[2] == share


def test_what_is_wrong_in_each_of_two_parts_is_told_of_where_it_is_wrong():
    """a is NaN for tall arrays alone, b for square ones, and each is right where the other is not."""
    def answer(x):
        return np.exp(x) * (np.nan if len(x) == 5 else 1), x.sum(axis=0) * (np.nan if len(x) == 3 else 1)

    assert said(TWO, answer)[1].startswith(": none of a and b is right: NaN.")


def test_an_imaginary_answer_is_not_told_to_be_0():
    assert said(ONE, lambda x: 1j * x)[1] == ": the result is not right."


def test_numbers_that_differ_by_rounding_alone_are_one():
    noise = lambda x: -2.718281828 + 1e-10 * (np.arange(x.size).reshape(x.shape) % 7 - 3)  # noqa: E731
    task = Task(1, "f(x)", "a", {"a": lambda x: np.exp(x)}, lambda rng: [
        Probe("arrays", (np.ones((n, 3)),)) for n in (3, 4)])  # fmt: skip
    assert said(task, noise)[1] == ": the result is not right."


def test_the_right_parts_in_another_order_are_known_in_float32():
    assert said(TWO, lambda x: [part.astype("f") for part in first(x)[::-1]])[0] == "order"


def test_a_fact_that_says_an_array_says_nothing():
    fact = Fact("odd", "It is odd.", lambda seen: np.array([True, False]), everywhere=True)
    assert said(Task(1, "f(x)", "a", {}, probes, facts=(fact,)), np.exp)[0] == "right"


def test_facts_that_make_no_sense_of_a_result_do_not_hold():
    def entries(everywhere):
        fact = Fact("long", "It is short.", lambda seen: len(seen.result) > 0, everywhere=everywhere)
        return Task(1, "f(x)", "a", {}, probes, facts=(fact,))

    assert said(entries(False), lambda x: 0.5)[:2] == ("long", ": It is short.")  # a number has no length
    assert said(entries(True), lambda x: 0.5)[0] == "right"  # nothing can be said
    assert said(entries(True), lambda x: [])[:2] == ("long", ": It is short.")


def test_a_fact_that_does_not_hold_of_one_probe_is_told_unless_it_must_be_so_everywhere():
    for everywhere, kind in ((False, "tall"), (True, "right")):
        fact = Fact("tall", "It is not tall.", lambda seen: len(seen.result) != 3, everywhere=everywhere)
        assert said(Task(1, "f(x)", "a", {}, probes, facts=(fact,)), np.exp)[0] == kind


def test_what_is_no_function():
    assert said(ONE, 3.0) == ("parts", "should be a function, but it is a value of the type float.", 0)
