"""nngrade lint: what is wrong with a test is found, and nothing is found in a good one."""

import collections
import contextlib
import io
import json
import os
import shutil
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import pytest
from nbformat.v4 import new_notebook
from rich.console import Console

from nngrade import classroom, lint
from nngrade.errors import CourseError
from nngrade.lint import empty, kinds, report
from nngrade.notebook import canonical
from tests.nngrade.small_course import cell

DATA = """rng = np.random.default_rng(11)
train_x = rng.normal(size=(40, 3))
train_y = (train_x.sum(axis=1) > 0).astype(int)"""
COMPARE = "x = np.random.default_rng(1).normal(size=(3, 4))\n"

# name: (the right answer, the visible part of its test, the hidden part)
STRONG = {
    "double": (
        "def double(x):\n    return 2 * x",
        'checks.check_close("double", double(np.array([1.0, 2.0])), [2, 4])',
        COMPARE + 'twice = 2 * x\nchecks.check_close("double", double(x), twice)',
    ),
    "grow": (  # changes its argument, and returns nothing
        "def grow(x):\n    x += double(x)",
        "",
        "from nnlib import lent\n" + COMPARE + 'grow(x)\nchecks.check_close("x", lent.left(x), 3 * x)',
    ),
    "Counter": (
        "class Counter:\n    def __init__(self):\n        self.seen = {}\n    def add(self, word):\n"
        "        self.seen[word] = self.seen.get(word, 0) + 1\n    def __len__(self):\n"
        "        return sum(self.seen.values())",
        "",
        'counter = Counter()\ncounter.add("a")\ncounter.add("b")\ncounter.add("a")\n'
        'for word, times in [("a", 2), ("b", 1)]:\n    checks.check_close(word, counter.seen[word], times)',
    ),
    "lines": (
        "lines = 1",
        "assert lines > 0",
        "# lint: ones is right, one line tells the two classes apart\nassert lines == 1 and type(lines) is int",
    ),
}
WEAK = {  # and the kinds of empty answers that earn its points
    "centre": (
        "def centre(x):\n    return x - x.mean(axis=0)",
        "",
        COMPARE + "assert np.allclose(centre(x), x - x.mean(axis=0))",
        {"axis_in_front"},
    ),
    "spread": (
        "def spread(x):\n    return x.std()",
        "",
        COMPARE + "if abs(spread(x) - x.std()) > 1e-6:\n    raise AssertionError()",
        {"nan", "transposed", "flattened", "axis_in_front", "axis_behind",
         *(f"part_{n}" for n in range(1, 6))},
    ),
    "triple": (
        "def triple(x):\n    return 3 * x",
        'checks.check_close("triple", triple(np.array([1.0, 2.0])), [3, 6])',
        "",
        {"by_heart"},
    ),
    "predict": (
        "def predict(x):\n    return (x.sum(axis=1) > 0).astype(int)",
        "",
        "found = predict(train_x)\nassert found.shape == train_y.shape and (found == train_y).mean() > 0.9",
        {"looked_up"},
    ),
    "ends": (
        "def ends(x):\n    return x.min(), x.max()",
        "",
        COMPARE + 'checks.check_close("the least", checks.check_parts("ends", ends(x), "low", "high")[0], x.min())',
        {"part_2"},
    ),
    "twice": (
        "def twice(text):\n    return text + text",
        "",
        'assert twice("ab").startswith("abab") and twice("x").endswith("xx")',
        {"agrees"},
    ),
    "half": (
        "def half(x):\n    return x / 2",
        "",
        COMPARE + "got, right = np.asarray(half(x)), x / 2\nassert got.shape == x.shape and np.isfinite(got).all()\n"
        "error = np.linalg.norm(got - right) / max(np.linalg.norm(got), np.linalg.norm(right))\n"
        "if error > 1e-6:\n    raise AssertionError()",
        {"huge"},
    ),
    "unused": ("unused = 3", "", "assert True", None),  # passes whatever is handed in
}


def notebook(solved):
    cells = [
        cell("imports", "import numpy as np\nfrom nnlib import checks", locked=True),
        cell("data", DATA, locked=True),
    ]
    for name, (right, visible, secret, *_) in (STRONG | WEAK).items():
        cells.append(cell(name, right if solved else "raise NotImplementedError()", solution=True))
        hidden = f"\n### BEGIN HIDDEN TESTS\n{secret}\n### END HIDDEN TESTS" if solved else ""
        test = f'"""Checks {name}."""\nimport numpy as np\n{visible}{hidden}'
        cells.append(cell(f"{name}_test", test, grade=True, locked=True, points=2))
    return new_notebook(cells=cells)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    for folder, solved in (("solutions", True), ("assignments", False)):
        (root / folder / "small").mkdir(parents=True)
        canonical.write(notebook(solved), root / folder / "small" / "small.ipynb")
    return root


@pytest.fixture(scope="module")
def found(course, grading_sandbox):
    return lint.lint(course, "small", grading_sandbox)


@pytest.mark.slow
@pytest.mark.parametrize("name", STRONG)
def test_nothing_is_found_in_a_good_test(name, found):
    assert [each for each in found if each.test == f"{name}_test"] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", WEAK)
def test_a_weak_test_is_found(name, found):
    trials = {each.trial for each in found if each.test == f"{name}_test"}
    everything = {each.__name__ for each in kinds.KINDS} | {"release"} | {f"part_{n}" for n in range(1, 6)}
    assert trials == (WEAK[name][-1] or everything)


@pytest.mark.slow
def test_where_the_solution_fails_nothing_else_is_tried(course, grading_sandbox, tmp_path):
    for folder in ("solutions", "assignments"):
        wrong = canonical.read(course / folder / "small" / "small.ipynb")
        wrong.cells = [each for each in wrong.cells if each.id in ("imports", "lines", "lines_test")]
        wrong.cells[1].source = "lines = 2"
        (tmp_path / folder / "small").mkdir(parents=True)
        canonical.write(wrong, tmp_path / folder / "small" / "small.ipynb")
    tried = []
    (found,) = lint.lint(tmp_path, "small", grading_sandbox, lambda all: (tried.append(one.name) or one for one in all))
    assert (found.test, found.trial, found.points) == ("lines_test", "solution", 0) and tried == ["solution"]
    assert found.advice == "A check of this question failed."  # what the test says
    for folder in ("solutions", "assignments"):
        shutil.copy(tmp_path / folder / "small" / "small.ipynb", tmp_path / folder / "small" / "second.ipynb")
    both = lint.lint(tmp_path, "small", grading_sandbox)
    assert [each.test for each in both] == ["second/lines_test", "small/lines_test"]


def finding(trial="nan"):
    return lint.Finding("softmax_test", trial, "NaN", 3.0, 3.0, "write `assert error < tol`")


@pytest.mark.parametrize("found", [[], [finding()], [finding("solution")]])
def test_the_report_says_what_to_do_and_fails(found, monkeypatch):
    monkeypatch.setattr(report, "lint", lambda root, name, sandbox, watch: list(watch([])) or found)
    console = Console(width=120, record=True, file=io.StringIO())
    assert report._one("here", "a3_backprop", None, console) == (not found)
    said = console.export_text()
    assert ("3 of 3" in said and "assert error < tol" in said) == bool(found)
    assert ("# lint: nan is right, because" in said) == (found == [finding()])
    assert "solution is right" not in said  # whoever wrote the test can't allow that


def test_all_assignments_are_tried_whatever_is_found_in_the_first(monkeypatch):
    tried = []
    monkeypatch.setattr(report, "choose", lambda: None)
    monkeypatch.setattr(report, "open_sandbox", contextlib.nullcontext)
    monkeypatch.setattr(report, "_one", lambda root, name, *_: tried.append(name) or name != "a1")
    assert not report.run("here", ["a1", "a2"]) and tried == ["a1", "a2"]
    assert report.run("here", ["a2", "a3"])


def test_all_empty_answers_are_tried_whatever_the_first_of_them_earns(monkeypatch):
    def earned(data, *_):
        return SimpleNamespace(tests={"t": {"points": points[json.loads(data)], "max": 2, "message": ""}})

    points = {"right": 2, "empty": 2, "nothing": 0, "half": 1}
    right, *empty_ones = (lint.Trial(name, "about", "advice", name, share=name == "right") for name in points)
    monkeypatch.setattr(lint, "_read", lambda *_: new_notebook())
    monkeypatch.setattr(lint, "grade_notebook", earned)
    monkeypatch.setattr(lint, "trials", lambda *_: [right, *empty_ones])
    found = lint.weak("here", "a1", "a1", None, iter)
    assert [(each.trial, each.points) for each in found] == [("empty", 2), ("half", 1)]


def test_every_kind_says_what_it_is_and_what_to_do():
    assert all(len(lint.words(kind)) == 2 for kind in kinds.KINDS)


def test_an_unknown_assignment_is_told_in_words(course):
    with pytest.raises(CourseError, match="no notebook in solutions/a99. The assignments are: small"):
        lint.lint(course, "a99", None)


def test_what_is_not_released_is_told_in_words(course, tmp_path):
    shutil.copytree(course / "solutions", tmp_path / "solutions")
    with pytest.raises(CourseError, match=r"no .*small\.ipynb: `nngrade release` makes it"):
        lint.lint(tmp_path, "small", None)


def test_small_data_is_put_back(monkeypatch):
    monkeypatch.setenv("NNLIB_DATA", "here")
    with lint.small_data():
        assert os.listdir(os.environ["NNLIB_DATA"]) == []
        assert os.stat(os.environ["NNLIB_DATA"]).st_mode & 0o777 == 0o755  # whoever runs a student's code can look
    assert os.environ["NNLIB_DATA"] == "here"
    monkeypatch.delenv("NNLIB_DATA")
    with lint.small_data():
        pass
    assert "NNLIB_DATA" not in os.environ


@pytest.fixture
def put(monkeypatch):
    def put(kind, part=None, **names):
        monkeypatch.setattr(empty, "kind", kind)
        monkeypatch.setattr(empty, "part", part)
        empty.put(names, list(names))
        return names

    return put


SHAPES = [kinds.transposed, kinds.flattened, kinds.axis_in_front, kinds.axis_behind, kinds.row_missing]


@pytest.mark.parametrize("kind", SHAPES, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("right", [2.5, np.arange(3.0), np.eye(3), np.ones((1, 1)), np.ones((2, 3, 4))], ids=np.shape)
def test_a_wrong_shape_is_always_a_wrong_one(kind, right, put):
    got = put(kind, f=lambda: right)["f"]()
    assert np.shape(got) != np.shape(right) or not np.array_equal(got, right)


def test_what_a_right_answer_calls_is_right(put):
    space = {}
    exec("def double(x):\n    return 2 * x\ndef four(x):\n    return double(double(x))", space)
    space |= put(kinds.axis_in_front, double=space["double"], four=space["four"])
    assert space["four"](np.ones(2)).tolist() == [[4, 4]]


def test_one_part_is_empty_and_the_others_are_right(put):
    parts = put(kinds.nan, part=1, f=lambda: (1.5, [np.ones(2), np.ones(3)]))["f"]()
    assert parts[0] == 1.5 and np.isnan(parts[1][0]).all() and parts[1][1].tolist() == [1, 1, 1]


def test_a_generator_stays_one(put):
    def count(n):
        yield from range(1, n)

    assert next(put(kinds.zeros, count=count)["count"](5)) == 0
    assert list(put(kinds.empty_list, count=count)["count"](5)) == []
    assert next(put(kinds.zeros, count=count)["count"](50_000)) == 0


def test_of_a_generator_that_does_not_end_only_so_much_is_asked(put):
    def endless():
        yield from range(20_000)
        raise AssertionError("it does not end")

    assert len(list(put(kinds.zeros, endless=endless)["endless"]())) == empty.MOST_ITEMS


class Pair(NamedTuple):
    low: float
    high: float


@pytest.mark.parametrize("right", [2.5, 3, True, "text", None, [1.0, 2.0], (1.0, "text"), Pair(1.0, 2.0), {"a": 1.0}],
                         ids=str)  # fmt: skip
def test_an_answer_stays_of_its_kind_whatever_it_holds(right, put):
    got = put(kinds.ones, f=lambda: right)["f"]()
    assert type(got) is type(right) and np.shape(got) == np.shape(right)
    held = got.values() if isinstance(got, dict) else got if isinstance(got, (list, tuple)) else [got]
    assert all(each in (1, "1", None) for each in held)


def test_a_list_of_numbers_counts_as_one_array(put):
    assert put(kinds.row_missing, f=lambda: [1.0, 2.0])["f"]() == [1.0]
    assert [*map(len, put(kinds.row_missing, f=lambda: [np.ones(2), np.ones(3)])["f"]())] == [1, 2]


def test_of_a_class_its_own_methods_come_before_those_of_its_base(put):
    class Base:
        def __call__(self):
            return np.ones(2)

    class Own(Base):
        def __call__(self):
            return np.full(2, 3.0)

    assert put(kinds.axis_in_front, Own=Own)["Own"]()().tolist() == [[3, 3]]


def test_labels_are_looked_up_whatever_the_data_are_called(put):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(5, 3)), np.array([0, 1, 2, 1, 0])

    def predict(x):
        return np.zeros(len(x), int)

    def likely(x):
        return np.zeros((len(x), 3))

    space = put(kinds.looked_up, predict=predict, likely=likely)
    space |= {"train_X": X, "train_y": y}
    assert space["predict"](X).tolist() == y.tolist() and space["predict"](X + 1).tolist() == [0] * 5
    assert space["likely"](X).tolist() == np.eye(3)[y].tolist()


def test_what_is_known_by_heart_is_the_answer_to_the_same_arguments(monkeypatch):
    def asked(right, *args):
        return kinds.by_heart(kinds.Call("f", lambda: right, args))

    monkeypatch.setattr(kinds, "memory", collections.defaultdict(dict))
    def examples():
        return [(np.ones(2),), (np.ones(3),), (np.random.default_rng(1),), (np.random.default_rng(2),), (abs, (1, "a"))]

    first, second = examples(), examples()  # what counts is not which object it is
    assert asked(0, 1) is None
    with empty.during(kinds.learning):
        for right, args in enumerate(first, start=3):
            asked(right, *args)
    assert [asked(0, *args) for args in second] == [3, 4, 5, 6, 7]
    assert asked(0, np.ones((2, 1))) == 7  # of what is not known, the last answer that is


def test_arguments_are_left_alone_and_the_random_generator_moves_on(put):
    def shuffled(x, rng):
        rng.shuffle(x)
        return x

    x, rng = np.arange(10.0), np.random.default_rng(0)
    empty_one = put(kinds.axis_behind, shuffled=shuffled)["shuffled"]
    assert not np.array_equal(empty_one(x, rng), empty_one(x, rng))
    assert x.tolist() == list(range(10))


@pytest.mark.parametrize("pack", [lambda x: [x], lambda x: (0, x), lambda x: {"x": x}, lambda x: {"x": [x]}],
                         ids=["list", "tuple", "dict", "list in a dict"])  # fmt: skip
def test_what_an_argument_holds_is_left_alone_too(pack, put):
    def emptied(held):
        inner = held["x"] if isinstance(held, dict) else held[-1]
        (inner[0] if isinstance(inner, list) else inner)[:] = 0
        if not isinstance(held, tuple):
            held.clear()

    held, arguments = np.ones(2), pack(np.ones(2))
    put(kinds.zeros, emptied=emptied)["emptied"](arguments)
    assert repr(arguments) == repr(pack(held))


def test_named_arguments_are_left_alone_too(put):
    """A right answer that fills in `out=` would otherwise be handed over by way of the argument."""
    def fill(out):
        out[:] = 7

    class Filled:
        def __init__(self, out):
            fill(out)

        def __call__(self, out):
            fill(out)

    out, names = np.ones(2), put(kinds.zeros, fill=fill, Filled=Filled)
    names["fill"](out=out)
    names["Filled"](out=out)(out=out)
    assert out.tolist() == [1, 1]


@pytest.mark.parametrize("trial, fits", [
    ({"share": 1}, [True, False, False, False]), ({}, [False, False, True, False]),
    ({"partly": True}, [False, True, True, False]),
])  # fmt: skip
def test_what_a_notebook_should_earn_and_a_test_without_a_verdict_never_fits(trial, fits):
    assert [lint.Trial("one", "", "", {}, **trial).fits(points, 3.0) for points in (3.0, 2.0, 0.0, None)] == fits


def test_an_author_allows_an_empty_answer_in_hidden_lines_alone():
    lines = "# lint: ones is right, seen\n### BEGIN HIDDEN TESTS\n# lint: zeros is right, hidden\n### END HIDDEN TESTS"
    notebook = new_notebook(cells=[cell("f_test", lines, grade=True, locked=True, points=1)])
    assert lint.allowed(notebook) == {("f_test", "zeros")}


@pytest.mark.parametrize("before", ["/data", None])
def test_the_data_are_those_of_before_whatever_happens(monkeypatch, before):
    if before:
        monkeypatch.setenv("NNLIB_DATA", before)
    else:
        monkeypatch.delenv("NNLIB_DATA", raising=False)
    with pytest.raises(ZeroDivisionError), lint.small_data():
        assert os.environ["NNLIB_DATA"] != before and not os.listdir(os.environ["NNLIB_DATA"])
        raise ZeroDivisionError
    assert os.environ.get("NNLIB_DATA") == before


def test_what_stands_in_brackets_is_shown():
    """To rich, [nan inf] is markup, and so is the [/b] of a message."""
    console = Console(file=io.StringIO(), width=150)
    console.print(report._table("a1", [lint.Finding("f_test", "solution", "", 0.0, 1.0, "f is [nan inf], not [/b]")]))
    console.print(report._table("a1", [lint.Finding("f_test", "nan", "NaN", None, 1.0, "no verdict")]))
    assert "f is [nan inf], not [/b]" in console.file.getvalue() and "no score" in console.file.getvalue()


@pytest.mark.parametrize("minor", [4, 5])
def test_cells_go_by_what_nbgrader_calls_them_whatever_their_ids(course, tmp_path, minor):
    """Until nbformat 4.4 they have none, later JupyterLab makes them up."""
    for folder in ("solutions", "assignments"):
        whole = json.loads((course / folder / "small" / "small.ipynb").read_text(encoding="utf-8"))
        for number, each in enumerate(whole["cells"]):
            del each["id"]
            each |= {"id": f"8f3e{number:04}"} if minor == 5 else {}
        (tmp_path / folder / "small").mkdir(parents=True)
        told = json.dumps(whole | {"nbformat_minor": minor})
        (tmp_path / folder / "small" / "small.ipynb").write_text(told, encoding="utf-8")
    solved, release = (lint._read(tmp_path, folder, "small", "small") for folder in ("solutions", "assignments"))
    put = [cell for cell in lint.emptied(solved, release, kinds.zeros).cells if "lint_empty.put(" in cell.source]
    assert len(put) == len(STRONG | WEAK) == len(classroom.points(solved))
