"""The students of the roster in nbgrader's gradebook, so that formgrader shows their names."""

from nbgrader.api import Student

FIELDS = {"first_name": "first_name", "last_name": "last_name", "email": "email", "lms_user_id": "canvas"}


def enter(gradebook, people):
    """Enter students, and what the roster knows of those who are there; what it does not know stays."""
    there = {each.id: each for each in gradebook.db.query(Student)}
    for person in people:
        gradebook.db.add(entry := there.get(person.student) or Student(id=person.student))
        for theirs, ours in FIELDS.items():
            if value := getattr(person, ours):
                setattr(entry, theirs, value)
    gradebook.db.commit()
