"""The faults of a file, one at a time, as mutmut makes them: an operator, a constant, a name, an argument at a time."""

import difflib
import functools
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOUND, SURVIVED = "found", "survived"


def files(modules):
    """{module: its file} of these rooms and modules: nngrade.boundary, nnlib.losses."""
    paths = [path for name in modules for path in _of(name)]
    return {name_of(path): path for path in paths}


def name_of(path):
    """ROOT/nnlib/plot/curves.py: nnlib.plot.curves"""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def _of(name):
    path = ROOT / name.replace(".", "/")
    found = sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]
    if not found or not found[0].is_file():
        raise SystemExit(f"There is no {name}: name a room or a module, such as nngrade.boundary.")
    return found


def faulty(text, sentences=False):
    """For each fault a function that makes the text with it; also of the words of sentences, if asked.

    What a `raise` says is left out always: see [tool.mutmut] in pyproject.toml.
    """
    from libcst import SimpleString
    from mutmut.mutation.file_mutation import create_mutations

    module, mutations, *_ = create_mutations("", text)
    for one in mutations:
        if sentences or not (isinstance(one.original_node, SimpleString) and " " in one.original_node.value):
            yield functools.partial(_with, module, one)


def _with(module, fault):
    """The text of a module with a fault in it."""
    from mutmut.mutation.file_mutation import deep_replace

    return deep_replace(module, fault.original_node, fault.mutated_node).code


def difference(before, after):
    """As `diff -u0` prints it."""
    return "\n".join(difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""))
