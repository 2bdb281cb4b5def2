"""Part 2: gates by hand-set weights, judged by what they compute, and XNOR and XOR out of units."""

import numpy as np

from nnlib import perceptron
from nnlib.diagnosis import Fact, Probe, Task, mistake
from nnlib.diagnosis.comparing import as_numbers
from nnlib.tasks.a1.units import STEP, UNIT

ROWS = {1: np.array([[0], [1]]), 2: np.array([[0, 0], [0, 1], [1, 0], [1, 1]])}
GATES = {"AND": (0, 0, 0, 1), "OR": (0, 1, 1, 1), "NOT": (1, 0), "NOR": (1, 0, 0, 0)}
TABLES = {  # what the rows 00, 01, 10, 11 can be answered with
    **{name: table for name, table in GATES.items() if len(table) == 4},
    "NAND": (1, 1, 1, 0), "XOR": (0, 1, 1, 0), "XNOR": (1, 0, 0, 1),
    "x₁": (0, 0, 1, 1), "x₂": (0, 1, 0, 1), "NOT x₁": (1, 1, 0, 0), "NOT x₂": (1, 0, 1, 0),
    "x₁ AND NOT x₂": (0, 0, 1, 0), "x₂ AND NOT x₁": (0, 1, 0, 0),
    "x₁ OR NOT x₂": (1, 0, 1, 1), "x₂ OR NOT x₁": (1, 1, 0, 1),
}  # fmt: skip
CONSTANT = {"1 for all inputs": 1, "0 for all inputs": 0}


def answers(pair, n):
    """What a unit with these (w, b) answers to each row of n inputs; None if that is no pair of such a form."""
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        return None
    w, b = map(as_numbers, pair)
    if w is None or b is None or w.shape != (n,) or b.shape not in ((), (1,)):
        return None
    if not np.isfinite([*w, *b.ravel()]).all():
        return None
    return tuple(perceptron.step(ROWS[n] @ w + b).astype(int).tolist())


def bias_first(pair, n):
    """Whether it is a pair (b, w)."""
    return isinstance(pair, (tuple, list)) and answers(pair, n) is None and answers(pair[::-1], n) is not None


def facts_about(k, name):
    """What may be wrong with the k-th gate: its form, what it computes instead, and the first row that is wrong."""
    table = GATES[name]
    n = 1 if len(table) == 2 else 2
    others = {other: found for other, found in TABLES.items() if len(found) == len(table)}
    others |= {other: (value,) * len(table) for other, value in CONSTANT.items()} | ({"x": (0, 1)} if n == 1 else {})

    def fact(id, effect, holds):
        return Fact(f"{name}.{id}", f"{name} {effect}", lambda seen: holds(answers(seen.result[k], n)), name)

    weights = "a list of 2 weights" if n == 2 else "a list of 1 weight"
    turned = f"{name} has the bias first: a pair is (w, b)."
    yield Fact(f"{name}.turned", turned, lambda seen: not bias_first(seen.result[k], n), name)
    yield fact("form", f"should be a pair (w, b) of {weights} and a number.", lambda got: got is not None)
    for other, found in others.items():
        if found != table:
            effect = f"answers {other}." if other in CONSTANT else f"computes {other}."
            yield fact(other.replace(" ", "_"), effect, lambda got, found=found: got is None or got != found)
    for i, row in enumerate(ROWS[n]):
        inputs = f"the inputs are {row[0]}, {row[1]}" if n == 2 else f"the input is {row[0]}"
        effect = f"answers {1 - table[i]} where {inputs}."
        yield fact(f"row_{i}", effect, lambda got, i=i: got is None or got[i] == table[i])


GATE = Task(
    number=4,
    call="gates()",
    returns="AND OR NOT NOR",
    steps={},
    probes=lambda rng: [Probe("the four gates", ())],
    facts=tuple(fact for k, name in enumerate(GATES) for fact in facts_about(k, name)),
    lecture="02, part 1",
)


def gates():
    """Gates that are right, for the tasks that build on them: pairs (w, b)."""
    units = perceptron.AND, perceptron.OR, perceptron.NOT, perceptron.NOR
    return tuple((np.array(unit.w, dtype=float), float(unit.b)) for unit in units)


def bits(rng):
    """Rows of two inputs, all four among them; a single row last."""
    def rows(m):
        return rng.permutation(np.vstack([ROWS[2], rng.integers(0, 2, (m - 4, 2))])).astype(float)

    return [
        Probe("all four rows", (ROWS[2].astype(float),)),
        *(Probe("many rows", (rows(m),)) for m in (12, 25, 7, 30)),
        *(Probe("a single row", (row[None].astype(float),)) for row in ROWS[2]),
    ]


def answered(table):
    """The answers of a table to rows of two inputs."""

    def read_off(x):
        rows = (2 * x[:, 0] + x[:, 1]).astype(int)
        return np.array(table, dtype=float)[rows]  # no formula: its single edits are nothing that a student does

    return read_off


def by_units(seen):
    """Whether the answer is made by units: three of them at least, where a finished XNOR counts as three."""
    names = [name for name, _ in seen.calls]
    return names.count("unit") >= 1 and names.count("unit") + 3 * names.count("xnor") >= 3


def one_row(seen):
    return len(seen.arguments[0]) == 1


def gate_of_two(number, name, helpers):
    """A Boolean function of two inputs that takes a network."""
    right = TABLES[name]
    return Task(
        number=number,
        call=f"{name.lower()}(x)",
        returns="y_hat",
        steps={"y_hat": answered(right)},
        probes=bits,
        example=(ROWS[2].astype(float),),
        facts=(
            Fact("units", "Too few units are called: the answer takes at least three calls of `unit`.", by_units),
            Fact("y_hat.sums", "Some answers are neither 0 nor 1.", lambda seen: np.isin(seen.result, (0, 1)).all()),
            Fact("y_hat.always_0", "The answer is 0 for all inputs.",
                 lambda seen: one_row(seen) or np.any(seen.result)),
            Fact("y_hat.always_1", "The answer is 1 for all inputs.",
                 lambda seen: one_row(seen) or not np.all(seen.result)),
        ),
        helpers=helpers,
        lecture="02, part 4",
        mistakes=tuple(
            mistake(f"y_hat.{other.replace(' ', '_')}", f"The network computes {other}.", y_hat=answered(found))
            for other, found in TABLES.items() if found != right
        ),
    )  # fmt: skip


XNOR = gate_of_two(5, "XNOR", {"step": STEP, "unit": UNIT, "gates": gates})
XOR = gate_of_two(6, "XOR", XNOR.helpers | {"xnor": XNOR})

TASKS = (GATE, XNOR, XOR)
