"""Arbitrary edits of solutions: operators, constants, names, axes, functions and transposes, one at a time.

Realistic faults are what somebody thought of; edits show what the rule of naming does with what nobody did.
"""

import ast
import contextlib
import copy
import itertools
import random
import signal

import numpy as np

from nnlib import tasks
from nnlib.diagnosis import judge

OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.MatMult, ast.Pow)
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
FUNCTIONS = {  # method or function of NumPy: what is written in its place
    "sum": ("mean", "max", "prod"),
    "mean": ("sum", "max"),
    "max": ("min", "sum"),
    "maximum": ("minimum",),
    "minimum": ("maximum",),
    "exp": ("log1p", "expm1", "square"),
    "log": ("exp", "log2", "log1p"),
    "tanh": ("sinh", "arctan"),
    "sqrt": ("square", "abs"),
    "argmax": ("argmin",),
    "zeros_like": ("ones_like",),
    "zeros": ("ones",),
}


class Edits(ast.NodeTransformer):
    """Counts the places where an edit is possible, or makes the one with the number `wanted`."""

    def __init__(self, names, wanted=None):
        self.names, self.wanted, self.count, self.line = names, wanted, 0, 0

    def choose(self, node, others):
        """The node, or what stands in its place in the edit that is wanted."""
        for other in others:
            if self.count == self.wanted:
                self.line = node.lineno
                node = ast.copy_location(other, node)
            self.count += 1
        return node

    def visit_BinOp(self, node):
        self.generic_visit(node)
        others = [ast.BinOp(node.left, op(), node.right) for op in OPERATORS if not isinstance(node.op, op)]
        others += [node.left, node.right]
        if not isinstance(node.op, (ast.Add, ast.Mult)):
            others.append(ast.BinOp(node.right, node.op, node.left))
        return self.choose(node, others)

    def visit_UnaryOp(self, node):
        self.generic_visit(node)
        return self.choose(node, [node.operand])

    def visit_Compare(self, node):
        self.generic_visit(node)
        kinds = [kind for kind in COMPARISONS if not isinstance(node.ops[0], kind)]
        return self.choose(node, [ast.Compare(node.left, [kind()], node.comparators) for kind in kinds])

    def visit_Constant(self, node):
        if isinstance(node.value, bool):
            return self.choose(node, [ast.Constant(not node.value)])
        if isinstance(node.value, (int, float)):
            return self.choose(node, [ast.Constant(value) for value in {0, 1, 2, -1} - {node.value}])
        return node

    def visit_Name(self, node):
        if isinstance(node.ctx, ast.Load) and node.id in self.names:
            return self.choose(node, [ast.Name(name, ast.Load()) for name in self.names if name != node.id])
        return node

    def visit_Attribute(self, node):
        self.generic_visit(node)
        if node.attr == "T":
            return self.choose(node, [node.value])
        others = [ast.Attribute(node.value, name, node.ctx) for name in FUNCTIONS.get(node.attr, ())]
        return self.choose(node, others)

    def visit_Call(self, node):
        self.generic_visit(node)
        others = []
        for keyword in node.keywords:
            without = copy.copy(node)
            without.keywords = [other for other in node.keywords if other is not keyword]
            others.append(without)
        if len(node.args) == 2:
            others.append(ast.Call(node.func, node.args[::-1], node.keywords))
        return self.choose(node, others)

    def visit_AugAssign(self, node):
        self.generic_visit(node)
        kinds = [op for op in (ast.Add, ast.Sub, ast.Mult, ast.Div) if not isinstance(node.op, op)]
        return self.choose(node, [ast.AugAssign(node.target, kind(), node.value) for kind in kinds])


def edited(source, name):
    """(line, source) of every edit of the function `name` in the source of a solution cell."""
    tree = ast.parse(source)
    function = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name)
    stored = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    names = sorted(stored | {argument.arg for argument in function.args.args})
    for number in itertools.count():
        edit, changed = Edits(names, number), copy.deepcopy(tree)
        body = next(node for node in changed.body if isinstance(node, ast.FunctionDef) and node.name == name)
        body.body = [edit.visit(node) for node in body.body]
        if edit.count <= number:
            return
        text = ast.unparse(ast.fix_missing_locations(changed))
        yield edit.line, text


def report_edits(assignment, notebook, most):
    """Judge up to `most` edits of each assignment, and print what each is said to be, grouped by task."""
    totals = dict.fromkeys(("edits", "endless", "no change", "caught", "named", "a fact", "silent"), 0)
    for name, task in tasks.tasks(assignment.split("_")[0]).items():
        source = next((cell.source for cell in notebook.cells if cell.id == name), "")
        if f"def {name}(" not in source:
            continue
        edits = list(edited(source, name))
        share = max(20, most // len(tasks.tasks(assignment.split("_")[0])))
        for _, text in random.Random(1).sample(edits, min(share, len(edits))):
            _judge(notebook, name, task, source, text, totals)
    print(f"{assignment}: " + ", ".join(f"{count} {what}" for what, count in totals.items()))


def _judge(notebook, name, task, source, text, totals):
    totals["edits"] += 1
    found = _found(notebook, name, task, text)
    if found is None:
        totals["endless"] += 1
        return
    if found.kind == "right":
        totals["no change"] += 1
        return
    totals["caught"] += 1
    totals["named" if found.mistakes else "silent" if found.kind == "values" else "a fact"] += 1
    if found.mistakes:
        before = ast.unparse(ast.parse(source)).splitlines()
        changed = [new for old, new in zip(before, text.splitlines()) if old != new]
        print(f"{name:22s} {' / '.join(line.strip() for line in changed)[:90]:90s} {found.cause}")


def _found(notebook, name, task, text):
    """The Finding about an edit, in a namespace of its own; None of one that does not end."""
    namespace = {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.id != name and _defines(cell.source):
            exec(cell.source, namespace)
    exec(text, namespace)
    with contextlib.suppress(TimeoutError), within(5):
        return judge(task, namespace[name], np.random.default_rng(task.number))
    return None


@contextlib.contextmanager
def within(seconds):
    """TimeoutError in what takes longer."""
    signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_REAL, seconds, seconds)  # again, where a cell of a notebook has caught it
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _defines(source):
    """Whether a cell only imports and defines functions: the solution, and what the notebook gives."""
    return all(isinstance(line, (ast.Import, ast.ImportFrom, ast.FunctionDef)) for line in ast.parse(source).body)


def _too_long(*_):
    raise TimeoutError("this edit takes too long")
