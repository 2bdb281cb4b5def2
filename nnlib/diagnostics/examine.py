"""`examine`: what is wrong with a network that does not learn, or learns the wrong thing, in plain words."""

import numpy as np

from nnlib.arguments import describe, need_count, need_examples, need_function, need_network, need_number
from nnlib.diagnostics.evidence import Evidence
from nnlib.diagnostics.findings import (
    dead_units,
    exploding_gradients,
    identical_units,
    large_weights,
    saturated_units,
    small_weights,
    squashed_twice,
    unscaled_inputs,
    vanishing_gradients,
)
from nnlib.diagnostics.generalisation import generalisation
from nnlib.diagnostics.learning import learning_rate, not_finite, risen_loss
from nnlib.history import History


def examine(net, loss, opt, train, *, batch_size=64, valid=None, history=None, clip=None):
    """[Finding, …]: what is wrong with `net`, and what to try; an empty list if nothing striking was seen.

    `loss`, `opt`, `train`, `batch_size`, `valid` and `clip` are what `fit` takes, `history` is what it gave; the last
    three are optional, and with them more can be seen. Up to 2,000 examples of `train` are looked at, and copies of
    `net` trained on them for 100 steps (20 if it is large): net, opt and their gradient stay as they are. A Finding
    has a `kind` and a `message`. What belongs to the set-up comes alone: mend that first, and examine again.
    Refuses an `opt` of another network, and data that are not finite. Source: S2.
    """
    need_network(net), need_function("loss", loss), need_count("batch_size", batch_size)
    need_examples("train", train, finite=True)
    if valid is not None:
        need_examples("valid", valid, finite=True)
    if getattr(opt, "net", None) is not net:
        raise ValueError("opt: it was made for another network than `net`, and would train that one")
    if not isinstance(history, History | None):
        raise TypeError(f"history: expected what fit gave, got {describe(history)}")
    if clip is not None:
        need_number("clip", clip, above=0)
    with np.errstate(all="ignore"):  # what overflows will be told
        return _findings(Evidence(net, loss, opt, train, batch_size, valid, history, clip))


def _findings(e):
    """From causes to consequences; what can be explained by what was found before is not looked for."""
    if broken := list(not_finite(e)):
        return [*broken, *unscaled_inputs(e)]
    if set_up := [*squashed_twice(e), *unscaled_inputs(e), *identical_units(e)]:
        return set_up
    if e.weighted and (signals := _grown(e) or _faded(e)):
        return signals
    dead = list(dead_units(e))
    if risen := list(risen_loss(e)):
        return [*risen, *dead]
    return [*(dead or learning_rate(e)), *generalisation(e)]


def _grown(e):
    """Signals that grow out of bounds, and what led there: a learning rate or initial weights."""
    grown = [*saturated_units(e), *exploding_gradients(e)]
    return [*risen_loss(e), *large_weights(e), *grown] if grown else []


def _faded(e):
    """Gradients that fade away, and the weights, if they explain it. Where all units are dead, none can arrive."""
    faded, small = list(vanishing_gradients(e)), list(small_weights(e))
    return [*small, *faded] if faded and (small or not any(dead_units(e))) else []
