"""nnlib: neural networks from scratch in NumPy, written like the equations of the lectures."""

from nnlib import checks, data, gradcheck, graph, perceptron, plot
from nnlib.activations import (
    ELU,
    Activation,
    Identity,
    LeakyReLU,
    Maxout,
    ReLU,
    Sigmoid,
    Softmax,
    Step,
    Tanh,
    sigmoid,
    softmax,
    softmax_jacobian,
)
from nnlib.initializers import constant, he, normal, xavier, xavier_fan_in, zeros
from nnlib.layers import Layer, Linear
from nnlib.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    half_squared_error,
    mse,
    softmax_cross_entropy,
)
from nnlib.network import Residual, Sequential
from nnlib.optimizers import SGD
from nnlib.training import History, accuracy, fit

__all__ = [
    "ELU",
    "SGD",
    "Activation",
    "History",
    "Identity",
    "Layer",
    "LeakyReLU",
    "Linear",
    "Maxout",
    "ReLU",
    "Residual",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Step",
    "Tanh",
    "accuracy",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "checks",
    "constant",
    "data",
    "fit",
    "gradcheck",
    "graph",
    "half_squared_error",
    "he",
    "mse",
    "normal",
    "perceptron",
    "plot",
    "sigmoid",
    "softmax",
    "softmax_cross_entropy",
    "softmax_jacobian",
    "xavier",
    "xavier_fan_in",
    "zeros",
]
