"""formgrader's lists read timestamp.txt as the rest of the grader does: what can't be read is no time, and no error."""

from pathlib import Path

from nbgrader.apps.api import NbGraderAPI
from nbgrader.server_extensions.formgrader import base

from nngrade.batch import deadlines


class PatientAPI(NbGraderAPI):
    """nbgrader's, for which an empty or invented time is no reason to list nothing at all."""

    def get_submitted_timestamp(self, assignment_id, student_id):
        root = Path(self.coursedir.root)
        when, _ = deadlines.handed_in(root / "submitted" / student_id / assignment_id, deadlines.load(root).zone)
        return when.replace(tzinfo=None) if when else None


def believe_less():
    """Have formgrader ask this API. It names its own in one place, and nowhere in its configuration."""
    base.NbGraderAPI = PatientAPI
