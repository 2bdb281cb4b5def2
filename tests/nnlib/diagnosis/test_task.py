"""A task: its names, the form of its answer, its steps under other names, and the numbers that its probes take."""

import numpy as np
import pytest

from nnlib.checks.calling import MISSING, bound
from nnlib.diagnosis import Mistake, Probe, Task, lifted, mistake, renamed
from nnlib.diagnosis.task import Fact, away_from_kinks, chosen, inputs, labels, misfit

STEPS = {
    "z": lambda x, W: x * W,
    "L": lambda z, lam, shift=0.5: z + lam + shift,
    "dW": lambda x: 10 * x,
    "db": lambda x, y=3: y,
}
TASK = Task(1, "loss(x, W, lam=0.25)", "L [dW db]", STEPS, lambda rng: [])
DOUBLE = mistake("z.double", "z is double.", z=lambda x, W: 2 * x * W, lecture="06")
SWAP = mistake("L.first", "They are turned.", returns="dW L db", L=lambda z: z)


def test_names_of_a_task():
    assert (TASK.name, TASK.arguments, TASK.parts) == ("loss", ("x", "W", "lam"), ("L", "dW", "db"))
    assert TASK.form == ["L", ["dW", "db"]]
    assert Task(1, "f(x)", "dx dW", {}, list).form == ["dx", "dW"] and Task(1, "f(x)", "dx", {}, list).form == ["dx"]


def test_what_nobody_gives_is_nothing():
    task = Task(1, "f(x)", "y", {}, list)
    assert (task.example, task.mistakes, task.facts, task.helpers, task.wiring, task.words) == ((), (), (), {}, {}, {})
    assert (task.dtype, task.tol, task.lecture) == (None, 1e-8, "")
    assert Mistake("a", "b", {}) == Mistake("a", "b", {}, "", "") == mistake("a", "b")
    fact = Fact("a", "b", len)
    assert (fact.part, fact.lecture, fact.everywhere, fact.together) == ("", "", False, False)
    assert Probe("a", ()) == Probe("a", (), False)
    assert (DOUBLE.id, DOUBLE.effect, DOUBLE.returns, DOUBLE.lecture, list(DOUBLE.steps)) == (
        "z.double", "z is double.", "", "06", ["z"])  # fmt: skip


def test_the_right_answer_and_that_of_a_mistake():
    probe = Probe("", (2.0, 3.0))  # lam is 0.25 unless it is given
    assert TASK.quantities(probe) == {"x": 2, "W": 3, "lam": 0.25, "z": 6, "L": 6.75, "dW": 20, "db": 3}
    assert TASK.quantities(Probe("", (2.0, 3.0, 1.0)))["L"] == 7.5
    assert TASK.result(probe) == (6.75, 20, 3) and TASK.answer(probe) == (6.75, [20, 3])
    assert TASK.result(probe, [DOUBLE]) == (12.75, 20, 3) and TASK.answer(probe, [DOUBLE]) == (12.75, [20, 3])
    assert TASK.result(probe, [SWAP]) == (20, 6, 3) and TASK.result(probe, [DOUBLE, SWAP]) == (20, 12, 3)
    fewer = mistake("only", "", returns="L")
    assert TASK.answer(probe, [fewer]) == 6.75
    more = mistake("more", "", returns="L dW")
    assert TASK.answer(probe, [more]) == (6.75, 20)


def test_a_task_is_the_function_that_is_lent():
    assert TASK(2.0, 3.0) == TASK(2.0, W=3.0) == TASK(x=2.0, W=3.0, lam=0.25) == (6.75, [20, 3])
    assert TASK.parameters == {"x": MISSING, "W": MISSING, "lam": 0.25}
    alone = Task(1, "f(x)", "z", {"z": lambda x: x + 1}, list)
    assert alone(1.0) == 2 and alone.parted([1, 2]) == ([1, 2],)


@pytest.mark.parametrize(
    ("arguments", "named", "given"),
    [
        ((2, 3), {}, (2, 3)),
        ((2,), {"lam": 1, "W": 3}, (2, 3, 1)),
        ((), {"W": 3, "x": 2}, (2, 3)),
        ((2,), {"weights": 3}, (2, 3)),  # by another name, it stands for what is missing
        ((), {"weights": 3, "x": 2, "verbose": True}, (2, 3)),
        ((), {"a": 2, "b": 3}, (2, 3)),
        ((2, 3, 4, 5), {}, (2, 3, 4)),
    ],
)
def test_arguments_of_a_call_are_put_in_order(arguments, named, given):
    assert bound(TASK.parameters, arguments, named) == given


def test_a_function_that_takes_nothing_is_given_nothing():
    assert bound({}, (), {}) == bound({}, (1,), {"a": 2}) == bound({"a": 1, "b": 2}, (), {}) == ()


def test_a_default_value_stands_before_what_is_given_by_name():
    assert bound({"x": MISSING, "lam": 0.25, "mu": 2, "nu": 3}, (2,), {"mu": 5}) == (2, 0.25, 5)


def test_a_call_that_lacks_something_says_what():
    for arguments, lacks in (((2,), "W"), ((), "x and W")):
        with pytest.raises(TypeError, match=f"^the call lacks {lacks}$"):
            bound(TASK.parameters, arguments, {})


def test_a_right_answer_changes_no_probe():
    def grow(x):
        x += 1
        return x

    probe = Probe("", (np.zeros(2),))
    assert Task(1, "f(x)", "z", {"z": grow}, list).answer(probe).tolist() == [1, 1]
    assert probe.arguments[0].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("result", "wrong"),
    [
        ((1, [2, 3]), None),
        ([1, (2, 3)], None),
        ((1, 2, 3), ((1, 2, 3), TASK.form)),
        (1, (1, TASK.form)),
        ((1, [2]), ([2], ["dW", "db"])),
        ((1, 2), (2, ["dW", "db"])),
        (([2, 3], 1), (1, ["dW", "db"])),
    ],
)
def test_results_of_another_form(result, wrong):
    assert misfit(result, TASK.form) == wrong
    assert TASK.parted(result) == (None if wrong else (1, 2, 3))


def test_steps_have_inputs_but_for_what_has_a_default():
    assert [inputs(step) for step in STEPS.values()] == [("x", "W"), ("z", "lam"), ("x",), ("x",)]


def test_steps_under_other_names():
    other = renamed({"z": STEPS["z"], "L": STEPS["L"]}, z="z2", x="a1", L="L")
    assert list(other) == ["z2", "L"] and [inputs(step) for step in other.values()] == [("a1", "W"), ("z2", "lam")]
    assert other["z2"](2, 5) == 10
    again = renamed(other, a1="a3")
    assert inputs(again["z2"]) == ("a3", "W") and list(again) == ["z2", "L"]


def test_mistakes_of_a_small_task_in_a_larger_one():
    made = mistake("z.gets_x", "In z, x is a factor of a and of zz.", z=lambda x, W: x, lecture="05")
    inner = mistake("h.hidden", "h is wrong.", h=lambda x: x)
    (one,) = lifted((made, inner, SWAP), "2.", z="z2", x="a", W="W2", a="b", L="L2")
    assert (one.id, one.effect, one.lecture) == ("2.z.gets_x", "In z2, a is a factor of a and of zz.", "05")
    assert list(one.steps) == ["z2"] and inputs(one.steps["z2"]) == ("a", "W2") and one.steps["z2"](4, 5) == 4
    assert [each.id for each in lifted((made,), z="z")] == ["z.gets_x"]
    assert lifted((made,), x="x2") == ()  # z is not there
    assert [each.id for each in chosen((made, inner, SWAP), "L.first z.gets_x")] == ["z.gets_x", "L.first"]


def test_numbers_away_from_kinks_and_labels_of_all_classes():
    x = away_from_kinks(np.random.default_rng(0), (2000,))
    assert 0.1 <= np.abs(x).min() < 0.11 and 4.9 < np.abs(x).max() <= 5
    assert 900 < (x > 0).sum() < 1100
    near = away_from_kinks(np.random.default_rng(0), (500,), nearest=2.0, farthest=3.0)
    assert np.abs(near).min() >= 2 and np.abs(near).max() <= 3 and near.min() < 0 < near.max()
    y = labels(np.random.default_rng(0), 7, 3)
    assert np.bincount(y).tolist() == [3, 2, 2] and y.tolist() != sorted(y)
    assert sorted(labels(np.random.default_rng(0), 2, 5).tolist()) == [0, 1]
