"""Part 5: a computational graph with local gradients."""

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake

GRAPHS = [  # (what is special about it, its nodes: None is an input, a value to be drawn)
    ("graphs without shared nodes", [None] * 4 + [("mul", 0, 1), ("add", 4, 2), ("max", 5, 3)]),
    ("graphs without shared nodes", [None] * 4 + [("add", 0, 3), ("mul", 4, 1), ("max", 2, 5), ("mul", 6, 6)]),
    ("graphs with shared nodes", [None] * 2 + [("add", 0, 1), ("mul", 2, 0), ("mul", 3, 2), ("max", 4, 1)]),
    ("graphs with shared nodes", [None] * 3 + [("mul", 0, 2), ("mul", 0, 1), ("add", 3, 4), ("max", 5, 0)]),
    ("graphs with shared nodes", [None] * 3 + [("max", 1, 2), ("add", 3, 0), ("mul", 4, 3), ("add", 5, 4)]),
    ("graphs in which a node is used twice by one other", [None] * 2 + [("mul", 0, 0), ("add", 2, 1), ("mul", 3, 3)]),
    ("graphs with nodes that nothing uses", [None] * 3 + [("mul", 0, 1), ("mul", 1, 2), ("max", 0, 3), ("add", 5, 0)]),
    ("graphs of an input alone", [None]),
]


def graphs(rng):
    """Each graph four times, with other inputs: so often does every side of a maximum win."""
    return [Probe(about, (drawn(rng, form),)) for about, form in GRAPHS for _ in range(4)]


def drawn(rng, form):
    """A graph with random inputs, of which no maximum is near a tie."""
    while True:
        nodes = [("input", float(rng.uniform(0.4, 1.6) * rng.choice([-1, 1]))) if n is None else n for n in form]
        values = forward(nodes)
        if all(abs(values[n[1]] - values[n[2]]) > 0.05 for n in nodes if n[0] == "max"):
            return nodes


FUNCTIONS = {"add": lambda x, y: x + y, "mul": lambda x, y: x * y, "max": max}
LOCAL = {"add": lambda x, y: (1, 1), "mul": lambda x, y: (y, x), "max": lambda x, y: (float(x > y), float(y > x))}


def forward(nodes, **functions):
    """The value of each node."""
    values = []
    for operation, *inputs in nodes:
        made = (FUNCTIONS | functions).get(operation)
        values.append(made(*(values[i] for i in inputs)) if made else inputs[0])
    return np.array(values)


def edges(nodes, values, **local):
    """For each node its inputs, each with the local gradient by it."""
    slopes = LOCAL | local
    return [
        list(zip(inputs, slopes[operation](*(values[i] for i in inputs)))) if operation in slopes else []
        for operation, *inputs in nodes
    ]


def times(upstream, local):
    return upstream * local


def plus(old, new):
    return old + new


def last(old, new):
    return new


def first(old, new):
    return old or new


def back(edges, start=1.0, chain=times, adds=(plus, plus)):
    """The gradient of the last node by each: from the last to the first, upstream times local, added up.

    `adds` says for the first and the second input of a node what becomes of the gradient that is there already.
    """
    gradients = np.zeros(len(edges))
    gradients[-1] = start
    for i in reversed(range(len(edges))):
        for (k, local), add in zip(edges[i], adds):
            gradients[k] = add(gradients[k], chain(gradients[i], local))
    return gradients


def onward(edges):
    """What comes out if nodes are gone through from the first to the last."""
    gradients = np.zeros(len(edges))
    gradients[-1] = 1.0
    for i, inputs in enumerate(edges):
        for k, local in inputs:
            gradients[k] += gradients[i] * local
    return gradients


def slopes(**local):
    """The step `edges` with other local gradients."""
    return lambda nodes, values: edges(nodes, values, **local)


SHARED = "A node that is used more than once keeps the gradient of one use, where all should be added up."
GRAPH = Task(
    number=12,
    call="graph_gradients(nodes)",
    returns="values gradients",
    steps={"values": lambda nodes: forward(nodes), "edges": slopes(), "gradients": lambda edges: back(edges)},
    probes=graphs,
    example=(
        [("input", 2.0), ("input", -1.0), ("input", 3.0), ("add", 0, 1), ("mul", 3, 2), ("max", 4, 0), ("mul", 5, 3)],
    ),
    lecture="05",
    mistakes=(
        *(mistake("shared.overwritten", SHARED, gradients=lambda edges, adds=adds: back(edges, adds=adds))
          for adds in [(last, last), (last, plus), (plus, last), (first, first)]),
        mistake("mul.own_value", "At a product, each factor gets its own value, where that of the other belongs.",
                edges=slopes(mul=lambda x, y: (x, y))),
        mistake("mul.one", "At a product, the gradient passes as at a sum.", edges=slopes(mul=lambda x, y: (1, 1))),
        mistake("mul.product", "At a product, each factor gets the product, where the other factor belongs.",
                edges=slopes(mul=lambda x, y: (x * y, x * y))),
        mistake("mul.first_only", "At a product, only the first factor gets a gradient.",
                edges=slopes(mul=lambda x, y: (y, 0))),
        mistake("add.value", "At a sum, the gradient is multiplied by the inputs, where it should pass as it is.",
                edges=slopes(add=lambda x, y: (x, y))),
        mistake("add.other_value", "At a sum, the gradient is multiplied by the other input, as at a product.",
                edges=slopes(add=lambda x, y: (y, x))),
        mistake("add.half", "At a sum, each input gets half of the gradient, where each should get all of it.",
                edges=slopes(add=lambda x, y: (0.5, 0.5))),
        mistake("max.both", "At a maximum, both inputs get the gradient, where only the larger one should.",
                edges=slopes(max=lambda x, y: (1, 1))),
        mistake("max.smaller", "At a maximum, the smaller input gets the gradient, where the larger one should.",
                edges=slopes(max=lambda x, y: (float(x < y), float(y < x)))),
        mistake("max.first", "At a maximum, the first input gets the gradient, whichever is larger.",
                edges=slopes(max=lambda x, y: (1, 0))),
        mistake("max.second", "At a maximum, the second input gets the gradient, whichever is larger.",
                edges=slopes(max=lambda x, y: (0, 1))),
        mistake("max.value", "At a maximum, the gradient is multiplied by the larger input, not passed as it is.",
                edges=slopes(max=lambda x, y: (x * (x > y), y * (y > x)))),
        mistake("max.half", "At a maximum, each input gets half of the gradient: the larger one should get all.",
                edges=slopes(max=lambda x, y: (0.5, 0.5))),
        mistake("max.none", "At a maximum, no gradient passes.", edges=slopes(max=lambda x, y: (0, 0))),
        mistake("max.sign", "At a maximum, the smaller input gets a negative gradient, where 0 belongs.",
                edges=slopes(max=lambda x, y: (np.sign(x - y), np.sign(y - x)))),
        mistake("chain.without_upstream", "The gradient that arrives at a node is not multiplied in.",
                gradients=lambda edges: back(edges, chain=lambda upstream, local: local)),
        mistake("chain.without_local", "The gradient that arrives is passed on without the local gradient.",
                gradients=lambda edges: back(edges, chain=lambda upstream, local: upstream)),
        mistake("chain.added", "The gradient that arrives and the local one are added, not multiplied.",
                gradients=lambda edges: back(edges, chain=lambda upstream, local: upstream + local)),
        mistake("start.value", "The gradient of the last node is its value, where 1 belongs.",
                gradients=lambda edges, values: back(edges, start=values[-1])),
        mistake("order.forward", "Nodes are visited first to last, and pass gradients on before these are complete.",
                gradients=onward),
        mistake("max.min", "At a maximum, the smaller input is taken, and it gets the gradient as well.",
                values=lambda nodes: forward(nodes, max=min), edges=slopes(max=lambda x, y: LOCAL["max"](y, x))),
        mistake("values.min", "The value of a maximum is the smaller input, where the larger one belongs.",
                values=lambda nodes: forward(nodes, max=min)),
    ),
)  # fmt: skip

TASKS = (GRAPH,)
