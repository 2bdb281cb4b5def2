"""Exports: CSV, Canvas and Moodle."""

import contextlib
import csv
import io
import math
import re
import stat
import subprocess
import sys
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from nngrade import exports
from nngrade.__main__ import app
from nngrade.collect import roster
from nngrade.collect.attempts import Attempt, Attempts
from nngrade.course import CONFIG, Course
from nngrade.errors import CourseError
from nngrade.exports.fill import match
from nngrade.exports.grades import Grade, _points, _questions, read_grades
from nngrade.exports.platforms import CANVAS
from nngrade.exports.sheet import Sheet, plain
from nngrade.exports.table import write_csv
from nngrade.exports.words import listed, number
from nngrade.spreadsheets import FORMULA
from tests.nngrade import platform_files, small_class
from tests.nngrade.small_class import ODD

BOM = b"\xef\xbb\xbf"


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    return small_class.make(tmp_path_factory.mktemp("course"))


@pytest.fixture
def course(made, tmp_path, monkeypatch):
    monkeypatch.chdir(made)
    return Course(made)


@pytest.fixture
def canvas(tmp_path):
    return canvas_file(tmp_path / "canvas.csv")


def canvas_file(path, bom=b"", end="\r\n", delimiter=","):
    """As Canvas exports it: a row for manual posting, points, read-only totals, quotes, the test student."""
    lines = [
        'Student|ID|SIS User ID|SIS Login ID|Section|"Warm-up| first (11)"|Assignment 1 (12)|Final Score',
        "|||||Manual Posting||",
        "    Points Possible|||||10.00|5.00|(read only)",
        '"Comma| ""quoted"""|101|u1|STUDENT-01|"S 1| S 2"|1.00||20.00',
        '"=""=1+1"""|102|u2|student-02|S 1|||',
        "Zoë|103|u3|student-03|S 1||4.00|",
        '"Line\nbreak"|104|u4|student-04|S 1|||',
        "x|105|u5|student-05|S 1|||",
        "unknown|199|u9|student-99|S 1|3|4|",
        '"Student| Test"|200||0123abcd|S 1|||',
    ]
    text = end.join(line.replace("|", delimiter) for line in lines) + end
    path.write_bytes(bom + text.encode())
    return path


MOODLE_TITLES = ["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum Grade", "Grade can be changed",
                 "Last modified (grade)", "Feedback comments"]  # fmt: skip


def moodle_file(path, bom=BOM):
    lines = [
        ",".join(f'"{title}"' if " " in title else title for title in MOODLE_TITLES),
        'Participant 31,"Comma, ""quoted""",student-01@school.example,"Submitted for grading",,4.00,Yes,-,',
        'Participant 32,=1+1,student-02@school.example,"Submitted for grading",,4.00,No,-,"<p>kept,\nas it is</p>"',
        'Participant 33,+x,student-03@school.example,"Submitted for grading","1.00",4.00,Yes,-,',
    ]
    path.write_bytes(bom + ("\n".join(lines) + "\n").encode())
    return path


def read(path):
    data = path.read_bytes()
    assert data.startswith(BOM)
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def said(course, assignment="a1", to=None, column="", **files):
    return "\n".join(exports.export(course, assignment, to, files, column))


def test_csv_tells_what_was_not_graded_from_a_zero(course, tmp_path):
    text = said(course, to=tmp_path / "grades.csv")
    rows = {row["student"]: row for row in read(tmp_path / "grades.csv")}
    assert {name: (row["status"], row["score"]) for name, row in rows.items()} == {
        "student-01": ("graded", "4.5"),
        "student-02": ("graded", "0"),
        "student-03": ("needs manual grading", ""),
        "student-04": ("could not be graded", ""),
        "student-05": ("not submitted", ""),
        "student-06": ("not graded yet", ""),
    }
    assert rows["student-01"]["late_penalty"] == "0.5" and rows["student-01"]["max_score"] == "5"
    assert [rows[f"student-0{n}"]["f_test"] for n in (1, 2, 3, 4, 5)] == ["2", "0", "2", "", ""]
    assert [rows[f"student-0{n}"]["why"] for n in (1, 2, 3, 4, 5)] == ["3", "0", "", "3", ""]
    assert "could not be graded: student-04." in text and "not submitted: student-05." in text
    assert "student-02" not in text and text.startswith(str(tmp_path / "grades.csv"))


def test_csv_of_all_assignments_keeps_odd_names_and_runs_no_formula(course, tmp_path):
    path = tmp_path / "Grades.CSV"
    said(course, assignment="", to=path)
    rows = read(path)
    assert [(row["assignment"], row["student"]) for row in rows] == [(a, s) for a in ("a1", "a2") for s in ODD]
    for row in rows:
        cells = row["last_name"], row["first_name"]
        assert not any(cell.startswith(tuple("=+-@＝\t\r\n")) or cell.lstrip().startswith("=") for cell in cells)
        assert tuple(map(unguarded, cells)) == ODD[row["student"]]
    assert rows[3]["first_name"] == "'t x"  # a name, not a guard
    assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0 or sys.platform == "win32"
    assert [*tmp_path.iterdir()] == [path]


def test_a_question_is_no_formula_either(tmp_path):
    question = "-q"  # which nbgrader takes for a name
    grade = Grade("a1", "s1", "", "", "", "", "graded", 1.0, 2.0, 0.0, {question: 1.0}, {question: 2.0})
    write_csv([grade], tmp_path / "grades.csv")
    other = Grade("a2", "s1", "", "", "", "", "graded", 1.0, 2.0, 0.0, {"f": 0.5}, {"f": 2.0})  # has others
    write_csv([grade, other], tmp_path / "grades.csv")
    assert [(row["'-q"], row["f"]) for row in read(tmp_path / "grades.csv")] == [("1", ""), ("", "0.5")]


def unguarded(cell):
    return cell[1:] if FORMULA.match(cell) else cell


@given(st.lists(st.tuples(st.text(), st.text()), max_size=5))
def test_any_text_comes_back_from_the_csv(tmp_path_factory, names):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    write_csv([Grade("a1", f"s{n}", "", *pair, "", "graded", 1.0, 2.0, 0.0, {"q": 1.0}, {"q": 2.0})
                       for n, pair in enumerate(names)], path)
    assert [(unguarded(row["last_name"]), unguarded(row["first_name"])) for row in read(path)] == names


@given(st.lists(st.lists(st.text(), min_size=3, max_size=3), max_size=5), st.booleans(),
       st.sampled_from([("\r\n", csv.QUOTE_MINIMAL), ("\n", csv.QUOTE_ALL)]))
def test_a_sheet_is_the_same_file_again_whatever_it_holds(tmp_path_factory, rows, bom, style):
    text, (end, quoting) = io.StringIO(newline=""), style
    csv.writer(text, lineterminator=end, quoting=quoting).writerows([["ID", "Section", "A (1)"], *rows])
    path = tmp_path_factory.getbasetemp() / "sheet.csv"
    path.write_bytes(BOM * bom + text.getvalue().encode())
    sheet = Sheet(path, CANVAS)
    assert sheet.data() == path.read_bytes()
    assert [[plain(cell) for cell in row] for row in sheet.rows[1:]] == rows


@pytest.mark.parametrize("bom", [b"", BOM], ids=["plain", "bom"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("delimiter", [",", ";"], ids=["commas", "semicolons"])
def test_canvas_gets_one_column_and_every_other_byte_stays(course, tmp_path, bom, end, delimiter):
    source = canvas_file(tmp_path / "canvas.csv", bom, end, delimiter)
    before = source.read_bytes()
    text = said(course, canvas=source, column="Assignment 1 (12)")
    d = delimiter.encode()
    expected = before.replace(d.join([b"1.00", b"", b"20.00"]), d.join([b"1.00", b"4.5", b"20.00"]))
    expected = expected.replace(b"student-02" + d + b"S 1" + d * 3, b"student-02" + d + b"S 1" + d * 2 + b"0" + d)
    assert (tmp_path / "canvas-filled.csv").read_bytes() == expected != before
    assert source.read_bytes() == before
    assert "2 scores in 'Assignment 1 (12)'. Students matched by SIS Login ID = student id." in text


def test_a_decimal_comma_in_the_points_possible_is_enough(course, tmp_path):
    """As a spreadsheet in German saves it, before there is any score in it."""
    source = canvas_file(tmp_path / "canvas.csv", delimiter=";")
    plain = re.sub(r"(\d)\.(\d)", r"\1,\2", source.read_text(encoding="utf-8").replace("1.00", "").replace("4.00", ""))
    source.write_text(plain.replace("20,00", ""), encoding="utf-8")
    said(course, canvas=source, column="Assignment 1 (12)")
    assert ";;4,5;" in (tmp_path / "canvas-filled.csv").read_text(encoding="utf-8")


def test_canvas_says_who_has_no_score_and_who_is_missing_where(course, canvas):
    text = said(course, canvas=canvas, column="Assignment 1")  # its number can be left out
    assert "needs manual grading: student-03 (4.00 stays)." in text
    assert "could not be graded: student-04." in text and "not submitted: student-05." in text
    assert "In the file of Canvas, but not in the gradebook: unknown." in text  # and not the test student
    assert "In the gradebook, but not in the file of Canvas: student-06 (not graded yet)." in text
    assert "late penalty is taken off: student-01" in text


@pytest.mark.parametrize("column", ["Assignment 1", " Assignment 1 (12) "])
def test_canvas_as_it_was_before_manual_posting(course, canvas, column):
    canvas.write_text(canvas.read_text(encoding="utf-8").replace("Manual Posting", " Muted"), encoding="utf-8")
    assert "not in the gradebook: unknown." in said(course, canvas=canvas, column=column)


def test_what_a_platform_calls_somebody_does_nothing_on_the_terminal(course, canvas):
    canvas.write_text(canvas.read_text(encoding="utf-8").replace("unknown", "un\x1b[2Jknown"), encoding="utf-8")
    text = said(course, canvas=canvas, column="Assignment 1")
    assert "not in the gradebook: un?[2Jknown." in text and "\x1b" not in text


@pytest.mark.parametrize("mark", ["EX", "N/A", " n/a "])
def test_canvas_keeps_what_is_excused_and_warns_above_the_points_possible(course, canvas, mark):
    excused = canvas.read_text(encoding="utf-8").replace("student-02,S 1,,,", f"student-02,S 1,,{mark},")
    canvas.write_text(excused.replace(",5.00,", ",4.00,"), encoding="utf-8")
    text = said(course, canvas=canvas, column="Assignment 1 (12)")
    assert f"left so: student-02 ({mark.strip()} there, 0 here)." in text
    assert "all the same: student-01 (4.5 of 4)." in text and "4 there, 5 here" in text
    assert f"student-02,S 1,,{mark}," in canvas.with_name("canvas-filled.csv").read_text(encoding="utf-8")


def test_all_the_points_possible_are_not_more(course, canvas):
    canvas.write_text(canvas.read_text(encoding="utf-8").replace(",5.00,", ",4.50,"), encoding="utf-8")
    text = said(course, canvas=canvas, column="Assignment 1 (12)")
    assert "4.5 there, 5 here" in text and "all the same" not in text
    filled = canvas.with_name("canvas-filled.csv").read_bytes()
    lines = canvas.read_bytes().splitlines(keepends=True)
    canvas.write_bytes(b"".join([lines[0], *lines[3:], *lines[1:3]]))  # sorted by a spreadsheet
    assert said(course, canvas=canvas, column="Assignment 1 (12)") == text
    assert sorted(canvas.with_name("canvas-filled.csv").read_bytes().splitlines()) == sorted(filled.splitlines())
    lines = canvas.read_text(encoding="utf-8").splitlines(keepends=True)
    canvas.write_text("".join(line for line in lines if "Points Possible" not in line), encoding="utf-8")
    text = said(course, canvas=canvas, column="Assignment 1 (12)")  # where nobody says how many are possible
    assert "2 scores in" in text and "differ" not in text and "all the same" not in text


@pytest.mark.parametrize("header, key, rule", [
    ("SIS User ID", "10{}", "SIS User ID = LMS user id"),
    ("SIS Login ID", "Student-{}@School.example", "SIS Login ID = e-mail"),
    ("ID", "10{}", "ID = LMS user id"),
])
def test_students_are_matched_by_what_finds_most_of_them(course, tmp_path, header, key, rule):
    columns = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "A (1)"]
    lines = [columns] + [[key.format(f"0{n}") if each == header else f"x{n}" for each in columns] for n in (1, 2)]
    lines[1][3] = "student-02" if header != "SIS Login ID" else lines[1][3]  # an accident that finds but one
    (tmp_path / "c.csv").write_text("\n".join(map(",".join, lines)))
    assert f"matched by {rule}." in said(course, canvas=tmp_path / "c.csv", column="A (1)")


def test_one_student_who_is_found_often_is_not_many(course, tmp_path):
    """As where several have the login of the first one, and the ids are right."""
    rows = [f"x,{n},{key},student-01,S," for n, key in enumerate(("1001", "1002", "stranger"))]
    (tmp_path / "c.csv").write_text("\n".join(["Student,ID,SIS User ID,SIS Login ID,Section,A (1)", *rows]))
    assert "matched by SIS User ID = LMS user id." in said(course, canvas=tmp_path / "c.csv", column="A (1)")


@pytest.mark.parametrize("value, text", [
    (None, ""), (0, "0"), (12.0, "12"), (0.1 + 0.2, "0.3"), (1234.5678, "1234.5678"), (123456.25, "123456.25"),
])  # fmt: skip
def test_a_number_is_written_as_it_is_without_zeros_at_its_end(value, text):
    assert number(value) == text


@pytest.mark.parametrize("count, more", [(39, ""), (40, ""), (41, " and 1 more")])
def test_as_many_are_named_as_a_screen_holds(count, more):
    names = [f"s{number}" for number in range(count)]
    assert listed("Late", names) == [f"Late: {', '.join(names[:40])}{more}."] and listed("Late", []) == []


@pytest.mark.parametrize("lines, who", [
    (["N one,1,,student-01,S,", "N two,2,,STUDENT-01,S,"], "N one (student-01), N two (student-01)"),
    (["N one,1001,,student-02,S,"], "N one (student-01 by ID = LMS user id)"),
], ids=["twice", "as somebody else"])
def test_an_ambiguous_match_is_refused_by_name(course, tmp_path, lines, who):
    header = "Student,ID,SIS User ID,SIS Login ID,Section,A (1)"
    (tmp_path / "c.csv").write_text("\n".join([header, *lines]))
    with pytest.raises(CourseError, match="not clear who is who, and nothing was written") as refused:
        said(course, canvas=tmp_path / "c.csv", column="A (1)")
    assert who in str(refused.value)
    assert [path.name for path in tmp_path.iterdir()] == ["c.csv"]


def student(name, **more):
    return Grade("a1", name, "", "", "", more.pop("email", ""), "graded", 1.0, 2.0, None, {}, {}, **more)


@pytest.mark.parametrize("lines, students, who", [
    (["N one,1,,x@y.z,S,", "N two,2,,,S,"], [student("a", email="X@y.z"), student("b", email="x@y.z ")],
     "N one (a), N one (b)"),
    (["N one,1,,a,S,", "N two,2,,,S,"], [student("a", login="a"), student("b", number="2")], ""),
    (["N one,1,,a,S,", "N two,2,,b,S,"], [student("a", number="2"), student("b"), student("c", number="5")], ""),
    (["N one,1,,a,S,", "N two,2,,x,S,"], [student("a", number="2")], "N two (a by ID = number)"),
], ids=["one address", "empty cells", "found by fewer", "two rows"])  # fmt: skip
def test_who_is_who(tmp_path, lines, students, who):
    (tmp_path / "c.csv").write_text("\n".join(["Student,ID,SIS User ID,SIS Login ID,Section,A (1)", *lines]))
    sheet = Sheet(tmp_path / "c.csv", CANVAS)
    with pytest.raises(CourseError, match=re.escape(who)) if who else contextlib.nullcontext():
        match(sheet, students)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8"])
@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_a_sheet_in_any_encoding_with_empty_lines_at_its_end(tmp_path, encoding, end):
    text = end.join(["\ufeffID,Section,A (1),A (1)", "1,S,2,", "", "2,S,,", ""])
    (tmp_path / "c.csv").write_bytes(text.encode(encoding))
    sheet = Sheet(tmp_path / "c.csv", CANVAS)
    assert sheet.data() == text.encode(encoding) and sheet.students == [1, 3]
    assert sheet.named(1, "a (1)") == "2"  # of two columns the first one


@pytest.mark.parametrize("bom", [b"", BOM], ids=["plain", "bom"])
@pytest.mark.parametrize("title", [b"Full name", b"User full name"])  # both are English
def test_moodle_gets_its_grades(course, tmp_path, bom, title):
    source = moodle_file(tmp_path / "worksheet.csv", bom)
    before = source.read_bytes().replace(b"Full name", title)
    source.write_bytes(before)
    text = said(course, moodle=source, to=tmp_path / "out" / "filled.csv")
    expected = before.replace(b'grading",,4.00,Yes', b'grading",4.5,4.00,Yes')
    assert (tmp_path / "out" / "filled.csv").read_bytes() == expected != before
    assert "matched by Email address = e-mail" in text
    assert "left so: student-02 (no grade there, 0 here)." in text  # locked
    assert "needs manual grading: student-03 (1.00 stays)." in text
    assert "all the same: student-01 (4.5 of 4)." in text


def test_a_number_is_put_into_the_quotes_that_are_there(course, canvas):
    canvas.write_bytes(canvas.read_bytes().replace(b"1.00,,20.00", b'1.00,"",20.00'))
    said(course, canvas=canvas, column="Assignment 1 (12)")
    assert b'1.00,"4.5",20.00' in canvas.with_name("canvas-filled.csv").read_bytes()


@pytest.mark.parametrize("column, says", [
    ("Assignment 7", "no columns 'Assignment 7'. It has:.*\n  Warm-up, first .11.\n  Assignment 1 .12.\n"),
    ("Final Score", "Canvas computes 'Final Score' itself"),
])
def test_a_wrong_column_lists_the_right_ones(course, canvas, column, says):
    with pytest.raises(CourseError, match=f"(?s){says}"):
        said(course, canvas=canvas, column=column)


def test_columns_that_hold_no_scores_are_not_offered(course, canvas, tmp_path):
    with pytest.raises(CourseError) as refused:
        said(course, canvas=canvas, column="Assignment 7")
    assert str(refused.value).split("\n")[1:] == ["  Warm-up, first (11)", "  Assignment 1 (12)", "  Final Score"]
    with pytest.raises(CourseError) as refused:
        said(course, moodle=moodle_file(tmp_path / "sheet.csv"), column="Assignment 7")
    assert str(refused.value).split("\n")[1:] == [f"  {title}" for title in MOODLE_TITLES]


@pytest.mark.parametrize("content, says", [
    (b"PK\x03\x04\xff\xfe", "no CSV in UTF-8"),
    (b"", "first line lacks ID or Section"),
    (b"Name,Grade\nx,1\n", "first line lacks ID or Section"),
    (b"Student,ID,Section,A (1)\nx,1\n", "record 2 has 2 cells, the first 4"),
    (b'Student,ID,Section,A (1)\n"x,1,S,1\ny,2,S,2\n', "No student of the gradebook is in"),
    (b"Student,ID,Section,A (1),A (1)\nx,1,S,,\n", "has 2 columns 'A .1.'"),
    (None, "can't be read: No such file"),
])
def test_a_file_that_is_no_canvas_export_is_refused(course, tmp_path, content, says):
    if content is not None:
        (tmp_path / "c.csv").write_bytes(content)
    with pytest.raises(CourseError, match=says):
        said(course, canvas=tmp_path / "c.csv", column="A (1)")


def test_the_input_is_never_overwritten(course, canvas):
    before = canvas.read_bytes()
    (canvas.parent / "link.csv").symlink_to(canvas)
    for target in (canvas, canvas.parent / "link.csv"):
        with pytest.raises(CourseError, match="stays as Canvas exported it"):
            said(course, canvas=canvas, column="Assignment 1", to=target)
    assert canvas.read_bytes() == before


def test_a_failed_write_leaves_the_old_file_and_nothing_else(course, tmp_path, monkeypatch):
    (tmp_path / "grades.csv").write_text("old")

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(CourseError, match=re.escape(f"{tmp_path / 'grades.csv'} can't be written: No space left")):
        said(course, to=tmp_path / "grades.csv")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("grades.csv", "old")]


@pytest.mark.parametrize("options, says", [
    ({"assignment": "a9"}, "no assignment 'a9'. It has: a1, a2."),
    ({"assignment": "", "moodle": "m.csv"}, "Which assignment"),
    ({"column": "A"}, "Choose the file of one platform"),
    ({"canvas": "c.csv", "moodle": "m.csv", "column": "A"}, "Choose the file of one platform"),
    ({"to": "gradebook.db"}, "should end in .csv"),
])
def test_mistakes_on_the_command_line(course, made, options, says):
    paths = {name: made / text for name, text in options.items() if name in ("canvas", "moodle", "to")}
    with pytest.raises(CourseError, match=says):
        said(course, **(options | paths))


def test_without_a_gradebook_it_says_so_and_makes_none(tmp_path):
    (tmp_path / CONFIG).write_text("c = get_config()\n")
    with pytest.raises(CourseError, match="There is no gradebook"):
        said(Course(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == [CONFIG]


def test_a_file_that_is_no_gradebook(tmp_path):
    (tmp_path / CONFIG).write_text("c = get_config()\n")
    (tmp_path / "gradebook.db").write_text("not a database, but long enough to be looked at" * 20)
    with pytest.raises(CourseError, match="can't be used: .*not a database"):
        said(Course(tmp_path))


def test_the_gradebook_that_the_configuration_names_is_read(made, tmp_path):
    url = f"sqlite:///{made / 'gradebook.db'}"
    (tmp_path / CONFIG).write_text(f"c = get_config()\nc.CourseDirectory.db_url = {url!r}\n")
    said(Course(tmp_path), to=tmp_path / "grades.csv")
    assert len(read(tmp_path / "grades.csv")) == len(ODD)


def test_the_command(course, made, canvas):
    out = CliRunner().invoke(app, ["export", "a1", "--canvas", str(canvas), "--column", "Assignment 1 (12)"])
    assert out.exit_code == 0 and "2 scores" in out.output
    assert CliRunner().invoke(app, ["export"]).exit_code == 0
    assert len(read(made / "build" / "grades.csv")) == 2 * len(ODD)


def test_a_mistake_ends_in_a_sentence(made):
    done = subprocess.run([sys.executable, "-m", "nngrade", "export", "a9"], cwd=made, capture_output=True, text=True)
    assert done.returncode == 1 and done.stderr.startswith("nngrade: The gradebook has no assignment 'a9'")


# --- other platforms and languages -----------------------------------------------------------


@pytest.mark.parametrize("language", platform_files.TITLES)
def test_moodle_in_four_languages(course, tmp_path, language):
    one = roster.Student("student-01", "Doe", "Jane", "student-01@school.example")
    source = tmp_path / "sheet.csv"
    source.write_bytes(platform_files.worksheet({one: "31"}, language, most="5.00"))
    assert f"1 scores in {platform_files.TITLES[language][4]!r}" in said(course, moodle=source)
    before, after = (list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
                     for path in (source, tmp_path / "sheet-filled.csv"))  # fmt: skip
    assert after[1].pop(4) == ("4.5" if language == "en" else "4,5") and before[1].pop(4) == ""
    assert before == after


def test_moodle_without_names_and_mails_goes_by_the_number_that_was_collected(course, tmp_path, monkeypatch):
    attempts = Attempts(course.root, "a1")
    attempts.all = [Attempt(f"student-0{n}", "h", "Moodle", "x", f"moodle {id}") for n, id in ((1, 77), (2, 7))]
    monkeypatch.setattr("nngrade.exports.grades.Attempts", lambda *_: attempts)
    source = tmp_path / "sheet.csv"
    source.write_text('ID,Status,Bewertung,Bestwertung\nTeilnehmer/in77,,,"5,00"\nTeilnehmer/in7,,,"5,00"\n')
    text = said(course, moodle=source)
    assert "matched by Identifier = participant" in text
    assert (tmp_path / "sheet-filled.csv").read_text().splitlines()[1:] == [
        'Teilnehmer/in77,,"4,5","5,00"', 'Teilnehmer/in7,,0,"5,00"']  # fmt: skip


def test_blackboard_gets_its_file_back(course, tmp_path):
    titles = ["Last Name", "First Name", "Username", "Student ID", "HW 1 [Total Pts: 5 Score] |12345", "Total |1"]
    rows = [titles, ["Doe", "Jane", "student-01", "3001", "", "7"], ["Roe", "x", "student-03", "3003", "", ""]]
    text = "".join("\t".join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)
    source = tmp_path / "gradebook.xls"
    source.write_bytes(text.encode("utf-16"))
    with pytest.raises(CourseError, match="(?s)Which column of .*It has:\n  HW 1 .Total"):
        said(course, blackboard=source)
    assert "points possible differ" not in said(course, blackboard=source, column="HW 1")
    filled = (tmp_path / "gradebook-filled.xls").read_bytes().decode("utf-16")
    assert filled == text.replace('"3001"\t""', '"3001"\t"4.5"')
    said(course, blackboard=source, column="HW 1", to=tmp_path / "for blackboard.xls")
    assert (tmp_path / "for blackboard.xls").read_bytes() == (tmp_path / "gradebook-filled.xls").read_bytes()


def test_brightspace_gets_its_file_back(course, tmp_path):
    source = tmp_path / "grades.csv"
    text = ("OrgDefinedId,Username,HW 1 Points Grade <Numeric MaxPoints:5 Weight:10>,End-of-Line Indicator\n"
            "#3001,#student-01,,#\n#3003,#student-03,1,#\n")  # fmt: skip
    source.write_text(text)
    with pytest.raises(CourseError) as refused:
        said(course, brightspace=source)
    assert str(refused.value).split("\n")[1:] == ["  HW 1 Points Grade <Numeric MaxPoints:5 Weight:10>"]
    said(course, brightspace=source, column="HW 1")
    assert (tmp_path / "grades-filled.csv").read_text() == text.replace("01,,#", "01,4.5,#")


@pytest.mark.parametrize(["titles", "cells", "name"], [
    ("Student", "Doe Jane", "Doe Jane"), ("LastName,FirstName", "Doe,Jane", "Doe, Jane"),
    ("Last Name,First Name", "Doe,Jane", "Doe, Jane"), ("Full name", "Jane Doe", "Jane Doe"),
    ("Other", "the first cell", "the first cell"),
])  # fmt: skip
def test_strangers_are_named_by_whatever_column_holds_names(course, tmp_path, titles, cells, name):
    source, empty = tmp_path / "canvas.csv", "," * titles.count(",")
    source.write_text(f"{titles},ID,SIS Login ID,Section,A (1)\n{empty},1,student-01,S,\n{cells},2,student-99,S,\n")
    assert f"not in the gradebook: {name}." in said(course, canvas=source, column="A")


@pytest.mark.parametrize(["language", "word"], [("en", "No"), ("de", "Nein"), ("fr", "Non"), ("es", "No")])
def test_who_is_locked_in_four_languages(course, tmp_path, language, word):
    one = roster.Student("student-01", "Doe", "Jane", "student-01@school.example")
    source = tmp_path / "sheet.csv"
    source.write_bytes(platform_files.worksheet({one: "31"}, language, most="5.00").replace(b"Yes", word.encode()))
    assert "left so: student-01 (no grade there, 4.5 here)." in said(course, moodle=source)
    assert (tmp_path / "sheet-filled.csv").read_bytes() == source.read_bytes()


def test_points_possible_with_a_decimal_comma(course, tmp_path):
    one = roster.Student("student-01", "Doe", "Jane", "student-01@school.example")
    source = tmp_path / "sheet.csv"
    source.write_bytes(platform_files.worksheet({one: "31"}, "de", most="4,20"))
    text = said(course, moodle=source)
    assert "not converted: 4.2 there, 5 here." in text and "all the same: student-01 (4.5 of 4.2)." in text


def test_what_students_chose_says_nothing_of_the_numbers(course, tmp_path):
    """Neither a name as of Canvas's row of points, nor an online text that looks like a number of another language."""
    one = roster.Student("student-01", "Possible", "Points", "student-01@school.example")
    source = tmp_path / "sheet.csv"
    sheet = platform_files.worksheet({one: "31"}).decode().replace('"Grade"', '"Grade","Online text"')
    source.write_text(sheet.replace('"",', '"","1,5",', 1), encoding="utf-8")
    text = said(course, moodle=source)
    assert '"4.5","1,5","30.00"' in (tmp_path / "sheet-filled.csv").read_text(encoding="utf-8")
    assert "1 scores in 'Grade'" in text and "30 there, 5 here" in text


# --- what is known of the students -----------------------------------------------------------


def test_the_roster_fills_in_what_the_gradebook_does_not_say(course, monkeypatch):
    people = [roster.Student("student-01", "Other", "Other", "other@school.example", login="jane-d", number="3001"),
              roster.Student("student-02", canvas="999", login="", number="3002")]  # fmt: skip
    monkeypatch.setattr("nngrade.exports.grades.roster.load", lambda root: roster.Roster(people))
    one, two, three, *_ = read_grades(course, "a1")
    assert (one.login, one.number, one.lms_user_id, one.participant) == ("jane-d", "3001", "1001", "")
    assert (one.last_name, one.first_name, one.email) == (*ODD["student-01"], "student-01@School.Example")
    assert (two.login, two.number, two.lms_user_id) == ("", "3002", "1002")
    assert (three.login, three.number) == ("", "")
    assert [grade.number for grade in read_grades(course) if grade.student == "student-01"] == ["3001", "3001"]


def test_who_has_handed_in_again_has_no_score_until_that_is_graded(course, monkeypatch):
    monkeypatch.setattr("nngrade.exports.grades.handed_in_again", lambda _, name: {"a1": ["student-01"]}.get(name, []))
    one, two, *_ = read_grades(course, "a1")
    assert (one.status, one.score) == ("handed in again and not graded yet", None)
    assert (one.points, one.late_penalty) == ({"f_test": None, "why": None}, None)  # nor any of the attempt before
    assert (two.status, two.score) == ("graded", 0)
    said = {grade.assignment: grade.status for grade in read_grades(course) if grade.student == "student-01"}
    assert said == {"a1": "handed in again and not graded yet", "a2": "not submitted"}


def test_who_has_handed_in_and_stands_on_no_list_is_not_left_out(course, monkeypatch):
    monkeypatch.setattr("nbgrader.apps.NbGraderAPI.get_submitted_students", lambda self, name: {"visitor"})
    *others, last = read_grades(course, "a1")
    assert (last.student, last.status, last.score, last.email) == ("visitor", "not graded yet", None, "")
    assert [grade.student for grade in others] == [*ODD]


def test_what_being_late_costs_is_worked_out_by_what_is_there_now(tmp_path):
    """Also where nothing was graded since."""
    course, folder = Course(small_class.make(tmp_path)), tmp_path / "submitted" / "student-01" / "a1"
    before, *_ = read_grades(course, "a1")
    folder.mkdir(parents=True)
    (folder / "timestamp.txt").write_text("2026-03-01 17:00 UTC")
    (tmp_path / "deadlines.toml").write_text('[rule]\nper_day = 0.5\n[due]\na1 = "2026-03-01 16:00 UTC"\n')
    now, *_ = read_grades(course, "a1")
    points = sum(before.points.values())
    assert (now.points, now.late_penalty, now.score) == (before.points, points / 2, points / 2)
    assert now.score != before.score


def test_late_penalties_of_several_notebooks_add_up(tmp_path):
    with Course(small_class.make(tmp_path)).gradebook() as book:
        book.add_notebook("b2", "a2")
        book.add_grade_cell("f_test", "b2", "a2", max_score=2, cell_type="code")
        for notebook in book.add_submission("a2", "student-01").notebooks:
            [test], notebook.late_submission_penalty = notebook.grades, 0.5
            test.auto_score, test.needs_manual_grade = 2, False
        book.db.commit()
    one, *_ = read_grades(Course(tmp_path), "a2")
    assert (one.score, one.late_penalty, one.points) == (3, 1, {"a2/f_test": 2, "b2/f_test": 2})


def test_of_all_questions_by_name_the_machine_grades_code_without_an_answer_in_it():
    def cell(number, name, kind="code"):
        return SimpleNamespace(id=number, name=name, cell_type=kind, max_score=number)

    answers, drawn = [cell(2, "why", "markdown"), cell(3, "own_code")], cell(4, "draw", "markdown")
    book = SimpleNamespace(name="a1", grade_cells=[cell(1, "f_test"), *answers], solution_cells=answers,
                           task_cells=[drawn])  # fmt: skip
    assert [*_questions(SimpleNamespace(notebooks=[book])).values()] == [
        ("draw", 4, False), ("f_test", 1, True), ("own_code", 3, False), ("why", 2, False)]  # fmt: skip


def test_points_that_wait_for_another_look_are_none_yet():
    asked = {1: ("f", 2.0, True), 2: ("why", 3.0, False)}
    right, given = (2.0, 2.0, None, False), (3.0, None, 3.0, False)
    assert _points(asked, {1: right, 2: given}) == ({"f": 2, "why": 3}, "graded")
    assert _points(asked, {1: right, 2: (*given[:3], True)}) == ({"f": 2, "why": None}, "needs manual grading")
    nothing = (0.0, None, None, True)
    assert _points(asked, {1: nothing, 2: given}) == ({"f": None, "why": 3}, "could not be graded")
    assert _points(asked, {1: nothing, 2: nothing}) == ({"f": None, "why": None}, "could not be graded")
    assert _points(asked, {1: (1.5, None, 1.5, False), 2: given}) == ({"f": 1.5, "why": 3}, "graded")
    assert _points(asked, {1: (math.nan, 2.0, None, False), 2: given})[1] == "could not be graded"
    assert _points(asked, {1: right}) == ({"f": 2, "why": None}, "could not be graded")
