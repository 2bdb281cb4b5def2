"""Part 6: what backpropagation costs, and what one difference per parameter does."""

import numpy as np

from nnlib.costs import backward_multiplications, forward_multiplications, parameter_count
from nnlib.diagnosis import Probe, Task, mistake

LAYERS = [(3, "one hidden layer")] * 4 + [(4, "several hidden layers"), (5, "several hidden layers")] * 2
LAYERS += [(2, "no hidden layer")] * 2


def networks(rng):
    """Sizes that are all different, two networks in which all are the same, and one that reads MNIST."""
    found = [Probe(about, (tuple(map(int, rng.permutation(np.arange(2, 20))[:n])),)) for n, about in LAYERS]
    same = [Probe("layers of one size", (n * (int(rng.integers(3, 12)),),)) for n in (3, 4)]
    return [*found, *same, Probe("several hidden layers", ((784, 128, 64, 10),))]


def units(sizes):
    """The units of all layers but the input: as many biases."""
    return sum(sizes[1:])


weights = forward_multiplications
COSTS = Task(
    number=15,
    call="costs(sizes)",
    returns="backprop differences",
    steps={
        "forward": lambda sizes: forward_multiplications(sizes),
        "parameters": lambda sizes: parameter_count(sizes),
        "backward": lambda sizes: backward_multiplications(sizes),
        "backprop": lambda forward, backward: forward + backward,
        "differences": lambda parameters, forward: 2 * parameters * forward,
    },
    probes=networks,
    example=((2, 3, 1),),
    lecture="06, part 5",
    mistakes=(
        mistake("backprop.first_layer", "The product δ W is counted in the first layer, too, where nobody needs it.",
                backprop=lambda forward: 3 * forward),
        mistake("backprop.without_delta", "The product δ W is not counted, only δᵀ a.",
                backprop=lambda forward: 2 * forward),
        mistake("backprop.without_forward", "The forward pass is not counted.", backprop=lambda backward: backward),
        mistake("backprop.forward_alone", "Only the forward pass is counted.", backprop=lambda forward: forward),
        mistake("backprop.last_layer", "The product δ W is left out for the last layer, not for the first.",
                backprop=lambda sizes, forward: 3 * forward - weights(sizes[-2:])),
        mistake("backprop.biases", "The biases are counted: they are added, and multiply nothing.",
                backprop=lambda forward, backward, sizes: forward + backward + units(sizes)),
        mistake("forward.biases", "The biases are counted in the forward pass: they are added, and multiply nothing.",
                forward=lambda sizes: parameter_count(sizes)),
        mistake("forward.units", "Units are counted, where weights should be.", forward=lambda sizes: units(sizes)),
        mistake("forward.last_layer_missing", "The last layer is not counted.",
                forward=lambda sizes: weights(sizes) - weights(sizes[-2:]),
                backward=lambda sizes: backward_multiplications(sizes) - 2 * weights(sizes[-2:])
                + (weights(sizes[-2:]) if len(sizes) == 2 else 0)),
        mistake("parameters.without_biases", "Only the weights are counted as parameters: the biases should be, too.",
                parameters=lambda forward: forward),
        mistake("parameters.with_inputs", "The inputs are counted as if they had biases.",
                parameters=lambda sizes: parameter_count(sizes) + sizes[0]),
        mistake("differences.one_pass", "One forward pass per parameter is counted: a central difference takes two.",
                differences=lambda parameters, forward: parameters * forward),
        mistake("differences.one_sided", "One-sided differences are counted: central ones take two passes for each.",
                differences=lambda parameters, forward: (parameters + 1) * forward),
        mistake("differences.passes", "Forward passes are counted, where their multiplications should be.",
                differences=lambda parameters: 2 * parameters),
        mistake("differences.with_backward", "Each difference is counted with a backward pass, which it does not need.",
                differences=lambda parameters, backprop: 2 * parameters * backprop),
        mistake("differences.added", "Parameters and multiplications of a pass are added, not multiplied.",
                differences=lambda parameters, forward: 2 * parameters + forward),
    ),
)  # fmt: skip

TASKS = (COSTS,)
