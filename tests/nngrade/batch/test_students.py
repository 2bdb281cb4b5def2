"""The roster's students in the gradebook: what it knows is entered, and what it does not know stays."""

from nngrade.batch import students
from nngrade.collect.roster import Student


def test_students_are_entered_and_keep_what_the_roster_does_not_know(book):
    book.add_student("student-02", first_name="Ann", last_name="Old", email="ann@school.example", lms_user_id="7")
    book.add_student("student-09", first_name="Nobody")
    new = Student("student-01", first_name="Jane", last_name="Doe", email="jane@school.example", canvas="5", login="jd")
    for _ in range(2):
        students.enter(book, [new, Student("student-02", last_name="New", number="3001")])
    book.db.rollback()  # it is committed
    found = {each.id: (each.first_name, each.last_name, each.email, each.lms_user_id) for each in book.students}
    assert found == {
        "student-01": ("Jane", "Doe", "jane@school.example", "5"),
        "student-02": ("Ann", "New", "ann@school.example", "7"), "student-09": ("Nobody", None, None, None),
    }  # fmt: skip
