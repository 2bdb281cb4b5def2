"""Diagnostics: what to look at when a network does not learn, and what is seen there, in plain words. Source: S2.

`measures` has the numbers: activations, gradients, δ, updates; `Watch` follows them through a training. `examine`
collects `evidence` and says what is wrong: with the net as it stands (`findings`), with the course of its
training (`learning`), with what it does on other data (`generalisation`).
"""

from nnlib.diagnostics.examine import examine
from nnlib.diagnostics.findings import Finding
from nnlib.diagnostics.measures import (
    Activity,
    activation_statistics,
    activations,
    deltas,
    gradient_norms,
    gradients,
    update_ratios,
    weight_gains,
)
from nnlib.diagnostics.watch import Watch

__all__ = [
    "Activity",
    "Finding",
    "Watch",
    "activation_statistics",
    "activations",
    "deltas",
    "examine",
    "gradient_norms",
    "gradients",
    "update_ratios",
    "weight_gains",
]
