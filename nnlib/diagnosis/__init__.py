"""Which known mistake a wrong answer shows, and on what evidence. Declarations of tasks stand in `nnlib.tasks`.

`judge` tries a function on the probes of a task (`observing`), states what is certain (`facts`), and looks for the
mistakes that reproduce what was seen (`naming`), or for what lent functions were given in place of what belongs there
(`wiring`). It says what a student's function does, never what is right.
"""

from nnlib.diagnosis.judging import Finding, judge
from nnlib.diagnosis.task import Fact, Mistake, Probe, Task, lifted, mistake, renamed
from nnlib.diagnosis.verdicts import Case, Verdicts

__all__ = [
    "Case",
    "Fact",
    "Finding",
    "Mistake",
    "Probe",
    "Task",
    "Verdicts",
    "judge",
    "lifted",
    "mistake",
    "renamed",
]
