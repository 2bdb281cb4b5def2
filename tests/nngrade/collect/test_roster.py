"""The roster: lists of the platforms, and what spreadsheets make of them."""

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from nngrade.__main__ import app
from nngrade.collect.class_lists import Student, plain_name, unused
from nngrade.collect.roster import ROSTER, Roster, load, merge, read_list, save
from nngrade.course import Course
from nngrade.errors import CourseError

LISTS = {  # what a list says: the ids that it should give
    "Student,ID,SIS User ID,SIS Login ID,Section,HW 1 (98765)\n,,,,,Manual Posting\n    Points Possible,,,,,10\n"
    '"Doe, Jane",4711,3001,jdoe,S 1,\n"Student, Test",4799,,abcd,S 1,\n':
        {"canvas": "4711", "number": "3001", "login": "jdoe"},
    "Vorname;Nachname;E-Mail-Adresse;ID-Nummer\nJane;Doe;jane@school.example;3001\n":
        {"email": "jane@school.example", "number": "3001"},
    "Prénom,Nom de famille,Adresse de courriel\nJane,Doe,jane@school.example\n": {"email": "jane@school.example"},
    "Nombre,Apellido(s),Dirección de correo\nJane,Doe,jane@school.example\n": {"email": "jane@school.example"},
    "Last Name\tFirst Name\tUsername\tStudent ID\nDoe\tJane\tjdoe\t3001\n": {"login": "jdoe", "number": "3001"},
    "OrgDefinedId,Username,Last Name,First Name,Email,End-of-Line Indicator\n#3001,#jdoe,Doe,Jane,j@school.example,#\n":
        {"number": "3001", "login": "jdoe", "email": "j@school.example"},
    "Name,Email,SID\nJane Doe,jane@school.example,3001\n": {"email": "jane@school.example", "number": "3001"},
    "identifier,github_username,github_id,name\nstudent-01,jane-d,12,Jane Doe\n":
        {"student": "student-01", "github": "jane-d"},
    "id,first_name,last_name,email,lms_user_id\nstudent-01,Jane,Doe,j@school.example,4711\n":
        {"student": "student-01", "canvas": "4711", "email": "j@school.example"},
    "Student-ID;Nachname;Vorname;Canvas ID;E_Mail\n;;\n3001;Doe;Jane;4711\n": {"number": "3001", "canvas": "4711"},
    "sep=;\r\nLogin;Lastname;Firstname\r\njdoe;Doe;Jane\r\n": {"login": "jdoe"},
    "Login;Lastname;Firstname;Courses\n#jdoe;Doe;Jane;1, 2, 3, 4, 5, 6, 7, 8\n": {"login": "#jdoe"},
    " Login ; Lastname ; Firstname \n jdoe ; Doe ; Jane \n\n ; ; \n": {"login": "jdoe"},
    '"sep=,",,\r\nLogin,Lastname,Firstname\r\njdoe,Doe,Jane\r\n': {"login": "jdoe"},
    "\n \nLogin;Lastname;Firstname\n\njdoe;Doe;Jane\n": {"login": "jdoe"},
    "Login;Lastname;Firstname\rjdoe;Doe;Jane\r": {"login": "jdoe"},  # as a Mac of old ends lines
    "Display ID,ID,Last Name,First Name\njdoe,6c-0f,Doe,Jane\n": {"login": "jdoe", "student": "", "canvas": ""},
    "Name,Last name,First name,Email,Mail\nDoe (she),Doe,Jane,j@school.example,j@home.example\n":
        {"email": "j@school.example"},
}  # fmt: skip


def student(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    [found] = read_list(path)
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("text", LISTS)
def test_lists_of_platforms(tmp_path, text, encoding):
    found = student(tmp_path / "list.csv", text, encoding)
    assert (found.first_name, found.last_name) == ("Jane", "Doe")
    assert {kind: getattr(found, kind) for kind in LISTS[text]} == LISTS[text]


def test_columns_of_which_nothing_is_used_are_named(tmp_path):
    (tmp_path / "list.csv").write_text("Name,Email,,Group\nJane Doe,j@school.example,x,A\n")
    assert unused(tmp_path / "list.csv") == ["Group"]
    (tmp_path / "list.json").write_text('{"students": []}')
    assert unused(tmp_path / "list.json") == []


def test_letters_of_two_bytes_in_either_order(tmp_path):
    (tmp_path / "list.csv").write_bytes("\ufeffName,Email\nJane Doe,j@school.example\n".encode("utf-16-be"))
    assert [each.email for each in read_list(tmp_path / "list.csv")] == ["j@school.example"]


def test_letters_that_only_windows_has(tmp_path):
    found = student(tmp_path / "list.csv", "Nachname;Vorname;Login\nŽák;Šárka;szak\n", "cp1252")
    assert (found.last_name, found.first_name) == ("Žák", "Šárka")


def test_google_classrooms_list(tmp_path):
    profile = {"name": {"givenName": "Jane", "familyName": "Doe"}, "emailAddress": "jane@school.example"}
    found = student(tmp_path / "list.json", json.dumps({"students": [{"userId": "67", "profile": profile}]}))
    assert (found.classroom, found.email, found.last_name) == ("67", "jane@school.example", "Doe")
    people = {"students": [{"userId": "68", "profile": {"name": {}}}]}  # what a teacher may not see is left out
    assert student(tmp_path / "list.json", json.dumps(people)) == Student(classroom="68")


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"students": 1}', '{"students": [{"userId": "67"}]}'])
def test_what_is_no_list_of_google_classrooms_is_told(tmp_path, text):
    (tmp_path / "list.json").write_text(text)
    with pytest.raises(CourseError, match="list.json is no list of students of Google Classroom"):
        read_list(tmp_path / "list.json")


def test_two_lists_of_one_class_are_one_class(tmp_path):
    people = []
    for number in (0, 5):
        (tmp_path / f"{number}.csv").write_text(list(LISTS)[number])
        people += [read_list(tmp_path / f"{number}.csv")]
    first, unclear = merge(Roster(), people[0])
    second, more = merge(first, people[1])
    [jane] = second.students
    assert not unclear + more and jane.student == "jdoe"
    assert (jane.canvas, jane.email) == ("4711", "j@school.example")


def test_what_a_newer_list_says_counts_and_what_it_leaves_out_stays():
    first, _ = merge(Roster(), [Student("student-01", "Doe", "Jane", "old@school.example", number="3001")])
    [jane] = merge(first, [Student("student-01", "Roe", "", "new@school.example")])[0].students
    assert jane == Student("student-01", "Roe", "Jane", "new@school.example", number="3001")


def test_two_of_one_name_stay_two(tmp_path):
    (tmp_path / "list.csv").write_text("Name,Email\nJane Doe,j1@school.example\nJane Doe,j2@school.example\n")
    both, _ = merge(Roster(), read_list(tmp_path / "list.csv"))
    again, unclear = merge(both, read_list(tmp_path / "list.csv"))
    assert len(both.students) == len(again.students) == 2 and not unclear
    assert len(both.named("doe  JANE")) == 2


def test_two_of_one_name_are_not_both_the_one_who_was_there(tmp_path):
    """Nor is it known which of them is."""
    (tmp_path / "list.csv").write_text("Name,Email\nJane Doe,j1@school.example\n")
    before, _ = merge(Roster(), read_list(tmp_path / "list.csv"))
    (tmp_path / "list.csv").write_text("Name,Username\nJane Doe,jdoe\nJane Doe,jdoe2\n")
    roster, unclear = merge(before, read_list(tmp_path / "list.csv"))
    assert [(each.email, each.login) for each in roster.students] == [
        ("j1@school.example", ""), ("", "jdoe"), ("", "jdoe2")]  # fmt: skip
    assert not unclear


def test_a_namesake_with_another_number_is_another_one_and_who_could_be_two_is_nobody():
    first = Roster([Student("student-01", "Doe", "Jane", number="3001")])
    both, unclear = merge(first, [Student(last_name="Doe", first_name="Jane", number="3002")])
    assert [each.number for each in both.students] == ["3002", "3001"] and not unclear
    for person in (Student(last_name="Doe", first_name="Jane", login="jdoe"), Student("student-01", number="3002")):
        roster, [why] = merge(both, [person])
        assert roster.students == both.students and why.endswith(" could be 3002 or student-01, and was left out")


def test_the_id_of_a_student_stays_and_names_a_folder(tmp_path):
    (tmp_path / "list.csv").write_text("Name,Username\nJane Doe,jane/../doe\n")
    first, _ = merge(Roster(), read_list(tmp_path / "list.csv"))
    assert first.students[0].student == "jane-..-doe"
    (tmp_path / "list.csv").write_text("Name,Username,Email\nJane Doe,jane/../doe,j@school.example\n")
    again, _ = merge(first, read_list(tmp_path / "list.csv"))
    assert (again.students[0].student, again.students[0].email) == ("jane-..-doe", "j@school.example")


ID = "id,first_name,last_name,email\nstudent-01,Jane,Doe,j@school.example\n"
SHARED = [  # a second line of the list, and what the two have in common
    ("student-01,Kim,Roe,k@school.example", "student student-01"),
    ("student-02,Kim,Roe,J@school.example", "email j@school.example"),
]


@pytest.mark.parametrize(("line", "what"), SHARED)
def test_two_people_with_one_id_are_named_and_left_out(tmp_path, line, what):
    """Else the work of one would count for the other."""
    (tmp_path / "list.csv").write_text(f"{ID}{line}\nstudent-03,Sam,Poe,s@school.example\n")
    roster, unclear = merge(Roster(), read_list(tmp_path / "list.csv"))
    assert [each.student for each in roster.students] == ["student-03"]
    assert unclear == [f"Jane Doe and Kim Roe have {what} in common, and were left out"]
    (tmp_path / ROSTER).write_text(f"{ID.replace('id', 'student', 1)}{line}\n")
    with pytest.raises(CourseError, match=f"{what} stands in more than one line"):
        load(tmp_path)


def test_one_person_in_two_lines_is_one(tmp_path):
    (tmp_path / "list.csv").write_text("Name,Email,Group\nJane Doe,j@school.example,A\nJane Doe,j@school.example,B\n")
    roster, unclear = merge(Roster(), read_list(tmp_path / "list.csv"))
    assert [each.student for each in roster.students] == ["j@school.example"] and not unclear


def test_no_id_leads_out_of_the_folder_of_submissions(tmp_path):
    ids = ["../../etc", ".hidden", "a/b", "c\\d", "O'Neil 7"]
    rows = [f"{each},F{n},L{n}" for n, each in enumerate(ids)]
    (tmp_path / "list.csv").write_text("\n".join(["id,first_name,last_name", *rows]))
    roster, _ = merge(Roster(), read_list(tmp_path / "list.csv"))
    assert [each.student for each in roster.students] == ["O'Neil 7", "a-b", "c-d", "etc", "hidden"]
    save(tmp_path, Roster([]))
    assert load(tmp_path).students == []
    save(tmp_path, Roster([replace(roster.students[0], student="../out")]))
    with pytest.raises(CourseError, match=r"'../out' can't name a folder"):
        load(tmp_path)


@pytest.mark.parametrize(("ids", "folder"), [
    ({"login": "jdoe", "number": "3001", "email": "j@school.example"}, "jdoe"),
    ({"number": "3001", "email": "j@school.example"}, "3001"), ({"email": "j@school.example"}, "j@school.example"),
    ({"canvas": "4711"}, "4711"), ({"student": "-x", "login": "jdoe"}, "x"), ({"login": "-.j/d."}, "j-d"),
])  # fmt: skip
def test_a_folder_is_named_by_the_best_known_id(ids, folder):
    assert [each.student for each in merge(Roster(), [Student(**ids)])[0].students] == [folder]


def test_whose_ids_make_the_same_name_of_a_folder_are_numbered():
    people = [Student(last_name="Doe", first_name=first, login=login) for first, login in (("A", "a b"), ("B", "a/b"))]
    assert [each.student for each in merge(Roster(), people)[0].students] == ["a-b", "a-b-2"]


def test_some_platforms_have_mails_for_logins():
    jane = Student("student-01", login="jdoe", email="jane@school.example")
    find = Roster([jane]).find
    assert find("login", " Jane@School.example") == find("student", "jdoe") == jane
    assert find("email", "jdoe") is find("number", "jdoe") is None


@pytest.mark.parametrize(("name", "plain"), [
    ("Žák,  ŠÁRKA", "zak sarka"), ("Jürgen Groß", "jurgen gross"), ("\uff2aane", "jane"),
    ("O'Neil-Roe_2", "o neil roe 2"), ("王 小明", "王 小明"), ("-", ""),
])  # fmt: skip
def test_names_are_compared_without_what_platforms_drop(name, plain):
    assert plain_name(name) == plain


def test_the_roster_survives_being_written(tmp_path):
    (tmp_path / "list.csv").write_text('Name,Email\n"Doe, ""J"", Zoë",j@school.example\n', encoding="utf-8")
    roster, _ = merge(Roster(), read_list(tmp_path / "list.csv"))
    save(tmp_path, roster)
    assert load(tmp_path).students == roster.students


NONE = [(b"a,b\n1,2\n", "has no column that says who"), (b"PK\3\4", "Save it as CSV"), (b"", "holds no students"),
        (b"id,email\n", "holds no students"), (b"id\n" + b"x" * 2**18, "can't be read as CSV: field")]  # fmt: skip


@pytest.mark.parametrize(("data", "says"), NONE)
def test_no_list_is_told_in_words(tmp_path, data, says):
    (tmp_path / "list.csv").write_bytes(data)
    with pytest.raises(CourseError, match=says):
        read_list(tmp_path / "list.csv")
    with pytest.raises(CourseError, match="can't be read: Is a directory"):
        read_list(tmp_path)


def test_the_command_fills_roster_and_gradebook(small, tmp_path, monkeypatch):
    monkeypatch.chdir(small.root)
    (tmp_path / "list.csv").write_text(next(text for text in LISTS if "lms_user_id" in text).replace("email", "Group"))
    done = CliRunner().invoke(app, ["roster", str(tmp_path / "list.csv")])
    assert done.exit_code == 0 and "1 student, 1 of them new" in done.output and (small.root / ROSTER).is_file()
    assert "Not used of list.csv: Group." in done.output
    with Course(small.root).gradebook() as book:
        jane = book.find_student("student-01")
        assert (jane.first_name, jane.lms_user_id) == ("Jane", "4711")
