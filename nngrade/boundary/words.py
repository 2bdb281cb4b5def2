"""What the grader itself says beside a student's code. It is known on both sides, so nothing of it needs a mask."""

WITHHELD = "The grader runs your notebook without this: it does what the assignment asks you to write yourself."
CHECKED_LATER = "The grader runs this check itself when all cells have run."
LENT_FAILED = "raised by a function that the test passed in"
LENT_TO_MAIN = "functions that are passed in can be called from the main thread only"
TOO_LONG = "it did not finish in time"
ENDED = "it ended the whole program"
NO_MEMORY = "Your code takes more memory than there is."
TOO_LARGE = "it is larger than 16 MB of values or 256 MB of arrays, or all answers of a test are larger than 1 GB"
TOO_DEEP = "it is nested more than 40 deep"
OWN = frozenset({TOO_LONG, ENDED, TOO_LARGE, TOO_DEEP, WITHHELD, CHECKED_LATER, LENT_FAILED, LENT_TO_MAIN})
