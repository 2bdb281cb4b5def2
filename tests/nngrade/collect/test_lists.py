"""What platforms say beside the files: who, when, and whether that is late."""

import json

import pytest

from nngrade.collect import lists
from nngrade.collect.archive import Entry
from nngrade.errors import CourseError
from nngrade.notebook.submission import Refused


def classroom(tmp_path, *submissions):
    path = tmp_path / "submissions.json"
    path.write_text(json.dumps({"studentSubmissions": submissions}), encoding="utf-8")
    return lists.read(path)


def state(name, when):
    return {"stateHistory": {"state": name, "stateTimestamp": when}}


FILES = {"attachments": [{"driveFile": {"title": "A1 Small.ipynb"}}, {"link": {"url": "https://x.example"}}]}


@pytest.mark.parametrize(("late", "order"), [(True, 1), (False, 1), (False, -1)])  # the API promises none
def test_in_google_classroom_the_last_time_of_turning_in_counts(tmp_path, late, order):
    history = [state("TURNED_IN", "2026-03-03T16:05:09Z"), {"gradeHistory": {}},
               state("RECLAIMED_BY_STUDENT", "2026-03-04T10:00:00Z"), state("TURNED_IN", "2026-03-04T11:00:00Z"),
               state("RETURNED", "2026-03-09T10:00:00Z")]  # fmt: skip
    told = classroom(tmp_path, {"userId": "67", "late": late, "submissionHistory": history[::order],
                                "assignmentSubmission": FILES}, {"userId": "68"})  # fmt: skip
    assert told == {("drive", "a1 small.ipynb"): lists.Told([("classroom", "67")], "", "2026-03-04T11:00:00Z", late)}


def test_what_is_no_answer_of_google_classroom_is_told(tmp_path):
    (tmp_path / "students.json").write_text('{"students": []}')
    with pytest.raises(CourseError, match=r"students.json is no list of submissions of Google Classroom"):
        lists.read(tmp_path / "students.json")


def test_a_row_of_github_classroom_may_end_early(tmp_path):
    (tmp_path / "grades.csv").write_text("assignment_name,github_username,submission_timestamp\nhw 1,jane-d\n")
    assert lists.read(tmp_path / "grades.csv") == {
        ("github", "jane-d"): lists.Told([("github", "jane-d"), ("student", "")])}  # fmt: skip
    (tmp_path / "grades.csv").write_text("submission_timestamp,assignment_name,github_username\n2026-03-03,hw 1\n")
    assert [told.time for told in lists.read(tmp_path / "grades.csv").values()] == ["2026-03-03"]
    (tmp_path / "grades.csv").write_text("student_repository_name,github_username,roster_identifier\nx,jane-d,jdoe\n")
    assert [told.ids for told in lists.read(tmp_path / "grades.csv").values()] == [
        [("github", "jane-d"), ("student", "jdoe")]]  # fmt: skip


# --- Moodle ----------------------------------------------------------------------------------


def moodle(tmp_path, *rows, titles="Identifier,Full name,Status,Email address,ID number,Last modified (submission)"):
    path = tmp_path / "sheet.csv"
    path.write_text("\n".join([titles, *rows]), encoding="utf-8")
    return lists.read(path)


@pytest.mark.parametrize("status, late", [
    ("Submitted for grading", False), ("Submitted for grading - 2 days Late", True),
    ("Zur Bewertung abgegeben - 1 Stunde verspätet", True), ("Remis pour évaluation - En retard de 2 jours", True),
    ("Enviado para calificar - Tarde 2 días", True),
])  # fmt: skip
def test_in_moodle_the_status_says_late(tmp_path, status, late):
    row = f"Participant 7,Jane Doe,{status},jane@school.example,,-"
    jane = lists.Told([("email", "jane@school.example")], "Jane Doe", late=late)
    assert moodle(tmp_path, row) == {("moodle", "7"): jane}


@pytest.mark.parametrize("titles, row, told", [
    ("Identifier,Full name,Status", "7,Jane Doe,-", lists.Told([], "Jane Doe")),
    ("Identifier,Full name,Last modified (submission)", "7,Jane Doe,3 March 2026",
     lists.Told([], "Jane Doe", "3 March 2026")),
    ("ID,Status,Gruppe,Benutzername", "7,-,Gruppe A,jdoe", lists.Told([("login", "jdoe")], group="Gruppe A")),
])  # fmt: skip
def test_in_moodle_a_worksheet_may_leave_out_what_a_teacher_does_not_see(tmp_path, titles, row, told):
    assert moodle(tmp_path, row, titles=titles) == {("moodle", "7"): told}


def test_a_row_of_moodle_without_a_participants_number_is_told(tmp_path):
    with pytest.raises(CourseError, match=r"sheet.csv: 'Hidden' is no participant's number, so who is who is not cer"):
        moodle(tmp_path, "Participant 7,,,,,", "Hidden,,,,,")


# --- Gradescope ------------------------------------------------------------------------------


def gradescope(*texts):
    told = {}
    for n, text in enumerate(texts):
        told |= lists.gradescope(Entry((f"export_{n}", "submission_metadata.yml"), text.encode))
    return told


@pytest.mark.parametrize("created, time", [
    ("2026-03-03 16:05:09.12", "2026-03-03 16:05:09.12 UTC"), ("2026-03-03 16:05:09 Z", "2026-03-03 16:05:09 Z"),
    ("2026-03-03 16:05:09 -0800", "2026-03-03 16:05:09 -0800"), ("", ""),
])  # fmt: skip
def test_a_time_of_gradescope_without_a_zone_is_in_utc(created, time):
    text = f"submission_1:\n  :submitters:\n  - :name: Jane\n    :sid: '3001'\n  :created_at: {created}\n"
    jane = lists.Told([("number", "3001")], "Jane")  # no e-mail stands there
    assert gradescope(text) == {("gradescope", "submission_1"): lists.Told(time=time, people=[jane])}


def test_each_export_of_gradescope_tells_of_its_own_and_one_may_be_of_nobody():
    told = gradescope("submission_1:\n  :submitters:\n", "submission_2:\n  :score: 1\n", "")
    assert told == {("gradescope", f"submission_{n}"): lists.Told() for n in (1, 2)}


@pytest.mark.parametrize("text", ["a: [", "- a", "a", "x:\n  :submitters: 3", "x:\n  :submitters: [y]"])
def test_what_is_no_metadata_of_gradescope_is_told(text):
    with pytest.raises(CourseError, match=r"export_0/submission_metadata.yml is no list of submissions of Gradescope"):
        gradescope(text)


def test_what_can_not_be_read_is_named():
    def read():
        raise Refused("it is larger than 20 MB")

    with pytest.raises(CourseError, match=r"x/submission_metadata\.yml: it is larger than 20 MB"):
        lists.gradescope(Entry(("x", "submission_metadata.yml"), read))


def test_what_yaml_can_have_python_do_is_not_done(tmp_path):
    made = tmp_path / "made"
    gradescope(f"submission_1: !!python/object/apply:os.mkdir ['{made}']\n")
    assert not made.exists()
