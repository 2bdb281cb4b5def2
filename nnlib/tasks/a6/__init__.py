"""Assignment 6: training and debugging."""

from nnlib.tasks.a6 import adaptive, answers, looking, loops, pace, patients, steps, testing

MODULES = steps, adaptive, pace, looking, loops, patients, testing
TASKS = {task.name: task for module in MODULES for task in module.TASKS}
ANSWERS = answers.ANSWERS
