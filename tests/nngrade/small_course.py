"""A small assignment to test the grader with: one question for each way in which a test can use an answer."""

import json
import sqlite3
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from nngrade.course import CONFIG, Course
from nngrade.notebook import canonical

QUESTIONS = {  # name: (points, the right answer, the visible part of its test, the hidden part)
    "double": (
        4,
        "def double(x):\n    return 2 * x",
        'checks.check_close("double", double(np.array([1.0, 2.0])), [2, 4])',
        """
rng = np.random.default_rng(7)
x = rng.normal(size=(3, 4))
with checks.unchanged(x=x):
    checks.check_close("double", double(x), 2 * x)
assert double(21) == 42, "double(21) is not right"
assert all(map(lambda v: double(v) == 2 * v, [1, 2, 3.5, -4.25])), "double of a number is not right"
canary = "CANARY" + "7f3a9"
assert double("CANARY_word_7f3a9") == "CANARY_word_7f3a9CANARY_word_7f3a9", "double of a text is not right"
assert double(0.730815924) == 1.461631848""",
    ),
    "total": (
        3,
        "def total(f, xs):\n    return sum(f(x) for x in xs)",
        "assert total(abs, [1, -2]) == 3",
        """
seen = []
def note(x):
    seen.append(x)
    return x * 1.5
assert total(note, [2.0, 4.0, 10.0]) == 24.0, "not the total"
assert seen == [2.0, 4.0, 10.0], "f should be called once for each x\"""",
    ),
    "batches": (
        3,
        "def batches(x, size, rng):\n    order = rng.permutation(len(x))\n    for i in range(0, len(x), size):\n"
        "        yield x[order[i:i + size]]",
        "assert [len(b) for b in batches(np.arange(5), 2, np.random.default_rng(0))] == [2, 2, 1]",
        """
rng = np.random.default_rng(3)
first, second = (np.concatenate(list(batches(np.arange(50), 8, rng))) for _ in range(2))
assert sorted(first) == sorted(second) == list(range(50)), "every item once"
assert list(first) != list(second), "another order each time\"""",
    ),
    "quadruple": (
        2,
        "def quadruple(x):\n    return double(double(x))",
        "",
        """
with checks.given(quadruple, double=lambda x: x + x):
    assert quadruple(3.25) == 13.0, "quadruple is not right\"""",
    ),
    "descend": (
        3,
        "def descend(params, grads, settings):\n    return [p - settings['lr'] * g for p, g in zip(params, grads)]",
        "assert descend([np.ones(2)], [np.zeros(2)], {'lr': 1})[0].shape == (2,)",
        """
rng = np.random.default_rng(5)
params, grads = ([rng.normal(size=shape) for shape in [(2, 3), 3]] for _ in range(2))
settings, pairs = {"lr": 0.5}, (params, grads)
for name, new, p, g in zip("Wb", descend(params, grads, settings), params, grads):
    checks.check_close(name, new, p - settings["lr"] * g)
with checks.unchanged(pairs=pairs, settings=settings):
    again = descend(*pairs, settings)
assert len(again) == len(params) == len(grads) == 2
for new, p, g in zip(again, params, grads):
    checks.check_close("change", new - p, -settings["lr"] * g)""",
    ),
    "answer": (
        1,
        "answer = 17",
        "assert answer > 0, 'answer should be positive'",
        'assert answer == 17, "not the answer"',
    ),
    "Counter": (
        3,
        "class Counter:\n    def __init__(self):\n        self.seen = {}\n    def add(self, word):\n"
        "        self.seen[word] = self.seen.get(word, 0) + 1\n        return self\n    def __len__(self):\n"
        "        return sum(self.seen.values())",
        "assert len(Counter()) == 0",
        """
counter = Counter()
counter.add("a").add("b").add("a")
assert counter.seen == {"a": 2, "b": 1}, "not counted right"
assert len(counter) == 3, "not the number of words\"""",
    ),
    "predict": (
        4,
        "def predict(x):\n    return (x.sum(axis=1) > 0).astype(int)",
        "assert predict(train_x).shape == (40,)",
        """
reached = np.mean(predict(test_x) == test_y)
assert reached >= pass_mark, f"{reached:.0%} are right, {pass_mark:.0%} are asked for\"""",
    ),
}
IMPORTS = "import numpy as np\nfrom nnlib import checks"
DATA = """rng = np.random.default_rng(11)
train_x, test_x = rng.normal(size=(40, 3)), rng.normal(size=(40, 3))
train_y, test_y = (train_x.sum(axis=1) > 0).astype(int), (test_x.sum(axis=1) > 0).astype(int)
pass_mark = 0.9"""
FORBIDDEN = ["nnlib.losses", "nnlib.data.minibatches", "nnlib.gradcheck.numerical_gradient", "scipy"]
FULL = {f"{name}_test": points for name, (points, *_) in QUESTIONS.items()}


def cell(name, source, make=new_code_cell, **grading):
    meta = {"schema_version": 3, "grade_id": name, "grade": False, "solution": False, "locked": False, "task": False}
    return make(source, id=name, metadata={"nbgrader": meta | grading})


def notebook(solved=True, hidden=True):
    cells = [cell("imports", IMPORTS, locked=True), cell("data", DATA, locked=True)]
    for name, (points, right, visible, secret) in QUESTIONS.items():
        stub = "# Write your code here\nraise NotImplementedError()"
        cells.append(cell(name, right if solved else stub, solution=True))
        test = [f'"""Checks {name}."""', "import numpy as np", visible]
        test += (
            [
                "### BEGIN HIDDEN TESTS" + secret if secret.startswith("\n") else "### BEGIN HIDDEN TESTS\n" + secret,
                "### END HIDDEN TESTS",
            ]
            if hidden
            else []
        )
        cells.append(cell(f"{name}_test", "\n".join(test), grade=True, locked=True, points=points))
    cells.append(cell("why", "*Why?*", new_markdown_cell, grade=True, solution=True, points=5))
    return new_notebook(cells=cells, metadata={"nngrade": {"forbidden": FORBIDDEN}})


INSTRUCTOR, RELEASE = notebook(), notebook(solved=False, hidden=False)


def answered(changed=None, first=None):
    """What a student hands in: right answers but for those in `changed`; `first` is a cell of their own at the top."""
    handed_in = nbformat.from_dict(json.loads(json.dumps(RELEASE)))
    for each in handed_in.cells:
        if each.id in QUESTIONS:
            each.source = (changed or {}).get(each.id, QUESTIONS[each.id][1])
    if first:
        handed_in.cells.insert(0, new_code_cell(first, id="first"))
    return handed_in


def as_bytes(handed_in):
    return json.dumps(handed_in).encode()


# --- the course in a folder ------------------------------------------------------------------

NAME = "a1_small"


def make_course(folder, *more, instructor=INSTRUCTOR):
    """The course in a folder, released; `more` are lines of its configuration."""
    config = (Path(__file__).parents[2] / CONFIG).read_text(encoding="utf-8")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / CONFIG).write_text("\n".join([config, *more]), encoding="utf-8")
    write_solutions(folder, instructor)
    course = Course(folder)
    course.release(NAME)
    return course


def write_solutions(folder, instructor):
    source = folder / "solutions" / NAME / f"{NAME}.ipynb"
    source.parent.mkdir(parents=True, exist_ok=True)
    marked = nbformat.from_dict(json.loads(json.dumps(instructor)))
    for cell in marked.cells:
        if cell.metadata.get("nbgrader", {}).get("solution") and cell.cell_type == "code":
            cell.source = f"### BEGIN SOLUTION\n{cell.source}\n### END SOLUTION"
    canonical.write(marked, source)


def hand_in(course, student, handed_in, when="", name=f"{NAME}.ipynb"):
    """Put what a student hands in where nbgrader collects it; returns the folder."""
    folder = course.root / "submitted" / student / NAME
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(handed_in if isinstance(handed_in, bytes) else as_bytes(handed_in))
    if when:
        (folder / "timestamp.txt").write_text(when)
    return folder


def record_path(course, student):
    return course.root / "records" / NAME / student / f"{NAME}.json"


TABLES = {  # what the gradebook says of every cell, without the numbers of its rows
    "grades": """select s.student_id, s.timestamp, n.late_submission_penalty, c.name, g.auto_score, g.manual_score,
        g.extra_credit, g.needs_manual_grade from grade g join submitted_notebook n on g.notebook_id = n.id
        join submitted_assignment s on n.assignment_id = s.id join base_cell c on g.cell_id = c.id order by 1, 4""",
    "comments": """select s.student_id, c.name, m.auto_comment, m.manual_comment from comment m
        join submitted_notebook n on m.notebook_id = n.id join submitted_assignment s on n.assignment_id = s.id
        join base_cell c on m.cell_id = c.id order by 1, 2""",
    "students": "select id, first_name, last_name, email from student order by 1",
    "submissions": """select s.student_id, a.name, s.timestamp, s.extension from submitted_assignment s
        join assignment a on s.assignment_id = a.id order by 1, 2""",
}


def dump(course):
    """What an SQLite gradebook says."""
    with sqlite3.connect(course.root / "gradebook.db") as book:
        found = {name: book.execute(query).fetchall() for name, query in TABLES.items()}
    book.close()
    return found
