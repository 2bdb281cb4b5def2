"""A computational graph of numbers: every value remembers how it was made. Its nodes are in `nodes.py`.

    w, x, b = Node(0.6, "w"), Node(0.5, "x"), Node(0.1, "b")
    L = (sigmoid(w * x + b) - 1) ** 2 / 2
    L.backward()  # fills w.grad, x.grad, b.grad with ∂L/∂w, ∂L/∂x, ∂L/∂b
    draw(L)

Numbers only, because a drawing shows numbers. For arrays a chain of layers is the graph: each passes on
upstream gradient times local gradient in `backward`, and `gradcheck.jacobian` shows the local one whole.

Source: S2 (the graph w x + b → σ → L), S4 (local gradients, max gate, the bundled sigmoid).
"""

from nnlib.nodes import Edge, Node, exp, log, maximum, order, sigmoid

__all__ = ["Edge", "Node", "draw", "exp", "log", "maximum", "order", "sigmoid"]


def draw(node, ax=None, local=False):
    """The graph that ends in `node`, with values, gradients and, if `local`, local ones: see `nn.plot.graph`."""
    from nnlib import plot  # here, because it loads Matplotlib

    return plot.graph(node, ax, local)
