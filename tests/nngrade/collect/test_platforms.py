"""What the names of files say, platform by platform: whose, when, late, and what is none of the student's."""

import pytest

from nngrade.collect import platforms
from nngrade.collect.archive import Entry
from nngrade.collect.roster import Roster, Student

PEOPLE = Roster([Student("student-01", "Doe", "Jane", "jane@school.example", "j_doe", "3001", canvas="47", ilias="57")])


def entries(*paths):
    return [Entry(tuple(path.split("/")), lambda: b"") for path in paths]


def found(*paths):
    """(the name of the platform, [Found])"""
    files = entries(*paths)
    platform, places = platforms.recognised(files)
    return platform and platform.name, platform and platforms.handed_in(platform, files, places, PEOPLE)


def one(*paths):
    _, [only] = found(*paths)
    return only


def names(each):
    return [name for name, _ in each.files]


@pytest.mark.parametrize("path", [
    "doejane_47_99002_text.html", "doejane_47_99002_link.html",  # what was typed on the page, a link
    "Jane Doe_7_assignsubmission_onlinetext_/onlinetext.html", "Jane Doe_7_assignfeedback_file_/marked.ipynb",
    "Doe_Jane_j_doe/1_task/a1.ipynb",
])  # fmt: skip
def test_what_is_no_file_of_the_students_is_nothing_that_was_handed_in(path):
    beside = {"d": "doejane_47_99001_a1.ipynb", "J": "Jane Doe_7_assignsubmission_file_/a1.ipynb",
              "D": "Doe_Jane_j_doe/2_submissions/a1.ipynb"}[path[0]]  # fmt: skip
    each = one(path, beside)
    assert names(each)[-1].endswith("a1.ipynb") and len(each.files) == len(each.entries) == 1
    assert not found(path)[1]


def test_canvas_tells_attempts_by_number_and_keeps_its_names_of_the_files():
    each = one("doejane_47_99001_a1.ipynb", "doejane_47_99002_plot.png")
    assert (each.id, each.order, each.late, names(each)) == (("canvas", "47"), 99001, False, ["a1.ipynb", "plot.png"])
    assert each.entries == ["doejane_47_99001_a1.ipynb", "doejane_47_99002_plot.png"]
    assert names(one("doejane_47_99001_report.html")) == ["report.html"]  # Canvas's own is text.html
    each = one("doejane_47_99001_work.zip/mine/a1.ipynb")
    assert names(each) == ["work.zip/mine/a1.ipynb"] and each.entries == ["doejane_47_99001_work.zip"]


@pytest.mark.parametrize("late", [True, False])
def test_canvas_may_keep_names_to_itself(late):
    each = one(f"{'LATE_' * late}anon_5Fq_99001_a1.ipynb")
    assert (each.id, each.late, names(each)) == (("anonymous", "5Fq"), late, ["a1.ipynb"])


@pytest.mark.parametrize("said, time", [
    ("Mar 3, 2026 1022 AM", "Mar 3, 2026 10:22 AM"), ("Mar 13, 2026 505 PM", "Mar 13, 2026 5:05 PM"), ("", ""),
])  # fmt: skip
def test_brightspace_writes_times_without_a_colon(said, time):
    label = f"39786-640693 - Jane Doe{' - ' * bool(said)}{said}"
    each = one(f"{label}/a1.ipynb")
    assert (each.label, each.name, each.time, names(each)) == (label, "Jane Doe", time, ["a1.ipynb"])


@pytest.mark.parametrize("name, who", [
    ("Doe_Jane_j_doe_57", ("ilias", "57")), ("Doe_Jane_j_doe_99", ("login", "j_doe")),
    ("Roe_Kim_kim_roe_99", ("login", "roe")),
])  # fmt: skip
def test_ilias_goes_by_its_id_or_else_by_the_login_at_the_end(name, who):
    assert one(f"{name}/a1.ipynb").id == who


def test_at_least_half_of_the_notebooks_have_the_names_of_a_platform():
    canvas = [f"doejane_47_9900{n}_a1.ipynb" for n in range(2)]
    assert found(*canvas, "x.ipynb", "y.ipynb", "z.txt")[0] == "Canvas"
    assert found(*canvas, "x.ipynb", "y.ipynb", "z.IPYNB") == (None, None)


@pytest.mark.parametrize("beside, platform", [("grades.csv", "Sakai"), ("grades.xls", "Sakai"), ("notes.csv", None)])
def test_a_name_that_anybody_may_give_is_the_platforms_beside_its_own_files(beside, platform):
    assert found("HW 1/Doe, Jane(j_doe)/a1.ipynb", f"HW 1/{beside}")[0] == platform


@pytest.mark.parametrize("order", [1, -1])
def test_in_sakai_a_time_among_the_attachments_is_the_students_own(order):
    times = {"": b"2026-03-03T17:05:09Z", "Submission attachment(s)/": b"2026-01-01T00:00:00Z"}
    stamps = [Entry((*f"HW 1/Doe, Jane(j_doe)/{folder}timestamp.txt".split("/"),), lambda said=said: said)
              for folder, said in times.items()]  # fmt: skip
    files = [*stamps[::order], *entries("HW 1/Doe, Jane(j_doe)/Submission attachment(s)/a1.ipynb")]
    platform, places = platforms.recognised(files)
    [each] = platforms.handed_in(platform, files, places, PEOPLE)
    assert each.time == "2026-03-03T17:05:09Z" and len(each.files) == 2


def test_what_git_keeps_in_a_clone_was_not_handed_in():
    clone = [f"hw-1-jane/{name}" for name in (".git/HEAD", "a1.ipynb", ".gitignore")]
    assert names(one(*clone)) == ["a1.ipynb", ".gitignore"]


@pytest.mark.parametrize("name", ["j_roe_attempt_2026-01-01-00-00-00_a1.ipynb", "_j_attempt_2026-01-01-00-00-00.txt"])
def test_blackboards_own_part_of_a_name_comes_first(name):
    """Whoever calls a file like an attempt of somebody else hands it in themselves, and when they did."""
    each = one(f"HW_1_j_doe_attempt_2026-03-03-17-05-09_{name}")
    assert (each.id, each.time, names(each)) == (("login", "j_doe"), "2026-03-03 17:05:09", [name])


def test_a_receipt_of_blackboards_may_hold_whatever_a_student_wrote():
    attempt = "HW_j_doe_attempt_2026-03-03-17-05-09"
    text = f"Comments: caf\xe9\nOriginal filename: my a1.ipynb\nFilename: {attempt}_a1.ipynb\n".encode("cp1252")
    files = [*entries(f"{attempt}_a1.ipynb"), Entry((f"{attempt}.txt",), lambda: text)]
    platform, places = platforms.recognised(files)
    [each] = platforms.handed_in(platform, files, places, PEOPLE)
    assert names(each) == ["my a1.ipynb"]


def test_an_attempt_of_blackboards_without_a_file_is_one():
    each = one("HW_1_j_doe_attempt_2026-03-03-17-05-09.txt")
    assert (each.id, each.time, each.files) == (("login", "j_doe"), "2026-03-03 17:05:09", [])


@pytest.mark.parametrize("having, platform", [(0, None), (1, None), (2, "GitHub Classroom"), (3, "GitHub Classroom")])
def test_what_git_keeps_makes_clones_of_folders_if_half_of_them_have_it(having, platform):
    """One student's .gitignore makes no clones of all the folders of a class."""
    folders = [f"in/student-0{n}/a1.ipynb" for n in range(4)]
    assert found(*folders, *(f"in/student-0{n}/.gitignore" for n in range(having)))[0] == platform


@pytest.mark.parametrize("path", ["export/submission_7/submission_metadata.yml", "export/submission_7/a/grades.csv"])
def test_what_students_hand_in_does_not_make_the_platform(path):
    assert found("export/submission_7/a1.ipynb", "export/submission_8/a1.ipynb", path) == (None, None)


@pytest.mark.parametrize("class_of, platform", [(2, "Canvas"), (3, None)])
def test_however_much_is_in_one_zip_it_is_one_of_what_was_handed_in(class_of, platform):
    files = [f"in/student-0{n}/a1.ipynb" for n in range(1, class_of)]
    assert found(*files, *(f"in/mine.zip/x_47_{n}_a1.ipynb" for n in range(100)))[0] == platform
