"""formgrader's lists read timestamp.txt as the rest of the grader does: what can't be read is no time, and no error."""

import contextlib
import os
from functools import lru_cache
from pathlib import Path

from nbgrader.apps.api import NbGraderAPI
from nbgrader.server_extensions.formgrader import base

from nngrade.batch import deadlines
from nngrade.errors import CourseError


class PatientAPI(NbGraderAPI):
    """nbgrader's, for which an empty or invented time is no reason to list nothing at all."""

    def get_submitted_timestamp(self, assignment_id, student_id):
        root = Path(self.coursedir.root)
        when, _ = deadlines.handed_in(root / "submitted" / student_id / assignment_id, zone(root))
        return when.replace(tzinfo=None) if when else None


def zone(root):
    """The zone of times that name none; "" where nothing says so that can be read, as other commands tell."""
    with contextlib.suppress(CourseError, OSError):
        return _zone(root, os.stat(root / deadlines.FILE).st_mtime_ns)
    return ""


@lru_cache(1)
def _zone(root, changed):
    """Read once for all students of a list, until the file is `changed`."""
    return deadlines.load(root).zone


def believe_less():
    """Have formgrader ask this API. It names its own in one place, and nowhere in its configuration."""
    base.NbGraderAPI = PatientAPI
