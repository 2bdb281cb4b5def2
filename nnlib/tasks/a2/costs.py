"""Part 3: shapes and parameters."""

import math
from itertools import pairwise

from nnlib.diagnosis import Probe, Task, mistake

SIZES = [  # the input first
    (5, 4, 3, 2),
    (6, 2, 5, 3),
    (7, 3, 8, 5, 2),
    (11, 13, 7),
    (3, 10, 4, 9),
    (784, 128, 64, 10),
    (64, 32, 16, 10),
    (9, 1, 6, 17),
    (12, 5),
    (3, 8),
    (4, 4, 4),
    (6, 6, 6, 6),
]
EXAMPLES = (7, 4, 10, 3, 8, 32, 100, 6, 9, 5, 4, 1)  # in the batch of each


def networks(rng):
    return [Probe(_about(sizes), (_varied(rng, sizes),)) for sizes in SIZES]


def batches(rng):
    return [Probe(p.about, (*p.arguments, m)) for p, m in zip(networks(rng), EXAMPLES)]


def _varied(rng, sizes):
    """The sizes, those that are equal still equal, each grown by the same few."""
    grown = int(rng.integers(0, 4))
    return tuple(n + grown for n in sizes)


def _about(sizes):
    if len(sizes) == 2:
        return "a single layer"
    return "layers of one size" if len(set(sizes)) == 1 else "networks of several layers"


def layers(each):
    """The list of what `each(m, n_prev, n)` gives for each layer."""
    return lambda sizes, m: [each(m, n_prev, n) for n_prev, n in pairwise(sizes)]


SHAPES = Task(
    number=8,
    call="shapes(sizes, m)",
    returns="W b z",
    steps={
        "W": layers(lambda m, n_prev, n: (n, n_prev)),
        "b": layers(lambda m, n_prev, n: (n,)),
        "z": layers(lambda m, n_prev, n: (m, n)),
    },
    probes=batches,
    example=((4, 3, 2), 5),
    lecture="04, part 2",
    mistakes=(
        mistake("W.transposed", "W has a row for each input of its layer, where a row for each unit belongs.",
                W=layers(lambda m, n_prev, n: (n_prev, n))),
        mistake("W.square", "W has as many columns as rows, where a column for each input belongs.",
                W=layers(lambda m, n_prev, n: (n, n))),
        mistake("W.batch", "W has a row for each example: all examples share the same weights.",
                W=layers(lambda m, n_prev, n: (m, n))),
        mistake("W.with_bias", "W has a column more, for the bias: b is apart here.",
                W=layers(lambda m, n_prev, n: (n, n_prev + 1))),
        mistake("W.with_batch", "W has the number of examples as a third number: all examples share the same weights.",
                W=layers(lambda m, n_prev, n: (m, n, n_prev))),
        mistake("W.count", "W holds numbers of weights, where shapes belong.",
                W=layers(lambda m, n_prev, n: n * n_prev)),
        mistake("W.reversed", "The shapes in W begin with the last layer, where the first should come first.",
                W=lambda sizes: [(n, n_prev) for n_prev, n in pairwise(sizes)][::-1]),
        mistake("b.number", "b holds numbers, where a shape is a tuple, such as (3,).",
                b=layers(lambda m, n_prev, n: n)),
        mistake("b.column", "b is a column with two axes, where one axis belongs.",
                b=layers(lambda m, n_prev, n: (n, 1))),
        mistake("b.row", "b is a row with two axes, where one axis belongs.", b=layers(lambda m, n_prev, n: (1, n))),
        mistake("b.of_inputs", "b has an entry for each input of its layer, where one for each unit belongs.",
                b=layers(lambda m, n_prev, n: (n_prev,))),
        mistake("b.per_example", "b has a row for each example: all examples share the same biases.",
                b=layers(lambda m, n_prev, n: (m, n))),
        mistake("b.reversed", "The shapes in b begin with the last layer, where the first should come first.",
                b=lambda sizes: [(n,) for n in sizes[:0:-1]]),
        mistake("z.reversed", "The shapes in z begin with the last layer, where the first should come first.",
                z=lambda sizes, m: [(m, n) for n in sizes[:0:-1]]),
        mistake("z.with_input", "z begins with a shape for the input, which has no sum.",
                z=lambda sizes, m: [(m, n) for n in sizes]),
        mistake("b.with_input", "b begins with a shape for the input, which has no bias.",
                b=lambda sizes: [(n,) for n in sizes]),
        mistake("b.batch", "b has an entry for each example, where it should have one for each unit.",
                b=layers(lambda m, n_prev, n: (m,))),
        mistake("z.transposed", "z has a column for each example, where each example should have a row.",
                z=layers(lambda m, n_prev, n: (n, m))),
        mistake("z.of_inputs", "z has a column for each input of its layer, where one for each unit belongs.",
                z=layers(lambda m, n_prev, n: (m, n_prev))),
        mistake("z.one_example", "z is that of one example: the batch has a row for each.",
                z=layers(lambda m, n_prev, n: (n,))),
        mistake("z.like_W", "z has the shape of W: the number of examples is missing.",
                z=layers(lambda m, n_prev, n: (n, n_prev))),
    ),
)  # fmt: skip


def weights(sizes):
    return sum(n_prev * n for n_prev, n in pairwise(sizes))


COUNT = Task(
    number=9,
    call="parameter_count(sizes)",
    returns="count",
    steps={
        "weights": weights,
        "biases": lambda sizes: sum(sizes[1:]),
        "count": lambda weights, biases: weights + biases,
    },
    probes=networks,
    example=((4, 3, 2),),
    helpers={"shapes": SHAPES},
    words={"weights": "the number of weights", "biases": "the number of biases"},
    lecture="04, part 3",
    mistakes=(
        mistake("count.without_biases", "The biases are not counted.", count=lambda weights: weights),
        mistake("count.biases_alone", "Only the biases are counted.", count=lambda biases: biases),
        mistake("count.input_biases", "The input is given biases, too: it has none.",
                count=lambda weights, sizes: weights + sum(sizes)),
        mistake("count.without_last_biases", "The biases of the last layer are not counted.",
                count=lambda weights, sizes: weights + sum(sizes[1:-1])),
        mistake("count.biases_of_inputs", "Each layer has as many biases as inputs, where one for each unit belongs.",
                count=lambda weights, sizes: weights + sum(sizes[:-1])),
        mistake("count.one_bias", "Each layer has a single bias, where each unit should have its own.",
                count=lambda weights, sizes: weights + len(sizes) - 1),
        mistake("count.biases_twice", "The biases are counted twice.",
                count=lambda weights, biases: weights + 2 * biases),
        mistake("count.weights_twice", "The weights are counted twice.",
                count=lambda weights, biases: 2 * weights + biases),
        mistake("count.layers_biases", "Each layer, the input too, has a single bias, where each unit has its own.",
                count=lambda weights, sizes: weights + len(sizes)),
        mistake("count.sums", "The sizes of neighbouring layers are added, where they should be multiplied.",
                count=lambda sizes, biases: sum(a + b for a, b in pairwise(sizes)) + biases),
        mistake("count.first_weights", "All biases are counted, but only the weights of the first layer.",
                count=lambda sizes, biases: sizes[0] * sizes[1] + biases),
        mistake("count.last_weights", "All biases are counted, but only the weights of the last layer.",
                count=lambda sizes, biases: sizes[-1] * sizes[-2] + biases),
        mistake("count.without_first_layer", "The first layer is not counted.",
                count=lambda sizes: weights(sizes[1:]) + sum(sizes[2:])),
        mistake("count.biases_multiplied", "Weights and biases are multiplied, where they should be added.",
                count=lambda weights, biases: weights * biases),
        mistake("count.input_layer_first", "Each layer has as many inputs as the network, not as the layer before.",
                count=lambda sizes, biases: sum(sizes[0] * n for n in sizes[1:]) + biases),
        mistake("count.output_each", "Each unit is connected to the outputs, where the next layer belongs.",
                count=lambda sizes, biases: sum(sizes[-1] * n for n in sizes[:-1]) + biases),
        mistake("count.units", "The units are counted, where weights and biases belong.",
                count=lambda sizes: sum(sizes)),
        mistake("count.product", "The sizes of all layers are multiplied, where only those of neighbours should be.",
                count=lambda sizes: math.prod(sizes)),
        mistake("count.first_layer", "Only the parameters of the first layer are counted.",
                count=lambda sizes: sizes[1] * sizes[0] + sizes[1]),
        mistake("count.last_layer", "Only the parameters of the last layer are counted.",
                count=lambda sizes: sizes[-1] * sizes[-2] + sizes[-1]),
        mistake("count.without_last_layer", "The last layer is not counted.",
                count=lambda sizes: weights(sizes[:-1]) + sum(sizes[1:-1])),
        mistake("count.squares", "Each layer is counted with as many inputs as it has units.",
                count=lambda sizes: sum(n * n + n for n in sizes[1:])),
        mistake("count.all_pairs", "Each layer is connected to all before it, where only the nearest belongs.",
                count=lambda sizes: sum(n * sum(sizes[:l]) + n for l, n in enumerate(sizes) if l)),
    ),
)  # fmt: skip

TASKS = (SHAPES, COUNT)
