"""Assignment 1: the perceptron."""

from nnlib.checks.answers import written
from nnlib.tasks.a1 import learning, logic, reading, rules, signs, units

MODULES = units, logic, rules, learning, signs, reading
TASKS = {task.name: task for module in MODULES for task in module.TASKS}
ANSWERS = [written(12)]
