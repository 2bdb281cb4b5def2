"""What is told in words, not in a traceback."""


class CourseError(Exception):
    """A mistake that people make, told in words: what is wrong and what to do."""
