"""nnlib: neural networks from scratch in NumPy, written like the equations of the lectures."""

from nnlib import checks, data, gradcheck, plot
from nnlib.activations import Identity, LeakyReLU, ReLU, Sigmoid, Tanh, sigmoid, softmax
from nnlib.initializers import constant, he, normal, xavier, xavier_fan_in, zeros
from nnlib.layers import Layer, Linear
from nnlib.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    half_squared_error,
    mse,
    softmax_cross_entropy,
)
from nnlib.network import Sequential
from nnlib.optimizers import SGD
from nnlib.training import History, accuracy, fit

__all__ = [
    "SGD",
    "History",
    "Identity",
    "Layer",
    "LeakyReLU",
    "Linear",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Tanh",
    "accuracy",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "checks",
    "constant",
    "data",
    "fit",
    "gradcheck",
    "half_squared_error",
    "he",
    "mse",
    "normal",
    "plot",
    "sigmoid",
    "softmax",
    "softmax_cross_entropy",
    "xavier",
    "xavier_fan_in",
    "zeros",
]
