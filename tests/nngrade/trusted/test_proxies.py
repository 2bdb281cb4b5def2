"""An ordinary test sees the student's names as it would in a plain notebook: each way in which it may use them."""

import nbformat
import pytest

from nngrade.grading.grade_notebook import Limits, grade_notebook
from tests.nngrade.small_course import as_bytes, cell

LENT = """
def draw(n, rng):
    return rng.normal(size=n)
def batches(n, rng):
    for _ in range(n):
        yield rng.random()
def expected(rng):
    return [*draw(2, rng), rng.random(), *batches(2, rng), rng.random(), *[(x, rng.random()) for x in batches(2, rng)]]
"""
DRAWS = "[*draw(2, rng), rng.random(), *batches(2, rng), rng.random(), *[(x, rng.random()) for x in batches(2, rng)]]"
USES = {  # what: (the solution cell, the test, a read-only cell between them)
    "its own generator advances in the functions that the test lends": (
        f"def f():\n    rng = np.random.default_rng(1)\n    return {DRAWS}",
        "from nnlib import checks\nwith checks.given(f, draw=draw, batches=batches):\n"
        "    assert f() == expected(np.random.default_rng(1))",
        LENT,
    ),
    "the test's generator advances on both sides": (
        f"def f(rng):\n    return {DRAWS}",
        "from nnlib import checks\nmine, same = np.random.default_rng(2), np.random.default_rng(2)\n"
        "with checks.given(f, draw=draw, batches=batches):\n    assert f(mine) == expected(same)\n"
        "assert mine.random() == same.random()",
        LENT,
    ),
    "credit for all parts": (
        "f = lambda x: x\n",
        "ok = [f(1)==1, f(2)==2, f(3)==3]\n4 * sum(ok) / 3\n",
        "",
    ),
    "what a read-only cell makes with the student's functions": (
        "def predict(x): return x > 0\n",
        "assert score == 1.0\n",
        "x = np.array([1., -1.])\nscore = np.mean(predict(x) == np.array([True, False]))\n",
    ),
    "a read-only helper that calls the student's function": (
        "def f(x): return x + 1\n",
        "assert twice(1) == 3\n",
        "def twice(x): return f(f(x))\n",
    ),
    "operators and attributes of a class of the student's": (
        "class V:\n"
        "    def __init__(s, d): s.data = d\n"
        "    def __add__(s, o): return V(s.data + getattr(o, 'data', o))\n"
        "    __radd__ = __add__\n"
        "    def __mul__(s, o): return V(s.data * getattr(o, 'data', o))\n",
        "a, b = V(2.0), V(3.0)\n"
        "assert (a * b + a).data == 8.0\n"
        "assert (1 + a).data == 3.0\n"
        "assert isinstance(a, V)\n"
        "a.data = 5.0\n"
        "assert (a + b).data == 8.0\n",
        "",
    ),
    "what a class of the student's can do": (
        "class V:\n"
        "    def __init__(s, d): s.data = d\n"
        "    def __mul__(s, o): return V(s.data * o)\n"
        "    def __rmul__(s, o): return V(s.data * o)\n"
        "    def tanh(s): return V(np.tanh(s.data))\n"
        "    def __getitem__(s, key): return s.data[key]\n"
        "    def __contains__(s, item): return item in s.data\n"
        "def relu(v): return V(np.maximum(v.data, 0))\n",
        "a = V(np.array([0., 1.]))\n"
        "assert (3 * relu(a.tanh()) * 2)[0] == 0 and 1 in a and 2 not in a\n"
        "assert (a * 2).data.tolist() == [0, 2] and V({'k': 3})['k'] == 3\n",
        "",
    ),
    "an object that changes later what it was given": (
        "class Step:\n"
        "    def __init__(s, ps): s.ps = ps\n"
        "    def step(s):\n"
        "        for p in s.ps: p -= 1\n"
        "def stepper(p):\n"
        "    def step(): p[...] -= 1\n"
        "    return step\n",
        "p = np.ones(2)\nstep = Step([p])\nstep.step()\nassert left(p).tolist() == [0, 0]\n"
        "step.step()\nassert left(p).tolist() == [-1, -1]\nstepper(p)()\nassert left(p).tolist() == [0, 0]\n"
        "assert p.tolist() == [1, 1]\n",
        "",
    ),
    "an object that was given large arrays one after the other, and changes them later": (
        "class Step:\n"
        "    def __init__(s): s.ps = []\n"
        "    def add(s, p):\n"
        "        s.ps.append(p)\n"
        "        return s\n"
        "    def step(s):\n"
        "        for p in s.ps: p -= 1\n",
        "p, q = np.ones(2**14), np.ones(2**14)\nstep = Step().add(p).add(q)\nstep.step()\n"
        "assert not left(p).any() and not left(q).any() and p.all()\n",
        "",
    ),
    "an object that changes the large arrays that another one was given": (
        "class Net:\n"
        "    def __init__(s, p): s.p = p\n"
        "class Step:\n"
        "    def __init__(s, net): s.net = net\n"
        "    def step(s): s.net.p -= 1\n",
        "p = np.ones(2**14)\nfor step in Step(Net(p)), Step(net=Net(p)):\n    step.step()\n"
        "    assert not left(p).any() and p.all()\n",
        "",
    ),
    "generators of generators that draw": (
        "def epochs(x, rng):\n"
        "    for _ in range(2):\n"
        "        yield (x[i] for i in rng.permutation(len(x)))\n",
        "rng, same = np.random.default_rng(5), np.random.default_rng(5)\n"
        "found = [[x for x in epoch] for epoch in epochs(np.arange(9), rng)]\n"
        "assert found == [same.permutation(9).tolist() for _ in range(2)] and rng.random() == same.random()\n",
        "",
    ),
    "items of another kind of sequence": (
        "from collections import UserDict, deque\ndef f(): return deque([3, 4, 5])\ndef g(): return UserDict(a=1)\n",
        "assert g()['a'] == 1 and f()[1] == 4 and f()[-1] == 5 and 4 in f() and 6 not in f() and np.sum(f()) == 12\n"
        "assert f()[1:] == [4, 5] and f()[:-1] == [3, 4]",
        "",
    ),
    "a list changed in place": (
        "def f(xs):\n    xs.sort(); xs.append(9)\n    return xs\n",
        "xs=[3,1,2]\ny = f(xs)\nassert left(xs) == [1,2,3,9] and y is left(xs)\nassert xs == [3,1,2]",
        "",
    ),
    "arrays in a list changed in place": (
        "def f(ps):\n    for p in ps: p += 1\n    return ps\n",
        "ps=[np.zeros(2), np.ones(3)]\na=ps[0]\nout=f(ps)\nassert left(a).tolist()==[1,1]\n"
        "assert out[0] is left(a) and left(ps)[1] is out[1] and a.tolist() == [0, 0] and ps[0] is a\n",
        "",
    ),
    "a callback sees what was changed before it": (
        "def f(g, x):\n    x[0] = 5\n    return g(x)\n",
        "x=np.zeros(2)\nassert f(lambda v: float(v[0] + x[0]), x) == 5.0\n",
        "",
    ),
    "a function of the test's that changes what it is given, which is a copy": (
        "def f(g, x): return g(x)\n",
        "x = np.zeros(2)\ndef g(v):\n    v[0] = 9\n    return v.sum()\nassert f(g, x) == 9 and x.tolist() == [0, 0]\n",
        "",
    ),
    "a dict changed in place": (
        "def f(d):\n    d['b'] = 2\n    return d['a']\n",
        "d={'a':1}\nassert f(d)==1 and left(d)=={'a':1,'b':2} and d=={'a':1}\n",
        "",
    ),
    "named arguments": (
        "def f(x, *, k=2): return x*k\n",
        "assert f(2, k=3)==6 and f(2)==4\n",
        "",
    ),
    "arguments by names that the grader uses, too": (
        "def f(self, op, function, handle): return [self, op, function, handle]\n",
        "assert f(self=1, op=2, function=3, handle=4) == [1, 2, 3, 4]\n",
        "",
    ),
    "an exception that the test expects": (
        "def f(x):\n    raise ValueError('bad x')\n",
        "try:\n    f(1)\n    assert False\nexcept ValueError as e:\n    assert str(e)=='bad x'\n",
        "",
    ),
    "an exception of no special kind": (
        "class Own(Exception): pass\ndef f(x):\n    raise [Exception, Own][x]('bad x')\n",
        "for i in range(2):\n    try:\n        f(i)\n        assert False\n    except Exception as e:\n"
        "        assert str(e)=='bad x'\n",
        "",
    ),
    "an exception of NumPy's is its ordinary base": (
        "def f(x): return np.linalg.inv(x)\n",
        "try:\n    f(np.zeros((2,2)))\n    ok=False\nexcept ValueError:\n    ok=True\nassert ok\n",
        "",
    ),
    "a named tuple": (
        "from collections import namedtuple\nP = namedtuple('P', 'x y')\ndef f(): return P(1, 2)\n",
        "p = f()\nassert p.x == 1 and p[1] == 2 and len(p) == 2\n",
        "",
    ),
    "a dtype as an argument": (
        "def f(x, dtype): return x.astype(dtype)\n",
        "assert f(np.ones(2), np.float32).dtype == np.float32\n",
        "",
    ),
    "a function of NumPy's as an argument": (
        "def f(x, g): return g(x)\n",
        "assert f(np.zeros(2), np.tanh).tolist() == [0, 0]\n",
        "",
    ),
    "plain data by value": (
        "W = np.eye(2)\nb = [1, 2]\nname='x'\n",
        "assert W.shape == (2,2) and b == [1,2] and name == 'x'\n",
        "",
    ),
    "next on a generator": (
        "def g():\n    yield 1\n    yield 2\n",
        "it = g()\nassert next(it) == 1 and list(it) == [2]\n",
        "",
    ),
    "an index that depends on the data": (
        "def f(x): return x[x>0]\n",
        "assert f(np.array([1,-1])).tolist()==[1]\n",
        "",
    ),
    "an attribute that a call needs later": (
        "class L:\n"
        "    def __init__(self, rng): self.W = rng.normal(size=3)\n"
        "    def forward(self, x):\n"
        "        self.x = x\n"
        "        return x @ self.W\n",
        "l = L(np.random.default_rng(0))\nassert abs(l.forward(np.ones(3)) - l.W.sum()) < 1e-9\n",
        "",
    ),
}


def outcome(sandbox, solution, test, between="", points=4, seconds=20):
    imports = "import numpy as np\nfrom nnlib.lent import left"
    cells = [cell("imports", imports, locked=True), cell("q", solution, solution=True)]
    cells += [cell("between", between, locked=True)] if between else []
    cells += [cell("q_test", test, grade=True, locked=True, points=points)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    limits = Limits(cell_seconds=seconds, test_seconds=seconds)
    return grade_notebook(as_bytes(notebook), notebook, notebook, limits, sandbox).tests["q_test"]


@pytest.mark.parametrize("use", USES.values(), ids=USES)
def test_use(use, grading_sandbox):
    found = outcome(grading_sandbox, *use)
    assert found["points"] == 4, found["message"]


@pytest.mark.parametrize(
    ("last", "points"),
    [
        *[("2.5", 2.5), ("9", 4), ("-1", 0), ("float('nan')", 0), ("float('inf')", 0), ("'3'", 4), ("True", 4)],
        *[("None", 4), ("4 * (x == np.array([16]))", 0), ("4 - 1j", 0), ("np.array([1, 2])", 4)],
    ],
)
def test_partial_credit_is_the_value_of_the_last_line(last, points, grading_sandbox):
    assert outcome(grading_sandbox, "x = 1", f"assert x == 1\n{last}")["points"] == points


def test_a_score_made_by_a_read_only_cell_can_not_be_replaced_later(grading_sandbox):
    between = "score = float(np.mean(f(np.arange(3)) == np.arange(3)))"
    solution = "def f(x):\n    import __main__\n    __main__.score = 1.0\n    return x + 1\nscore = 1.0"
    assert outcome(grading_sandbox, solution, "assert score == 1.0", between)["points"] == 0


def test_an_object_is_never_compared(grading_sandbox):
    found = outcome(grading_sandbox, "class A:\n    def __eq__(self, other): return True\nx = A()", "assert x == 3")
    assert found["points"] == 0 and "<A object> is an object, expected plain values" in found["message"]


NEAR = """
class Near:
    def __sub__(self, other): return 0 * other
    __rsub__ = __truediv__ = __mod__ = __xor__ = __sub__
    def __abs__(self): return 0.0
x = Near()
"""
AGREES = """
class Agrees:
    def __sub__(self, other): return self
    __rsub__ = __add__ = __pow__ = __truediv__ = __getitem__ = __sub__
    def __abs__(self): return 0.0
    def __float__(self): return 0.0
    def __len__(self): return 3
    def __iter__(self): return iter([0.0] * 3)
    def __contains__(self, item): return True
    def sum(self, *args, **kwargs): return 3.0
    max = mean = sum
x = Agrees()
"""


@pytest.mark.parametrize("left", ["x - 3", "3 - x", "x - np.ones(2)", "x ^ 3", "x % 3"])
def test_an_object_does_not_say_how_far_it_is_from_what_is_expected(left, grading_sandbox):
    found = outcome(grading_sandbox, NEAR, f"assert np.all(abs({left}) < 1e-9)")
    assert found["points"] == 0 and "expected plain values" in found["message"]
    found = outcome(grading_sandbox, NEAR, f"x = Near()\nassert np.all(abs({left}) < 1e-9)")
    assert found["points"] == 0 and ("should give an object" in found["message"] or "x - " not in left)


@pytest.mark.parametrize("test", [
    "abs(x - 3) < 1e-9", "abs(float(3 - x)) < 1e-9", "np.linalg.norm(x - np.ones(3)) < 1e-9", "abs(x / 3 - 1) < 1e-3",
    "np.allclose(x - np.ones(3), 0)", "float(((x - np.ones(3)) ** 2).sum()) == 3", "3 in x", "np.sum(x) == 3",
    "float(np.mean([x, x])) == 3.0", "np.sum(x[np.arange(3), np.array([1, 0, 1])]) == 3.0",
])  # fmt: skip
def test_an_object_that_nobody_asked_for_is_not_told_what_is_expected(test, grading_sandbox):
    assert outcome(grading_sandbox, AGREES, f"assert {test}")["points"] == 0


KEEPS = """
class Keeps:
    def __init__(self, x): self.x = x
    def __len__(self): return 3
    def __iter__(self):
        self.x[...] = 0
        return iter([0.0] * 3)
    @property
    def shape(self):
        self.x[...] = 0
        return (3,)
def f(x): return Keeps(x)
def g(x): return Again(x)
def items(x):
    yield Keeps(x)
class Again:
    def __init__(self, x): self.x, self.left = x, 0
    def __iter__(self): return self
    def __next__(self):
        self.left = (self.left or 4) - 1
        self.x[...] = 0
        if self.left: return 0.0
        raise StopIteration
"""


@pytest.mark.parametrize("test", [
    "answer = f(x)\nassert answer.shape == (3,) and np.allclose(answer, 2 * x)",
    "answer = f(x)\nassert np.shape(answer) == (3,) and np.allclose(answer, 2 * x)",
    "answer = g(x)\nassert np.shape(answer) == (3,) and np.allclose(answer, 2 * x)",
    "answer = list(items(x))\nassert np.allclose(np.array(answer), 2 * x)",
])  # fmt: skip
def test_an_answer_does_not_change_what_it_is_compared_with(test, grading_sandbox):
    assert outcome(grading_sandbox, KEEPS, f"x = np.ones(3)\n{test}")["points"] == 0


@pytest.mark.parametrize("raised", ["Exception", "StopIteration", "SystemExit", "type('Own', (Exception,), {})"])
def test_another_exception_is_not_the_one_that_a_test_asks_for(raised, grading_sandbox):
    test = "try:\n    f()\nexcept RuntimeError:\n    pass"
    assert outcome(grading_sandbox, f"def f(): raise {raised}", test)["points"] == 0
    assert outcome(grading_sandbox, "def f(): raise RuntimeError", test)["points"] == 4


LIES = """
class Longer:
    def __len__(self): return 3
    def __iter__(self): return iter([])
def f(): return Longer()
"""


@pytest.mark.parametrize("test", [
    "len(x) == 3 and all(a == b for a, b in zip(x, [1, 2, 3]))", "all(a == b for a, b in zip([1], x)) and len(x) == 3",
    "len(x) == 3 and not [a for a in x if a != 1]",
])  # fmt: skip
def test_an_object_has_as_many_items_as_it_says(test, grading_sandbox):
    assert outcome(grading_sandbox, LIES, f"x = f()\nassert {test}")["points"] == 0


@pytest.mark.parametrize("answer, kind", [
    ("Longer()", "object"), ("abs", "function"), ("f", "function"), ("Longer", "class")])  # fmt: skip
def test_messages_call_an_object_an_object(answer, kind, grading_sandbox):
    check = "from nnlib import checks\nLonger\nchecks.check_parts('f', f(), 'a', 'b')"
    found = outcome(grading_sandbox, LIES.replace("return Longer()", f"return {answer}"), check)
    assert f"f returned one {kind}, expected (a, b)" in found["message"]


def test_an_object_may_grow(grading_sandbox):
    grows = "import collections\nx = collections.deque()\ndef f(): x.append(1)"
    test = "assert len(x) == 0 and list(x) == []\nf()\nassert list(x) == [1] and len(x) == 1\nx.append(2)\n"
    assert outcome(grading_sandbox, grows, test + "assert len(x) == 2 and list(x) == [1, 2]")["points"] == 4


BOX = """
class Box:
    n = 0
    def __len__(self): return self.n
    def __iter__(self): return iter(range(self.n))
    def __setitem__(self, key, value): self.n += value
    def __delitem__(self, key): self.n -= 1
x = Box()
"""


@pytest.mark.parametrize("change, size", [("x.n = 2", 2), ("x['k'] = 3", 3), ("x['k'] = 3\ndel x['k']", 2)])
def test_an_object_may_grow_by_what_is_assigned(change, size, grading_sandbox):
    test = f"assert len(x) == 0 and list(x) == []\n{change}\nassert list(x) == {[*range(size)]} and len(x) == {size}"
    found = outcome(grading_sandbox, BOX, test)
    assert found["points"] == 4, found["message"]


def test_what_was_lent_is_not_lent_for_longer(grading_sandbox):
    keeps = "kept = []\ndef g(x): return 0\ndef f(x):\n    kept.append(g)\n    return kept[0](x)"
    test = "from nnlib import checks\nwith checks.given(f, g=lambda x: 2 * x):\n    assert f(3) == 6 and f(4) == 8\n"
    assert outcome(grading_sandbox, keeps, test)["points"] == 4
    assert outcome(grading_sandbox, keeps, test + "assert f(3) == 6")["points"] == 0
    nested = "with checks.given(f, g=abs):\n    with checks.given(f, g=abs):\n        f(1)\n    assert f(-3) == 3"
    assert outcome(grading_sandbox, keeps.replace("kept[0]", "g"), test + nested)["points"] == 4


def test_after_a_loan_the_students_own_is_there_again(grading_sandbox):
    """Although the test has not looked at it."""
    own = "def g(x): return x + 3\ndef f(x): return 2 * g(x)"
    test = "from nnlib import checks\nwith checks.given(f, g=abs):\n    assert f(-2) == 4\nassert f(1) == 8"
    found = outcome(grading_sandbox, own, test)
    assert found["points"] == 4, found["message"]


QUOTING = ["np.testing.assert_allclose({}, 2)", "import unittest\nunittest.TestCase().assertEqual({}, 2)"]


@pytest.mark.parametrize("check", QUOTING)
def test_what_others_say_of_a_hidden_check_is_not_quoted(check, grading_sandbox):
    hidden = "### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"
    found = outcome(grading_sandbox, "x = 30.25", hidden.format(check.format("x")))
    assert found["message"] == "A check of this question failed." and found["points"] == 0
    assert "30.25" in outcome(grading_sandbox, "x = 30.25", check.format("x"))["message"]
    chosen = hidden.format("from nnlib import checks\nchecks.check_close('x', x, 2)")
    assert "x is not right" in outcome(grading_sandbox, "x = 30.25", chosen)["message"]


CAUGHT = "def f(g):\n    try:\n        return g(1)\n    except BaseException:\n        return 5"


def test_a_failed_check_in_a_function_that_is_lent_counts_although_it_was_caught(grading_sandbox):
    check = "def g(x):\n    assert x == 2, 'x should be 2'\nassert f(g) == 5"
    assert outcome(grading_sandbox, CAUGHT, check)["message"] == "x should be 2"
    deep = "def h(x):\n    return f(g)\ndef g(x):\n    assert x == 2, 'x should be 2'\nassert f(h) == 5"
    assert outcome(grading_sandbox, CAUGHT, deep)["message"] == "x should be 2"
    twice, first = CAUGHT.replace("return 5", "return g(3)"), check.replace("'x should", "f'{x} should")
    assert outcome(grading_sandbox, twice, first)["message"] == "1 should be 2"
    wrong = "def g(x):\n    raise ValueError\nassert f(g) == 5"
    assert outcome(grading_sandbox, CAUGHT, wrong)["points"] == 4
    own = "def h(x):\n    assert x == 2, 'a check of the student'\n"
    found = outcome(grading_sandbox, own + CAUGHT, "assert f(lambda x: h(x)) == 5")
    assert found["points"] == 4, found["message"]


def test_what_a_lent_function_has_drawn_before_it_fails_is_drawn_on_both_sides(grading_sandbox):
    draws = "def f(g, rng):\n    try:\n        g(rng)\n    except ValueError:\n        return rng.random()"
    test = ("def g(rng):\n    rng.random()\n    raise ValueError\nsame = np.random.default_rng(1).random(2)\n"
            "assert f(g, np.random.default_rng(1)) == same[1]")  # fmt: skip
    found = outcome(grading_sandbox, draws, test)
    assert found["points"] == 4, found["message"]


def test_a_function_and_the_one_that_it_is_given_do_not_call_each_other_without_end(grading_sandbox):
    check = "def g(h):\n    return h()\nf(g)"
    found = outcome(grading_sandbox, "def f(g):\n    return g(lambda: f(g))", check)
    assert found["points"] == 0
    assert found["message"] == "`f` and the function that it was given call each other without end."
    few = "def f(g, n=0):\n    return n if n == 40 else g(lambda: f(g, n + 1))"
    assert outcome(grading_sandbox, few, check.replace("f(g)", "assert f(g) == 40"))["points"] == 4


OWN_OR_GIVEN = """
from nnlib import checks
try:
    assert f(1) == 2
except Exception:
    with checks.given(f, helper=lambda x: x + 1):
        assert f(1) == 2
"""
FAULTS = {  # of a helper: each costs nothing where the test has a right one to lend
    "never ends": "while True: pass",
    "never ends, whatever is raised": "try:\n        while True: pass\n    except Exception: return helper(x)",
    "sleeps": "import time; time.sleep(99)",
    "is too large": "return np.zeros(2**26)",
    "is large": "return np.zeros(2**22)",
    "is nested": "a = []; a.append(a); return a",
    "raises": "raise ValueError",
    "ends the program": "import os; os._exit(0)",
    "crashes": "import ctypes; ctypes.string_at(0)",
    "exits": "raise SystemExit",
    "recurses": "return helper(x)",
    "is an object": "return object()",
    "floods": "print('x' * 10**7); return None",
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_mistake_in_a_helper_costs_no_other_question(fault, grading_sandbox):
    solution = f"def helper(x):\n    {fault}\ndef f(x):\n    return helper(x)"
    found = outcome(grading_sandbox, solution, OWN_OR_GIVEN, seconds=4)
    assert found["points"] == 4, found["message"]


def test_a_lent_function_that_is_asked_for_a_lot_does_not_take_it(grading_sandbox):
    """Students' code chooses the sizes; the memory would be that of the process that runs the tests."""
    test = ("import resource\ndef make(*shape): return np.ones(shape)\ndef items(): yield np.ones((15_000, 18_000))\n"
            "for lent in (make, items()):\n    try:\n        f(lent)\n    except MemoryError: pass\n"
            "assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 1_000_000")
    solution = "def f(lent):\n    return next(lent) if hasattr(lent, 'send') else lent(15_000, 18_000)"
    found = outcome(grading_sandbox, solution, test)
    assert found["points"] == 4, found["message"]


def test_a_call_that_failed_late_leaves_the_test_its_time(grading_sandbox):
    solution = ("import time\ndef helper(x):\n    time.sleep(1.5)\n    raise ValueError\n"
                "def f(x):\n    time.sleep(1.5)\n    return helper(x)")
    found = outcome(grading_sandbox, solution, OWN_OR_GIVEN, seconds=3.5)
    assert found["points"] == 4, found["message"]


def test_a_call_within_a_call_that_never_ends_does_not_give_it_more_time(grading_sandbox):
    """It is the call that ends, and not the test, which can go on without it."""
    solution = "def g(x):\n    return x\ndef f(lent):\n    lent(1)\n    while True: pass"
    test = "late = False\ntry:\n    f(lambda x: g(x))\nexcept TimeoutError:\n    late = True\nassert late and g(2) == 2"
    found = outcome(grading_sandbox, solution, test, seconds=4)
    assert found["points"] == 4, found["message"]


def test_what_is_late_is_told_with_its_line_and_asked_again_only_for_a_moment(grading_sandbox):
    solution = "def helper(x):\n    while True: pass\ndef f(x):\n    return helper(x)"
    calls = "for _ in range(3):\n    try:\n        f(1)\n    except TimeoutError: pass\nassert f(1) == 2"
    found = outcome(grading_sandbox, solution, calls, seconds=8)
    assert found["message"] == "`f` did not finish in time." and "while True: pass" in found["lines"][-1]
    assert 8 < found["seconds"] < 24  # and not 32
