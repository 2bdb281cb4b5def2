"""What a class got wrong: counts per mistake and question, and who; answers without a name grouped by equal results."""

from collections import defaultdict
from dataclasses import dataclass, field

from nngrade.batch.records import Records
from nngrade.errors import CourseError
from nngrade.exports.order import in_order

FACTS = {
    "open": "not written yet",
    "raised": "raises an exception",
    "parts": "returns nothing, or another number or kind of values",
    "shape": "returns another shape",
    "order": "returns the right values in another order",
    "dtype": "returns another dtype",
    "changed": "changes its arguments in place",
    "state": "gives another result when it is called again",
    "extreme": "right for ordinary inputs, wrong at extremes",
    "slow": "right, but far too slow at full size",
}
NAMELESS = "values"


@dataclass
class Group:
    """Answers to one question that are wrong in the same way."""

    test: str
    what: str  # in words
    key: str  # the id of a mistake, the kind of a fact, or the print of the results
    nameless: bool = False
    students: list = field(default_factory=list)


def groups(course, assignment):
    """The Groups of an assignment: questions in the order of the notebook, the most frequent mistake first."""
    records = Records(course.root).of(assignment)
    if not records:
        raise CourseError(f"Nothing of {assignment} is graded yet: run `nngrade grade {assignment}`.")
    found = {}
    for record in records:
        for test, result in record["tests"].items():
            # a question that does not count, with 0 of 0 points, is got wrong, too
            if result.get("message") and (result["points"] or 0) < (result["max"] or 1):
                group = _group(test, result)
                found.setdefault((test, group.key), group).students.append(record["student"])
    by_test = defaultdict(list)
    for group in found.values():
        by_test[group.test].append(group)
    ordered = in_order(course, assignment, by_test)
    return [group for test in ordered for group in sorted(by_test[test], key=lambda one: -len(one.students))]


def _group(test, result):
    finding, said = result.get("finding"), result["message"].splitlines()[0]
    if not finding:  # a test that only asserts
        return Group(test, said, said)
    if finding["mistakes"]:
        what = " / ".join(finding.get("effects", finding["mistakes"]))  # records of before have ids alone
        return Group(test, what, " + ".join(finding["mistakes"]))
    if finding["kind"] != NAMELESS:
        return Group(test, FACTS.get(finding["kind"]) or result["message"], finding["kind"])
    what = finding.get("sentence") or result["message"].partition("points. ")[2] or result["message"]
    return Group(test, what.split(": ", 1)[-1], finding["print"], nameless=True)
