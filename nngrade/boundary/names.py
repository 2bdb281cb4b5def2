"""Which names a cell of code takes from the rest of a notebook, and which it leaves there."""

import ast
import dis
import re
import types

MAGIC = re.compile(r"(?m)^[%!].*$")
BY_TEXT = {"eval", "exec", "globals", "locals", "vars", "get_ipython"}  # what finds names that stand in texts


def parsed(source, name="cell"):
    """The tree of a source; magics are left out."""
    return ast.parse(MAGIC.sub("pass", source), name)


def needed(tree):
    """The names that a cell takes from outside: those that it loads before it gives them a value itself."""
    top = compile(tree, "cell", "exec")
    first = {}
    for step in dis.get_instructions(top):
        if step.opname in ("LOAD_NAME", "STORE_NAME"):
            first.setdefault(step.argval, step.opname)
    inner = {
        step.argval
        for code in _inner(top)
        for step in dis.get_instructions(code)
        if step.opname in ("LOAD_NAME", "LOAD_GLOBAL")
    }
    return {name for name, opname in first.items() if opname == "LOAD_NAME"} | (inner - first.keys())


def perhaps_needed(source):
    """The names that a source may need: all its words, where it can't be parsed or may look names up by their text."""
    try:
        found = needed(ast.parse(source))
    except (SyntaxError, ValueError, MemoryError, RecursionError):  # a magic, or nested too deep
        found = BY_TEXT
    return set(re.findall(r"\w+", source)) if found & BY_TEXT else found


def assigned(body):
    """The names that these statements leave behind, but for imports."""
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
            continue
        for inner in [node, *_expressions(node)]:
            if isinstance(inner, ast.Name) and not isinstance(inner.ctx, ast.Load):
                yield inner.id
        for part in ("body", "orelse", "finalbody"):
            yield from assigned(getattr(node, part, []) if isinstance(getattr(node, part, []), list) else [])
        for handler in getattr(node, "handlers", []):
            yield from assigned(handler.body)


def imported(tree):
    """The names that the imports anywhere in a cell leave behind, or may."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name.split(".")[0] for alias in node.names)


def _inner(code):
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield constant
            yield from _inner(constant)


def _expressions(statement):
    """The nodes of a statement, without the statements inside it and what has names of its own."""
    todo = [node for node in ast.iter_child_nodes(statement) if not isinstance(node, (ast.stmt, ast.excepthandler))]
    while todo:
        node = todo.pop()
        yield node
        if not isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            todo += ast.iter_child_nodes(node)
