"""Assignment 2: forward propagation."""

from nnlib.tasks.a2 import activations, answers, batches, costs, examples, losses, memory, units

MODULES = activations, units, examples, batches, costs, memory, losses
TASKS = {task.name: task for module in MODULES for task in module.TASKS}
ANSWERS = answers.ANSWERS
