"""nnlib: neural networks from scratch in NumPy, written like the equations of the lectures.

nnlib/README.md gives the order in which to read it. A docstring opens with the equation; shapes, units and the
source follow: S0 to S4 are listed in CONTRIBUTING.md, and (E06) is the entry of that number in lectures/errata.ipynb.
What it calls refused raises TypeError, if it is of the wrong kind, or ValueError, if it has the wrong
shape or value; the message says which argument, what was expected and what came. Every array may hold
finite numbers only, and a batch at least one example; backward before forward raises RuntimeError.
Nothing given is changed or kept by reference. Probabilities, rates and fractions run from 0 to 1.
Matrix products run in one thread: `nnlib.threads` says why, and how to have more.
"""

from importlib import import_module

from nnlib import augment, checks, costs, data, diagnostics, gradcheck, graph, margins, perceptron, schedules
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
from nnlib.checkpoint import load_training, save_training
from nnlib.convolution import AvgPool2D, Conv2D, MaxPool2D, Reshape
from nnlib.descent import descend
from nnlib.history import EarlyStopping, History
from nnlib.initializers import filled, he, he_uniform, normal, xavier, xavier_fan_in, xavier_uniform, zeros
from nnlib.layer import Layer
from nnlib.layers import ClassicDropout, Dropout, Linear
from nnlib.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    half_squared_error,
    mse,
    softmax_cross_entropy,
)
from nnlib.metrics import accuracy, confusion_counts, predicted_labels
from nnlib.network import Residual, Sequential
from nnlib.normalization import BatchNorm
from nnlib.optimizers import (
    SGD,
    Adam,
    AdamUncorrected,
    AdamW,
    Momentum,
    MomentumEMA,
    Nesterov,
    RMSProp,
    clip_global_norm,
)
from nnlib.regularizers import L1, L2, MaxNorm
from nnlib.threads import limit_threads
from nnlib.training import fit

__all__ = [
    "ELU",
    "L1",
    "L2",
    "SGD",
    "Activation",
    "Adam",
    "AdamUncorrected",
    "AdamW",
    "AvgPool2D",
    "BatchNorm",
    "ClassicDropout",
    "Conv2D",
    "Dropout",
    "EarlyStopping",
    "History",
    "Identity",
    "Layer",
    "LeakyReLU",
    "Linear",
    "MaxNorm",
    "MaxPool2D",
    "Maxout",
    "Momentum",
    "MomentumEMA",
    "Nesterov",
    "RMSProp",
    "ReLU",
    "Reshape",
    "Residual",
    "Sequential",
    "Sigmoid",
    "Softmax",
    "Step",
    "Tanh",
    "accuracy",
    "augment",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "checks",
    "clip_global_norm",
    "confusion_counts",
    "costs",
    "cross_entropy",
    "data",
    "descend",
    "diagnostics",
    "filled",
    "fit",
    "gradcheck",
    "graph",
    "half_squared_error",
    "he",
    "he_uniform",
    "load_training",
    "margins",
    "mse",
    "normal",
    "perceptron",
    "plot",
    "predicted_labels",
    "save_training",
    "schedules",
    "sigmoid",
    "softmax",
    "softmax_cross_entropy",
    "softmax_jacobian",
    "xavier",
    "xavier_fan_in",
    "xavier_uniform",
    "zeros",
]

limit_threads()  # here, for the loops that students write themselves too


def __getattr__(name):
    """`nnlib.plot`, loaded when it is first used: Matplotlib takes three times as long as all others."""
    if name == "plot":
        return import_module("nnlib.plot")
    raise AttributeError(f"module 'nnlib' has no attribute {name!r}")


def __dir__():
    """For completion by Tab: also what is not loaded yet."""
    return sorted({*globals(), *__all__})
