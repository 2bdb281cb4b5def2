"""What is told in words, not in a traceback."""

import errno

NOTHING_LOST = "What there was is kept"  # files are written whole, or not at all


class CourseError(Exception):
    """A mistake that people make, told in words: what is wrong and what to do."""


def in_words(error, kept=NOTHING_LOST):
    """What the system does not let us do, an OSError, and what to do."""
    again = f"{kept}: {{}}, and run the same command again."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full. " + again.format("make room")
    return f"{error.filename or 'A file'} can't be used: {error.strerror or error}. {again.format('see to that')}"
