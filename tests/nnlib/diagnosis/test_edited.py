"""Mistakes that nobody declared: single edits of the steps, in words; silence where a step has no words."""

import ast
from dataclasses import replace

import numpy as np
import pytest

from nnlib.diagnosis import Probe, Task, judge, mistake, renamed
from nnlib.diagnosis.edited import edited
from nnlib.diagnosis.kinds import edits
from nnlib.diagnosis.task import away_from_kinks


def steps_of_adam(rng):
    shapes = [(4, 3), (2, 5), (3, 3), (4, 4), (6,)]
    return [Probe("arrays", (*away_from_kinks(rng, (2, *shape)), *rng.uniform(0.2, 0.8, 2))) for shape in shapes]


AVERAGE = Task(
    number=1,
    call="average(m, g, beta, eps)",
    returns="m_new",
    steps={
        "size": lambda g: np.abs(g),
        "m_new": lambda m, beta, size, eps: beta * m + (1 - beta) * size / (np.sqrt(size) + eps),
    },
    probes=steps_of_adam,
    words={"size": "the size of g"},
)


def formula(m, g, beta, eps, size=np.abs, root=np.sqrt, rest=lambda beta: 1 - beta):
    return beta * m + rest(beta) * size(g) / (root(size(g)) + eps)


@pytest.mark.parametrize(("answer", "said"), [
    (lambda m, g, beta, eps: formula(m, g, beta, eps, rest=lambda beta: beta), "beta stands where 1 − beta belongs"),
    (lambda m, g, beta, eps: formula(m, g, beta, eps, rest=lambda beta: 1), "1 − beta is missing"),
    (lambda m, g, beta, eps: formula(m, g, beta, 0 * eps), "eps is missing"),
    (lambda m, g, beta, eps: formula(m, g, beta, -eps), "eps is subtracted, where it should be added"),
    (lambda m, g, beta, eps: formula(eps, g, beta, eps), "eps stands where m belongs"),
    (lambda m, g, beta, eps: formula(m, g, beta, eps, root=lambda size: size), "the root of size is not taken"),
])  # fmt: skip
def test_an_edit_is_named_by_what_it_does(answer, said):
    found = judge(AVERAGE, answer, np.random.default_rng(3))
    assert said.replace("size", "the size of g") in found.cause
    assert len(found.mistakes) == 1 and found.mistakes[0].id.startswith("m_new.")


def test_who_is_right_or_wrong_in_two_places_gets_no_name():
    assert judge(AVERAGE, formula, np.random.default_rng(3)).kind == "right"
    twice = judge(
        AVERAGE, lambda m, g, beta, eps: formula(m, g, beta, -eps, rest=lambda beta: 1.5), np.random.default_rng(3)
    )
    assert twice.kind == "values" and not twice.mistakes


def test_a_declared_mistake_speaks_first_and_a_step_without_words_is_silent():
    made = mistake(
        "m_new.whole", "The average is none.", m_new=lambda m, size, eps, beta: beta * m + size / (np.sqrt(size) + eps)
    )
    found = judge(
        replace(AVERAGE, mistakes=(made,)), lambda *a: formula(*a, rest=lambda beta: 1), np.random.default_rng(3)
    )
    assert found.cause == "The average is none."
    assert not [one for one in edited(replace(AVERAGE, words={})) if "size" in one.steps]


def test_steps_of_another_task_are_edited_under_their_new_names():
    other = Task(1, "f(x, y)", "z", renamed({"c": lambda a, b: a - b}, a="x", b="y", c="z"), lambda rng: [])
    made = {one.id: one.steps["z"] for one in edited(other)}
    assert made["z.y_added"](3, 5) == 8 and made["z.without_y"](3) == 3 and made["z.y_for_x"](5) == 0


def test_a_step_that_two_tasks_share_is_edited_under_the_names_of_each():
    step = {"c": lambda a, b: (a - b) ** 2}
    for x, y in ("uv", "xy"):
        task = Task(1, f"f({x}, {y})", "z", renamed(step, a=x, b=y, c="z"), lambda rng: [])
        assert f"z.{y}_added" in [one.id for one in edited(task)]


def test_functions_closures_and_defaults_are_known():
    def scaled(factor):
        return lambda x, y, shift=2: factor * x - shift * y

    task = Task(1, "f(x, y)", "z", {"z": scaled(10)}, lambda rng: [])
    made = {one.id: one.steps["z"] for one in edited(task)}
    assert made["z.the_part_with_y_added"](3, 5) == 40


@pytest.mark.parametrize(("written", "words"), [
    ("a.sum(axis=0)", "a mean of a is taken, where a sum belongs"),
    ("a.sum(axis=0)", "the other axis of a is taken"),
    ("a.T @ b", "a stands where its transpose belongs"),
    ("np.maximum(0, a)", "a minimum of 0 is taken, where a maximum belongs"),
    ("a * (b > 0)", "the comparison of b with 0 is turned round"),
    ("-a", "the minus before a is missing"),
    ("a**2 / len(b)", "nothing is divided by the length of b"),
    ("(a < b) | (b < 1)", "the second condition is missing"),
    ("a if b else c", "the two cases are exchanged"),
    ("(1 - a) * b**2 + c", "(1 − a) · b² is missing"),
])  # fmt: skip
def test_kinds_have_words(written, words):
    names = {name: name for name in "abc"}
    found = list(edits(ast.parse(written, mode="eval").body, names, list(names)))
    assert words in [says for _, _, says in found]
    for other, *_ in found:
        compile(ast.fix_missing_locations(ast.Expression(other)), "", "eval")


def test_which_entry_of_a_list_is_meant_is_no_quantity():
    found = [says for _, _, says in edits(ast.parse("a[-1] * b", mode="eval").body, {"a": "a", "b": "b"}, ["a", "b"])]
    assert "the minus before 1 is missing" not in found and any("b" in says for says in found)


def difference(x, y):
    """x − y, as a function with words."""
    return x - y


def in_two_steps(x, y):
    x = 2 * x
    return x - y


def without_return(x, y):
    x - y


class Other:
    def difference(self, x, y):
        return x * y


def one(x, y): return x + y  # fmt: skip


class Step:
    inputs = "x", "y"


def of_the_same_name():
    def difference(x, y):
        return x * y

    return difference


PAIR = (lambda x, y: x - y, lambda x, y: x * y)


@pytest.mark.parametrize(
    ("step", "first"),
    [
        (difference, "In z, y is added, where it should be subtracted."),
        (of_the_same_name(), "In z, the factor y is missing."),
        (one, "In z, y is subtracted, where it should be added."),
        (PAIR[0], "In z, y is added, where it should be subtracted."),
        (PAIR[1], "In z, the factor y is missing."),  # the second of a line
        (in_two_steps, None),
        (without_return, None),
        (Step(), None),
    ],
)
def test_steps_are_read_from_their_source_if_they_are_one_expression(step, first):
    task = Task(1, "f(x, y)", "z", {"z": step}, lambda rng: [])
    assert next((made.effect for made in edited(task)), None) == first


def test_only_quantities_that_are_there_by_then_stand_for_others():
    task = Task(1, "f(x)", "a b", {"a": lambda x: 2 * x, "h": lambda x: -x, "b": lambda a: 3 * a}, lambda rng: [])
    assert [made.id for made in edited(task) if "_for_" in made.id] == ["b.x_for_a"]
    named = replace(task, words={"h": "the hidden one"})
    assert [made.id for made in edited(named) if "_for_" in made.id] == ["h.a_for_x", "b.x_for_a", "b.h_for_a"]
    assert "In the hidden one, the minus before x is missing." in [made.effect for made in edited(named)]
    assert "In b, the hidden one stands where a belongs." in [made.effect for made in edited(named)]


@pytest.mark.parametrize(("steps", "told"), [(1, 1), (2, 2), (3, 0)])
def test_up_to_two_steps_whose_edits_fit_are_told(steps, told):
    """The first edit of each step speaks; they are alike here."""
    chain = {f"h{k}": (lambda x: 2 * x) if k == 0 else (lambda h0: 2 * h0) if k == 1 else (lambda h1: 2 * h1)
             for k in range(steps)}  # fmt: skip
    arrays = lambda rng: [Probe("arrays", (rng.uniform(1, 2, n),)) for n in (4, 5)]  # noqa: E731
    task = Task(1, "f(x)", f"h{steps - 1}", chain, arrays, words={name: name for name in chain})
    found = judge(task, lambda x: 2.0 ** (steps - 1) * x, np.random.default_rng(0))
    assert len(found.mistakes) == told


@pytest.mark.parametrize(("kind", "other"), [("shape", "x"), ("raised", "x + y"), ("values", "x")])
def test_an_edit_may_stand_behind_a_wrong_shape_and_what_is_raised(kind, other):
    shapes = [(4, 4), (5, 5)] if kind == "values" else [(2, 3), (3, 3), (3, 2), (4, 4)]
    probes = lambda rng: [Probe("arrays", (rng.normal(size=s), rng.normal(size=s[::-1]))) for s in shapes]  # noqa: E731
    steps = {"a": (lambda x, y: x.T + y) if kind == "raised" else (lambda x, y: x.T)}
    found = judge(Task(1, "f(x, y)", "a", steps, probes), eval(f"lambda x, y: {other}"), np.random.default_rng(0))
    assert (found.kind, found.cause) == (kind, "In a, x stands where its transpose belongs.")
