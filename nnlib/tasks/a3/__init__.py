"""Assignment 3: backpropagation."""

from nnlib.tasks.a3 import (
    activations,
    answers,
    checking,
    comparing,
    counting,
    deep,
    graphs,
    layers,
    loss_gradients,
    losses,
    networks,
)

MODULES = layers, activations, losses, loss_gradients, networks, deep, graphs, checking, comparing, counting
TASKS = {task.name: task for module in MODULES for task in module.TASKS}
ANSWERS = answers.ANSWERS
