"""What the grader itself says beside a student's code. It is known on both sides, so nothing of it needs a mask."""

WITHHELD = "The grader runs your notebook without this: it does what the assignment asks you to write yourself."
CHECKED_LATER = "The grader runs this check itself when all cells have run."
LENT_FAILED = "raised by a function that the test passed in"
LENT_TO_MAIN = "functions that are passed in can be called from the main thread only"
OWN = frozenset({WITHHELD, CHECKED_LATER, LENT_FAILED, LENT_TO_MAIN})
