"""What it means to leave an argument out: PyTorch's values where it has them, else those that the lectures rely on."""

import importlib
import inspect
import pkgutil

import pytest

import nnlib as nn

# The numbers and switches that may be left out, of all functions and classes that have names without an underscore.
SAME_EVERYWHERE = {"m": 1, "h": 1e-5, "train": False, "batch": False}
DEFAULTS = {
    "LeakyReLU": {"alpha": 0.01},
    "ELU": {"alpha": 1},
    "Maxout": {"k": 2},
    "BatchNorm": {"memory": 0.9, "eps": 1e-5},
    "Conv2D": {"padding": 0, "stride": 1},
    "Pool2D": {"size": 2},
    "Momentum": {"momentum": 0.9},
    "MomentumEMA": {"momentum": 0.9},
    "Nesterov": {"momentum": 0.9},
    "RMSProp": {"lr": 0.001, "rho": 0.9, "eps": 1e-8},
    "AdamUncorrected": {"lr": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
    "AdamW": {"lr": 0.001, "weight_decay": 0.01, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
    "EarlyStopping": {"patience": 5, "min_improvement": 0},
    "fit": {"progress": True, "penalties": ()},
    "examine": {"batch_size": 64},
    "accuracy": {"batch_size": 1000},
    "Sequential.predict": {"batch_size": 1000},
    "Sequential.backward": {"need_dx": False},
    "check_close": {"tol": 1e-6},
    "check_gradient": {"tol": 1e-6},
    "step": {"factor": 0.1},
    "cosine": {"lowest": 0.001},
    "learn_01": {"lr": 1, "epochs": 100},
    "learn_signs": {"epochs": 100},
    "noise": {"std": 0.1},
    "shift": {"pixels": 2},
    "rotate": {"degrees": 10},
    "elastic": {"alpha": 34, "sigma": 4},
    "distort": {"alpha": 34, "sigma": 4, "degrees": 10, "stretch": 0.1},
    "digits": {"n_test": 360},
    "truth_table": {"n": 2},
    "blobs": {"centers": ((-1, -1), (1, 1)), "noise": 0.4},
    "half_planes": {"margin": 0.1},
    "moons": {"noise": 0.1},
    "circles": {"noise": 0.1, "inner": 0.5},
    "spirals": {"arms": 2, "noise": 0.05, "turns": 1},
    # pictures
    "batch_loss": {"window": 100},
    "histograms": {"bins": 60},
    "digits of plot": {"columns": 10},
    "weights": {"columns": 10},
    "graph": {"local": False, "marked": ()},
    "slider": {"telling": 0},
    "loss_surface": {"limits": (-2, 2)},
    "regularization_runs": {"epochs": 80, "m": 200},
    "valley_path": {"lr": 0.8, "steps": 15, "start": (-1.8, 1.4)},
}
PRIVATE = "arguments", "diagnosis", "tasks", "plot.pencil", "plot.style", "questions", "evidence", "graph.Node"


def public():
    """(name, function) of what may be called, methods as "Class.method", __init__ as "Class"."""
    for info in pkgutil.walk_packages(nn.__path__, "nnlib."):
        if not any(part in info.name for part in PRIVATE):
            for name, thing in vars(importlib.import_module(info.name)).items():
                if not name.startswith(("_", "need_")) and getattr(thing, "__module__", "") == info.name:
                    yield from methods(name, thing) if inspect.isclass(thing) else [(name, thing, info.name)]


def methods(name, kind):
    for method, function in vars(kind).items():
        if inspect.isfunction(function) and (method == "__init__" or not method.startswith("_")):
            yield name if method == "__init__" else f"{name}.{method}", function, kind.__module__


def left_out(function):
    """{argument: its default} of those that are a number, a switch or numbers."""
    parameters = inspect.signature(function).parameters.values()
    return {each.name: each.default for each in parameters if isinstance(each.default, int | float | tuple)}


def test_every_number_that_may_be_left_out_is_the_one_that_is_relied_on():
    found = {}
    for name, function, module in public():
        numbers = left_out(function)
        if name.endswith(".backward") and name != "Sequential.backward":
            assert numbers.pop("need_dx", True) is True, name
        for argument in set(numbers) & set(SAME_EVERYWHERE) - set(DEFAULTS.get(name, ())):
            assert numbers.pop(argument) == SAME_EVERYWHERE[argument], (name, argument)
        if numbers and module != "nnlib.graph":
            found["digits of plot" if (name, module) == ("digits", "nnlib.plot.images") else name] = numbers
    assert found == DEFAULTS


def test_they_are_those_of_pytorch():
    torch = pytest.importorskip("torch")

    def theirs(kind, name):
        return inspect.signature(kind).parameters[name].default

    assert DEFAULTS["LeakyReLU"]["alpha"] == theirs(torch.nn.LeakyReLU, "negative_slope")
    assert DEFAULTS["ELU"]["alpha"] == theirs(torch.nn.ELU, "alpha")
    batch_norm = DEFAULTS["BatchNorm"]
    assert (1 - batch_norm["memory"], batch_norm["eps"]) == pytest.approx(
        (theirs(torch.nn.BatchNorm1d, "momentum"), theirs(torch.nn.BatchNorm1d, "eps")))  # fmt: skip
    for kind in (torch.optim.Adam, torch.optim.AdamW):
        ours = DEFAULTS["AdamW"]
        assert (ours["lr"], (ours["beta1"], ours["beta2"]), ours["eps"]) == tuple(
            theirs(kind, name) for name in ("lr", "betas", "eps")
        )
    assert DEFAULTS["AdamW"]["weight_decay"] == theirs(torch.optim.AdamW, "weight_decay")
    assert DEFAULTS["Conv2D"] == {name: theirs(torch.nn.Conv2d, name) for name in ("padding", "stride")}
    assert left_out(nn.Adam) == left_out(nn.AdamUncorrected)
