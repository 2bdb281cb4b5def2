"""What formgrader shows: the model answer under the student's text, and formulas without a network."""

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from nbgrader.server_extensions.formgrader import handlers

from nngrade.batch.grade_class import grade
from nngrade.feedback import write
from nngrade.nbgrader_marking import HEADING, model_answers
from tests.nngrade.small_course import INSTRUCTOR, NAME, answered, hand_in, make_course

MODEL = "Because $\\frac{1}{2}$ is less.\n\n- 2 points: names the reason"


@pytest.fixture
def course(tmp_path):
    instructor = nbformat.from_dict(dict(INSTRUCTOR))
    instructor.cells[-1] = nbformat.from_dict(dict(instructor.cells[-1], source=MODEL))
    return make_course(tmp_path / "course", instructor=instructor)


def shown(course, resources):
    """As formgrader makes its page, but for the template's own needs."""
    templates = {"template_name": "basic", "extra_template_basedirs": [handlers.template_path]}
    exporter = HTMLExporter(config=course.config, **templates)
    path = course.root / "autograded" / "student-01" / NAME / f"{NAME}.ipynb"
    return exporter.from_filename(str(path), resources=resources)[0]


@pytest.mark.slow
def test_the_model_answer_stands_under_the_students_text_and_nowhere_else(course, pool, quiet):
    handed_in = answered()
    handed_in.cells[-1].source = "Since $a_1$ is so."
    hand_in(course, "student-01", handed_in)
    grade(course, NAME, pool, quiet)
    page = shown(course, {"submission_id": "x", "assignment_id": NAME, "notebook_id": NAME})
    text, model = page.index("Since "), page.index("names the reason")
    assert text < model and "students do not see this" in page and page.count("<math") == 2
    assert "names the reason" not in shown(course, {})  # as when feedback is generated
    write.write(course, NAME)
    assert "names the reason" not in write.path(course.root, "student-01", NAME, NAME).read_text(encoding="utf-8")
    assert "names the reason" not in course.feedback(NAME, "student-01").read_text(encoding="utf-8")


def test_without_the_solution_the_text_is_shown_all_the_same(tmp_path):
    assert model_answers(tmp_path, {"assignment_id": "a9", "notebook_id": "a9"}) == {} and HEADING
