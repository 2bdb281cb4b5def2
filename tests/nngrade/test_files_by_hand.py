"""Files that people write, export or change by hand: whatever is wrong with them is told in words."""

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nngrade.batch import changes, deadlines, questions, sentences
from nngrade.batch.by_hand import Kept
from nngrade.collect import class_lists, lists, roster
from nngrade.collect.archive import Entry
from nngrade.collect.attempts import Attempts
from nngrade.errors import CourseError

TURNED_IN = {"stateHistory": {"state": "TURNED_IN", "stateTimestamp": "2026-03-03T16:05:09.123Z"}}
WORK = {"userId": "1", "late": True, "submissionHistory": [TURNED_IN],
        "assignmentSubmission": {"attachments": [{"driveFile": {"title": "a.ipynb"}}]}}  # fmt: skip
PERSON = {"userId": "1", "profile": {"emailAddress": "a@b.c", "name": {"familyName": "Doe", "givenName": "Jane"}}}
TABLES = {
    "moodle": "Identifier,Full name,Status,Last modified (submission)\nParticipant 12,Jane Doe,,3 March 2026 05:05\n",
    "github": "github_username,roster_identifier,submission_timestamp\njdoe,s1,2026-01-01 00:00:00 UTC\n",
    "canvas": 'Student,ID,SIS Login ID,Section\n    Points Possible,,,\n"Doe, Jane",12,jdoe,A\n',
    "own": "student,last_name,first_name,email\ns1,Doe,Jane,a@b.c\n",
}  # fmt: skip
TOML = {
    "deadlines.toml": ('zone = "UTC"\n[rule]\nfree_days = 3\n[due]\na3 = "2026-12-01 17:00"\n[extensions.a3]\n'
                       's1 = "2026-12-05 17:00"\n', deadlines.load),
    questions.GIVEN: ('a3 = ["q1", "q2"]\n', questions.given),
    sentences.NAME: ('[a3.q_test]\nabc = "Look."\n', lambda root: sentences.sentences(root, "a3")),
}  # fmt: skip
METADATA = "submission_1:\n  :submitters:\n  - :name: A\n    :sid: '1'\n  :created_at: 2026-03-03 16:05:09 Z\n"
LONG = 200_000 * b"x"
ODD = [b"\0", b"\xff\xfe", b"\xfe\xff", b'"', b"\r", b"\n", b",", b";", b"\xc3", b"[", b"{", b"= 3", LONG]
edits = st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 12), st.sampled_from(ODD) | st.binary(max_size=3)),
                 max_size=4)  # fmt: skip
values = st.sampled_from([None, 3, "x", [], {}, [1], True, 1.5])


def edited(text, edits):
    """The bytes of a text with pieces cut out and others put in."""
    data = text.encode()
    for at, cut, put in edits:
        at %= len(data) + 1
        data = data[:at] + put + data[at + cut :]
    return data


def places(tree, path=()):
    """The paths to all that is in a tree of JSON."""
    yield path
    for key in tree if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ():
        yield from places(tree[key], (*path, key))


def replaced(tree, path, value):
    """A tree with another value at a path."""
    if not path:
        return value
    tree = tree.copy()
    tree[path[0]] = replaced(tree[path[0]], path[1:], value)
    return tree


def read_in_words(path):
    for read in (lists.read, class_lists.read_list, class_lists.unused, lambda path: roster.load(path.parent)):
        with contextlib.suppress(CourseError):
            read(path)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("by hand")


@pytest.mark.parametrize("name", TABLES)
@given(edits=edits)
def test_tables(folder, name, edits):
    path = folder / roster.ROSTER
    path.write_bytes(edited(TABLES[name], edits))
    read_in_words(path)


@pytest.mark.parametrize("key, entry", [("studentSubmissions", WORK), ("students", PERSON)])
@given(data=st.data(), value=values)
def test_answers_of_google_classroom(folder, key, entry, data, value):
    tree = {key: [entry]}
    path = folder / "answer.json"
    path.write_text(json.dumps(replaced(tree, data.draw(st.sampled_from([*places(tree)])), value)))
    read_in_words(path)


@pytest.mark.parametrize("name", TOML)
@given(edits=edits)
def test_settings(folder, name, edits):
    text, read = TOML[name]
    (folder / name).write_bytes(edited(text, edits))
    with contextlib.suppress(CourseError):
        read(folder)


@given(edits=edits)
def test_metadata_of_gradescope(edits):
    with contextlib.suppress(CourseError):
        lists.gradescope(Entry(("submission_metadata.yml",), lambda: edited(METADATA, edits)))


@pytest.mark.parametrize("text, says", [
    ('due = "2026-12-01"', r"due is '2026-12-01'; it should be lines below \[due\]"),
    ('[due]\na3 = "2026-12-01 17:00 Z"\n[extensions]\na3 = "2026-12-05 17:00 Z"', r"lines below \[extensions\.a3\]"),
    ("zone = ['UTC']", r"zone is \['UTC'\]; it should be a name in quotation marks"),
    ("rule = 3", r"rule is 3; it should be lines below \[rule\]"),
    ("[rule]\nfree_days = 1.5", r"rule\.free_days is 1\.5; it should be a whole number, 0 or more"),
])  # fmt: skip
def test_lines_that_stand_in_the_wrong_place(tmp_path, text, says):
    (tmp_path / deadlines.FILE).write_text(text)
    with pytest.raises(CourseError, match=says):
        deadlines.load(tmp_path)


@pytest.mark.parametrize("text", ['a3 = "q1"', "a3 = 3", "a3 = [1]", "[a3]"])
def test_what_is_given_away_is_a_list_of_questions(tmp_path, text):
    (tmp_path / questions.GIVEN).write_text(text)
    with pytest.raises(CourseError, match=r'a3 is .*\. It holds lines ASSIGNMENT = \["QUESTION"\]'):
        questions.given(tmp_path)


def test_titles_of_githubs_list_in_any_case(tmp_path):
    (tmp_path / "grades.csv").write_text(TABLES["github"].replace("github_username", "GitHub_Username"))
    assert list(lists.read(tmp_path / "grades.csv")) == [("github", "jdoe")]


@pytest.mark.parametrize("name, read, says", [
    ("downloaded/a3/manifest.json", lambda root: Attempts(root, "a3"), "backup; or move .*a3 away, and collect again"),
    ("records/a3/by_hand.json", lambda root: Kept(root, "a3"), "points that people gave: take it from a backup"),
    ("records/a3/before.json", lambda root: changes.begin(root, "a3", {}, {}), "remove it"),
])
@pytest.mark.parametrize("data", [b"", b'[{"student": ', b"\xff", b"<<<<<<< HEAD\n[]"])
def test_our_own_files_that_something_else_damaged(tmp_path, name, read, says, data):
    read(tmp_path)  # there is none
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    with pytest.raises(CourseError, match=rf"{path.name} is damaged \(.*{says}"):
        read(tmp_path)
    assert path.read_bytes() == data
