"""What is said of an answer: certain facts first, names on evidence alone, nothing of a right answer."""

from dataclasses import replace

import numpy as np
import pytest

from nnlib.diagnosis import Fact, Finding, Probe, Task, judge, judging, mistake

SHAPES = [(5, 2, 3), (2, 4, 3), (3, 3, 3), (4, 4, 4), (1, 3, 2)]


def layers(rng):
    return [
        Probe("a batch of one" if m == 1 else "batches", (rng.normal(size=(m, o)), rng.normal(size=(m, i))))
        for m, i, o in SHAPES
    ]


PRODUCT = Task(
    number=7,
    call="gradients(delta, x)",
    returns="dW db",
    steps={"dW": lambda delta, x: delta.T @ x, "db": lambda delta: delta.sum(axis=0)},
    probes=layers,
    dtype="float64",
    mistakes=(
        mistake("dW.transposed", "dW is transposed.", dW=lambda delta, x: x.T @ delta),
        mistake("dW.mean", "dW is a mean.", dW=lambda delta, x: delta.T @ x / len(x), lecture="06"),
        mistake("db.mean", "db is a mean.", db=lambda delta: delta.mean(axis=0)),
    ),
)
CALLS = []


def right(delta, x):
    return delta.T @ x, delta.sum(axis=0)


def adds_up(delta, x):
    CALLS.append(1)
    return len(CALLS) * delta.T @ x, delta.sum(axis=0)


def changes(delta, x):
    delta *= 2
    return right(delta, x)


def not_written(delta, x):
    raise NotImplementedError


ANSWERS = {  # (function, kind, share, what the text says, ids that are named)
    "right": (right, "right", 1, "", []),
    "right in lists": (lambda d, x: [(d.T @ x).tolist(), list(d.sum(0))], "right", 1, "", []),
    "not written": (not_written, "open", 0, "is not written yet", []),
    "None": (lambda d, x: None, "parts", 0, "returned None", []),
    "one value": (lambda d, x: d.T @ x, "parts", 0, "returned one value, expected 2: (dW, db)", []),
    "three values": (lambda d, x: (1, 2, 3), "parts", 0, "returned 3 values, expected 2", []),
    "a text": (lambda d, x: ("dW", d.sum(0)), "parts", 0.25, "returned dW as a text, expected numbers", []),
    "raises": (lambda d, x: d @ x, "raised", 0, "raised ValueError for batches", []),
    "changes": (changes, "changed", 0, "changed its argument delta in place", []),
    "adds up": (adds_up, "state", 0.25, "gave another result when it was called a second time", []),
    "float32": (lambda d, x: (right(d, x)[0].astype("f"), right(d, x)[1]), "dtype", 0.5, "dW in float32", []),
    "order": (lambda d, x: right(d, x)[::-1], "order", 0.5, "another order: (db, dW), expected (dW, db)", []),
    "a column": (lambda d, x: (d.T @ x, d.sum(0)[:, None]), "shape", 0.5, "db with shape (3, 1), expected (3,)", []),
    "transposed": (lambda d, x: (x.T @ d, d.sum(0)), "shape", 0.5, "dW with shape (2, 3)", ["dW.transposed"]),
    "a mean": (lambda d, x: (d.T @ x / len(d), d.sum(0)), "values", 0.5, "db is right, dW is not", ["dW.mean"]),
    "two means": (
        lambda d, x: (d.T @ x / len(d), d.mean(0)),
        *("values", 0, "none of dW and db is right", ["dW.mean", "db.mean"]),
    ),
    "negative": (lambda d, x: (-d.T @ x, d.sum(0)), "values", 0.5, "dW has the wrong sign", []),
    "NaN": (lambda d, x: (np.nan * d.T @ x, d.sum(0)), "values", 0.5, "dW is not: NaN", []),
    "infinite": (lambda d, x: (np.inf * d.T @ x, d.sum(0)), "values", 0.5, "dW is not: infinite or NaN", []),
    "zero": (lambda d, x: (0 * d.T @ x, d.sum(0)), "values", 0.5, "dW is not: 0 everywhere", []),
    "by chance": (lambda d, x: (d.T @ x, d.sum(0) * 1.001), "values", 0.5, "dW is right, db is not", []),
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_what_is_said_of(name):
    function, kind, share, text, ids = ANSWERS[name]
    CALLS.clear()
    found = judge(PRODUCT, function, np.random.default_rng(1))
    assert (found.kind, found.share) == (kind, share), found
    assert text in found.text
    assert [made.id for made in found.mistakes] == ids


def test_a_batch_of_one_is_told_apart():
    found = judge(PRODUCT, ANSWERS["a mean"][0], np.random.default_rng(1))
    assert "Right for a batch of one, wrong for batches" in found.text
    assert found.cause == "dW is a mean. (Lecture 06)"


def test_a_pair_is_told_as_two_mistakes_and_a_doubt_as_a_doubt():
    both = judge(PRODUCT, ANSWERS["two means"][0], np.random.default_rng(1))
    assert both.cause.startswith("dW is a mean. Also: db is a mean.")
    other = mistake("x", "So or so.", db=lambda delta: delta.mean(axis=0))
    twin = replace(PRODUCT, mistakes=(*PRODUCT.mistakes, other))
    found = judge(twin, lambda d, x: (d.T @ x, d.mean(0)), np.random.default_rng(1))
    assert found.cause == "One of two. Either: db is a mean. Or: So or so."


def test_a_pair_needs_one_mistake_that_explains_a_part_alone():
    forgets = mistake("h.missing", "x is not doubled.", h=lambda x: x)
    mean = mistake("dW.mean", "dW is a mean.", dW=lambda delta, h: delta.T @ h / len(h))
    steps = {"h": lambda x: 2 * x, "dW": lambda delta, h: delta.T @ h}
    network = replace(PRODUCT, returns="h dW", steps=steps, mistakes=(forgets, mean))
    found = judge(network, lambda d, x: (x, d.T @ x / len(d)), np.random.default_rng(1))
    assert [made.id for made in found.mistakes] == ["h.missing", "dW.mean"] and found.pair
    hidden = replace(network, steps=steps | {"db": PRODUCT.steps["db"]})
    alone, beside = lambda d, x: d.T @ x / len(d), lambda d, x: (d.T @ x / len(d), d.sum(0))
    for returns, answer in (("dW", alone), ("dW db", beside)):
        assert not judge(replace(hidden, returns=returns), answer, np.random.default_rng(1)).mistakes


def test_each_entry_of_a_list_is_a_part():
    task = replace(PRODUCT, returns="L [dW db]", steps={"L": lambda x: x.sum()} | PRODUCT.steps)
    for answer, share, text in [
        (lambda d, x: (x.sum(), [d.T @ x, d.sum(0)]), 1, ""),
        (lambda d, x: (x.sum(), (d.T @ x, d.mean(0))), 2 / 3, ": L and dW are right, db is not"),
        (lambda d, x: (x.sum(), d.T @ x, d.sum(0)), 0, "returned 3 values, expected 2: (L, [dW, db])"),
        (lambda d, x: (x.sum(), [d.T @ x]), 0, "returned 1 values where the list [dW, db] belongs"),
        (lambda d, x: ([d.T @ x, d.sum(0)], x.sum()), 0, "returned one value where the list [dW, db] belongs"),
        (lambda d, x: (x.sum(), [d.sum(0), d.T @ x]), 0.5, "another order: (L, db, dW), expected (L, dW, db)"),
    ]:
        found = judge(task, answer, np.random.default_rng(1))
        assert found.share == share and text in found.text, found
    probe = task.probes(np.random.default_rng(1))[0]
    L, grads = task(*probe.arguments)
    assert probe.arguments[1].sum() == L and len(grads) == 2


def test_results_that_differ_in_sign_have_other_prints():
    turned = [judge(PRODUCT, answer, np.random.default_rng(1)).print for answer in (
        lambda d, x: (3 * d.T @ x, d.sum(0)), lambda d, x: (-3 * d.T @ x, d.sum(0)))]  # fmt: skip
    assert turned[0] != turned[1]


@pytest.mark.parametrize(("one", "other", "differ"), [
    ([1 + 2j], [1 + 3j], True), ([1.0001], [1.0002], True), ([1.00001], [1.00002], False),
    ([0.0] * 1000 + [1], [0.0] * 1000 + [2], False), ([0.0] * 999 + [1], [0.0] * 999 + [2], True),
])  # fmt: skip
def test_prints_are_of_a_thousand_numbers_of_five_digits_each(one, other, differ):
    task = Task(1, "f(x)", "a", {"a": lambda x: x}, lambda rng: [Probe("a number", (1,))])
    prints = {judge(task, lambda x, a=a: np.array(a), np.random.default_rng(1)).print for a in (one, other)}
    assert len(prints) == 1 + differ


def test_equal_results_have_equal_prints():
    found = [judge(PRODUCT, ANSWERS[name][0], np.random.default_rng(1)) for name in ("a mean", "negative", "a mean")]
    prints = [one.print for one in found]
    assert prints[0] == prints[2] != prints[1]


def softmax(z):
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


SOFTMAX = Task(
    number=2,
    call="softmax(z)",
    returns="p",
    steps={"p": lambda z: softmax(z - z.max(axis=1, keepdims=True))},
    probes=lambda rng: [
        *(Probe("rows of scores", (rng.normal(size=shape),)) for shape in [(3, 4), (5, 2)]),
        Probe("scores as large as 1000", (np.array([[1000.0, 999.0], [-1000.0, 3.0]]),), extreme=True),
    ],
)


def test_what_fails_at_extremes_alone_is_told_so():
    found = judge(SOFTMAX, softmax, np.random.default_rng(1))
    assert found.kind == "extreme" and found.share == 0.5
    assert found.text == "is right for ordinary inputs, but it is NaN for scores as large as 1000."


def large(rng):
    return Probe("a batch of 500", (rng.normal(size=(500, 3)), rng.normal(size=(500, 2))))


def test_an_answer_has_to_be_right_at_full_size_too():
    task = replace(PRODUCT, full_size=large)
    for broken in (lambda d, x: right(d[:100], x[:100]), lambda d, x: right(d, x) if len(x) < 100 else 1 / 0):
        found = judge(task, broken, np.random.default_rng(1))
        assert (found.kind, found.share, found.mistakes) == ("extreme", 0.5, ())
        assert found.text == "is right for small inputs, but not for a batch of 500."
        assert judge(PRODUCT, broken, np.random.default_rng(1)).kind == "right"
    assert isinstance(found.error, ZeroDivisionError)


@pytest.mark.parametrize(("seconds", "kind"), [([9.0, 6.2], "slow"), ([9.0, 1.9], "right"), ([1.9], "right")])
def test_an_answer_that_is_slow_twice_at_full_size_has_half(monkeypatch, seconds, kind):
    times = iter([time for each in seconds for time in (100.0, 100.0 + each)])
    monkeypatch.setattr(judging.time, "monotonic", lambda: next(times))
    found = judge(replace(PRODUCT, full_size=large), right, np.random.default_rng(1))
    assert (found.kind, found.share) == (kind, 0.5 if kind == "slow" else 1)
    assert found.text == ("is right, but takes 6 s for a batch of 500, where one pass takes milliseconds. Gradients by"
                          " differences need two passes for each entry." if kind == "slow" else "")  # fmt: skip
    assert list(times) == []


def weights(n, rng):
    return rng.normal(0, 0.1, n), np.zeros(n)


WEIGHTS = Task(
    number=3,
    call="weights(n, rng)",
    returns="W b",
    steps={},
    probes=lambda rng: [Probe("many units", (n, np.random.default_rng(n))) for n in (800, 900)],
    facts=(
        Fact("W.spread", "W has another spread than 0.1.", lambda seen: abs(seen.result[0].std() - 0.1) < 0.02, "W"),
        Fact("b.zero", "b is not 0.", lambda seen: not np.any(seen.result[1]), "b"),
    ),
)


def test_facts_tell_what_right_answers_have_in_common():
    assert judge(WEIGHTS, weights, np.random.default_rng(1)).kind == "right"
    found = judge(WEIGHTS, lambda n, rng: (rng.normal(0, 1, n), np.zeros(n)), np.random.default_rng(1))
    assert (found.kind, found.share, found.text) == ("W.spread", 0.5, ": W has another spread than 0.1.")
    for nothing in (lambda n, rng: (np.zeros(n), np.zeros(n)), lambda n, rng: (np.ones(n), np.zeros(n)),
                    lambda n, rng: (np.full(n, np.nan), np.zeros(n))):  # fmt: skip
        assert judge(WEIGHTS, nothing, np.random.default_rng(1)).share == 0  # b is right, as anybody has it
    unseeded = judge(WEIGHTS, lambda n, rng: weights(n, np.random.default_rng()), np.random.default_rng(1))
    assert unseeded.kind == "state"


def test_a_broken_fact_of_a_part_costs_that_part_and_one_of_none_half():
    near = Fact("W.near", "W is far.", lambda seen: seen.result[0].std() < 1)
    task = replace(WEIGHTS, facts=(near, *WEIGHTS.facts))
    found = judge(task, lambda n, rng: (rng.normal(0, 5, n), np.zeros(n)), np.random.default_rng(1))
    assert (found.kind, found.share) == ("W.near", 0.25)  # W is broken by another fact
    spread = replace(WEIGHTS, facts=(near,))
    assert judge(spread, lambda n, rng: (rng.normal(0, 5, n), np.zeros(n)), np.random.default_rng(1)).share == 0.5


def test_a_finding_has_nothing_but_its_kind_unless_it_is_given():
    assert Finding("open") == Finding("open", "", 0.0, (), False, "", None)


def test_what_one_probe_can_show_by_chance_is_told_only_if_it_is_so_everywhere():
    thirtieth = Fact("W.thirtieth", "W has the spread 1 / 30.", everywhere=True, part="W", holds=lambda seen: (
        abs(seen.result[0].std() * 30 - 1) > 0.05 if len(seen.result[0]) > 10 else None))  # fmt: skip
    task = replace(WEIGHTS, facts=(thirtieth, *WEIGHTS.facts))
    for spread, kind in [(lambda n: n**-0.5, "W.spread"), (lambda n: 1 / 30, "W.thirtieth"), (lambda n: 0.1, "right")]:
        answer = lambda n, rng, spread=spread: (rng.normal(0, spread(n), n), np.zeros(n))  # noqa: E731
        assert judge(task, answer, np.random.default_rng(1)).kind == kind
    short = judge(task, lambda n, rng: (rng.normal(0, 0.1, 5), np.zeros(5)), np.random.default_rng(1))
    assert short.kind != "W.thirtieth"  # it says nothing of so few


def test_helpers_are_lent_and_what_they_are_given_is_seen():
    steps = {"dW": lambda delta, x: 2 * delta.T @ x, "db": lambda delta: delta.sum(axis=0)}
    task = replace(PRODUCT, steps=steps, helpers={"double": lambda v: 2 * v})
    scope = {"double": None}
    exec("def gradients(delta, x):\n    return double(delta.T @ x), delta.sum(axis=0)", scope)
    assert judge(task, scope["gradients"], np.random.default_rng(1)).kind == "right"
    assert scope["double"] is None


SIZES = Task(
    number=4,
    call="sizes(n)",
    returns="shapes",
    steps={"shapes": lambda n: [(n,), (n, n + 1)]},
    probes=lambda rng: [Probe("a layer", (n,)) for n in (3, 4)],
)


def test_entries_of_another_form_are_wrong_values():
    assert judge(SIZES, lambda n: [(n,), (n, n + 1)], np.random.default_rng(1)).kind == "right"
    for wrong in (lambda n: [n, (n, n + 1)], lambda n: ["n", None]):
        found = judge(SIZES, wrong, np.random.default_rng(1))
        assert (found.kind, found.text) == ("values", ": the result is not right.")


def test_a_wrong_shape_in_a_list_is_that_of_an_entry():
    both = replace(PRODUCT, returns="grads", steps=PRODUCT.steps | {"grads": lambda dW, db: [dW, db]}, mistakes=())
    found = judge(both, lambda d, x: [d.T @ x, d.sum(0)[:, None]], np.random.default_rng(1))
    assert "returned an entry of grads with shape (3, 1), expected (3,)" in found.text


def test_a_generator_function_is_gone_through_and_what_it_does_to_rng_is_seen():
    def pair(x, rng):
        return rng.permutation(x)

    def pieces(x, rng):
        yield from pair(rng=rng, x=x)

    drawn = Fact("rng.unused", "Nothing is drawn.", lambda s: s.left[1].random() != s.arguments[1].random())
    called = Fact("calls", "The helper got the wrong thing.", lambda s: all(len(c[1][0]) == 6 for c in s.calls))
    task = Task(
        number=1,
        call="pieces(x, rng)",
        returns="piece",
        steps={},
        probes=lambda rng: [Probe("an array", (np.arange(6), np.random.default_rng(5)))],
        facts=(drawn, called),
        helpers={"pair": pair},
    )
    for function, kind in [
        (pieces, "right"),
        (lambda x, rng: map(float, x), "rng.unused"),
        (lambda x, rng: np.random.default_rng().permutation(x), "state"),
    ]:
        assert judge(task, function, np.random.default_rng(0)).kind == kind


def test_what_only_several_calls_show_is_a_fact_about_all_of_them():
    def several(calls):
        return len({one.result for one in calls}) > 1

    differ = Fact("constant", "The same comes out always.", several, together=True)
    task = Task(1, "f(x)", "y", {}, lambda rng: [Probe("one", (1,)), Probe("two", (2,))], facts=(differ,))
    for function, kind in [(lambda x: 3 * x, "right"), (lambda x: 3, "constant"), (lambda x: 1 // (x - 1), "raised")]:
        assert judge(task, function, np.random.default_rng(0)).kind == kind
