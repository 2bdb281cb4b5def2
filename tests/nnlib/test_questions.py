"""Questions of the lectures: each knows its right answer, the likely wrong ones, and what to say to anything else."""

import tomllib
from importlib import resources

import numpy as np
import pytest

from nnlib import checks
from nnlib.questions import Question, question
from tests.nnlib.notebook import outputs

FILES = sorted(path for path in resources.files("nnlib.questions").iterdir() if path.name.endswith(".toml"))
NAMES = [f"{path.name[:-5]}.{key}" for path in FILES for key in tomllib.loads(path.read_text("utf-8"))]
every_question = pytest.mark.parametrize("name", NAMES)

NUMBER = Question("number", -1, "H", "R", wrong=[{"answer": 1, "reply": "The sign."}])
ZERO = Question("number", 0, "H", "R")
NUMBERS = Question("numbers", [1, 2.5], "H", "R", wrong=[{"answer": [2.5, 1], "reply": "The order."}])
CHOICE = Question("choice", "b", "H", "R", options={"a": "the sum", "b": "the mean"})
TEXT = Question("text", ["chain rule", "the chain rule"], "H", "R", wrong=[{"answer": "sum rule", "reply": "Links."}])


@every_question
def test_the_right_answer_is_right_and_the_wrong_ones_get_their_replies(name):
    asked = question(name)
    for answer in asked.right if asked.kind == "text" else [asked.right]:
        assert asked.judge(answer) == (True, asked.reason)
    for wrong in asked.wrong:
        assert asked.judge(wrong["answer"]) == (False, wrong["reply"])


@every_question
def test_nothing_is_said_twice_and_the_hint_does_not_tell(name):
    asked = question(name)
    said = [asked.hint, asked.reason, *(wrong["reply"] for wrong in asked.wrong)]
    assert len(set(said)) == len(said)
    assert all(text[0].isupper() or not text[0].isascii() for text in said) and all(text[-1] in ".?!" for text in said)
    assert asked.kind != "choice" or asked.right in asked.options


@every_question
def test_an_untouched_question_is_quiet_and_offers_hint_and_answer(name, capsys):
    checks.ask(name, None)
    out, err = capsys.readouterr()
    assert out.startswith("Put ") and not err
    assert question(name).hint in out and question(name).reason in out


@pytest.mark.parametrize(
    ("asked", "answer", "is_right", "said"),
    [
        (NUMBER, np.float32(-1), True, "R"),
        (NUMBER, np.array(-1), True, "R"),
        (NUMBER, -1.0099, True, "R"),
        (NUMBER, -1.0101, False, None),
        (NUMBER, 1, False, "The sign."),
        (NUMBER, float("nan"), False, None),
        (NUMBER, 10**400, False, None),
        (NUMBER, "-1", False, "The answer should be a number, but it is a text."),
        (NUMBER, True, False, "The answer should be a number, but it is True or False."),
        (NUMBER, [-1], False, "The answer should be a number, but it is a list."),
        (NUMBER, 1j, False, "The answer should be a number, but it is of type complex."),
        (ZERO, 0.0099, True, "R"),
        (ZERO, 0.0101, False, None),
        (NUMBERS, (1, 2.5), True, "R"),
        (NUMBERS, np.array([1, 2.5]), True, "R"),
        (NUMBERS, [2.5, 1], False, "The order."),
        (NUMBERS, [1, 2], False, None),
        (NUMBERS, [1, 2.5, 0], False, "The answer should be 2 numbers in a list."),
        (NUMBERS, [[1], [2, 3]], False, "The answer should be a list of numbers, such as [1, 2], but it is a list."),
        (CHOICE, " B", True, "R"),
        (CHOICE, "a", False, None),
        (CHOICE, "c", False, "The answer should be one of the letters a, b."),
        (CHOICE, 2, False, "The answer should be one of the letters a, b, but it is of type int."),
        (TEXT, "The  Chain rule", True, "R"),
        (TEXT, "sum rule", False, "Links."),
        (TEXT, {"chain rule"}, False, "The answer should be a word in quotes, but it is of type set."),
    ],
)
def test_an_answer_is_judged(asked, answer, is_right, said):
    assert asked.judge(answer) == (is_right, said)


class Trap:
    def __array__(self, *_, **__):
        raise RuntimeError("no")

    def __eq__(self, other):
        raise RuntimeError("no")

    __hash__ = None


@pytest.mark.parametrize("answer", [Trap(), [Trap()], print, ..., b"b", np.array(["b"]), np.zeros((0, 3)), {}, [[]]])
@pytest.mark.parametrize("asked", [NUMBER, NUMBERS, CHOICE, TEXT])
def test_nothing_that_a_reader_types_raises(asked, answer):
    is_right, said = asked.judge(answer)
    assert not is_right and said.startswith("The answer should be")


def test_true_is_no_number_beside_one():
    is_right, said = NUMBERS.judge([True, 2.5])
    assert NUMBERS.judge([1, 2.5])[0] and not is_right and said.startswith("The answer should be a list of numbers")


def test_the_right_answer_is_shown_as_it_is_written():
    assert [asked.answer for asked in (NUMBER, NUMBERS, TEXT)] == ["−1", "[1, 2.5]", "chain rule"]
    assert CHOICE.answer == "b, the mean"


def test_a_question_has_no_more_than_it_is_given():
    asked = Question("number", 2, "H", "R")
    assert (asked.tolerance, asked.how, asked.options, asked.wrong) == (0.01, "", {}, [])
    assert Question("number", 2, "H", "R", how="a number of units").way == "a number of units"
    ways = {kind: Question(kind, 2, "H", "R").way for kind in ("number", "numbers", "choice", "text")}
    assert ways == {
        "number": "a number",
        "numbers": "a list of numbers, such as [1, 2]",
        "choice": "a letter in quotes",
        "text": "a word in quotes",
    }


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("a", "a text"),
        (True, "True or False"),
        ([None], "a list"),
        ((None, 1), "several values"),
        ({}, "a dict"),
        (1j, "of type complex"),
        ([1, True], "a list"),
        ([1, [2, 3]], "a list"),
    ],
)
def test_what_is_no_number_is_told_by_its_kind(answer, kind):
    assert NUMBER.judge(answer) == (False, f"The answer should be a number, but it is {kind}.")


@pytest.mark.parametrize(("off", "right"), [(0.049, True), (0.051, False)])
def test_numbers_may_be_off_by_their_tolerance(off, right):
    for wanted, given in ((2.0, 2 * (1 - off)), (-2.0, -2 * (1 + off)), (0, off), (0, -off)):
        assert Question("number", wanted, "H", "R", tolerance=0.05).judge(given)[0] == right
    assert Question("numbers", [2, 0], "H", "R", tolerance=0.05).judge([2 * (1 + off), 0])[0] == right


def test_without_a_tolerance_the_number_itself_is_right():
    for given, right in ((3, True), (3.001, False)):
        assert Question("number", 3, "H", "R", tolerance=0).judge(given)[0] == right


def test_numbers_are_shown_to_six_digits_and_letters_alone_without_options():
    assert Question("number", 0.12345678, "H", "R").answer == "0.123457"
    assert Question("numbers", [-1, 1e7], "H", "R").answer == "[−1, 1e+07]"
    assert Question("choice", "b", "H", "R").answer == "b"


def test_unknown_names_and_kinds_are_refused():
    with pytest.raises(ValueError, match=r"question: .* got '06.tar'; there are: 06.target"):
        checks.ask("06.tar", 1)
    keys = tomllib.loads((resources.files("nnlib.questions") / "06.toml").read_text("utf-8"))
    with pytest.raises(ValueError) as refused:
        question("06.tar")
    known = ", ".join(f"06.{key}" for key in keys)
    assert str(refused.value) == f"question: expected one in nnlib/questions, got '06.tar'; there are: {known}"
    with pytest.raises(ValueError, match=r"got '06.target.b'; there are: 06.target"):
        question("06.target.b")
    with pytest.raises(ValueError, match="there are: none of lecture '99'"):
        checks.ask("99.target")
    with pytest.raises(ValueError, match="kind: expected one of number, numbers, choice, text, got 'nmber'"):
        Question("nmber", 1, "H", "R")


@pytest.mark.parametrize(
    ("answer", "said"),
    [(0, "Right. Both add up"), (1, "Not yet. That is the sum of p"), (5, "Not yet. Have another"), ("x", "Not")],
)
def test_a_question_answers_at_once(answer, said, capsys):
    checks.ask("06.softmax", answer)
    out = capsys.readouterr().out
    assert out.startswith(said)
    assert ("Hint: " in out) == ("Answer: 0." in out) == (answer != 0)


def test_in_a_notebook_hint_and_answer_are_folded(monkeypatch):
    asked = Question("number", 2, "Is `a < b`?", "Because 1 + 1 & so on.")
    monkeypatch.setattr("nnlib.checks.questions.question", lambda name: asked)
    with outputs() as shown:
        checks.ask("06.two", None)
        checks.ask("06.two", 3)
        checks.ask("06.two", 2)
    pages, plain = zip(*((data["text/html"], data["text/plain"]) for data, _ in shown), strict=True)
    folded = (
        "<details><summary>Hint</summary>Is <code>a &lt; b</code>?"
        "<details><summary>Answer</summary>2. Because 1 + 1 &amp; so on.</details></details>"
    )
    assert pages[0] == f"<p>Put a number in place of None and run this cell again.</p>{folded}"
    assert pages[1] == f"<p>Not yet. Have another look: the hint may help.</p>{folded}"
    assert pages[2] == "<p>Right. Because 1 + 1 &amp; so on.</p>"
    assert plain[0].splitlines()[1:] == ["  Hint: Is `a < b`?", "  Answer: 2. Because 1 + 1 & so on."]
