"""What an assignment forbids is not there for students' code, in every kind of sandbox; all else is."""

import compileall
import copy
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
import scipy.special

import nnlib
from nngrade.boundary.words import CHECKED_LATER, WITHHELD
from nngrade.errors import CourseError
from nngrade.grading import sandboxes, withheld, work
from nngrade.grading.sandboxes import open_sandbox
from nngrade.notebook import canonical
from nngrade.sandbox import SAFE, Unsafe, selftest
from tests.course.conftest import ASSIGNMENTS, solved
from tests.nngrade.kinds_here import need
from tests.nngrade.small_course import FORBIDDEN, INSTRUCTOR, NAME, RELEASE

WHOLE = ["nnlib.activations", "nnlib.layers", "nnlib.losses", "nnlib.network", "nnlib.optimizers", "nnlib.training"]
REFUSED = [
    "import nnlib; nnlib.softmax_cross_entropy(1, 2)",
    "from nnlib.training import minibatches; minibatches(1, 2)",
    "from nnlib.gradcheck import numerical_gradient; numerical_gradient(abs, 1)",
    "from nnlib import tasks; tasks.find('a3.linear_backward')",
    "import scipy",
    "from scipy.special import softmax",
]


@pytest.mark.parametrize("kind", (*SAFE, Unsafe), ids=lambda kind: kind.__name__)
def test_it_is_not_there(kind):
    need(kind)
    with open_sandbox(kind, tuple(FORBIDDEN)) as sandbox, sandbox.start("nngrade.sandbox.selftest:main") as child:
        for source in REFUSED:
            assert selftest.ask(child, source) == {"error": "ImportError", "text": WITHHELD}, source
        for source in ("import nnlib; answer = nnlib.ReLU().forward(-1.0 * nnlib.data.np.ones((1, 1))).item()",
                       "import tempfile; answer = open(tempfile.mkstemp()[1], 'w').write('')"):
            assert selftest.ask(child, source) == 0
        if kind is not Unsafe:
            for path in (nnlib.__file__, nnlib.losses.__file__, scipy.special._basic.__file__):
                answer = selftest.ask(child, f"answer = open({path!r}).read()")
                assert isinstance(answer, dict) and answer["error"] in ("FileNotFoundError", "PermissionError")
    assert not sandbox.written


def test_without_most_of_it_the_rest_can_be_imported(tmp_path):
    withheld.write(WHOLE, tmp_path)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); "
    code += "import nnlib; from nnlib import data, plot, checks; plot.digits; data.digits(); print(nnlib.__file__)"
    said = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True)
    assert said.stdout.startswith(str(tmp_path)), said.stderr
    for use in ("nnlib.sigmoid(1)", "nnlib.ReLU().forward(1)", "nnlib.Linear(1, 2).W", "nnlib.ReLU()(1)"):
        said = subprocess.run([sys.executable, "-P", "-c", f"{code}; {use}"], capture_output=True, text=True)
        assert said.stderr.endswith(f"ImportError: {WITHHELD}\n"), use
    for name in (*WHOLE, withheld.ALWAYS):
        path = Path(tmp_path, *name.split("."))
        text = (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text()
        assert WITHHELD in text and not re.search("return|@|np\\.[a-z]+\\(", text)
    compiled = {path.name.split(".")[0] for path in tmp_path.rglob("*.pyc")}
    assert not compiled & {name.split(".")[-1] for name in WHOLE}


def test_of_a_forbidden_package_no_module_can_be_read_and_what_begins_alike_is_whole(tmp_path):
    withheld.write(["nnlib.diagnosis", "nnlib.data"], tmp_path)
    modules = sorted((tmp_path / "nnlib" / "diagnosis").rglob("*.py"))
    assert len(modules) > 2 and not any(re.search(r"\breturn\b", path.read_text(encoding="utf-8")) for path in modules)
    assert not list((tmp_path / "nnlib" / "diagnosis").rglob("*.pyc"))
    assert (tmp_path / "nnlib" / "dataset.py").read_bytes() == Path(nnlib.dataset.__file__).read_bytes()


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A small nnlib, with what Python has compiled of it."""
    source = tmp_path / "source" / "nnlib"
    for name in ("__init__", "losses", "dataset", "other", "tasks/__init__"):
        source.joinpath(name).parent.mkdir(parents=True, exist_ok=True)
        source.joinpath(f"{name}.py").write_text("def first():\n    return 1\n\n\ndef second():\n    return 2\n")
    compileall.compile_dir(source, quiet=1)
    monkeypatch.setattr(withheld.places, "package", lambda name: source)
    return tmp_path / "written"


def test_what_python_has_compiled_goes_with_modules_that_are_whole_and_with_no_others(library):
    withheld.write(["nnlib.losses", "nnlib.dataset.first"], library)
    assert sorted(path.name.split(".")[0] for path in library.rglob("*.pyc")) == ["__init__", "other"]


def test_what_checks_of_tasks_say_is_that_the_grader_does_it_later(library):
    checks = withheld.places.package("nnlib") / "checks"
    checks.mkdir()
    for name in ("__init__", "tasks"):
        (checks / f"{name}.py").write_text("def task(name, answer):\n    return name\n")
    withheld.write(["nnlib.losses"], library)
    texts = [(library / "nnlib" / f"{name}.py").read_text() for name in ("checks/__init__", "checks/tasks", "losses")]
    said = [[word in text for word in ("return", CHECKED_LATER, WITHHELD)] for text in texts]
    assert said == [[True, False, False], [False, True, False], [False, False, True]]


@pytest.mark.parametrize("names", [["nnlib.losses", "nnlib.losses.first"], ["nnlib.losses.first", "nnlib.losses"]])
def test_of_a_module_that_is_forbidden_with_a_part_of_it_nothing_is_there(names, library):
    withheld.write(names, library)
    assert "return" not in (library / "nnlib" / "losses.py").read_text()


@pytest.mark.parametrize("name, place", [
    ("nnlib.softmax_cross_entropy", ("nnlib.losses", "softmax_cross_entropy")), ("nnlib.losses", ("nnlib.losses", "")),
    ("nnlib.data.minibatches", ("nnlib.dataset", "minibatches")), ("nnlib.plot", ("nnlib.plot", "")),
    ("nnlib.gradcheck", ("nnlib.gradcheck", "")), ("nnlib.checks.given", ("nnlib.checks.lending", "given")),
])
def test_where_it_is_defined(name, place):
    assert withheld.definition(Path(nnlib.__file__).parents[1], name) == place


def test_where_it_is_defined_by_another_name_or_as_a_value(library):
    source = withheld.places.package("nnlib")
    (source / "__init__.py").write_text("from nnlib.losses import first as one\nfrom nnlib.other import second\n")
    (source / "other.py").write_text("a, (b, c) = 1, (2, 3)\nrate: float = 0.1\nsecond = lambda: 2\n")
    found = [withheld.definition(source.parent, f"nnlib.{name}") for name in ("one", "second", "other.c", "other.rate")]
    modules = ["nnlib.losses", "nnlib.other", "nnlib.other", "nnlib.other"]
    assert found == [*zip(modules, ["first", "second", "c", "rate"])]
    with pytest.raises(CourseError, match=r"nnlib\.first"):
        withheld.definition(source.parent, "nnlib.first")
    withheld.write(["nnlib.other.rate"], library)
    assert "0.1" not in (library / "nnlib" / "other.py").read_text()


def test_objects_of_a_class_that_is_left_out_can_be_made_and_copied_and_no_more(library):
    source = withheld.places.package("nnlib")
    source.joinpath("other.py").write_text("class Box:\n    kind = 1\n    def __init__(self, x):\n        self.x = x\n"
                                           "    def open(self):\n        return self.x\nbox = Box(1)\n")
    withheld.write(["nnlib.other.Box"], library)
    names = {}
    exec((library / "nnlib" / "other.py").read_text(), names)
    box = copy.deepcopy(names["box"])
    assert not hasattr(box, "__len__")
    for use in (box, box.open, box.kind, lambda: box.x):
        with pytest.raises(ImportError, match=re.escape(WITHHELD)):
            use()


@pytest.mark.parametrize("name", ["nnlib.lossses", "nnlib.losses.no_such", "nnlib.no.such", "nnlib.np"])
def test_a_name_that_nnlib_does_not_have(name, tmp_path):
    with pytest.raises(CourseError, match=f"forbids {name}, which nnlib does not have: mend the list"):
        withheld.write([name], tmp_path)


@pytest.mark.parametrize("said", ["nnlib", [1], {"nnlib": 1}])
def test_what_is_no_list_of_names(said):
    with pytest.raises(CourseError, match="should be a list of names"):
        withheld.forbidden({"metadata": {"nngrade": {"forbidden": said}}})


def test_it_is_kept_and_counts(released):
    path = released / "solutions" / NAME / f"{NAME}.ipynb"
    assert withheld.forbidden(canonical.read(path)) == tuple(sorted(FORBIDDEN)) == withheld.forbidden_by(released, NAME)
    assert withheld.forbidden_by(released, "no-such") == ()
    assert path.read_text() == canonical.text(canonical.read(path))
    texts = [nbformat.writes(notebook) for notebook in (INSTRUCTOR, RELEASE)]
    terms = work.Terms(*texts)
    other = replace(terms, instructor=nbformat.writes(nbformat.from_dict(INSTRUCTOR | {"metadata": {}})))
    assert terms.forbidden == tuple(sorted(FORBIDDEN)) and other.forbidden == () and terms.tests != other.tests


@pytest.mark.parametrize("text", ["{", "[]", '{"metadata": {"nngrade": {"forbidden": 3}}}', "\u00e4"])
def test_where_it_can_not_be_read_somebody_else_says_so(text, tmp_path):
    (tmp_path / "solutions" / NAME).mkdir(parents=True)
    (tmp_path / "solutions" / NAME / f"{NAME}.ipynb").write_bytes(text.encode("latin-1"))
    assert withheld.forbidden_by(tmp_path, NAME) == ()


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_what_an_assignment_forbids_leaves_what_it_imports(assignment, tmp_path):
    """A whole package that is forbidden, such as nnlib.diagnostics, leaves its modules empty: others import them."""
    withheld.write(withheld.forbidden(solved(assignment)), tmp_path)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); from nnlib import checks, data, plot"
    run = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_each_set_of_forbidden_names_has_a_sandbox_of_its_own(monkeypatch):
    """A worker of a cluster grades several assignments."""
    monkeypatch.setattr(sandboxes, "_open", {})
    monkeypatch.setattr(sandboxes, "choose", lambda unsafe: unsafe)
    monkeypatch.setattr(sandboxes, "open_sandbox", lambda *_: object())
    terms = [(False, "/data", ("scipy",)), (False, "/data", ()), (False, "/other", ()), (True, "/data", ())]
    made = [sandboxes._made(*each) for each in terms]
    assert len(set(made)) == 4 and made == [sandboxes._made(*each) for each in terms]
