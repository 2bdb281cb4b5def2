"""What can be read from the source of an instructor's cell: its names, its imports, its hidden lines."""

import ast
import re
from dataclasses import dataclass, field
from functools import cached_property

from nngrade.boundary import names

HIDDEN = re.compile(r"#+\s*(BEGIN|END) HIDDEN TESTS")


@dataclass
class Cell:
    """A code cell of the instructor's notebook; role is "read-only", "solution", "test" or "other"."""

    id: str
    role: str
    source: str
    points: float = 0
    tainted: bool = field(default=False, init=False)

    @cached_property
    def tree(self):
        """The parsed source; magics are left out."""
        return names.parsed(self.source, self.id)

    @cached_property
    def needed(self):
        """The names that the cell takes from outside: those that it loads before it gives them a value itself."""
        return names.needed(self.tree)

    @cached_property
    def assigned(self):
        """The names that the cell leaves in the notebook, but for imports."""
        return set(names.assigned(self.tree.body))

    @cached_property
    def classes(self):
        """{name of a class that the cell defines: the names in it}."""
        return {node.name: set(names.assigned(node.body)) for node in self.tree.body if isinstance(node, ast.ClassDef)}

    @cached_property
    def imports(self):
        """The imports alone."""
        kept = [node for node in self.tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
        return ast.Module(kept, type_ignores=[])

    @property
    def references(self):
        """The assignments whose reference functions it asks for."""
        calls = (node for node in ast.walk(self.tree) if isinstance(node, ast.Call))
        asking = (call for call in calls if ast.unparse(call.func).split(".")[-1] == "reference_functions")
        return {arg.value for call in asking for arg in call.args if isinstance(arg, ast.Constant)}

    @cached_property
    def code(self):
        """The compiled cell: all but the last line, and that, if it is an expression; else None in its place."""
        *body, last = self.tree.body or ast.parse("None").body
        if not isinstance(last, ast.Expr):
            body, last = [*body, last], ast.Expr(ast.Constant(None))
        value = ast.fix_missing_locations(ast.Expression(last.value))
        return compile(ast.Module(body, type_ignores=[]), self.id, "exec"), compile(value, self.id, "eval")

    @property
    def calculates(self):
        """Whether the last line is an expression, and not just a call."""
        last = self.tree.body[-1] if self.tree.body else None
        return isinstance(last, ast.Expr) and not isinstance(last.value, ast.Call)

    @cached_property
    def hidden_lines(self):
        """The numbers of the lines that students do not have."""
        hidden, lines = False, set()
        for number, line in enumerate(self.source.split("\n"), start=1):
            if found := HIDDEN.search(line):
                hidden = found[1] == "BEGIN"
            elif hidden:
                lines.add(number)
        return lines


def run(cell, namespace):
    """Run a cell as a notebook does; returns the value of the last line, if that is an expression."""
    body, last = cell.code
    exec(body, namespace)
    return eval(last, namespace)


def warm(cell):
    """Compile it, import what it will import, look up the references that it names: forks find that ready."""
    cell.code, cell.hidden_lines  # noqa: B018 (kept from here on)
    if cell.role != "test":
        return
    imports = [node for node in ast.walk(cell.tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    namespace = {}
    exec(compile(ast.Module(imports, type_ignores=[]), cell.id, "exec"), namespace)
    for node in ast.walk(cell.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "reference_functions":
            namespace["reference_functions"](*map(ast.literal_eval, node.args))
