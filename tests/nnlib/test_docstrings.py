"""Docstrings: all that is public has one, it names every parameter, and equations come with their source."""

import importlib
import inspect
import pkgutil
import re

import pytest

import nnlib as nn

TOOLS = {"arguments", "pencil"}  # of the library itself
OF_ASSIGNMENTS = ("nnlib.diagnosis", "nnlib.tasks")  # read by who writes one: the words stand in diagnosis.task.Task
NAMES = [module.name for module in pkgutil.walk_packages(nn.__path__, "nnlib.")]
READ = [name for name in NAMES if name.split(".")[-1] not in TOOLS and not name.startswith(OF_ASSIGNMENTS)]
MODULES = [importlib.import_module(name) for name in READ]
# What is the same everywhere is told once, in CONTRIBUTING.md and in the docstring of nnlib.
KNOWN = {"self", "net", "opt", "rng", "ax", "axes", "dtype", "train", "need_dx", "lr", "epochs", "batch_size", "color"}
SYMBOLS = {"theta": "θ", "y_hat": "ŷ", "lam": "λ", "alpha": "α", "dy": "∂L/∂y", "sigma": "σ", "w1": "w₁", "w2": "w₂"}
# What takes one of these says in its own words, or its base class in its, which shape it has.
ARRAYS = {"x", "y", "z", "a", "p", "dy", "dz", "da", "dp", "W", "w", "b", "theta", "grad", "direction", "y_hat"}
ARRAYS |= {"images", "labels", "predicted", "output"}
SHAPE = re.compile(r"\((?!x, y)[\w'′ +…]+,[^()=]*\)|\bshape(d|s)?\b")  # (m, n), (n,) or words
EQUATIONS = [
    "activations",
    "convolution",
    "costs",
    "initializers",
    "layers",
    "losses",
    "normalization",
    "optimizers",
    "regularizers",
]
EQUATIONS += ["schedules"]


def own(module):
    """(name, function or class) of everything public that is defined in the module."""
    for name, thing in vars(module).items():
        is_own = (inspect.isfunction(thing) or inspect.isclass(thing)) and thing.__module__ == module.__name__
        if is_own and not name.startswith("_"):
            yield name, thing


PUBLIC = {f"{module.__name__}.{name}": (module, thing) for module in MODULES for name, thing in own(module)}
METHODS = {
    f"{name}.{method}": (thing, function)
    for name, (_, thing) in PUBLIC.items()
    if inspect.isclass(thing)
    for method, function in vars(thing).items()
    if inspect.isfunction(function) and not method.startswith("_")
}


def words(*things):
    return " ".join(inspect.getdoc(thing) or "" for thing in things)


@pytest.mark.parametrize("name", PUBLIC)
def test_it_has_a_docstring_that_names_every_parameter(name):
    module, thing = PUBLIC[name]
    assert thing.__doc__ and thing.__doc__.strip().endswith((".", ":", ")"))
    text = words(*inspect.getmro(thing)[:-1], module) if inspect.isclass(thing) else words(thing, module)
    made_by_us = not (inspect.isclass(thing) and issubclass(thing, BaseException))
    for parameter in inspect.signature(thing).parameters if made_by_us else ():
        known = parameter in KNOWN or SYMBOLS.get(parameter, parameter) in text
        assert known or re.search(rf"\b{parameter}\b", text), f"{parameter} is not explained"


@pytest.mark.parametrize("name", METHODS)
def test_a_method_has_a_docstring_or_that_of_the_class_it_overrides(name):
    kind, function = METHODS[name]
    overridden = [getattr(base, function.__name__, None) for base in kind.__mro__[1:]]
    explained = f"`{function.__name__}" in words(*kind.__mro__[:-1]) or f"{function.__name__}(" in words(*kind.__mro__)
    assert function.__doc__ or explained or any(inspect.getdoc(method) for method in overridden if method)


def without_layer(kind):
    """A class and its base classes, but for Layer, whose words fit all layers."""
    return [base for base in inspect.getmro(kind)[:-1] if base is not nn.Layer or kind is nn.Layer]


@pytest.mark.parametrize("name", PUBLIC | METHODS)
def test_the_shapes_of_arrays_are_told(name):
    first, second = (PUBLIC | METHODS)[name]
    if inspect.isclass(second):
        text = words(*without_layer(second))
    else:
        text = words(second, *(without_layer(first) if name in METHODS else [first]))
    is_error = inspect.isclass(second) and issubclass(second, BaseException)
    takes = set() if is_error else ARRAYS & set(inspect.signature(second).parameters)
    assert not takes or SHAPE.search(text), f"the shapes of {takes} are not told"


@pytest.mark.parametrize("name", [name for name in PUBLIC if name.split(".")[1] in EQUATIONS])
def test_an_equation_comes_first_and_its_source_last(name):
    _, thing = PUBLIC[name]
    if name.split(".")[2] in {
        "Optimizer",
        "Point",
        "drawn",
        "weights",
        "shifts",
        "pad",
        "need_images",
        "axes",
        "along",
    }:
        return  # tools, not equations
    first = thing.__doc__.splitlines()[0]
    assert re.search("[=←~√Σ·]|, …, ", first), first
    assert "Source:" in words(thing)
