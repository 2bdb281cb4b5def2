"""Which names a cell takes from the rest of a notebook, and which it leaves there."""

import pytest

from nngrade.boundary import names


@pytest.mark.parametrize("source, found", [
    ("y = x + 1", {"x"}),
    ("x = 1\ny = x", set()),
    ("y = x\nx = 1", {"x"}),
    ("def f(x):\n    return g(x) + h", {"g", "h"}),
    ("def f(x):\n    y = x\n    def inner():\n        return y + z\n    return inner", {"z"}),
    ("class C(B):\n    a = 1\n    def m(self):\n        return self.a, b", {"B", "b", "__name__"}),
    ("losses.append(1)", {"losses"}),
    ("rows = [x for x in xs if x in seen]", {"xs", "seen"}),
    ("scale = 2\ndef f(x):\n    return scale * g(x)", {"g"}),
    ("def f():\n    global losses\n    losses += [1]", {"losses"}),
    ("a.b.c = d", {"a", "d"}),
    ("def f(n=most):\n    return n", {"most"}),
    ("@wraps\ndef f():\n    pass", {"wraps"}),
    ("print(f'{loss:.2f}')", {"print", "loss"}),
    ("import numpy as np\nnp.zeros(2)", set()),
    ("", set()),
])  # fmt: skip
def test_names_that_a_cell_needs(source, found):
    assert names.needed(names.parsed(source)) == found
    if "global" not in source:
        assert found <= names.perhaps_needed([source], found)


@pytest.mark.parametrize("source", [
    "del losses",
    "def f():\n    return losses\nlosses = 1",
    "if early:\n    losses = 1\nprint(losses)",
    "try:\n    losses = read()\nexcept OSError:\n    pass\nlosses",
    "for trial in range(0):\n    losses = 1\nlosses",
    "class C:\n    del losses",
    "for losses in losses:\n    pass",
    "for losses in x:\n    del losses\n    losses",
    "for losses in x:\n    pass\nelse:\n    losses",
    "losses = 1\ndel losses\nlosses",
    "losses: float\nlosses",
    "x = 1 if y else (losses := 2)\nlosses",
    "x = [lambda: losses for i in range(3)]",
    "match losses:\n    case x:\n        pass",
    "for losses[0] in x:\n    pass", "for x.y[losses] in z:\n    pass", "for i, losses.x in y:\n    pass",
    "losses = None\ndef f():\n    return losses", "losses = 1\nrows = [lambda: losses]",
    "x[[losses for losses in y][0]] = 0\nlosses",
    "%time losses", "if losses", "!echo {losses}", "losses?", "  losses", "\0losses", "losses" + "(" * 500,
    "'\ud800'\nlosses", f"losses = {'-' * 10**5}1",
])  # fmt: skip
def test_a_name_that_may_be_needed_counts(source):
    """Whatever is given a value before, in the text; all words of what Python can't read."""
    assert names.perhaps_needed(["x = 1", source], {"losses", "other"}) == {"losses"}


@pytest.mark.parametrize("source", [
    "losses = 1\nprint(losses)",
    "for (i, losses) in x:\n    losses += 1\n    if i:\n        print(losses)\n        break",
    "import json as losses\nlosses", "a, (b, *losses) = c\nlosses",
    "def losses():\n    pass\nlosses()", "def f(losses):\n    return losses", "x.losses", "print('losses')",
])  # fmt: skip
def test_a_name_that_is_meant_otherwise_does_not(source):
    assert names.perhaps_needed([source], {"losses"}) == set()


@pytest.mark.parametrize("source", [
    'eval("losses")', 'globals()["losses"]', "vars()['losses']", "from IPython import get_ipython as shell",
    "import __main__", "sys.modules['__main__'].losses", "def f():\n    global count\n    count = 1",
    "import inspect", "f.__globals__", "x in dir()", "%who_ls", "sys._getframe().f_back", "table.query('a > @losses')",
    "print(_5)", "ｅval('losses')", "import doctest", "timeit.timeit('f()', setup='from __main__ import losses')",
    "import cloudpickle", "import pickle", "import joblib", "numexpr.evaluate('losses')", "import importlib",
    "gc.get_objects()", "typing.get_type_hints(f)", "f.f_locals", "f.f_globals", "exec(text)", "%whos", "%who",
    "f.__dict__", "import builtins", "__builtins__", "locals()", "ip.user_ns", "ip.user_global_ns",
])  # fmt: skip
def test_where_names_are_found_otherwise_nothing_is_known(source):
    assert names.perhaps_needed(["x", source], {"losses"}) is None


def test_names_are_those_that_python_takes():
    """The sign for micro, which keyboards have, is a Greek letter in a name."""
    for source in "%time x = \u00b5", "x = \u00b5":
        assert names.perhaps_needed([source], {"\u03bc"}) == {"\u03bc"}


@pytest.mark.parametrize("source, found", [
    ("a = b = c, *d = 1, 2", "abcd"),
    ("import json, os.path as p\nfrom numpy import zeros as nothing", {"json", "p", "nothing"}),
    ("for i in []:\n    e: int = 1", "ie"),
    ("with open(x) as f, y as (g, h):\n    k += 1", "fghk"),
    ("try:\n    m = 1\nexcept E as n:\n    pass", "mn"),
    ("def f(p, q=1):\n    r = 1\nclass C:\n    pass", {"f", "C"}),
    ("any((t := u) for u in v)", "t"),
    ("match x:\n    case (first, second):\n        pass", {"first", "second"}),
    ("def f():\n    global result\n    result = 1", {"f", "result"}),
    ("%matplotlib inline\nw.a = w[0] = 1", ""), ("!ls\nx = 1", "x"),
])  # fmt: skip
def test_names_that_a_cell_leaves_behind(source, found):
    its_own = {name for name in names.left_behind(source) if name.startswith("__")}  # what a class has by itself
    assert names.left_behind(source) - its_own == set(found)


@pytest.mark.parametrize("source", [
    "from math import *", "try:\n    from math import *\nfinally:\n    pass", "files = !ls", "sigmoid?",
    "if x:\n    %timeit x",
])  # fmt: skip
def test_what_cannot_be_seen_may_leave_anything(source):
    assert names.left_behind(source) is None
