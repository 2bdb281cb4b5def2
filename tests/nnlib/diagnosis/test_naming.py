"""When a mistake gets its name: on how many numbers, with how many others, and what of extreme inputs."""

from dataclasses import replace

import numpy as np
import pytest

from nnlib.diagnosis import Finding, Mistake, Probe, Task, judge, mistake


def arrays(*values, extreme=()):
    return lambda rng: [Probe("arrays", (np.array(x),)) for x in values] + [
        Probe("edges", (np.array(x),), extreme=True) for x in extreme]  # fmt: skip


DOUBLE = mistake("a.double", "It is taken twice.", a=lambda x: 2 * x + 1)
TASK = Task(1, "f(x)", "a", {"a": lambda x: x + 1}, arrays([1.0]), mistakes=(DOUBLE,))
LONG = [[1.0, 2, 3], [4.0, 5, 6]]


def named(task, function):
    return [made.id for made in judge(task, function, np.random.default_rng(0)).mistakes]


def who_doubles(x):
    return 2 * x + 1


@pytest.mark.parametrize(
    ("values", "ids"),
    [
        (LONG, ["a.double"]),  # six different numbers
        ([[1.0, 2, 3], [4.0, 5, 5]], []),
        ([[1.0, 2, 3, 4, 5, 6]], []),  # in one probe
        ([[1.0, 2, 3, 4, 5, 6], [-0.5]], []),  # what is 0 there says nothing
        ([[1.0, 2, 3, 4, 5, 6], [-0.25]], ["a.double"]),
        ([[1.0] * 12, [2.0] * 12], ["a.double"]),  # two numbers, but 24 entries
        ([[1.0] * 12, [2.0] * 11], []),
        ([[1.0] * 12, [1.0] * 12], []),
        ([[np.inf, 1, 2, 3, 4], [np.nan, 5]], []),  # what is not finite is no number
    ],
)
def test_a_name_needs_numbers_that_vary(values, ids):
    found = judge(replace(TASK, probes=arrays(*values)), who_doubles, np.random.default_rng(0))
    assert [made.id for made in found.mistakes] == ids and not found.pair


def test_what_nobody_declared_needs_them_as_well():
    for values, ids in ((LONG, ["a.1_subtracted"]), ([[1.0, 2, 3]] * 2, []), ([np.arange(9.0)], [])):
        assert named(replace(TASK, probes=arrays(*values), mistakes=()), lambda x: x - 1) == ids


@pytest.mark.parametrize(("many", "told"), [(1, 1), (2, 2), (3, 3), (4, 0)])
def test_up_to_three_mistakes_that_fit_are_told(many, told):
    alike = tuple(mistake(f"a.{k}", f"It is {k}.", a=lambda x: 2 * x + 1) for k in range(many))
    found = judge(replace(TASK, probes=arrays(*LONG), mistakes=alike), who_doubles, np.random.default_rng(0))
    assert [made.id for made in found.mistakes] == [f"a.{k}" for k in range(told)] and not found.pair


def test_mistakes_of_one_id_are_one():
    twice = (DOUBLE, replace(DOUBLE, effect="The same again."))
    assert named(replace(TASK, probes=arrays(*LONG), mistakes=twice), who_doubles) == ["a.double"]


@pytest.mark.parametrize(("off", "ids"), [(1e-10, ["a.double"]), (1e-8, [])])
def test_a_mistake_is_reproduced_to_rounding(off, ids):
    assert named(replace(TASK, probes=arrays(*LONG)), lambda x: who_doubles(x) * (1 + off)) == ids


@pytest.mark.parametrize(("off", "ids"), [(1e-6, ["a.double"]), (1e-3, [])])
def test_of_float32_no_more_than_its_digits_is_asked(off, ids):
    assert named(replace(TASK, probes=arrays(*LONG)), lambda x: (who_doubles(x) * (1 + off)).astype("f")) == ids


EDGE = replace(TASK, probes=arrays(*LONG, extreme=[[100.0, 200, 300, 400, 500, 600], [1.0, 2, 3, 4, 5, 700]]))


@pytest.mark.parametrize(
    ("at_edges", "ids"),
    [
        (lambda x: 2 * x + 1, ["a.double"]),
        (lambda x: 3 * x + 1, ["a.double"]),  # wrong as well: edges differ with the way it is written
        (lambda x: x + 1, []),  # right there, where who doubles is wrong
        (lambda x: x @ x[:2], []),  # raised there, where who doubles raises nothing
    ],
)
def test_at_edges_who_makes_a_mistake_must_be_wrong_where_it_is(at_edges, ids):
    assert named(EDGE, lambda x: at_edges(x) if x.max() > 50 else 2 * x + 1) == ids


def test_at_edges_who_is_wrong_must_make_a_mistake_that_is_wrong_there():
    inside = mistake("a.inside", "It is right at edges.", a=lambda x: x + 1 if x.max() > 50 else 2 * x + 1)
    task = replace(EDGE, mistakes=(inside,))
    assert named(task, lambda x: 3 * x if x.max() > 50 else 2 * x + 1) == []
    assert named(task, inside.steps["a"]) == ["a.inside"]


@pytest.mark.parametrize(("at_edges", "ids"), [(lambda x: 2 * x, ["a.edge"]), (lambda x: 3 * x, [])])
def test_who_is_wrong_only_there_must_agree_there(at_edges, ids):
    edge = mistake("a.edge", "It overflows.", a=lambda x: np.where(x.max() > 50, 2 * x, x + 1))
    assert named(replace(EDGE, mistakes=(edge,)), lambda x: at_edges(x) if x.max() > 50 else x + 1) == ids


def test_who_raises_where_a_mistake_raises_makes_it():
    """The mistake and the student both raise on the second of three probes."""

    def cut(x):
        return 2 * x + 1 if x.size != 4 else x @ np.ones(3)

    raising = mistake("a.cut", "It is cut.", a=cut)
    task = replace(TASK, probes=arrays(LONG[0], [1.0, 2, 3, 4], LONG[1]), mistakes=(raising, DOUBLE))
    assert named(task, cut) == ["a.cut"] and named(task, who_doubles) == ["a.double"]


def test_facts_alone_and_no_steps_get_no_name():
    assert named(replace(TASK, steps={}, probes=arrays(*LONG)), who_doubles) == []


PAIRS = Task(
    1,
    "f(x)",
    "a b",
    {"a": lambda x: x + 1, "b": lambda x: x - 1},
    arrays([1.0, 2, 3], [4.0, 5, 6], [7.0, 8, 9]),
    mistakes=(
        mistake("a.double", "a is double.", a=lambda x: 2 * x + 1),
        mistake("b.double", "b is double.", b=lambda x: 2 * x - 1),
        mistake("a.turned", "They are turned.", returns="b a", a=lambda x: 2 * x + 1),
    ),
)


@pytest.mark.parametrize(
    ("probes", "ids"),
    [(3, ["a.double", "b.double"]), (2, [])],  # of which one explains a part on three probes or more
)
def test_a_pair_is_named_if_one_of_it_explains_a_part(probes, ids):
    task = replace(PAIRS, probes=lambda rng: PAIRS.probes(rng)[:probes])
    found = judge(task, lambda x: (2 * x + 1, 2 * x - 1), np.random.default_rng(0))
    assert [made.id for made in found.mistakes] == ids and found.pair == bool(ids)


def test_a_pair_is_seen_through_the_rounding_of_float32():
    answer = lambda x: ((2 * x + 1.000001).astype("f"), (2 * x - 1.000001).astype("f"))  # noqa: E731
    found = judge(PAIRS, answer, np.random.default_rng(0))
    assert [made.id for made in found.mistakes] == ["a.double", "b.double"]


def test_two_pairs_that_fit_are_no_evidence():
    other = mistake("a.other", "a is another.", a=lambda x: 2 * x + 1)
    assert named(replace(PAIRS, mistakes=(*PAIRS.mistakes, other)), lambda x: (2 * x + 1, 2 * x - 1)) == []
    same_id = replace(other, id="a.double")
    assert len(named(replace(PAIRS, mistakes=(*PAIRS.mistakes, same_id)), lambda x: (2 * x + 1, 2 * x - 1))) == 2


def test_a_mistake_that_is_made_in_two_places_is_no_pair():
    twice = tuple(replace(one, id="double") for one in PAIRS.mistakes[:2])
    assert named(replace(PAIRS, mistakes=twice), lambda x: (2 * x + 1, 2 * x - 1)) == []


def cause(*effects, pair=False, lectures=("", "", "")):
    made = tuple(Mistake("id", effect, {}, lecture=lecture) for effect, lecture in zip(effects, lectures))
    return Finding("values", mistakes=made, pair=pair).cause


def test_causes_are_put_in_words():
    assert cause() == ""
    assert cause("A.") == "A."
    assert cause("A.", "B.") == "One of two. Either: A. Or: B."
    assert cause("A.", "B.", "C.") == "A. Or: B. Or: C."
    assert cause("A.", "B.", pair=True) == "A. Also: B."
    assert cause("A.", "B.", pair=True, lectures=("06", "06")) == "A. Also: B. (Lecture 06)"
    assert cause("A.", "B.", "C.", lectures=("06", "", "04")) == "A. Or: B. Or: C. (Lecture 06, 04)"


def prints(*functions):
    task = replace(TASK, probes=arrays([1.0, 2, 3], np.arange(2000.0)), mistakes=())
    return [judge(task, function, np.random.default_rng(0)).print for function in functions]


def fails(error):
    def function(x):
        raise error

    return function


def beyond(x):
    x = 2 * x
    x[1001:] = 0
    return x


def test_answers_of_equal_results_have_one_print():
    """To five digits, of the first thousand numbers of each result; 0 has no sign; errors by their kind."""
    same = prints(lambda x: 2 * x, lambda x: 2 * x * (1 + 1e-7), lambda x: 2 * x - 0.0, beyond)
    assert len(set(same)) == 1 and len(same[0]) == 12
    assert len(set(prints(lambda x: 0 * x, lambda x: -0.0 * x))) == 1
    others = prints(
        lambda x: 2 * x, lambda x: 2 * x * 1.001, lambda x: -2 * x, lambda x: (2 * x)[None], lambda x: 2j * x,
        fails(KeyError("a")), fails(ValueError("a")), lambda x: "a",
    )  # fmt: skip
    assert len(set(others)) == len(others)
    assert len(set(prints(fails(KeyError("a")), fails(KeyError("b"))))) == 1


def test_numbers_that_overflow_stop_nothing_whatever_is_set():
    with np.errstate(all="raise"):
        found = judge(replace(TASK, probes=arrays(*LONG)), lambda x: np.exp(1000 * x), np.random.default_rng(0))
    assert (found.kind, found.text) == ("values", ": the result is not right: infinite or NaN.")
