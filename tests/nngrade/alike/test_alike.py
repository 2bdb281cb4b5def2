"""Copies are found under other names, comments and orders; what all have is no sign of anything."""

import math
import random

import pytest

from nngrade.alike import compare as comparing
from nngrade.alike.compare import Pair, compare
from nngrade.alike.page import page
from nngrade.alike.tokens import Print, prints, tokens

OWN = [  # ways to write the same thing
    "def f(x, w):\n    out = []\n    for row in x:\n        out.append(sum(a * b for a, b in zip(row, w)))\n"
    "    return out",
    "def f(x, w):\n    import numpy as np\n    return np.einsum('ij,j->i', np.asarray(x), np.asarray(w)).tolist()",
    "def f(x, w):\n    n = len(x)\n    z = [0.0] * n\n    i = 0\n    while i < n:\n        for j in range(len(w)):\n"
    "            z[i] += x[i][j] * w[j]\n        i += 1\n    return z",
    "def f(x, w):\n    if not len(x):\n        return []\n    head, *rest = x\n"
    "    return [sum(map(lambda p: p[0] * p[1], zip(head, w)))] + f(rest, w)",
    "f = lambda x, w: [float(sum(r[k] * w[k] for k in range(len(w)) if w[k] != 0)) for r in x if r is not None]",
]  # fmt: skip
COPY = ("def f(data, weights):  # mine!\n    '''Words.'''\n\n    m = len(data)\n    total = [0.0] * m\n    k = 0\n"
        "    while k < m:\n        for q in range(len(weights)):\n            total[k] += data[k][q] * weights[q]\n"
        "        k += 1\n    return total")  # fmt: skip


def test_names_comments_and_blanks_do_not_count():
    one, other = ([word for word, _ in tokens(source)] for source in (OWN[2], COPY.replace("'''Words.'''", "")))
    assert one == other
    assert {each.hash for each in prints(OWN[2])} & {each.hash for each in prints(COPY)}


def test_a_text_with_values_in_it_is_one_text():
    assert tokens("""x = f"a {f'{z!r}'} {w:.{n}f}" + g('b')""") == tokens("""x = 'c' + g("d")""")
    assert tokens('x = f"""a {z}\n{w}"""\ny = 1') == tokens('x = """b\nc"""\ny = 1')


def test_a_copy_is_found_and_nobody_else_is():
    answers = {f"student-{n:02}": {"f": source} for n, source in enumerate(OWN)} | {"student-99": {"f": COPY}}
    [pair] = compare(answers)
    assert (pair.one, pair.other) == ("student-02", "student-99") and pair.share > 0.7
    [(question, mine, theirs)] = pair.cells
    assert question == "f" and {6, 7, 8} <= mine and {8, 9} <= theirs


def test_the_order_of_functions_does_not_count():
    functions = [OWN[0], OWN[2], OWN[3]]
    answers = {"one": {"f": "\n\n".join(functions)}, "other": {"f": "\n\n".join(functions[::-1])},
               "third": {"f": OWN[1]}}  # fmt: skip
    assert compare(answers)[0].share > 0.8


def test_the_release_and_what_many_have_is_discounted():
    answers = {f"student-{n:02}": {"f": OWN[2], "g": OWN[n % 5].replace("f(", f"g{n}(")} for n in range(3)}
    assert not compare(answers, given=OWN)
    many = {f"student-{n:02}": {"f": OWN[2]} for n in range(20)}
    assert not compare(many)


def test_three_copies_in_a_class_of_seven_are_found():
    answers = {f"student-{n:02}": {"f": source} for n, source in enumerate([*OWN, COPY, OWN[2]])}
    assert {(pair.one, pair.other) for pair in compare(answers)} == {
        ("student-02", "student-05"),
        ("student-02", "student-06"),
        ("student-05", "student-06"),
    }


def test_the_most_suspicious_come_first():
    rng = random.Random(3)
    long = "\n\n".join(OWN)
    sums = [f"def h(x):\n    return x{' + x' * rng.randint(1, 40)} ** {n}" for n in range(8)]
    answers = {f"student-{n:02}": {"f": source} for n, source in enumerate(sums)}
    answers |= {"a": {"f": long}, "b": {"f": long.replace("out", "y")}}
    answers |= {"c": {"f": OWN[0]}, "d": {"f": OWN[0] + "\nz = 1"}}
    assert {compare(answers)[0].one, compare(answers)[0].other} == {"a", "b"}


def test_what_is_no_python_stops_nothing():
    assert not compare({"one": {"f": "def f(:\n  '''"}, "other": {"f": "\0"}, "third": {}})


def test_the_page_shows_both_and_says_that_it_proves_nothing():
    answers = {"one": {"f": OWN[2] + "\n# <b>"}, "other": {"f": COPY}, "third": {"f": OWN[0]}}
    text = page("a1", compare(answers), answers)
    assert "a hint and no proof" in text and text.count("<mark>") > 8 and "<b>" not in text


def test_on_the_page_the_lines_of_each_are_marked():
    answers = {"<one": {"f<": "a\nb <i>"}, "<two": {"f<": "c\nd"}}
    text = page("a<1", [Pair("<one", "<two", 2 / 3, 1, (("f<", frozenset({2}), frozenset({1})),))], answers)
    assert '<div class="two"><pre>a\n<mark>b &lt;i&gt;</mark></pre><pre><mark>c</mark>\nd</pre></div>' in text
    assert "<h2>&lt;one and &lt;two</h2><p>They share 67% of" in text and "<h3>f&lt;</h3>" in text
    assert "<h1>a&lt;1: answers" in text


# --- numbers, with letters for fingerprints, each on a line of its own ------------------------


@pytest.fixture
def pairs(monkeypatch):
    """pairs({student: letters}, others): what is found in a class with so many others, who share nothing."""

    def pairs(answers, others=0, given=()):
        more = {f"other-{n:02}": {"f": chr(1000 + n) * 9} for n in range(others)}
        return comparing.compare({who: {"f": letters} for who, letters in answers.items()} | more, given)

    monkeypatch.setattr(comparing, "prints", lambda source: [Print(ord(each), line, line)
                                                             for line, each in enumerate(source, start=1)])  # fmt: skip
    return pairs


@pytest.mark.parametrize("size, share", [(4, True), (5, False)])
def test_four_may_share_something_in_a_class_of_any_size(pairs, size, share):
    found = pairs({f"student-{n}": f"abc{n}" for n in range(size)}, others=16 - size)
    assert len(found) == (6 if share else 0)


def test_what_one_student_repeats_is_one_students(pairs):
    [pair] = pairs({"a": "abcabcabc", "b": "abcabcabc"}, others=14)
    assert pair.share == 1


@pytest.mark.parametrize("size, share", [(6, True), (7, False)])
def test_a_quarter_may_share_something_in_a_large_class(pairs, size, share):
    found = pairs({f"student-{n}": f"abc{n}" for n in range(size)}, others=24 - size)
    assert len(found) == (15 if share else 0)


def test_three_rare_fingerprints_are_the_least(pairs):
    assert pairs({"a": "abx", "b": "abyz"}) == []
    [pair] = pairs({"a": "abcx", "b": "zzcba"})
    assert (pair.one, pair.other, pair.share) == ("a", "b", 0.75)  # of the one who has fewer
    assert pair.cells == (("f", frozenset({1, 2, 3}), frozenset({3, 4, 5})),)
    assert pair.weight == pytest.approx(3 * math.log2(1 + 2 / 2))


def test_what_was_given_counts_for_nothing(pairs):
    assert pairs({"a": "abcx", "b": "abcy"}, given=["c"]) == []
    [pair] = pairs({"a": "abcdx", "b": "abcdy"}, given=["d", "x"])
    assert pair.share == 1 and pair.cells[0][1] == {1, 2, 3}


def test_rarer_fingerprints_weigh_more_and_a_large_share_more_than_a_small_one(pairs):
    found = pairs({"a": "abc", "b": "abc", "c": "defghijk1234", "d": "defghijk5678",
                   "e": "lmnopqrst" + "uvwxyzABCDEFGHI", "f": "lmnopqrst" + "JKLMNOPQRSTUVWX"})  # fmt: skip
    assert [pair.one for pair in found] == ["c", "e", "a"]
    assert [round(pair.share, 3) for pair in found] == [0.667, 0.375, 1]


def test_of_a_class_in_which_many_share_the_thirty_most_suspicious_pairs_are_named(pairs):
    letters = [chr(1000 * n + at) for n in range(1, 41) for at in range(4)]
    answers = {f"student-{n:02}{half}": "".join(letters[4 * n : 4 * n + (4 if n == 39 else 3)])
               for n in range(40) for half in "ab"}  # fmt: skip
    assert [pair.one for pair in pairs(answers)] == ["student-39a"] + [f"student-{n:02}a" for n in range(29)]


def test_names_after_a_dot_and_words_of_the_language_stay():
    assert [word for word, _ in tokens("y = np.exp(x) if x else 'no'  # why")] == [
        "NAME", "=", "NAME", ".", "exp", "(", "NAME", ")", "if", "NAME", "else", "TEXT"]  # fmt: skip
    assert tokens("a\n\nb") == [("NAME", 1), ("NAME", 3)]
    assert tokens("a\n\'\'\'") == tokens("a\n  b\n c")[:1] == [("NAME", 1)]  # up to where it is no Python


def test_a_short_answer_has_a_fingerprint_from_nine_tokens_on():
    assert prints("a + b + c + d") == [] and len(prints("a + b + c + d + e")) == 1
    [one] = prints("(a + b\n- c * d)")
    assert (one.first, one.last) == (1, 2)
    assert len(prints("a + b - c * d / e // f")) == 1  # the first of the two or three in a window
