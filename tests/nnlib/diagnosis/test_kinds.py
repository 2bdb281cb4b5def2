"""Every edit of every kind of expression: what it becomes, its id, and its words."""

import ast

import pytest

from nnlib.diagnosis.kinds import edits

NAMES = {name: name for name in "abc"}
EDITS = {  # (what the expression becomes, the id, what is said), in the order in which they come
    "a + b": [
        ("a - b", "b_subtracted", "b is subtracted, where it should be added"),
        ("a", "without_b", "b is missing"),
        ("b", "without_a", "a is missing"),
    ],
    "a - b": [
        ("a + b", "b_added", "b is added, where it should be subtracted"),
        ("a", "without_b", "b is missing"),
        ("-b", "without_a", "a is missing"),
        ("b - a", "turned", "a is subtracted from b, not the reverse"),
    ],
    "1 - a": [
        ("1 + a", "a_added", "a is added, where it should be subtracted"),
        ("a", "a_for_rest", "a stands where 1 − a belongs"),
        ("a - 1", "turned", "1 is subtracted from a, not the reverse"),
    ],
    "a * b": [
        ("a", "without_b", "the factor b is missing"),
        ("a / b", "by_b", "b divides, where it should multiply"),
        ("a * b * b", "b_twice", "the factor b is there twice"),
        ("b", "without_a", "the factor a is missing"),
        ("b / a", "by_a", "a divides, where it should multiply"),
        ("a * b * a", "a_twice", "the factor a is there twice"),
        ("a + b", "added", "a and b are added, where they should be multiplied"),
    ],
    "a / b": [
        ("a", "without_b", "nothing is divided by b"),
        ("a * b", "times_b", "b multiplies, where it should divide"),
        ("a / b / b", "b_twice", "b divides twice"),
        ("b / a", "inverted", "b is divided by a, not the reverse"),
    ],
    "a**2": [
        ("a", "without_square", "the square of a is missing"),
    ],
    "a**3": [
        ("a", "without_power_3", "the power 3 of a is missing"),
        ("a * 3", "times_3", "a is multiplied by 3, where it should be taken to that power"),
    ],
    "a if b else c": [
        ("c if b else a", "exchanged", "the two cases are exchanged"),
    ],
    "-a": [
        ("a", "without_minus", "the minus before a is missing"),
    ],
    "a <= b": [
        ("a > b", "turned", "the comparison of a with b is turned round"),
        ("a < b", "at_edge", "a equal to b falls on the wrong side"),
    ],
    "a > 0": [
        ("a <= 0", "turned", "the comparison of a with 0 is turned round"),
        ("a >= 0", "at_edge", "a equal to 0 falls on the wrong side"),
    ],
    "np.sqrt(a)": [
        ("a", "without_sqrt", "the root of a is not taken"),
    ],
    "np.abs(a)": [
        ("a", "without_abs", "the absolute value of a is not taken"),
    ],
    "np.exp(a)": [
        ("a", "without_exp", "the exponential of a is not taken"),
    ],
    "np.log(a)": [
        ("a", "without_log", "the logarithm of a is not taken"),
    ],
    "np.sign(a)": [
        ("a", "without_sign", "the sign of a is not taken"),
    ],
    "np.tanh(a)": [
        ("a", "without_tanh", "the tanh of a is not taken"),
    ],
    "a.sum(axis=0)": [
        ("a.mean(axis=0)", "mean", "a mean of a is taken, where a sum belongs"),
        ("a.sum(axis=1)", "axis", "the other axis of a is taken"),
    ],
    "np.mean(a, axis=1)": [
        ("np.sum(a, axis=1)", "sum", "a sum of a is taken, where a mean belongs"),
        ("np.mean(a, axis=0)", "axis", "the other axis of a is taken"),
    ],
    "a.max(axis=2)": [
        ("a.min(axis=2)", "min", "a minimum of a is taken, where a maximum belongs"),
    ],
    "np.min(a)": [
        ("np.max(a)", "max", "a maximum of a is taken, where a minimum belongs"),
    ],
    "np.maximum(0, a)": [
        ("np.minimum(0, a)", "minimum", "a minimum of 0 is taken, where a maximum belongs"),
    ],
    "np.minimum(a, 1)": [
        ("np.maximum(a, 1)", "maximum", "a maximum of a is taken, where a minimum belongs"),
    ],
    "np.where(a, b, c)": [
        ("np.where(a, c, b)", "exchanged", "the two cases are exchanged"),
    ],
    "a.T": [
        ("a", "without_T_a", "a stands where its transpose belongs"),
    ],
    "(a + b).T": [
        ("a + b", "without_T_the_part_with_a_and_b", "the part with a and b stands where its transpose belongs"),
        ("(a - b).T", "b_subtracted", "b is subtracted, where it should be added"),
        ("a.T", "without_b", "b is missing"),
        ("b.T", "without_a", "a is missing"),
    ],
    "a[-1] * b": [
        ("a[-1]", "without_b", "the factor b is missing"),
        ("a[-1] / b", "by_b", "b divides, where it should multiply"),
        ("a[-1] * b * b", "b_twice", "the factor b is there twice"),
        ("b", "without_the_part_with_a", "the part with a is missing"),
        ("b / a[-1]", "by_the_part_with_a", "the part with a divides, where it should multiply"),
        ("a[-1] * b * a[-1]", "the_part_with_a_twice", "the part with a is there twice"),
        ("a[-1] + b", "added", "the part with a and b are added, where they should be multiplied"),
    ],
    "(1 - a) * b**2 / np.sqrt(c)": [
        ("(1 - a) * b ** 2", "without_√c", "nothing is divided by √(c)"),
        ("(1 - a) * b ** 2 * np.sqrt(c)", "times_√c", "√(c) multiplies, where it should divide"),
        ("(1 - a) * b ** 2 / np.sqrt(c) / np.sqrt(c)", "√c_twice", "√(c) divides twice"),
        ("np.sqrt(c) / ((1 - a) * b ** 2)", "inverted", "√(c) is divided by (1 − a) · b², not the reverse"),
        ("(1 - a) / np.sqrt(c)", "without_b²", "the factor b² is missing"),
        ("(1 - a) / b ** 2 / np.sqrt(c)", "by_b²", "b² divides, where it should multiply"),
        ("(1 - a) * b ** 2 * b ** 2 / np.sqrt(c)", "b²_twice", "the factor b² is there twice"),
        ("b ** 2 / np.sqrt(c)", "without_1_minus_a", "1 − a is missing"),
        ("b ** 2 / (1 - a) / np.sqrt(c)", "by_1_minus_a", "1 − a divides, where it should multiply"),
        ("(1 - a) * b ** 2 * (1 - a) / np.sqrt(c)", "1_minus_a_twice", "1 − a is there twice"),
        ("(1 - a + b ** 2) / np.sqrt(c)", "added", "1 − a and b² are added, where they should be multiplied"),
        ("(1 + a) * b ** 2 / np.sqrt(c)", "a_added", "a is added, where it should be subtracted"),
        ("a * b ** 2 / np.sqrt(c)", "a_for_rest", "a stands where 1 − a belongs"),
        ("(a - 1) * b ** 2 / np.sqrt(c)", "turned", "1 is subtracted from a, not the reverse"),
        ("(1 - a) * b / np.sqrt(c)", "without_square", "the square of b is missing"),
        ("(1 - a) * b ** 2 / c", "without_sqrt", "the root of c is not taken"),
    ],
    "np.sum(a, axis=0, keepdims=True)": [
        ("np.mean(a, axis=0, keepdims=True)", "mean", "a mean of a is taken, where a sum belongs"),
        ("np.sum(a, axis=1, keepdims=True)", "axis", "the other axis of a is taken"),
    ],
    "f(a, b).T / c": [
        ("f(a, b).T", "without_c", "nothing is divided by c"),
        ("f(a, b).T * c", "times_c", "c multiplies, where it should divide"),
        ("f(a, b).T / c / c", "c_twice", "c divides twice"),
        ("c / f(a, b).T", "inverted", "c is divided by the part with a and b, not the reverse"),
        ("f(a, b) / c", "without_T_the_part_with_a_and_b", "the part with a and b stands where its transpose belongs"),
    ],
    "a.T @ b": [
        ("a @ b", "without_T_a", "a stands where its transpose belongs"),
    ],
}
NOTHING = [
    "a * True",
    "a & b",
    "not a",
    "f(a)",
    "sqrt(a)",
    "np.sqrt(a, b)",
    "np.where(a, b)",
    "a.sum(axis=2)[0]",
    "a.U",
    "f()",
    "f(axis=0)",
    "a == b",
    "a < f()",
    "f() > a",
]


def made(written, called=NAMES, others=()):
    found = edits(ast.parse(written, mode="eval").body, called, others)
    return [(ast.unparse(ast.fix_missing_locations(node)), id, says) for node, id, says in found]


@pytest.mark.parametrize("written", EDITS)
def test_the_edits_of(written):
    assert made(written) == EDITS[written]


@pytest.mark.parametrize("written", NOTHING)
def test_what_has_no_words_is_left_out(written):
    assert [edit for edit in made(written) if "axis=2" not in edit[0]] == []


def test_either_condition_and_their_comparisons():
    assert [edit[:2] for edit in made("(a < b) | (b >= 1)")] == [
        ("a < b", "without_second"),
        ("b >= 1", "without_first"),
        ("(a < b) & (b >= 1)", "both"),
        ("(a >= b) | (b >= 1)", "turned"),
        ("(a <= b) | (b >= 1)", "at_edge"),
        ("(a < b) | (b < 1)", "turned"),
        ("(a < b) | (b > 1)", "at_edge"),
    ]
    assert {says for *_, says in made("(a < b) | (b >= 1)")} == {
        "the second condition is missing",
        "the first condition is missing",
        "both conditions have to hold, where one is enough",
        "the comparison of a with b is turned round",
        "a equal to b falls on the wrong side",
        "the comparison of b with 1 is turned round",
        "b equal to 1 falls on the wrong side",
    }


def test_another_quantity_in_its_place():
    called = {"a": "a", "b": "the bias", "z": "z"}
    assert made("a", called, ["a", "b", "z"]) == [
        ("b", "b_for_a", "the bias stands where a belongs"),
        ("z", "z_for_a", "z stands where a belongs"),
    ]
    assert made("q", called, ["a"]) == []  # what has no name
    assert made("a < b", called, ["a", "b", "z"])[2:] == []  # with another quantity it may hold by chance
    assert made("f[a]", called, ["b"]) == []  # which entry is meant is no quantity
    assert [edit[0] for edit in made("f(b, a)", called, ["z"])] == ["f(z, a)", "f(b, z)"]


@pytest.mark.parametrize(
    ("left", "words"),
    [
        ("np.abs(a)", "|a|"),
        ("len(a)", "the length of a"),
        ("a**2", "a²"),
        ("(1 - a)**2", "(1 − a)²"),
        ("a**3", "the part with a"),
        ("a.T", "aᵀ"),
        ("a * b", "a · b"),
        ("(a * b)**2", "(a · b)²"),
        ("len(a)**2", "(the length of a)²"),
        ("np.abs(a + b)", "the part with a and b"),
        ("a * b * c", "the part with a and b and c"),
        ("a + 1", "the part with a"),
        ("1 - a", "1 − a"),
        ("2 - a", "the part with a"),
        ("np.abs(a, b)", "the part with a and b"),
        ("f(2)", None),
        ("0.5", "0.5"),
        ("(a + b) * (c + d)", None),  # four quantities
        ("x123456789 * y12345678", "x123456789 · y12345678"),  # 22 letters
        ("x123456789 * y123456789", "the part with x123456789 and y123456789"),
        ("x1234567890123456789012345", "x1234567890123456789012345"),
    ],
)
def test_what_a_part_is_called(left, words):
    called = {name: name for name in ("a", "b", "c", "d", "e", "x123456789", "y12345678", "y123456789",
                                      "x1234567890123456789012345")}  # fmt: skip
    said = [says for _, id, says in made(f"({left}) / e", called) if id == "inverted"]
    assert said == ([f"e is divided by {words}, not the reverse"] if words else [])
