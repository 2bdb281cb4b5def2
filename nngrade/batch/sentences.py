"""What instructors say to answers that have no name: one sentence for all with equal results, in feedback.toml.

    [a3_backprop.linear_backward_test]
    3403fa859aff = "Your dx is right only for square layers: look at what W is multiplied with."

`nngrade mistakes` shows the groups and their keys. The sentence reaches all of a group at the next `nngrade grade`.
"""

import tomllib

from nngrade.errors import CourseError

NAME = "feedback.toml"


def sentences(root, assignment):
    """{(test, print of the results): sentence} of an assignment; {} without the file."""
    path = root / NAME
    if not path.is_file():
        return {}
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8-sig")).get(assignment, {})
        return {(test, key): _sentence(said) for test, group in found.items() for key, said in group.items()}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, AttributeError, TypeError) as error:
        how = 'It holds lines KEY = "sentence" under [ASSIGNMENT.TEST].'
        raise CourseError(f"{path} can't be read: {error}. {how}") from None


def _sentence(said):
    if not isinstance(said, str):
        raise TypeError(f"{said!r} is no sentence in quotation marks")
    return said.strip()


def out_of_date(record, said):
    """Whether a record holds another sentence than it should: this submission is graded again."""
    tests = ((name, test.get("finding") or {}) for name, test in record["tests"].items())
    return any(found and found.get("sentence", "") != said.get((name, found["print"]), "") for name, found in tests)
