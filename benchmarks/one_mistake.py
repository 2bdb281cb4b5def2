"""What a mistake in one function costs elsewhere, in the assignments: it should be nothing. `make one-mistake`.

Every fault in every function is handed in and graded by the real path, sandbox and all, as on a machine without MNIST.
Printed are the questions that were lost beside the one with the fault, with what was said of them. An hour and more;
tests/benchmarks/test_one_mistake.py tries some.
"""

import ast
import contextlib
import sys
import time
from dataclasses import replace

import nbformat

from nngrade import classroom
from nngrade.batch.submitted import references
from nngrade.course import assignments, course_root
from nngrade.grading import withheld
from nngrade.grading.grade_notebook import Limits, grade_notebook
from nngrade.grading.sandboxes import open_sandbox
from nngrade.lint import small_data
from nngrade.notebook import canonical
from nngrade.sandbox import choose

ROOT = course_root()
LIMITS = Limits(cell_seconds=12, test_seconds=8, total_seconds=900)
MEMORY = 900 << 20  # bytes of a submission: less than usual, and sooner used up
FAULTS = {
    "never ends": "while True: __import__('time').sleep(1)",  # and leaves the cores to others
    "is too large": "return np.zeros(2**26)",
    "takes all memory": "return [np.ones(2**22) for _ in range(999)]",
    "ends the program": "__import__('os')._exit(1)",
    "crashes": "__import__('ctypes').string_at(0)",
    "recurses": "return {name}(*args, **kwargs)",
}


class Assignment:
    """An assignment, ready to be handed in with faults: solution, release, what tests need, a sandbox."""

    def __init__(self, name):
        self.solved, self.release = (
            canonical.read(ROOT / folder / name / f"{name}.ipynb") for folder in ("solutions", "assignments")
        )
        self.references = references(ROOT, self.solved)
        cells = [cell for cell in self.solved.cells if cell.cell_type == "code" and classroom.is_answer(cell)]
        self.functions = {cell.id: (cell.source, name) for cell in cells if (name := first_function(cell.source))}

    @contextlib.contextmanager
    def sandbox(self):
        """A sandbox for its submissions."""
        opened = open_sandbox(choose(), withheld.forbidden(self.solved))
        opened.limits = replace(opened.limits, memory_bytes=MEMORY)
        with opened:
            yield opened

    def lost(self, faults, sandbox):
        """{question: what was said} of all that was lost beside the questions with `faults`, {cell: fault}.

        A question with a fault that got its points stands there, too.
        """
        changed = {cell: self.spoiled(cell, fault) for cell, fault in faults.items()}
        data = nbformat.writes(classroom.answer(self.release, self.solved, changed)).encode()
        result = grade_notebook(data, self.solved, self.release, LIMITS, sandbox, references=self.references)
        own = {f"{cell}_test" for cell in faults}
        return {
            name: test["message"] or "right, with a fault"
            for name, test in result.tests.items()
            if (test["points"] == test["max"]) == (name in own)
        }

    def spoiled(self, cell, fault):
        """The right answer, with the function defined once more."""
        source, name = self.functions[cell]
        return f"{source}\n\n\ndef {name}(*args, **kwargs):\n    {FAULTS[fault].format(name=name)}\n"


def first_function(source):
    """The name of the first function, or class, that a cell defines; None if there is none."""
    kinds = ast.FunctionDef, ast.ClassDef
    return next((node.name for node in ast.parse(source).body if isinstance(node, kinds)), None)


def main():
    count = failed = 0
    with small_data():
        for name in sys.argv[1:] or assignments(ROOT):
            assignment = Assignment(name)
            with assignment.sandbox() as sandbox:
                for cell in assignment.functions:
                    for fault in FAULTS:
                        start = time.monotonic()
                        lost = assignment.lost({cell: fault}, sandbox)
                        count, failed = count + 1, failed + bool(lost)
                        took = time.monotonic() - start
                        print(f"{name} {cell} {fault}: {lost or 'nothing'} ({took:.0f} s)", flush=True)
    print(f"{count} pairs of a function and a fault, {failed} that cost something else")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
