"""What a test lends to the functions that it tries. In a notebook they get the very values, from a grader copies."""

changes = []  # a grader's entries: (a value that was lent, what a function has made of its copy)


def left(value):
    """`value` as the last function left it that changed it in place: for tests to which that is the answer."""
    return next((state for lent, state in reversed(changes) if lent is value), value)
