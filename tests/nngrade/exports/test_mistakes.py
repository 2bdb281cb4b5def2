"""What a class got wrong, counted from its records by question and mistake."""

from types import SimpleNamespace

import pytest

from nngrade.batch.records import Records
from nngrade.errors import CourseError
from nngrade.exports.mistakes import groups


def wrong(mistake, most=4):
    """What a record says of a test that names this mistake."""
    finding = {"kind": "values", "mistakes": [mistake], "effects": [f"{mistake} in words"], "print": "abc"}
    return {"points": 0, "max": most, "message": "It is wrong.", "finding": finding}


def test_the_same_mistake_in_two_questions_is_counted_in_each(tmp_path):
    class_ = {"a": {"f_test": wrong("sign"), "g_test": wrong("sign")}, "b": {"g_test": wrong("sign")}}
    for student, tests in class_.items():
        Records(tmp_path).keep({"student": student, "assignment": "a1", "notebook": "a1", "tests": tests})
    found = [(group.test, group.what, group.students) for group in groups(SimpleNamespace(root=tmp_path), "a1")]
    assert found == [("f_test", "sign in words", ["a"]), ("g_test", "sign in words", ["a", "b"])]


def test_mistakes_in_a_question_that_does_not_count_are_counted(tmp_path):
    right = {"points": 0, "max": 0, "message": ""}
    for student, result in {"a": wrong("sign", 0), "b": right}.items():
        Records(tmp_path).keep({"student": student, "assignment": "a1", "notebook": "a1", "tests": {"f_test": result}})
    assert [group.students for group in groups(SimpleNamespace(root=tmp_path), "a1")] == [["a"]]


def told(tmp_path, *results):
    """The groups of a question to which students came with these results."""
    for number, result in enumerate(results):
        tests = {"f_test": {"points": 0, "max": 4, "message": "It is\nwrong."} | result}
        Records(tmp_path).keep({"student": f"s{number}", "assignment": "a1", "notebook": "a1", "tests": tests})
    return groups(SimpleNamespace(root=tmp_path), "a1")


def values(**more):
    return {"finding": {"kind": "values", "mistakes": [], "print": "abc"} | more}


@pytest.mark.parametrize("result, what, key, nameless", [
    ({}, "It is", "It is", False), ({"finding": None, "points": None}, "It is", "It is", False),
    (values(mistakes=["x", "y"], effects=["x in words", "y in words"]), "x in words / y in words", "x + y", False),
    (values(mistakes=["x", "y"]), "x / y", "x + y", False),  # as records were before
    (values(kind="shape"), "returns another shape", "shape", False),
    (values(kind="new"), "It is\nwrong.", "new", False),  # of a kind that is not in the list
    (values(sentence="Look at dx."), "Look at dx.", "abc", True),
    (values() | {"message": "0 of 4 points. `f` is wrong: 3 of 4 values"}, "3 of 4 values", "abc", True),
    (values() | {"message": "0 of 4 points. `f` is wrong."}, "`f` is wrong.", "abc", True),
    (values(), "It is\nwrong.", "abc", True),
])  # fmt: skip
def test_what_was_got_wrong_in_words(tmp_path, result, what, key, nameless):
    [group] = told(tmp_path, result)
    assert (group.what, group.key, group.nameless) == (what, key, nameless)
    assert (group.test, group.students) == ("f_test", ["s0"])


def test_the_most_frequent_comes_first_and_what_is_right_is_none(tmp_path):
    right, slow = {"points": 4, "message": ""}, {"points": 4, "message": "Right, but slow."}
    found = told(tmp_path, values(), right, {"points": 3}, slow, {"points": 2})
    assert [(group.key, group.students) for group in found] == [("It is", ["s2", "s4"]), ("abc", ["s0"])]


def test_where_nothing_is_graded_there_is_nothing_to_count(tmp_path):
    with pytest.raises(CourseError, match="Nothing of a1 is graded yet: run `nngrade grade a1`"):
        told(tmp_path)
