"""What stands on a page and why, which pages are written, and what goes into packs: from records made by hand."""

import contextlib
import json
import re
import stat
import zipfile
from dataclasses import replace
from types import SimpleNamespace

import nbformat
import pytest

from nngrade import nbgrader_feedback
from nngrade.batch.records import Records
from nngrade.errors import CourseError
from nngrade.feedback import packs, write
from nngrade.feedback.page import page
from nngrade.feedback.tasks import GIVEN, Task, points, tasks, why
from nngrade.feedback.write import STALE, Returned
from tests import browser

ONE, TWO, THREE = "student-01", "student-02", "student-03"


def task(points, most, reason=("because",), comment="", cell="f_test"):
    return Task("f", cell, points, most, tuple(reason), comment)


@pytest.mark.parametrize("got, most, words, look", [
    (None, 4, "not graded yet", "wait"), (0, 4, "0 of 4", "lost"), (3.5, 4, "3.5 of 4", "lost"),
    (4, 4, "4 of 4", "full"), (4.5, 4, "4.5 of 4", "full"), (0, 0, "does not count", "full"),
])  # fmt: skip
def test_points_in_words_and_by_colour(got, most, words, look):
    assert points(task(got, most)) == words
    text = page("a1", "stamp", [task(got, most)], "total", [])
    assert f'<td class="points {look}">{words}</td><td>because</td>' in text


def cell(kind, source, name="", outputs=(), **more):
    meta = {"nbgrader": {"grade_id": name}} if name else {}
    return {"cell_type": kind, "metadata": meta, "source": source, "outputs": list(outputs), **more}


STREAM = {"output_type": "stream", "name": "stdout", "text": ["printed <b>", "\nmore"]}


def section(tasks, *cells):
    return page("a1", "stamp", tasks, "total", cells).partition("</table>")[2]


def test_a_reason_stands_in_place_of_what_a_test_has_printed():
    test = cell("code", "f()", "f_test", [STREAM])
    said = section([task(0, 4, ["first <i>", "second"], "Well <done> **so**.")], test)
    assert '<section class="cell graded" id=\'f_test\'>' in said and "printed" not in said
    assert '<p class="verdict lost">f: 0 of 4</p><p>first &lt;i&gt;<br>second</p>' in said
    assert '<div class="comment"><p>Well &lt;done&gt; <strong>so</strong>.</p></div>' in said
    assert "printed &lt;b&gt;\nmore" in section([task(4, 4, [])], test)
    other = section([], cell("code", "x", outputs=[STREAM]))
    assert 'class="cell"' in other and "verdict" not in other


def test_outputs_of_all_kinds():
    error = {"output_type": "error", "traceback": ["one", "two <"]}
    result = {"output_type": "execute_result", "data": {"text/plain": ["4", "2"]}}
    drawn = {"output_type": "display_data", "data": {"image/png": ["aa\n", "bb"], "text/plain": "<Figure size>"}}
    told = {"output_type": "display_data", "data": {"image/png": "cc", "text/plain": 'a "line"'}}
    nothing = {"output_type": "display_data", "data": {}}
    both = {"output_type": "display_data", "data": {"image/jpeg": "ee", "image/png": "dd"}}
    said = section([], cell("code", "x", outputs=[error, result, drawn, told, nothing, both]))
    assert '<pre class="output">one\ntwo &lt;</pre>' in said and '<pre class="output">42</pre>' in said
    assert '<img src="data:image/png;base64,aabb" alt="A picture that the cell above draws.">' in said
    assert '<img src="data:image/png;base64,cc" alt="a &quot;line&quot;">' in said
    assert said.count("<pre class=\"output\">") == 2
    assert ";base64,dd" in said and ";base64,ee" not in said  # the same picture twice


def test_pasted_pictures_stand_where_the_text_calls_them():
    attached = {"a.png": {"image/png": "aa\n"}, "my ä.png": {"image/png": "bb"}}
    text = "![mine](attachment:a.png) ![](attachment:my%20ä.png) ![gone](attachment:c.png)"
    said = section([], cell("markdown", text, attachments=attached))
    assert 'src="data:image/png;base64,aa"' in said and 'src="data:image/png;base64,bb"' in said
    assert 'alt="gone"' in said


def test_a_page_fits_on_a_phone():
    """What is wider scrolls in its own cell, to the side alone; names break only where there is no room."""
    wide = cell("markdown", "$$" + "a + " * 40 + "b$$\n\n|" + 20 * "word|" + "\n|" + 20 * "-|" + "\n|" + 20 * "word|")
    name = "scaled_uniform_weights"
    tasks = [Task(name, "f_test", 4, 4, ("Its result is wrong for the third of the examples.",), "")]
    with browser.chromium() as chromium:
        shown = chromium.new_page()
        shown.set_content(page("a5", "stamp", tasks, "total", [wide, cell("code", "x = 1  # " + 300 * "a")]))
        for width in (320, 1000):
            shown.set_viewport_size({"width": width, "height": 700})
            assert shown.evaluate("document.documentElement.scrollWidth") == width
            tall = "[...document.querySelectorAll('.cell')].filter(c => c.scrollHeight > c.clientHeight).length"
            assert shown.evaluate(tall) == 0
            lines = shown.evaluate("document.querySelector('td a').getClientRects().length")
            assert (lines == 1) == (width == 1000)


def test_nothing_that_is_told_is_markup():
    one = Task("<i>", "f_test", 0, 4, ("<b> is wrong",), "")
    result = {"output_type": "execute_result", "data": {"text/plain": "<u>"}}
    cells = [cell("code", "x", outputs=[result]), cell("code", "y", "'\"><em>")]
    said = page("<s>", "stamp", [one], "<p> of 4", cells, ["Repaired: <em>.ipynb"])
    body = said.partition("</head>")[2]
    assert not re.findall("<(?:i|b|u|s|em)>", said) and "<title>&lt;s&gt;</title>" in said
    assert all(f"&lt;{each}&gt;" in body for each in ("i", "b", "u", "s", "p", "em"))


# --- why -------------------------------------------------------------------------------------

RECORD = {
    "tests": {"right": {"points": 4, "max": 4, "message": "", "lines": []},
              "wrong": {"points": 0, "max": 4, "message": "It is\nwrong.", "lines": ["  f, line 2: x"],
                        "finding": {"kind": "values", "mistakes": ["dx.sign"], "print": "abc"}}},
    "written": ["why", "left"], "unanswered": ["left"],
}  # fmt: skip
SAID = ["It is", "wrong.", "  f, line 2: x"]
FOUND = "found: values; its results are those of dx.sign; key abc"
BY = "a person gave these points"


def grade(manual=None, auto=None, again=False, most=4, extra=None):
    return SimpleNamespace(manual_score=manual, auto_score=auto, needs_manual_grade=again, max_score=most,
                           extra_credit=extra)  # fmt: skip


@pytest.mark.parametrize("name, found, given, student, instructor", [
    ("right", grade(auto=4), (), ["all that the test asks for"], []),
    ("wrong", grade(auto=0), (), SAID, [FOUND]),
    ("left", grade(auto=0), (), ["left as it was released"], []),
    ("why", grade(again=True), (), ["waits for a person"], []),
    ("why", grade(3), (), [BY], ["a person gave 3"]),
    ("why", grade(0), (), [BY], ["a person gave 0"]),
    ("wrong", grade(3, 0), (), [*SAID, BY], [FOUND, "a person gave 3; the machine gave 0"]),
    ("wrong", grade(3, 0, again=True), (), SAID,
     [FOUND, "a person gave 3; the machine gave 0, and should look at it again: it was graded anew since"]),
    ("wrong", grade(4, 0), ("wrong",), [GIVEN, *SAID], [FOUND]),
    ("wrong", grade(3, 0), ("wrong",), [*SAID, BY], [FOUND, "a person gave 3; the machine gave 0"]),
    ("wrong", grade(4, 0), ("right",), [*SAID, BY], [FOUND, "a person gave 4; the machine gave 0"]),
    ("why", grade(0, most=0), (), [], []),  # dropped: nobody gave that
    ("right", grade(auto=4, extra=0.5), (), ["all that the test asks for", "0.5 of it are extra credit"], []),
])  # fmt: skip
def test_why(name, found, given, student, instructor):
    assert why(name, found, RECORD, given) == student
    told = why(name, found, RECORD, given, for_student=False)
    assert told == [line for line in student if line != BY] + instructor


def test_the_total_says_what_is_not_in_it():
    def total(*tasks, late=None, score=8):
        return write._total(tasks, SimpleNamespace(late_submission_penalty=late, grades=[SimpleNamespace(score=score)]))

    full, part, open_ = task(4, 4), task(2, 4), task(None, 5)
    assert total(full, part) == "6 of 8 points."
    assert total(full, open_) == "4 of 4 points. 5 points are not graded yet."
    assert total(full, part, late=4) == "6 of 8 points, 3 of them off for being late: 3."
    assert total(full, late=4, score=0) == "4 of 4 points."


def test_a_task_is_none_where_the_gradebook_has_no_such_question():
    cells = [cell("markdown", "", name) for name in ("gone", "draw")]
    for each, flag in zip(cells, ("grade", "task"), strict=True):
        each["metadata"]["nbgrader"][flag] = True
    there = {"draw": SimpleNamespace(score=3, **vars(grade(3)))}
    assert tasks(RECORD, cells, there, {"draw": None}, ()) == [Task("draw", "draw", 3, 4, (BY,), "")]


# --- which pages -----------------------------------------------------------------------------


@pytest.fixture
def class_of(tmp_path, monkeypatch):
    """class_of({student: points}, again): a course in which these are graded, and some have handed in again."""

    def class_of(got, again=()):
        records, returned = Records(tmp_path), []
        for student, number in got.items():
            record = {"student": student, "assignment": "a1", "notebook": "a1", "handed_in": "", "hashes": {},
                      "refused": "", "repaired": ["a name"], "tests": {}}  # fmt: skip
            records.keep(record)
            (tmp_path / "submitted" / student / "a1").mkdir(parents=True, exist_ok=True)
            returned.append(Returned(record, [task(number, 4)], f"{number} of 4", [], f"stamp{number}"))
        monkeypatch.setattr(write, "returned", lambda *_: returned)
        monkeypatch.setattr(write, "handed_in_again", lambda *_: list(again))
        return SimpleNamespace(root=tmp_path)

    return class_of


def text(course, student):
    return write.path(course.root, student, "a1", "a1").read_text(encoding="utf-8")


def test_a_page_is_another_one_where_anything_that_it_tells_is(tmp_path):
    notebook = SimpleNamespace(comments=[], grades=[], late_submission_penalty=None)
    plain = {"tests": {}, "unanswered": [], "hashes": {}, "refused": "", "repaired": []}

    def stamp(**more):
        return write._returned(plain | more, notebook, tmp_path / "not there", ()).stamp

    others = {stamp(hashes={"tests": "x"}), stamp(refused="x"), stamp(repaired=["x"]), stamp(repaired=["y"])}
    assert len(others) == 4 and stamp() == stamp() and stamp() not in others
    (tmp_path / "damaged.ipynb").write_text('{"cells": [')
    with pytest.raises(CourseError, match="is damaged .*`nngrade grade` with --student and --again writes it"):
        write._returned(plain, notebook, tmp_path / "damaged.ipynb", ())


def test_a_page_is_another_one_by_a_comment_and_is_for_all_to_read(tmp_path, class_of):
    graded = tmp_path / "a1.ipynb"
    meta = {"nbgrader": {"grade_id": "why", "grade": True, "solution": True}}
    graded.write_text(json.dumps({"cells": [{"cell_type": "markdown", "source": "", "metadata": meta}]}))
    record = RECORD | {"hashes": {}, "refused": "", "repaired": []}
    why = SimpleNamespace(name="why", score=4, **vars(grade(4)))
    stamps = {write._returned(record, SimpleNamespace(
        comments=[SimpleNamespace(name="why", comment=said)], grades=[why], late_submission_penalty=None),
        graded, ()).stamp for said in (None, "", "Well.", "Well done.")}  # fmt: skip
    assert len(stamps) == 3  # an empty comment is none
    course = class_of({ONE: 4})
    for once in (write.write, write.mark_stale):  # nbgrader's exchange reads pages as another user
        once(course, "a1")
        assert stat.S_IMODE(write.path(course.root, ONE, "a1", "a1").stat().st_mode) == 0o644
        course = class_of({ONE: 3})


def test_what_stands_on_top_of_a_marked_notebook_is_a_table_whatever_is_said():
    said = task(1, 4, ["x | y"], "two\n\nlines | more")
    [top] = write.marked(Returned({}, [said, task(None, 2, []), task(0, 0, [])], "1 of 4", [], "stamp")).cells
    assert top.source.splitlines()[-3:] == [
        r"| f | 1 of 4 | x \| y two lines \| more |",
        "| f | not graded yet |  |",
        "| f | does not count |  |",
    ]


def test_a_page_is_another_one_by_what_being_late_takes_off(tmp_path):
    graded = tmp_path / "a1.ipynb"
    meta = {"nbgrader": {"grade_id": "f_test", "grade": True}}
    graded.write_text(json.dumps({"cells": [{"cell_type": "code", "source": "", "metadata": meta}]}))
    record = RECORD | {"hashes": {}, "refused": "", "repaired": []}
    test = SimpleNamespace(name="f_test", score=4, **vars(grade(auto=4)))
    pages = [write._returned(record, SimpleNamespace(comments=[], grades=[test], late_submission_penalty=late),
                             graded, ()) for late in (None, 0, 1, 2)]  # fmt: skip
    assert [each.total for each in pages] == ["4 of 4 points."] * 2 + [
        f"4 of 4 points, {late} of them off for being late: {4 - late}." for late in (1, 2)]  # fmt: skip
    assert len({each.stamp for each in pages}) == 3


def test_what_is_out_of_date_is_written(class_of):
    course = class_of({ONE: 4, TWO: None})
    (course.root / "submitted" / THREE / "a1").mkdir(parents=True)
    outcome = write.write(course, "a1")
    assert (outcome.written, outcome.before, outcome.waiting) == ([ONE, TWO], 0, [TWO])
    assert outcome.not_graded == [THREE] and "<p>Repaired: a name</p>" in text(course, ONE)
    outcome = write.write(class_of({ONE: 4, TWO: 3}), "a1")
    assert (outcome.written, outcome.before, outcome.waiting) == ([TWO], 1, [])


def test_who_waits_for_points_in_two_notebooks_is_named_once(class_of, monkeypatch):
    course = class_of({ONE: None, TWO: None})
    each_two = [replace(each, record=each.record | {"notebook": name}) for each in write.returned() for name in "ab"]
    monkeypatch.setattr(write, "returned", lambda *_: each_two)
    outcome = write.write(course, "a1")
    assert (outcome.written, outcome.waiting) == ([ONE, ONE, TWO, TWO], [ONE, TWO])


def test_who_has_handed_in_again_gets_no_page_of_the_attempt_before(class_of):
    course = class_of({ONE: 4, TWO: None}, again=[TWO])
    outcome = write.write(course, "a1")
    assert (outcome.written, outcome.before, outcome.waiting, outcome.not_graded) == ([ONE], 0, [], [TWO])
    assert not write.path(course.root, TWO, "a1", "a1").exists()


def test_a_page_is_marked_once_and_written_anew_when_its_score_counts_again(class_of):
    write.write(class_of({ONE: 4, TWO: 3}), "a1")
    course = class_of({ONE: 4, TWO: 2})
    for _ in range(2):
        assert write.mark_stale(course, "a1") == 1
        assert text(course, TWO).count(STALE) == 1 and STALE not in text(course, ONE)
    assert write.mark_stale(class_of({ONE: 4, TWO: 3}, again=[ONE]), "a1") == 1 and STALE in text(course, ONE)
    outcome = write.write(class_of({ONE: 4, TWO: 3}), "a1")
    assert (outcome.written, outcome.before) == ([ONE, TWO], 0)
    assert STALE not in text(course, ONE) + text(course, TWO)


def test_pages_of_others_are_left_alone(class_of):
    course = class_of({ONE: 4})
    assert write.mark_stale(course, "a1") == 0
    path = write.path(course.root, ONE, "a1", "a1")
    path.parent.mkdir(parents=True)
    path.write_text("<main>of nbgrader")
    assert write.mark_stale(course, "a1") == 0 and text(course, ONE) == "<main>of nbgrader"
    path.write_bytes(b"<main>\xfcber")  # in Latin-1
    assert write.mark_stale(course, "a1") == 0 and path.read_bytes() == b"<main>\xfcber"


@pytest.mark.parametrize("files", range(4))
def test_what_nbgraders_exchange_asks_for_lies_beside_a_page_also_when_writing_was_killed(class_of, monkeypatch, files):
    def until_killed(*what):
        if next(left, None) is None:
            raise KeyboardInterrupt
        whole(*what)

    whole, left = write.write_whole, iter(range(files))
    course = class_of({ONE: 4})
    graded = course.root / "autograded" / ONE / "a1"
    graded.mkdir(parents=True)
    for name in write.NOTED:
        (graded / name).write_text(f"{name} says")
    with monkeypatch.context() as patch, contextlib.suppress(KeyboardInterrupt):
        patch.setattr(write, "write_whole", until_killed)
        write.write(course, "a1")
    write.write(course, "a1")
    beside = write.path(course.root, ONE, "a1", "a1").parent
    assert {path.name: path.read_text() for path in beside.iterdir() if path.suffix == ".txt"} == {
        name: f"{name} says" for name in write.NOTED}  # fmt: skip


@pytest.mark.parametrize("notebook, page", [("a1", "page of a1"), ("b1", "page of b1"), ("c1", None)])
def test_nbgrader_gets_the_page_of_the_notebook_that_it_asks_for(monkeypatch, tmp_path, notebook, page):
    both = [SimpleNamespace(where=(ONE, "hw1", name)) for name in ("a1", "b1")]
    monkeypatch.setattr(nbgrader_feedback, "Course", lambda root: root)
    monkeypatch.setattr(nbgrader_feedback, "returned", lambda *asked: both if asked == (tmp_path, "hw1", ONE) else [])
    monkeypatch.setattr(nbgrader_feedback, "text", lambda each: f"page of {each.where[2]}")
    exporter = SimpleNamespace(parent=SimpleNamespace(coursedir=SimpleNamespace(root=tmp_path)), file_extension=".html")
    about = {"nbgrader": {"student": ONE, "assignment": "hw1", "notebook": notebook}}
    with contextlib.nullcontext() if page else pytest.raises(CourseError, match="student-01 has no score in hw1 yet"):
        found = nbgrader_feedback.Page.from_filename(exporter, f"{notebook}.ipynb", about)
        assert found == (page, about | {"output_extension": ".html"})


# --- packs -----------------------------------------------------------------------------------


def attempt(platform, platform_id="", label="", entries=(), student=ONE):
    return SimpleNamespace(platform=platform, platform_id=platform_id, label=label, entries=entries, student=student)


@pytest.mark.parametrize("one, number, name", [
    (attempt("Moodle", "Participant 17"), "", "student-01_17_assignsubmission_file_/a1.html"),
    (attempt("Moodle"), "", None),
    (attempt("Canvas", entries=["plot.png", "doe_jane_7_A1.IPYNB"]), "", "doe_jane_7_A1.IPYNB"),
    (attempt("Canvas", entries=["plot.png"]), "", None),
    (attempt("Canvas", entries=["doe_7_b1.ipynb", "doe_8_A1-2.ipynb"]), "", "doe_8_A1-2.ipynb"),
    (attempt("Canvas", entries=["doe_7_work.ipynb", "doe_8_b1.ipynb"]), "", "doe_7_work.ipynb"),
    (attempt("Blackboard", "jdoe"), "3001", "feedback_3001.html"),
    (attempt("Blackboard", "jdoe"), "", "feedback_jdoe.html"),
    (attempt("Brightspace", label="39-6 - Jane Doe - Mar 3"), "", "39-6 - Jane Doe - Mar 3/a1.html"),
    (attempt("ILIAS", label="Doe_Jane_57"), "", "multi_feedback_hw1/Doe_Jane_57/a1.html"),
    (attempt("folder"), "", None),
], ids=lambda each: getattr(each, "platform", None))  # fmt: skip
def test_the_name_of_a_page_in_a_platforms_zip(one, number, name):
    people = SimpleNamespace(find=lambda kind, text: SimpleNamespace(number=number) if kind == "student" else None)
    assert packs._named(one, "a1", "hw1", people) == name


def test_a_notebook_is_found_by_its_name_whatever_that_holds():
    one = attempt("Canvas", entries=["doe_7_other.ipynb", "doe_8_a+b (c).ipynb"])
    assert packs._named(one, "a+b (c)", "hw1", None) == "doe_8_a+b (c).ipynb"


def test_each_platform_gets_a_zip_of_its_own(class_of, monkeypatch):
    course = class_of({ONE: 4, TWO: 3, THREE: 2})
    write.write(course, "a1")
    newest = {ONE: attempt("Canvas", entries=["one.ipynb"]), TWO: attempt("ILIAS", label="two", student=TWO)}
    attempts = SimpleNamespace(of=lambda student: [student] * (student in newest), newest=newest.__getitem__)
    monkeypatch.setattr(packs, "Attempts", lambda *_: attempts)
    written, without = packs.write(course, "a1", write.returned())
    build = course.root / "build"
    assert without == [THREE] and written == {
        build / "a1-canvas-feedback.zip": ("Canvas", 1), build / "a1-ilias-feedback.zip": ("ILIAS", 1)}  # fmt: skip
    with zipfile.ZipFile(build / "a1-canvas-feedback.zip") as archive:
        marked = nbformat.reads(archive.read("one.ipynb").decode(), as_version=4)
    assert re.search(r"(?s)\*\*4 of 4\*\*.*\| f \| 4 of 4 \| because \|", marked.cells[0].source)
    with zipfile.ZipFile(build / "a1-ilias-feedback.zip") as archive:
        assert archive.read("multi_feedback_a1/two/a1.html").decode() == text(course, TWO)
    second = [replace(each, record=each.record | {"notebook": "b1"}) for each in write.returned()]
    for each in second:
        write._write(course.root, each)
    written, without = packs.write(course, "a1", write.returned() + second)
    assert [number for _, number in written.values()] == [1, 1] and without == [THREE]  # of students, not of pages
    with zipfile.ZipFile(build / "a1-ilias-feedback.zip") as archive:
        assert archive.namelist() == [f"multi_feedback_a1/two/{name}.html" for name in ("a1", "b1")]
    write.path(course.root, TWO, "a1", "a1").unlink()  # who has no page gets none back
    assert packs.write(course, "a1", write.returned())[1] == [TWO, THREE]


def test_blackboard_knows_one_page_for_each_student(class_of, monkeypatch):
    course = class_of({ONE: 4})
    write.write(course, "a1")
    second = [replace(each, record=each.record | {"notebook": "b1"}) for each in write.returned()]
    write._write(course.root, second[0])
    attempts = SimpleNamespace(of=lambda student: [student], newest=lambda student: attempt("Blackboard", "jdoe"))
    monkeypatch.setattr(packs, "Attempts", lambda *_: attempts)
    [file] = packs.write(course, "a1", write.returned() + second)[0]
    with zipfile.ZipFile(file) as archive:
        assert archive.namelist() == ["feedback_jdoe.html"]
        assert archive.read("feedback_jdoe.html").decode() == text(course, ONE)
