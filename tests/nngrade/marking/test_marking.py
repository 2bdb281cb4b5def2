"""Marking in formgrader, in a real browser without a network: what a person sees and does, and what is kept."""

import contextlib
import json
import re

import nbformat
import pytest

from nngrade import exports
from nngrade.batch.grade_class import grade
from nngrade.feedback import write
from tests import browser
from tests.nngrade.small_course import INSTRUCTOR, NAME, answered, hand_in, make_course

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("marking")]
expect = browser.browsers.expect
MODEL = """Because $\\frac{1}{2}$ is less.

- 2 points: names the reason
- 1.5 points: says **how much**, $x < 1$
- 1.5 points: and when"""
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="  # of one pixel
WAITING = ("student-01", "student-02", "student-03", "student-04")


@pytest.fixture(scope="module")
def course(tmp_path_factory, pool):
    """Graded: four written answers wait; one time is empty, one invented, one in a zone of its own."""
    instructor = nbformat.from_dict(json.loads(json.dumps(INSTRUCTOR)))
    instructor.cells[-1].source = MODEL
    instructor.cells.insert(-1, nbformat.v4.new_markdown_cell("## Task 9: why (5 points)", id="task-why"))
    course = make_course(tmp_path_factory.mktemp("marking") / "course", instructor=instructor)
    times = ("", "9" * 300, "2026-03-02 17:00 +05:00", "yesterday")
    for number, noted in enumerate(times, start=1):
        handed_in = answered()
        handed_in.cells.insert(-1, nbformat.v4.new_markdown_cell("## Task 9: why (5 points)", id="task-why"))
        handed_in.cells[-1].source = f"Since $a_{number}$ is so. ![by hand](attachment:image.png)"
        handed_in.cells[-1].attachments = {"image.png": {"image/png": PICTURE}}
        (hand_in(course, f"student-{number:02}", handed_in) / "timestamp.txt").write_text(noted)
    grade(course, NAME, pool, Quiet())
    return course


class Quiet:
    """Shows nothing of the progress."""

    def begin(self, total, outcome):
        pass

    step = waiting = lambda self, *_: None


@pytest.fixture(scope="module")
def lab(course, tmp_path_factory):
    with browser.lab(course.root, ["nngrade", "lab"], tmp_path_factory.mktemp("lab")) as address:
        yield address


@pytest.fixture(scope="module")
def context(lab):
    """A browser that reaches this JupyterLab and nothing else."""
    with browser.chromium() as chromium:
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        context.route(lambda url: not url.startswith((lab, "data:", "blob:")), lambda route: route.abort())
        yield context


@pytest.fixture
def page(context):
    page, problems = context.new_page(), []
    page.on("pageerror", lambda error: problems.append(str(error)))
    yield page
    page.close()
    assert problems == []


def score(course, student):
    """(points of the written answer, whether it waits)"""
    with course.gradebook() as book:
        grade = book.find_grade("why", NAME, NAME, student)
        return grade.manual_score, grade.needs_manual_grade


def ids(course):
    """{id of a submission in formgrader: student}, in formgrader's order."""
    with course.gradebook() as book:
        found = book.notebook_submissions(NAME, NAME)
        return dict(sorted((each.id, each.student.id) for each in found))


@contextlib.contextmanager
def saved(page, what="grade"):
    """Wait until formgrader has saved what is done within, and has written what it heard over what stands there."""
    still(page)
    with page.expect_response(lambda said: f"/api/{what}/" in said.url and said.request.method == "PUT"):
        yield
    page.wait_for_function("$.active === 0")


def still(page):
    """Wait until formgrader has scrolled to its place: what moves while the mouse is pressed is not clicked."""
    page.locator(":root").evaluate("root => $(root).promise().then(() => null)")


def open_formgrader(page, lab):
    """From JupyterLab's menu to the list of submissions: formgrader's frame."""
    page.goto(f"{lab}lab")
    page.get_by_role("menuitem", name="Nbgrader").click()
    page.get_by_role("menuitem", name="Formgrader").first.click()
    return page.frame_locator("iframe[src*=formgrader]")


def test_an_answer_is_marked_in_jupyterlab_and_the_gradebook_has_it(course, lab, page):
    formgrader = open_formgrader(page, lab)
    formgrader.get_by_role("link", name="Manual Grading").click()
    formgrader.locator(f"a[href$='/gradebook/{NAME}']:visible").click()
    formgrader.locator(f"a[href$='/gradebook/{NAME}/{NAME}']:visible").click()  # a link that only the next page has
    (first, student), (_, other), *_ = ids(course).items()
    formgrader.locator(f"a[href$='{first}']:visible").click()
    rubric = formgrader.locator(".rubric")
    expect(rubric.get_by_role("checkbox").first).to_be_enabled()
    still(formgrader)
    rubric.get_by_label("names the reason").check()
    rubric.get_by_label("and when").check()
    expect(rubric.locator("output")).to_have_text("3.5 of 5 points")
    expect(formgrader.locator("#why")).to_have_value("3.5")
    formgrader.get_by_role("link", name="Next student who waits").click()
    expect(formgrader.locator(".live-notebook")).to_contain_text("Submission #")
    expect(formgrader.get_by_text("Since")).not_to_have_count(0)
    assert score(course, student) == (3.5, False) and score(course, other) == (None, True)
    exports.export(course, NAME, course.root / "grades.csv", {}, "")
    line = next(line for line in (course.root / "grades.csv").read_text().splitlines() if student in line)
    assert "26.5" in line  # 23 of the machine's


def only_the_comment_goes_back(course, student):
    """Of the rubric, what was copied into a comment stands on the page of that student, and nothing elsewhere."""
    write.write(course, NAME)
    pages = {each: write.path(course.root, each, NAME, NAME).read_text(encoding="utf-8") for each in WAITING}
    told = [each for each, text in pages.items() if "names the reason" in text]
    assert told == [student]
    assert "<strong>how much</strong>" in pages[told[0]] and "is less" not in "".join(pages.values())
    ours = pages[told[0]]
    assert course.feedback(NAME, told[0]).read_text(encoding="utf-8") == ours  # nbgrader's button writes the same page


def test_beside_the_text_stands_what_one_marks_by_and_keys_lead_from_student_to_student(course, lab, page):
    waiting = [each for each, student in ids(course).items() if score(course, student)[1]]
    page.goto(f"{lab}formgrader/submissions/{waiting[0]}/")
    expect(page.locator("#why")).to_be_focused()  # and not the first of the machine's scores
    labels = page.locator(".nbgrader-label")
    assert {"double", "Task 9: why"} <= set(labels.all_inner_texts())
    expect(page.locator("aside math").first).to_be_visible()
    assert page.get_by_alt_text("by hand").evaluate("picture => picture.naturalWidth") == 1  # it was pasted
    text, model = page.locator(".beside > div"), page.locator(".beside > aside")
    assert text.bounding_box()["x"] + text.bounding_box()["width"] < model.bounding_box()["x"]
    expect(page.locator(".rubric input").first).to_be_enabled()
    ticked = page.locator(".rubric input:checked")
    with saved(page):
        page.get_by_role("button", name="Full credit").locator("visible=true").last.click()
    expect(ticked).to_have_count(3)
    with saved(page):
        page.keyboard.type("2")
        page.keyboard.press("Tab")
    expect(ticked).to_have_count(0)  # a score that somebody types has the last word
    with saved(page):
        page.locator(".rubric input").first.check()
    with saved(page, "comment"):
        page.get_by_role("button", name="Copy into the comment").click()
    expect(page.locator("#why-comment")).to_have_value(re.compile(r"- 2 of 2: names the reason\n- 0 of 1.5: says"))
    expect(page.locator(".rubric")).to_contain_text("only this browser remembers")
    with saved(page):  # the last thing that one does is to tick, and to wait until it is saved
        page.locator(".rubric input").nth(1).check()
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/{waiting[1]}/**")
    assert score(course, ids(course)[waiting[0]]) == (3.5, False)
    page.go_back()
    expect(page.locator(".rubric input").nth(1)).to_be_checked()
    page.locator("#why").fill("1")  # and what is only typed is saved as one goes on
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/{waiting[1]}/**")
    assert score(course, ids(course)[waiting[0]]) == (1, False)
    only_the_comment_goes_back(course, ids(course)[waiting[0]])


def test_what_is_typed_while_a_save_is_on_its_way_stays(course, lab, page):
    last = list(ids(course))[-1]
    page.goto(f"{lab}formgrader/submissions/{last}/")
    expect(page.locator(".rubric input").first).to_be_enabled()
    on_the_way = []
    page.route("**/api/grade/*", lambda route: on_the_way.append(route))
    page.locator("#why").focus()
    page.keyboard.type("3")
    page.keyboard.press("Tab")  # it is saved, slowly; the first score of an answer that waited is written back
    extra = page.locator(".extra-credit").locator("visible=true").last
    extra.focus()
    page.keyboard.type("1")
    with saved(page):
        on_the_way.pop().continue_()
    page.unroute("**/api/grade/*")
    expect(extra).to_have_value("1")
    with saved(page):
        page.keyboard.type(".5")
        page.keyboard.press("Escape")
    with course.gradebook() as book:
        grade = book.find_grade("why", NAME, NAME, ids(course)[last])
        assert (grade.manual_score, grade.extra_credit) == (3, 1.5)


def test_the_list_is_there_whatever_stands_in_timestamp_txt(lab, page):
    found = page.request.get(f"{lab}formgrader/api/submissions/{NAME}")
    assert found.status == 200
    times = {each["student"]: (each["timestamp"], each["autograded"]) for each in found.json()}
    assert times == dict.fromkeys(("student-01", "student-02", "student-04"), (None, True)) | {
        "student-03": ("2026-03-02T12:00:00", True)}  # fmt: skip
