"""One call of a function: on copies, with helpers that note what they are given, and what it left behind."""

import itertools

import numpy as np
import pytest

from nnlib.checks.failed import CheckFailed
from nnlib.diagnosis import Probe, Task
from nnlib.diagnosis.observing import Seen, call, calls

TASK = Task(1, "f(x, y)", "a b", {}, list)
HALF = Task(1, "half(x, by=2)", "z", {"z": lambda x, by: x / by}, list)


def seen(function, *arguments, **helpers):
    return call(Task(1, "f(x, y)", "a b", {}, list, helpers=helpers), function, Probe("", arguments))


def test_nothing_was_seen_of_a_call_unless_it_is_noted():
    probe = Probe("", ())
    assert Seen(probe, ()) == Seen(probe, (), None, None, (), (), [])
    assert Seen(probe, ()).parts(TASK) is None
    assert Seen(probe, (), (1, 2)).parts(TASK) == (1, 2) and Seen(probe, (), 1).parts(TASK) is None
    assert Seen(probe, (), (1, 2), ValueError()).parts(TASK) is None
    alone = Task(1, "f(x)", "a", {}, list)
    assert Seen(probe, ()).parts(alone) is None and Seen(probe, (), 3).parts(alone) == (3,)


def moved_and_back(x, y):
    x += 0.1
    x -= 0.1


def first_moved(x, y):
    x[0] += 1e-9


def listed(x, y):
    y.append(1)


def turned(x, y):
    y["a"], x[...] = 3, 0


@pytest.mark.parametrize(
    ("function", "y", "changed"),
    [
        (moved_and_back, 1, ()),
        (first_moved, 1, ("x",)),
        (listed, [np.zeros(2)], ("y",)),
        (turned, {"a": 2}, ("x", "y")),
        (lambda x, y: y.random(), np.random.default_rng(0), ()),
        (lambda x, y: setattr(y, "here", 1), lambda: 0, ()),
    ],
)
def test_arguments_that_were_changed(function, y, changed):
    x = np.array([0.3, 0.7])
    one = seen(function, x, y)
    assert one.changed == changed and one.error is None and x.tolist() == [0.3, 0.7]
    assert one.arguments[0].tolist() == [0.3, 0.7]


def test_what_is_left_of_a_generator_has_moved_on():
    rng = np.random.default_rng(5)
    one = seen(lambda x, y: (y.random(), x), 0, rng)
    again = np.random.default_rng(5)
    assert one.result[0] == one.arguments[1].random() == again.random() and one.left[1].random() == again.random()
    assert rng.random() == np.random.default_rng(5).random()


def test_a_result_is_kept_as_it_was_and_what_is_raised_too():
    kept = np.zeros(2)

    def growing(x, y):
        kept[:] += 1
        return kept, 0

    one, two = seen(growing, 1, 2), seen(growing, 1, 2)
    assert one.result[0].tolist() == [1, 1] and two.result[0].tolist() == [2, 2]
    error = KeyError("x")

    def fails(x, y):
        raise error

    assert seen(fails, 1, 2).error is error and seen(fails, 1, 2).result is None

    def tells(x, y):
        raise CheckFailed("what a helper says")

    with pytest.raises(CheckFailed, match="what a helper says"):
        seen(tells, 1, 2)


def test_probes_are_tried_in_an_order_that_nobody_knows_and_told_in_their_own():
    probes, orders = [Probe("", (i, 0)) for i in range(9)], []
    for seed in range(3):
        orders.append([])
        found = calls(TASK, lambda x, y: orders[-1].append(x), probes, np.random.default_rng(seed))
        assert [one.probe for one in found] == probes
    assert len({tuple(order) for order in [range(9), *orders]}) == 4
    assert all(sorted(order) == list(range(9)) for order in orders)


def test_items_of_a_generator_are_taken_up_to_ten_thousand():
    assert seen(lambda x, y: iter("ab"), 1, 2).result == ["a", "b"]
    assert seen(lambda x, y: map(float, range(9)), 1, 2).result == list(range(9))
    assert len(seen(lambda x, y: itertools.count(), 1, 2).result) == 10_000


def plus(x, more=1):
    return x + more


def test_helpers_are_found_by_their_names_and_note_their_arguments_in_order():
    scope = {"half": None, "plus": None}
    exec("def f(x, y):\n    half(by=4, x=x), half(x), plus(more=y, x=x), plus(x)\n"
         "    x += 1\n    return half.__name__, half(y, by=2)", scope)  # fmt: skip
    one = seen(scope["f"], np.ones(1), 6.0, half=HALF, plus=plus)
    assert one.result == ("half", 3.0)
    assert one.calls == [("half", (1, 4)), ("half", (1,)), ("plus", (1, 6)), ("plus", (1,)), ("half", (6, 2))]
    assert scope["half"] is None  # afterwards


def test_what_has_no_globals_is_called_all_the_same():
    assert seen(np.add, 1, 2, half=HALF).result == 3
