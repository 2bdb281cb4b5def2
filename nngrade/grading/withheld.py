"""nnlib as students' code finds it: without what the assignment asks for, neither to import nor to read.

An assignment names it in the metadata of its notebook, by any name that it goes by:

    "nngrade": {"forbidden": ["nnlib.losses", "nnlib.data.minibatches", "scipy"]}

A function, class or module of nnlib keeps its name, since other parts import it, and says why it does nothing; of
another package nothing is left but that sentence. What `nnlib.tasks` knows of right answers is never there.
"""

import ast
import json
import shutil
from pathlib import Path

from nngrade.boundary.words import CHECKED_LATER, WITHHELD
from nngrade.errors import CourseError
from nngrade.sandbox import places

ALWAYS, CHECKS = "nnlib.tasks", "nnlib.checks.tasks"  # the checks of a task would compare with its right answer
REFUSE, SAY = f"raise ImportError({WITHHELD!r})", f"print({CHECKED_LATER!r})"


def forbidden(notebook):
    """The names that a notebook forbids: a dict, as it is stored."""
    names = notebook.get("metadata", {}).get("nngrade", {}).get("forbidden", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise CourseError('In the metadata of a notebook, "forbidden" of "nngrade" should be a list of names.')
    return tuple(sorted(names))


def forbidden_by(root, assignment):
    """What the notebook of an assignment forbids; () where it can't be read, as somebody else will say."""
    try:
        paths = sorted((root / "solutions" / assignment).glob("*.ipynb"))
        return forbidden(json.loads(paths[0].read_text(encoding="utf-8")))
    except (OSError, ValueError, AttributeError, IndexError, CourseError):
        return ()


def packages(names):
    """Those of the forbidden names that are packages other than nnlib."""
    return {name.partition(".")[0] for name in names} - {"nnlib"}


def write(names, folder):
    """Write nnlib without these names into a folder, and what stands there for other packages."""
    source, modules, parts = places.package("nnlib"), {ALWAYS: REFUSE, CHECKS: SAY}, {}
    for name in names:
        if name.startswith("nnlib."):
            module, inner = definition(source.parent, name)
            if inner:
                parts.setdefault(module, set()).add(inner)
            else:
                modules[module] = REFUSE
    for path in sorted(source.rglob("*")):
        relative = path.relative_to(source.parent)
        module = ".".join(relative.with_suffix("").parts).removesuffix(".__init__")
        if path.is_dir() or "__pycache__" in relative.parts or module.startswith(f"{ALWAYS}."):
            continue
        within = next((name for name in modules if module == name or module.startswith(f"{name}.")), "")
        (folder / relative).parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".py" and (within or module in parts):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            part = None if within else parts[module]  # of a module that is forbidden as a whole, all of it
            text = ast.unparse(_without(tree, part, modules.get(within, REFUSE)))
            (folder / relative).write_text(text, encoding="utf-8")
        else:
            _copy(path, folder / relative)
    for package in packages(names):
        (folder / f"{package}.py").write_text(REFUSE, encoding="utf-8")


def _copy(path, copy):
    """A file as it is, and what Python has compiled of it."""
    shutil.copy2(path, copy)
    for compiled in path.parent.glob(f"__pycache__/{path.stem}.*.pyc") if path.suffix == ".py" else ():
        (copy.parent / "__pycache__").mkdir(exist_ok=True)
        shutil.copy2(compiled, copy.parent / "__pycache__" / compiled.name)


def definition(root, name):
    """(module, name in it) where something of nnlib's is defined, whatever it is imported as; "" for a whole module."""
    module, _, inner = name.rpartition(".")
    if _file(root, name):
        return name, ""
    if file := _file(root, module):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if inner in _defined(node):
                return module, inner
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    if inner == (alias.asname or alias.name):
                        return definition(root, f"{node.module}.{alias.name}")
    raise CourseError(f"The notebook forbids {name}, which nnlib does not have: mend the list in its metadata.")


def _file(root, module):
    path = Path(root, *module.split("."))
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


def _defined(node):
    """The names that a statement at the top of a module defines."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}


def _without(tree, names, said):
    """A module in which these `names` are left out, or all of them: each says so when it is called."""
    kept = []
    for node in tree.body:
        left_out = _defined(node) if names is None else _defined(node) & names
        if not left_out and (names is not None or isinstance(node, (ast.Import, ast.ImportFrom))):
            kept.append(node)
        for name in sorted(left_out):
            kept += ast.parse(_class(node, said) if isinstance(node, ast.ClassDef) else _function(name, said)).body
    return ast.Module(kept, type_ignores=[])


def _function(name, said):
    return f"def {name}(*args, **kwargs): {said}"


def _class(node, said):
    """Objects can be made, since other parts of nnlib do so when they are imported; they are of no use."""
    methods = dict.fromkeys([*(name for each in node.body for name in _defined(each)), "__call__"])
    lines = [_function("__init__", "pass"), *(_function(name, said) for name in methods if name != "__init__")]
    refuse = f"    if not name.startswith('__'): {said}"
    lines += ["def __getattr__(self, name):", refuse, "    raise AttributeError(name)"]
    return "\n    ".join([f"class {node.name}:", *lines])
