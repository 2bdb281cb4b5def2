"""Assignment 4: a network that reads handwritten digits."""

from nnlib.tasks.a4 import (
    answers,
    batches,
    choosing,
    comparing,
    confusing,
    learning,
    networks,
    selecting,
    starting,
    training,
)

MODULES = starting, batches, networks, learning, training, choosing, comparing, selecting, confusing
TASKS = {task.name: task for task in sorted((t for module in MODULES for t in module.TASKS), key=lambda t: t.number)}
ANSWERS = answers.ANSWERS
