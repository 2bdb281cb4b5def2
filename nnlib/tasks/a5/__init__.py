"""Assignment 5: initial weights and regularisation."""

from nnlib.checks.answers import written
from nnlib.tasks.a5 import dropping, expecting, networks, paying, penalties, shifting, signals, starts, stopping

MODULES = starts, signals, penalties, paying, dropping, networks, expecting, stopping, shifting
TASKS = {task.name: task for module in MODULES for task in module.TASKS}
ANSWERS = [written(13)]
