"""Whose something is: what says it for certain, what does not, and why."""

from collections import Counter

import pytest

from nngrade.collect import lists, who
from nngrade.collect.archive import Entry
from nngrade.collect.platforms import Found
from nngrade.collect.roster import Roster, Student

JANE = Student("student-01", "Doe", "Jane", "jane@school.example", "jdoe", "3001")
SAM = Student("student-02", "O'Neil", "Sam", "sam@school.example", "soneil", "3002")
PEOPLE = Roster([JANE, SAM])


def test_a_name_says_it_if_nobody_else_and_nothing_else_has_it():
    name = who.plain_name("Jane Doe")
    assert who._by_name("Jane Doe", PEOPLE, Counter({name: 1})) == who.Owner((JANE,), "", True)
    why = "Jane Doe is the name of several, and only names say who is who here"
    assert who._by_name("Jane Doe", PEOPLE, Counter({name: 2})).why == why  # a namesake who is not in the roster
    twins = Roster([JANE, Student("student-09", "Doe", "Jane")])
    assert who._by_name("Jane Doe", twins, Counter({name: 1})).why == why
    assert who._by_name("Kim Roe", PEOPLE, Counter()).why == "nobody in the roster is called Kim Roe"


@pytest.mark.parametrize("ids, name, students, why", [
    ([("login", "jdoe")], "", (JANE,), ""), ([("number", "3001"), ("email", "jane@school.example")], "", (JANE,), ""),
    ([("login", "jdoe"), ("number", "3002")], "", (), "it could be of student-01 or student-02"),
    ([("login", "other")], "Jane Doe", (), "nobody in the roster is login other"),  # names are for numbers alone
    *(([(kind, "x")], "Jane Doe", (), f"nobody in the roster is {kind} x") for kind in ("canvas", "ilias", "email")),
    ([("moodle", "17")], "Jane Doe", (JANE,), ""), ([("moodle", "17")], "", (), "nobody in the roster is moodle 17"),
])  # fmt: skip
def test_ids_say_it_first(ids, name, students, why):
    found = who._one(ids, name, PEOPLE, Counter({who.plain_name("Jane Doe"): 1}))
    assert (found.students, found.why) == (students, why)


def test_a_group_is_known_if_all_of_it_are():
    one, other = who.Owner((JANE,)), who.Owner((SAM,), "", True)
    assert who._all([one, other, one]) == who.Owner((JANE, SAM), "", True)
    assert who._all([one, one]).by_name is False
    assert who._all([one, who.Owner((), "nobody"), who.Owner((), "else")]) == who.Owner((), "nobody")


JANES = lists.Told([("number", "3001")], "Jane Doe")
SAMS = lists.Told([("number", "3002")], "Sam O'Neil", group="Jane Doe")


@pytest.mark.parametrize("told, students", [
    ({("moodle", "7"): JANES, ("moodle", "8"): SAMS}, (JANE,)), ({("moodle", "8"): SAMS}, (SAM,)),
    ({("moodle", "7"): lists.Told([], "Kim"), ("moodle", "8"): SAMS}, (SAM,)),  # the number of a group, and somebody's
])  # fmt: skip
def test_in_moodle_a_student_may_be_called_as_a_group_is(told, students):
    found = Found("Moodle", "Jane Doe_7", ("moodle", "7"), "Jane Doe")
    assert who.owner(found, PEOPLE, told, Counter()).students == students


def test_what_one_hands_in_twice_is_of_one_name():
    attempts = [Found("Brightspace", label, (), "Jane Doe") for label in ("a", "a", "b")]
    assert who.count_names(attempts, {}) == {"jane doe": 2}
    twice = [Found("Moodle", f"{n}", ("moodle", "7"), "Jane Doe") for n in (1, 2)]
    assert who.count_names(twice, {("moodle", "7"): JANES})["jane doe"] == 1
    assert who.count_names(twice, {("moodle", "9"): lists.Told([], "Jane DOE")})["jane doe"] == 2


def test_who_is_told_by_name_alone_is_known_if_the_name_is_nobody_elses():
    jane, sam = (lists.Told([], name, group="Group A") for name in ("Jane Doe", "Sam O'Neil"))
    told = {("moodle", "7"): jane, ("moodle", "8"): sam}
    group = Found("Moodle", "Group A_99", ("moodle", "99"), "Group A")
    assert who.owner(group, PEOPLE, told, who.count_names([group], told)) == who.Owner((JANE, SAM), "", True)
    told["moodle", "9"] = lists.Told([], "Jane Doe", group="Group B")
    why = "Jane Doe is the name of several, and only names say who is who here"
    assert who.owner(group, PEOPLE, told, who.count_names([group], told)).why == why
    folder, people = Found("Gradescope", "submission_1", ("gradescope", "submission_1")), [lists.Told([], "Jane Doe")]
    told = {folder.id: lists.Told(people=people)}
    assert who.owner(folder, PEOPLE, told, who.count_names([folder], told)).students == (JANE,)


def test_a_list_knows_a_name_better_than_a_file():
    short, told = Found("Moodle", "J D_7", ("moodle", "7"), "J D"), {("moodle", "7"): lists.Told([], "Jane Doe")}
    assert who.owner(short, PEOPLE, told, who.count_names([short], told)).students == (JANE,)


@pytest.mark.parametrize("value, text, stands", [
    ("jdoe", "a3_jdoe.ipynb", True), ("jdoe", "a3 jdoe.ipynb", True), ("jdoe", "a3_jdoes.ipynb", False),
    ("jdoe", "xjdoe", False), ("3001", "3001-a3", True), ("3001", "3001-7", False), ("3001", "13001", False),
    ("a.b", "a-b", False), ("student-01", "student-01_a3", True), ("student-01", "student-012", False),
])  # fmt: skip
def test_what_stands_in_a_name(value, text, stands):
    assert who._stands(value, text) == stands


@pytest.mark.parametrize("path, students, why", [
    (("x", "jdoe", "a3", "a3.ipynb"), (JANE,), ""), (("jdoe", "x", "y", "z", "a3.ipynb"), (JANE,), ""),
    (("x", "a3.ipynb"), (), "no student of the roster"), (("Jane Doe", "jdoe.ipynb"), (JANE,), ""),
    (("jdoe", "x", "y", "soneil.ipynb"), (), "could mean student-01 or student-02"),  # anybody may call a file so
    (("A3 JDOE.ipynb",), (JANE,), ""), (("Jane Doe", "soneil.ipynb"), (), "could mean student-01 or student-02"),
    (("Sam O'Neil - a3.ipynb",), (SAM,), ""), (("jdoe_soneil.ipynb",), (), "could mean student-01 or student-02"),
    (("student-01", "jdoe.ipynb"), (JANE,), ""), (("jane@school.example a3.ipynb",), (JANE,), ""),
    (("3001.ipynb",), (JANE,), ""),
])  # fmt: skip
def test_the_only_student_in_the_names_that_lead_to_a_file(path, students, why):
    found = who.by_file_name(Entry(path, None), PEOPLE, "a3")
    assert found.students == students and why in found.why
    assert found.by_name == (students == (SAM,))


@pytest.mark.parametrize("path, student", [
    (("student-01_a3.ipynb",), "student-01"), (("student-01", "a3.ipynb"), "student-01"),
    (("student-01", "a3", "a3 (1).ipynb"), "student-01"), (("a3.ipynb",), None), (("..", "a3.ipynb"), None),
    (("a b", "a3.ipynb"), None), (("student-01", "A3.IPYNB"), "student-01"),
    (("student-01.ZIP",), "student-01"),
])  # fmt: skip
def test_without_a_roster_what_stands_beside_the_assignment_is_believed(path, student):
    found = who.by_file_name(Entry(path, None), Roster([]), "a3")
    assert [each.student for each in found.students] == ([student] if student else [])
    assert bool(found.why) == (not student)


@pytest.mark.parametrize("kind, known", [("student", True), ("login", True), ("github", True), ("moodle", False)])
def test_without_a_roster_an_id_that_can_name_a_folder_is_believed(kind, known):
    found = who._one([("moodle", "7"), (kind, "jdoe")], "Jane Doe", Roster(), Counter())
    assert [each.student for each in found.students] == ["jdoe"] * known
    assert found.why == ("" if known else "there is no roster that says who this is")
