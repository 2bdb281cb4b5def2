"""What students set to a value, and what they write: the illness of each of the five patients, and a text."""

from nnlib.checks.answers import Answer, written
from nnlib.checks.failed import need

WORDS = "scale", "labels", "sum", "frozen", "slope", "sign", "softmax", "equal", "slow"


def diagnoses(value):
    """A word of the list, or None, for each patient."""
    need(isinstance(value, dict), 'diagnoses should be a dict: {"A": "…", "B": "…", …}.')
    need(sorted(map(str, value)) == list("ABCDE"), "diagnoses should have the keys A, B, C, D and E.")
    for patient, word in value.items():
        need(word is None or word in WORDS, f"Patient {patient}: expected a word of the list, in quotes.")
    return value


SEEN = "words of the list. Whether they are the right ones is seen when this is graded."
ANSWERS = [Answer("diagnoses", 9, diagnoses, SEEN), written(18)]
