"""Checkpoints: a training that was interrupted goes on to the last bit as if it had not been.

    def keep(net, history):
        nn.save_training("run.npz", net, opt, rng, history)

    nn.fit(net, loss, opt, train, epochs=20, batch_size=64, rng=rng, on_epoch=keep)

After the interruption build net, opt and rng in the same way, and then

    history = nn.load_training("run.npz", net, opt, rng)
    nn.fit(net, loss, opt, train, epochs=20, batch_size=64, rng=rng, history=history, on_epoch=keep)
"""

import json
from dataclasses import asdict

import numpy as np

from nnlib.arguments import describe, need_generator
from nnlib.files import read_arrays, write_arrays
from nnlib.history import History

WATCHED = ("epoch", "best_epoch", "best_loss")  # what early stopping counts


def save_training(path, net, opt, rng, history, stopping=None):
    """Write into the file at `path` all that the epochs to come depend on, at the end of one.

    These are θ and statistics of the layers, what the optimizer keeps, the state of `rng` and of the generators that
    layers hold, the `history`, whose length is the place in a schedule, and what `stopping`, if there is one, has
    seen. Not in it are data, batch size and functions, such as the loss. An older file stays whole until the new
    one is; NumPy's .npz, no pickle.
    """
    numbers = opt.state()
    memory = {name: numbers.pop(name) for name in opt.kept}
    about = {
        "layers": repr(net),
        "optimizer": numbers,
        "chance": _chance(_generators(net, rng)),
        "history": asdict(history),
        "stopping": stopping and {name: getattr(stopping, name) for name in WATCHED},
    }
    best = stopping.best_state if stopping and stopping.best_state else {}
    groups = {"net": net.state(), "optimizer": memory, "best": best}
    arrays = {f"{group} {name}": array for group, content in groups.items() for name, array in content.items()}
    write_arrays(path, json.dumps(about, default=lambda array: array.tolist()), arrays)


def load_training(path, net, opt, rng, stopping=None):
    """The History in a file of save_training, after putting all the rest back into net, opt, rng and `stopping`.

    Refuses a file of other layers, dtypes, optimizers or generators, of a training with `stopping` without it, and
    the reverse; nothing changes then. Nothing in the file at `path` is executed.
    """
    text, arrays = read_arrays(path, "a training")
    generators = _generators(net, rng)
    try:
        about = json.loads(text)
        state, memory, best = (_group(arrays, group) for group in ("net", "optimizer", "best"))
        history = History(**about["history"])
        watched = about["stopping"] and [about["stopping"][name] for name in WATCHED]
        _need_fitting(about, state, net, opt, generators, stopping)
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"{path}: not a training that nnlib saved, or a damaged one") from error
    opt.load_state(about["optimizer"] | memory)
    net.load_state(state)
    for name, drawn in about["chance"].items():
        if isinstance(drawn, dict):
            generators[name].bit_generator.state = drawn
    if stopping:
        stopping.net, stopping.best_state = net, best or None
        stopping.epoch, stopping.best_epoch, stopping.best_loss = watched
    return history


def _generators(net, rng):
    """{name: Generator} of all that draws: the one of `fit`, and those of layers such as Dropout."""
    held = {path + name: value for path, leaf in net.leaves() for name, value in vars(leaf).items()}
    return {"fit": need_generator(rng)} | {
        name: value for name, value in held.items() if isinstance(value, np.random.Generator)
    }


def _chance(generators):
    """{name: its state}, or the name of an earlier one where both are the same generator."""
    first = {id(each): name for name, each in reversed(generators.items())}
    return {n: each.bit_generator.state if first[id(each)] == n else first[id(each)] for n, each in generators.items()}


def _kinds(chance):
    return {name: each["bit_generator"] if isinstance(each, dict) else f"as {each}" for name, each in chance.items()}


def _group(arrays, group):
    return {name.removeprefix(f"{group} "): array for name, array in arrays.items() if name.startswith(f"{group} ")}


def _need_fitting(about, state, net, opt, generators, stopping):
    if opt.net is not net:
        raise ValueError("opt: it was made for another network than `net`")
    for name, saved, here in (
        ("net", about["layers"], repr(net)),
        ("opt", about["optimizer"]["optimizer"], type(opt).__name__),
        ("rng", _kinds(about["chance"]), _kinds(_chance(generators))),
        ("stopping", about["stopping"] is not None, stopping is not None),
        *((f"net: {name}", describe(state.get(name)), describe(array)) for name, array in net.state().items()),
    ):
        if saved != here:
            raise ValueError(f"{name}: the file is of a training with {saved}, here it is {here}")
