"""Course wiring for nbgrader: plain `nbgrader ...` commands work in this folder."""

import glob
import os
import sys
from pathlib import Path

from nngrade.nbgrader_settings import use

c = get_config()  # noqa: F821  (traitlets puts it here)
course = Path(__file__).resolve().parent

c.CourseDirectory.course_id = "nn-from-scratch"
c.CourseDirectory.source_directory = "solutions"  # the instructor version, the one source of truth
c.CourseDirectory.release_directory = "assignments"  # the student version, generated from it

# nbgrader copies every other file of a source folder into the release, a text twin with the answers
# among them. So let nothing out but notebooks and the data files that are named here.
released_data = set()
others = {path.name for path in (course / "solutions").rglob("*") if path.is_file()} - released_data
c.CourseDirectory.ignore = [
    *(".ipynb_checkpoints", "*-checkpoint.ipynb", "__pycache__", "*.py", "*.md", "*.html"),
    *(glob.escape(name) for name in sorted(others) if not name.endswith(".ipynb")),
]

# One cell may train a network; an endless loop should not hold up the class for longer than this.
c.Execute.timeout = 120
# At course sizes one thread is as fast as many, and on a busy machine many times faster.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

code_stub = "# Write your code here, in place of the next line.\nraise NotImplementedError()"
c.ClearSolutions.code_stub = {"python": code_stub}
c.ClearSolutions.text_stub = "*Write your answer here, in place of this line.*"

# Kernels warn about their network transport on every start; the grader's terminal is not the place.
c.Execute.extra_arguments = ["--HistoryManager.hist_file=:memory:", "--log-level=40"]

# nbgrader starts its helper program `alembic` by name: find it even if the venv is not activated.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])

# Student code runs in a sandbox, tests in a trusted process that it can't reach: nngrade/nbgrader_execute.py.
use(c)
