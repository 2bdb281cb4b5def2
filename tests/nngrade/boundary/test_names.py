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
    ("def f():\n    global losses\n    losses += [1]", {"losses"}),
    ("a.b.c = d", {"a", "d"}),
    ("def f(n=most):\n    return n", {"most"}),
    ("@wraps\ndef f():\n    pass", {"wraps"}),
    ("print(f'{loss:.2f}')", {"print", "loss"}),
    ("import numpy as np\nnp.zeros(2)", set()),
    ("", set()),
])  # fmt: skip
def test_names_that_a_cell_needs(source, found):
    assert names.needed(names.parsed(source)) == found == names.perhaps_needed(source)


def test_what_stands_in_texts_counts_where_it_can_be_looked_up():
    assert "losses" not in names.perhaps_needed('print("losses")')
    for source in ('eval("losses")', 'globals()["losses"]', "vars()['losses']", 'get_ipython().ev("losses")'):
        assert "losses" in names.perhaps_needed(source)


@pytest.mark.parametrize(
    "source", ["%timeit losses", "if losses", "!echo {losses}", "losses?", "  losses", "\0losses", "losses" + "(" * 500]
)
def test_all_words_count_of_what_python_cannot_read(source):
    assert "losses" in names.perhaps_needed(source)


def test_names_that_a_cell_leaves_behind():
    source = """
        import json, os.path
        from numpy import zeros as nothing
        a = b = c, *d = 1
        for i in []:
            e: int = 1
            from math import pi
        with open(x) as file, y as (g, h):
            k += 1
        try:
            m = 1
        except E:
            n = 1
        def f(p, q=1):
            r = 1
        class C:
            s = 1
        if (t := 1):
            [u for u in v]
        w.a = w[0] = 1
        %matplotlib inline
    """
    tree = names.parsed("\n".join(line.removeprefix(" " * 8) for line in source.split("\n")))
    assert set(names.assigned(tree.body)) == set("abcdieghkmnfCt") | {"file"}
    assert set(names.imported(tree)) == {"json", "os", "nothing", "pi"}
