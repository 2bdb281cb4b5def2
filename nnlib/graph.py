"""A computational graph of numbers: every node remembers how it was made, and sends gradients back.

    w, x, b = Node(0.6, "w"), Node(0.5, "x"), Node(0.1, "b")
    L = (sigmoid(w * x + b) - 1) ** 2 / 2
    L.backward()  # fills w.grad, x.grad, b.grad with ∂L/∂w, ∂L/∂x, ∂L/∂b
    nn.plot.graph(L)  # draws it

Numbers only, because a drawing shows numbers. For arrays a chain of layers is the graph: each passes on
upstream gradient times local gradient in `backward`, and `gradcheck.jacobian` shows the local one whole.
Refused are values that are not finite numbers, and results and local gradients that would not be.
Source: S2 (the graph w x + b → σ → L), S4 (local gradients, max gate, the bundled sigmoid).
"""

import itertools
import math
from numbers import Real
from typing import NamedTuple

_count = itertools.count()


class Node:
    """z = f(x, y, …): a number, the operation that made it, and an edge to each of its inputs.

    `value` is z, `operation` says what made it from the nodes at its `edges`; `name` is for the drawing.
    `grad` is ∂L/∂z after `L.backward()`, and None before. Plain numbers may stand in for nodes.
    +, −, ×, ÷ and ** make new nodes; the exponent must be a plain number.
    """

    __array_ufunc__ = None  # so that NumPy leaves `number * node` to the node

    def __init__(self, value, name="", operation="", edges=()):
        self.value = _finite(value, operation or name or "value")
        self.name, self.operation = name, operation
        self.edges = tuple(Edge(x, _finite(local, f"slope of {operation}")) for x, local in edges)
        self.grad = None
        self.number = next(_count)  # larger than those of its inputs, which were made before

    def named(self, name):
        """The same node, with a name for the drawing: z = (w * x + b).named("z")."""
        self.name = name
        return self

    def __add__(self, other):
        x, y = self, _node(other)
        return _made("+", x.value + y.value, (x, 1), (y, 1))  # ∂(x + y)/∂x = 1

    def __sub__(self, other):
        x, y = self, _node(other)
        return _made("−", x.value - y.value, (x, 1), (y, -1))  # ∂(x − y)/∂y = −1

    def __mul__(self, other):
        x, y = self, _node(other)
        return _made("×", x.value * y.value, (x, y.value), (y, x.value))  # ∂(x y)/∂x = y

    def __truediv__(self, other):
        x, y = self, _node(other)
        if y.value == 0:
            raise ZeroDivisionError(f"÷: {x!r} cannot be divided by 0")
        z = x.value / y.value
        return _made("÷", z, (x, 1 / y.value), (y, -z / y.value))  # ∂(x / y)/∂y = −x / y²

    def __pow__(self, n):
        x, n = self.value, _finite(n, "exponent")
        try:
            z, slope = math.pow(x, n), n * math.pow(x, n - 1) if n else 0  # ∂xⁿ/∂x = n xⁿ⁻¹
        except (ValueError, OverflowError):
            raise ValueError(f"**: {x:g} ** {n:g} has no finite value or gradient") from None
        return _made(f"^{n:g}", z, (self, slope))

    def __neg__(self):
        return _made("neg", -self.value, (self, -1))  # ∂(−x)/∂x = −1

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other):
        return _node(other) - self

    def __rtruediv__(self, other):
        return _node(other) / self

    def backward(self):
        """∂L/∂x = Σ ∂L/∂z · ∂z/∂x over all nodes z that use x, for L = this node.

        Upstream gradient times local gradient, added up where x is used more than once.
        Every call starts anew, so that calling twice does not double.
        """
        nodes = order(self)
        for node in nodes:
            node.grad = 0.0
        self.grad = 1.0  # ∂L/∂L
        for node in reversed(nodes):
            _finite(node.grad, f"gradient of {node!r}")
            for x, local in node.edges:
                x.grad += node.grad * local

    def __repr__(self):
        label = self.name or self.operation
        return f"Node({self.value:.6g}{', ' + repr(label) if label else ''})"


class Edge(NamedTuple):
    """One input x of a node z, with the local gradient ∂z/∂x."""

    node: Node
    local: float


def exp(x):
    """z = eˣ, ∂z/∂x = eˣ."""
    x = _node(x)
    try:
        z = math.exp(x.value)
    except OverflowError:
        z = math.inf  # which no node may hold
    return _made("exp", z, (x, z))


def log(x):
    """z = ln x for x > 0, ∂z/∂x = 1 / x."""
    x = _node(x)
    if x.value <= 0:
        raise ValueError(f"log: expected a number above 0, got {x!r}")
    return _made("log", math.log(x.value), (x, 1 / x.value))


def maximum(x, y):
    """z = max(x, y), ∂z/∂x = 1 for the larger input, 0 for the other. In a tie the first wins.

    So maximum(0, z) has the derivative 0 at z = 0, like `relu`. S4 leaves ties open (E38).
    """
    x, y = _node(x), _node(y)
    first = x.value >= y.value
    return _made("max", max(x.value, y.value), (x, int(first)), (y, int(not first)))


def relu(x):
    """a = max(0, x) as one node, ∂a/∂x = 1 for x > 0, else 0."""
    x = _node(x)
    return _made("relu", max(0, x.value), (x, int(x.value > 0)))


def tanh(x):
    """a = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ) as one node, ∂a/∂x = 1 − a²."""
    x = _node(x)
    a = math.tanh(x.value)
    return _made("tanh", a, (x, 1 - a**2))


def sigmoid(x):
    """a = 1 / (1 + e⁻ˣ) as one node, ∂a/∂x = a (1 − a)."""
    x = _node(x)
    e = math.exp(-abs(x.value))  # at most 1, so that nothing overflows
    a = 1 / (1 + e) if x.value >= 0 else e / (1 + e)
    return _made("σ", a, (x, a * (1 - a)))


def order(node):
    """`node` and all it depends on, each after its inputs: in the order in which they were made.

    Every node is visited once, however many paths lead to it. Refuses what is not a Node.
    """
    if not isinstance(node, Node):
        raise TypeError(f"node: expected a Node, got {type(node).__name__} {node!r}"[:160])
    found, waiting = {node}, [node]
    while waiting:
        new = {x for x, _ in waiting.pop().edges} - found
        found |= new
        waiting += new
    return sorted(found, key=lambda node: node.number)


def _made(operation, value, *edges):
    return Node(value, operation=operation, edges=edges)


def _node(value):
    return value if isinstance(value, Node) else Node(value)


def _finite(number, name):
    """The number as a float, if it is one and is finite; TypeError or ValueError otherwise."""
    if not isinstance(number, Real) or isinstance(number, bool):
        raise TypeError(f"{name}: expected a number, got {type(number).__name__} {number!r}"[:160])
    if not math.isfinite(number):
        raise ValueError(f"{name}: expected a finite number, got {float(number)}")
    return float(number)
