"""What being late takes off, worked out anew whenever somebody grades or exports; no submission has to run for that.

By deadlines.toml for what is due there; for the rest by nbgrader's plugin and the dates in its gradebook. The times are
those in submitted/. Scores are not touched.
"""

from datetime import UTC

from nbgrader.api import Assignment, Grade, SubmittedAssignment, SubmittedNotebook
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import func
from sqlalchemy.orm import selectinload

from nngrade.batch import deadlines, questions
from nngrade.batch.deadlines import handed_in
from nngrade.errors import CourseError


def settle(gradebook, root, config, assignment="", student=""):
    """Bring dates, penalties and what is given away up to date, for one assignment or one student or all.

    Returns {(assignment, student, notebook): why} of those who have other points by what is given away.
    """
    rules, changed = deadlines.load(root), {}
    if rules.rule != deadlines.Rule() and "plugin_class" in config.AssignLatePenalties:
        raise CourseError(f"Both {deadlines.FILE} and AssignLatePenalties in nbgrader_config.py say what being late"
                          " costs. Leave out one of the two.")  # fmt: skip
    for each in gradebook.db.query(Assignment).all():
        if assignment in ("", each.name):
            if each.name in rules.due:
                each.duedate = _naive(rules.due[each.name])
            given = questions.settle(gradebook, root, each.name, student)  # which counts for the penalty
            changed |= {(each.name, *where): why for where, why in given.items()}
            _settle_one(gradebook, root, config, rules, each, student)
    gradebook.db.commit()
    return changed


def _settle_one(gradebook, root, config, rules, assignment, student):
    query = gradebook.db.query(SubmittedAssignment).filter(SubmittedAssignment.assignment_id == assignment.id)
    query = query.options(selectinload(SubmittedAssignment.notebooks))  # one question for all, and not one for each
    scores = _scores(gradebook, assignment, student)
    for submitted in query.filter(SubmittedAssignment.student_id == student) if student else query:
        folder = root / "submitted" / submitted.student_id / assignment.name
        if folder.is_dir():  # else nothing is known here, and what the gradebook says stays
            submitted.timestamp = _naive(handed_in(folder, rules.zone)[0])
            share = _share(rules, root, submitted, assignment.name)
            for notebook in submitted.notebooks:
                score = scores.get(notebook.id, 0.0)
                off = share * score if share else None
                notebook.late_submission_penalty = late_penalty(submitted, score, config) if share is None else off


def _share(rules, root, submitted, assignment):
    """The share that deadlines.toml takes off; None where it says nothing of this assignment."""
    if assignment not in rules.due:
        return None
    extra = rules.until(assignment, submitted.student_id) - rules.due[assignment]
    submitted.extension = extra or None
    late = rules.of(root, submitted.student_id).get(assignment)
    return late.share if late else 0.0


def _scores(gradebook, assignment, student=""):
    """{id of a submitted notebook: its points}: nbgrader's own sum looks at all grades for each of them."""
    query = gradebook.db.query(Grade.notebook_id, func.sum(Grade.score)).join(Grade.notebook)
    query = query.join(SubmittedNotebook.assignment).filter(SubmittedAssignment.assignment_id == assignment.id)
    query = query.filter(SubmittedAssignment.student_id == student) if student else query
    return dict(query.group_by(Grade.notebook_id).tuples().all())


def late_penalty(submitted, score, config):
    """What nbgrader's plugin for late submissions takes off; None where it has nothing to say."""
    late = submitted.total_seconds_late
    if late <= 0:
        return None
    assign = AssignLatePenalties(config=config)
    assign.init_plugin()
    try:
        penalty = assign.plugin_inst.late_submission_penalty(submitted.student_id, score, late)
    except Exception as error:
        raise CourseError(f"the plugin for late submissions failed: {type(error).__name__}: {error}") from error
    return None if penalty is None else min(max(penalty, 0), score)


def _naive(when):
    """As nbgrader keeps moments: in UTC, without saying so."""
    return when and when.astimezone(UTC).replace(tzinfo=None)
