"""What ends a test from outside of it."""


class Ended(BaseException):
    """The test can't go on; says why in words. Not an Exception, so that no test mistakes it for an answer."""


class Gone(Ended):
    """The student's process is not there any more."""
