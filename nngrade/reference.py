"""The reference implementations of an assignment, taken from where they stand: its solution cells."""

import ast
from functools import lru_cache

from nngrade import notebooks
from nngrade.course import course_root


@lru_cache
def reference_functions(assignment):
    """{name: function} of the functions that the solution cells of an assignment define.

    For hidden tests, with `checks.given`: a test of a later task then does not depend on the
    student's answers to the earlier ones.
    """
    notebook = notebooks.read(course_root() / "solutions" / assignment / f"{assignment}.ipynb")
    namespace = {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and not cell.metadata.get("nbgrader", {}).get("grade"):
            exec(compile(_imports_and_functions(cell.source), f"<{cell.id}>", "exec"), namespace)
    return {name: value for name, value in namespace.items() if getattr(value, "__globals__", None) is namespace}


def _imports_and_functions(source):
    kept = (ast.Import, ast.ImportFrom, ast.FunctionDef)
    return ast.Module([node for node in ast.parse(source).body if isinstance(node, kept)], type_ignores=[])
