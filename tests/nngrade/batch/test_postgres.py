"""A gradebook in PostgreSQL, by its address in nbgrader_config.py: a real server, the same scores as in SQLite."""

import contextlib
import os
import subprocess
import sys
import time
from datetime import datetime

import pytest
from sqlalchemy import text

from nngrade import exports
from nngrade.batch.grade_class import grade
from nngrade.course import Course
from nngrade.errors import CourseError
from tests.nngrade import postgres
from tests.nngrade.small_course import FULL, NAME, TABLES, answered, hand_in, make_course

pytestmark = pytest.mark.slow
PENALTY = 'c.LateSubmissionPlugin.penalty_method = "zero"'
CLASS = {
    "student-01": (answered(), "2026-01-05 12:00:00 UTC"),
    "student-02": (answered({"double": "def double(x):\n    return x"}), "2026-01-07 12:00:00 UTC"),
    "student-03": (b"no notebook", "2026-01-05 12:00:00 UTC"),
    "student-04": (answered(), ""),
    "Zoë Å": (answered(), ""),
}


@pytest.fixture(scope="module")
def server():
    """The folder of a server's socket. Where there is no PostgreSQL: fail on CI, skip elsewhere."""
    with contextlib.ExitStack() as stack:
        try:
            folder = stack.enter_context(postgres.server())
        except FileNotFoundError as problem:
            (pytest.fail if os.environ.get("CI") else pytest.skip)(str(problem))
        yield folder


@pytest.fixture
def empty(server):
    """The address of a database with nothing in it."""
    import psycopg

    with psycopg.connect(f"host={server} user=teacher password={postgres.PASSWORD} dbname=postgres") as database:
        database.execute("drop schema public cascade")
        database.execute("create schema public")
    return postgres.address(server)


def course_at(folder, address=""):
    course = make_course(folder, PENALTY, f"c.CourseDirectory.db_url = {address!r}" if address else "")
    with course.gradebook() as book:
        book.update_or_create_assignment(NAME, duedate="2026-01-06 12:00:00 UTC")
    for student, (handed_in, when) in CLASS.items():
        hand_in(course, student, handed_in, when)
    return course


def dump(course):
    with course.gradebook() as book:
        found = {name: book.db.execute(text(query)).fetchall() for name, query in TABLES.items()}
    return {name: [tuple(map(plain, row)) for row in rows] for name, rows in found.items()}


def plain(value):
    return f"{value:%Y-%m-%d %H:%M:%S.%f}" if isinstance(value, datetime) else value


def start(course):
    command = [sys.executable, "-m", "nngrade", "grade", NAME]
    return subprocess.Popen(command, cwd=course.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def csv(course):
    exports.export(course, "", course.root / "grades.csv", {}, "")
    return (course.root / "grades.csv").read_bytes()


def test_scores_are_those_of_sqlite(empty, tmp_path, pool, quiet):
    lite = course_at(tmp_path / "lite")
    course = course_at(tmp_path / "course", empty)
    grade(lite, NAME, pool, quiet)
    run = start(course)
    while not list((course.root / "records").glob(f"{NAME}/*/*.json")) and run.poll() is None:
        time.sleep(0.01)
    run.kill()
    run.communicate()
    run = start(course)
    said, errors = run.communicate()
    assert (run.returncode, errors) == (0, "") and "finished already" in said
    wanted = dump(lite)
    assert dump(course) == wanted and any(penalty for _, _, penalty, *_ in wanted["grades"])
    assert csv(course) == csv(lite)
    assert not (course.root / "gradebook.db").exists()
    for student in CLASS:
        course.autograde(NAME, student)
    assert dump(course) == wanted
    assert grade(course, NAME, pool, quiet, again=True).why == {"again": len(CLASS)}
    assert dump(course) == wanted


def test_a_name_that_the_database_does_not_take_stops_nobody(empty, tmp_path, pool, quiet):
    course = course_at(tmp_path / "course", empty)
    hand_in(course, "x" * 200, answered())
    outcome = grade(course, NAME, pool, quiet)
    (who, why), = outcome.failed
    assert who == "x" * 200 and "too long for type character varying(128)" in why
    assert len(outcome.graded) == len(CLASS) and course.scores(NAME, "student-01") == FULL | {"why": None}


def refused(course, quiet):
    """What is said where the gradebook can't be had."""
    hand_in(course, "student-01", answered())
    with pytest.raises(CourseError) as error:
        grade(course, NAME, None, quiet)
    assert "secret" not in str(error.value) and "wrong" not in str(error.value) and "***@" in str(error.value)
    return str(error.value)


def test_a_wrong_password(server, small, quiet):
    course = Course(small.root, postgres.address(server, "wrong"))
    assert "can't be used: connection failed" in refused(course, quiet)


def test_no_server(small, tmp_path, quiet):
    said = refused(Course(small.root, postgres.address(tmp_path)), quiet)
    assert "can't be used: " in said and "No such file or directory" in said


def test_no_driver(small, quiet):
    course = Course(small.root, "postgresql+pg8000://teacher:secret@localhost/grades")
    assert "needs one more package: pip install pg8000" in refused(course, quiet)
