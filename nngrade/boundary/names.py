"""Which names a cell of code takes from the rest of a notebook, and which it leaves there."""

import ast
import dis
import re
import types
import unicodedata

MAGIC = re.compile(r"(?m)^[%!].*$")
DELETED, STORED = {"DELETE_NAME", "DELETE_GLOBAL"}, {"STORE_NAME", "STORE_GLOBAL"}
LOADED = {"LOAD_NAME", "LOAD_GLOBAL", *DELETED}
ON_NAMES = LOADED | STORED
CLOSED = ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign, ast.Expr
# By what code finds names that stand in texts or elsewhere, or gives other cells' names values.
HIDDEN = re.compile(
    r"\b(?:eval|exec|globals|locals|vars|dir|who|whos|who_ls|get_ipython|user_ns|user_global_ns|f_globals|f_locals"
    r"|_getframe|get_objects|get_type_hints|__main__|__dict__|modules|__globals__|__builtins__|builtins|importlib"
    r"|inspect|doctest|pickle|cloudpickle|joblib|numexpr|query|timeit|global|_\d+)\b"
)


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
    inner = _named(_steps(*_inner(top)), {"LOAD_NAME", "LOAD_GLOBAL"})
    return {name for name, opname in first.items() if opname == "LOAD_NAME"} | (inner - first.keys())


def perhaps_needed(sources, asked):
    """Those of the names `asked` that a student's cells may take from others, whatever runs in them.

    None where that can't be seen. Of a cell that can't be parsed, for a magic in it, say, all words count.
    """
    found = set()
    for source in sources:
        if HIDDEN.search(normal(source)):
            return None
        try:
            found |= set(_perhaps_needed(ast.parse(source).body, asked))
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            found |= words(source)
    return found & asked


def words(source):
    """All that could be a name in a text."""
    return set(re.findall(r"\w+", normal(source)))


def normal(source):
    """The text with names as Python takes them: the sign for micro is the Greek letter."""
    return unicodedata.normalize("NFKC", source)


def _perhaps_needed(statements, asked, bound=frozenset()):
    """The same of statements that begin where the names in `bound` certainly have values.

    What a function loads may have been changed by other cells when it is called, whatever is bound here.
    """
    for statement in statements:
        code = _compiled(statement)
        if asked.isdisjoint(name for each in (code, *_inner(code)) for name in each.co_names):
            continue  # to look at all that it does takes ten times as long
        yield from _named(_steps(*_inner(code)), LOADED)
        if isinstance(statement, ast.For):
            first = _compiled(ast.copy_location(ast.Expr(statement.iter), statement))
            yield from _named(_steps(first), LOADED) - bound
            yield from (part.id for part in ast.walk(statement.target) if isinstance(part, ast.Name)
                        and isinstance(part.ctx, ast.Load))  # fmt: skip
            yield from _perhaps_needed(statement.body, asked, bound | set(_stored(statement.target)))
            yield from _perhaps_needed(statement.orelse, asked, bound)
        else:
            yield from _named(_steps(code), LOADED) - bound
        bound = (bound | set(_certain(statement))) - _named(_steps(code, *_inner(code)), DELETED)


def _compiled(statement):
    if not isinstance(statement, CLOSED):  # it may be a `break`, or hold one
        statement = ast.While(ast.copy_location(ast.Constant(True), statement), [statement], [], lineno=1, col_offset=0)
    return compile(ast.Module([statement], type_ignores=[]), "cell", "exec")


def _certain(statement):
    """The names that certainly have a value after this statement, if it comes to its end."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        yield from (alias.asname or alias.name.split(".")[0] for alias in statement.names)
    elif isinstance(statement, ast.Assign):
        for target in statement.targets:
            yield from _stored(target)


def _stored(target):
    """The names that an assignment to a target certainly gives values."""
    if isinstance(target, ast.Name):
        yield target.id
    for part in [*getattr(target, "elts", ()), *([target.value] if isinstance(target, ast.Starred) else ())]:
        yield from _stored(part)


def left_behind(source):
    """The names that a cell of the release leaves for others, or may; None where that can't be seen."""
    try:
        tree = parsed(source)
    except SyntaxError:
        return None
    stars = (alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names)
    code = compile(tree, "cell", "exec")
    return None if "*" in stars else _named(_steps(code, *_inner(code)), STORED)


def _named(steps, operations):
    """The names to which one of these steps does one of these things."""
    return {name for operation, name in steps if operation in operations}


def _steps(*codes):
    """What codes do to names: {(operation, name)}."""
    steps = (step for code in codes for step in dis.get_instructions(code))
    return {(step.opname, step.argval) for step in steps if step.opname in ON_NAMES}


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
