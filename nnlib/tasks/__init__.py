"""What the assignments ask for, and what is known about the mistakes in it: a module for each of their parts.

`find("a3.linear_backward")` is a Task. Only functions that the text of an assignment describes stand here, written
as steps; solutions and the numbers of hidden tests don't.
"""

import importlib
from functools import cache


@cache
def tasks(assignment):
    """{name: Task} of an assignment, "a3", in the order of its text."""
    return importlib.import_module(f"nnlib.tasks.{assignment}").TASKS


@cache
def answers(assignment):
    """{name: Answer} of an assignment: its tasks whose answer is no function."""
    return {asked.name: asked for asked in importlib.import_module(f"nnlib.tasks.{assignment}").ANSWERS}


def find(name):
    """The Task, or the Answer, of a name like "a3.linear_backward"."""
    assignment, function = name.split(".")
    return (tasks(assignment) | answers(assignment))[function]
