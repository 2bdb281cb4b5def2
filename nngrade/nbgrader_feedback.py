"""`nbgrader generate_feedback` and formgrader's button write the same page as `nngrade feedback`.

Set in nbgrader_config.py by nbgrader_settings.py.
"""

from nbconvert.exporters import HTMLExporter

from nngrade.course import Course
from nngrade.errors import CourseError
from nngrade.feedback.write import returned, text


class Page(HTMLExporter):
    """The page of one notebook, from its record and the gradebook."""

    def from_filename(self, filename, resources=None, **kw):
        about = resources["nbgrader"]
        where = about["student"], about["assignment"], about["notebook"]
        found = returned(Course(self.parent.coursedir.root), where[1], where[0])
        page = next((text(each) for each in found if each.where == where), None)
        if page is None:
            raise CourseError(f"{where[0]} has no score in {where[1]} yet: run `nngrade grade {where[1]}`.")
        return page, resources | {"output_extension": self.file_extension}
