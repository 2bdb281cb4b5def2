"""Assignment 3: backpropagation."""

from nnlib.tasks.a3 import checking, layers, loss_gradients, losses, networks

MODULES = layers, losses, loss_gradients, networks, checking
TASKS = {task.name: task for module in MODULES for task in module.TASKS}
