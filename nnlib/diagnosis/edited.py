"""Mistakes that nobody declared: one step of a task, edited in one place, as far as it can be put in words.

They come from the declared right answer, by `kinds`, and are asked only where no declared mistake fits.
"""

import ast
import copy
import inspect
from functools import cache
from itertools import takewhile

from nnlib.diagnosis.kinds import edits
from nnlib.diagnosis.task import Mistake, inputs


def edited(task):
    """The Mistakes of one edit each, in the steps whose names a student knows."""
    called = {name: name for name in (*task.arguments, *task.parts)} | task.words
    for name, step in task.steps.items():
        if name in called and (source := _source(step)):
            there = [*task.arguments, *takewhile(lambda other, name=name: other != name, task.steps)]
            yield from _of_step(name, called, there, *source)


def _of_step(name, called, there, expression, known):
    """The Mistakes in one step; `there` are the quantities that there are by then."""
    words = {quantity: called[quantity] for quantity in there if quantity in called}
    others = [other for other in words if other not in known]
    for other, id, says in edits(expression, words, others):
        yield Mistake(f"{name}.{id}", f"In {called[name]}, {says}.", {name: _function(other, there, known)})


def _function(expression, there, known):
    """The step that computes this expression of quantities."""
    names = dict.fromkeys(node.id for node in ast.walk(expression) if isinstance(node, ast.Name))
    taken = [ast.arg(name) for name in names if name in there]
    whole = ast.Lambda(ast.arguments([], taken, kwonlyargs=[], kw_defaults=[], defaults=[]), copy.deepcopy(expression))
    return eval(compile(ast.fix_missing_locations(ast.Expression(whole)), "<an edited step>", "eval"), known)


def _source(step):
    """(expression, what else its names mean) of a step that is one expression; None of another."""
    inner = getattr(step, "step", step)
    if not inspect.isfunction(inner):
        return None
    expression = _expression(inner.__code__)
    if expression is None:
        return None
    signature = inspect.signature(inner).parameters
    names = dict(zip((name for name, one in signature.items() if one.default is one.empty), inputs(step)))
    cells = zip(inner.__code__.co_freevars, (cell.cell_contents for cell in inner.__closure__ or ()))
    defaults = {name: one.default for name, one in signature.items() if one.default is not one.empty}
    return _Rename(names).visit(copy.deepcopy(expression)), {**inner.__globals__, **dict(cells), **defaults}


class _Rename(ast.NodeTransformer):
    """Names of quantities as the task has them, where a step of a smaller task calls them otherwise."""

    def __init__(self, names):
        self.names = names

    def visit_Name(self, node):
        return ast.Name(self.names.get(node.id, node.id), node.ctx)


def _expression(code):
    """The expression of a lambda, or of a function that only returns one; None if the source does not tell."""
    for node in _tree(code.co_filename):
        if isinstance(node, ast.Lambda):
            body = node.body
            places = (body.lineno, body.end_lineno, body.col_offset, body.end_col_offset)
            if node.lineno == code.co_firstlineno and code.co_name == "<lambda>" and places in code.co_positions():
                return body
        elif node.lineno == code.co_firstlineno and node.name == code.co_name:
            lines = [line for line in node.body if not isinstance(getattr(line, "value", None), ast.Constant)]
            return lines[0].value if len(lines) == 1 and isinstance(lines[0], ast.Return) else None
    return None


@cache
def _tree(file):
    """All functions of a module; none where its source is not there."""
    try:
        with open(file, encoding="utf-8") as source:
            tree = ast.parse(source.read())
    except OSError:
        return ()
    return tuple(node for node in ast.walk(tree) if isinstance(node, (ast.Lambda, ast.FunctionDef)))
