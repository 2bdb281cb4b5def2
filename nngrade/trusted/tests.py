"""The instructor's notebook as tests, which see the student's names as proxies.

Which process a name of a test comes from: (1) what a read-only cell of the instructor's makes is made here, by
that cell, once; (2) what a solution cell makes is the student's; (3) a read-only cell that mentions something of
(2) or (3) runs here too, with proxies, but only for a test that needs it; (4) a name that nobody here knows is
the student's. Imports of the instructor's cells are always made here. The last cell before the test wins.
"""

import builtins
import contextlib
import copy
import io
import types
import warnings

from numpy import dtype, generic, ndarray, ufunc
from numpy.random import Generator

from nngrade.trusted import sources, verdict
from nngrade.trusted.errors import Ended
from nngrade.trusted.scope import Scope

MOST_COPIED = 2**20  # bytes of the instructor's values; to fork is quicker than to copy more
UNCHANGING = (
    *(type(None), type(Ellipsis), bool, int, float, complex, str, bytes, range, slice, type, generic, dtype, ufunc),
    *(types.ModuleType, types.FunctionType, types.BuiltinFunctionType),
)


class Tests:
    """The instructor's notebook, ready to test submissions."""

    def __init__(self, cells):
        self.cells = [sources.Cell(**cell) for cell in cells]
        self.namespace, self.after = {"__name__": "__main__"}, []
        students = set()
        for cell in self.cells:
            if cell.role == "solution":
                students |= cell.assigned
            cell.tainted = cell.role == "read-only" and bool(cell.needed & students)
            students = students | cell.assigned if cell.tainted else students
        self.answers = set().union(*(cell.assigned for cell in self.cells if cell.role == "solution"))
        self.classes = {}
        for cell in self.cells:
            self.classes |= cell.classes if cell.role == "solution" else {}
        self.special = set().union(*self.classes.values())
        self.prepare()

    def prepare(self):
        """Run what does not depend on a submission."""
        with quiet():
            for cell in self.cells:
                exec(compile(cell.imports, cell.id, "exec"), self.namespace)
            self.imported = dict(self.namespace)
            for cell in self.cells:
                if cell.role == "read-only" and not cell.tainted:
                    sources.run(cell, self.namespace)
                self.after.append(dict(self.namespace))
            for cell in self.cells:
                sources.warm(cell)
        self.plans = {cell.id: (i, cell, *self.needs(i)) for i, cell in enumerate(self.cells) if cell.role == "test"}
        self.light = all(size_of_copy(self.own(values)) <= MOST_COPIED for values in self.after)

    def run(self, test, channel):
        """Run the test `test` (an id) with the names of the student at the other end of `channel`."""
        position, cell, helpers, wanted = self.plans[test]
        namespace = self.namespace  # functions of read-only cells look here for what they use
        namespace.clear()
        namespace.update(self.copied(self.after[position]) if self.light else self.after[position])
        try:
            channel.special = self.special
            scope = Scope(channel, sorted(wanted), self.answers, self.classes)
            for name in wanted:
                namespace.pop(name, None)
            namespace.update(scope.values)
            for helper in helpers:
                with contextlib.suppress(Exception):  # as in a notebook: what follows goes on
                    sources.run(helper, namespace)
            return verdict.passed(sources.run(cell, namespace), cell.points, cell.calculates)
        except (Exception, Ended, SystemExit, KeyboardInterrupt) as error:
            return verdict.failed(error, cell, wanted - namespace.keys())

    def own(self, values):
        """What cells have made of these values, and not imported."""
        return {name: value for name, value in values.items() if self.imported.get(name) is not value}

    def copied(self, values):
        """These values, of its own ones copies: what they share, the copies share."""
        return values | copy.deepcopy(self.own(values))

    def needs(self, position):
        """The read-only cells that have to run for a test, and the names that come from the student."""
        known = set(self.after[position]) | set(vars(builtins))
        theirs = self.of_student(position)

        def taken(cell):
            return {name for name in cell.needed if name in theirs or name not in known}

        names, helpers = taken(self.cells[position]), []
        for earlier in reversed(self.cells[:position]):
            if earlier.tainted and earlier.assigned & names:
                helpers.insert(0, earlier)
                names |= taken(earlier)
        made = set().union(*(helper.assigned for helper in helpers))
        return helpers, {name for name in names if name not in made or self.last_made_by_solution(name, position)}

    def of_student(self, position):
        """The names that are the student's, or made with the student's, where a test stands."""
        names = set()
        for cell in self.cells[:position]:
            if cell.role == "solution" or cell.tainted:
                names |= cell.assigned
            elif cell.role == "read-only":
                names -= cell.assigned
        return names

    def last_made_by_solution(self, name, position):
        """Is a solution cell the last of the student's cells before `position` that gives this name a value?"""
        makers = [
            cell
            for cell in self.cells[:position]
            if name in cell.assigned and (cell.role == "solution" or cell.tainted)
        ]
        return bool(makers) and makers[-1].role == "solution"


@contextlib.contextmanager
def quiet():
    """Nothing that instructor's cells print or warn of goes anywhere."""
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


def size_of_copy(value):
    """About how many bytes a copy takes; infinite for what is not plain data: a copy of an object is another object."""
    if isinstance(value, UNCHANGING):
        return 0
    if type(value) is ndarray and value.dtype.hasobject:
        return float("inf")
    if type(value) in (ndarray, Generator):
        return getattr(value, "nbytes", 100)
    if type(value) not in (dict, list, tuple, set, frozenset):
        return float("inf")
    try:
        return 100 + sum(map(size_of_copy, [*value, *value.values()] if isinstance(value, dict) else value))
    except RecursionError:
        return float("inf")
