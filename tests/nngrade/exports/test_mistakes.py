"""What a class got wrong, counted from its records by question and mistake."""

from types import SimpleNamespace

from nngrade.batch.records import Records
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
