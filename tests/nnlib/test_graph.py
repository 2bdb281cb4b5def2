"""The computational graph: every gradient against a difference and against work by hand."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import nnlib as nn
from nnlib import graph
from nnlib.gradcheck import numerical_gradient, relative_error
from nnlib.graph import Node, exp, log, maximum, relu, sigmoid, tanh

numbers = st.floats(-3, 3)
positive = st.floats(0.2, 3)


def gradients(f, values):
    """∂f/∂x for every x, by the graph and by differences."""
    nodes = [Node(v) for v in values]
    f(*nodes).backward()
    by_graph = np.array([node.grad for node in nodes])
    values = np.array(values, dtype=float)
    by_difference = numerical_gradient(lambda v: f(*map(Node, v)).value, values)
    return by_graph, by_difference


def assert_right(f, *values):
    by_graph, by_difference = gradients(f, values)
    np.testing.assert_allclose(by_graph, by_difference, rtol=1e-6, atol=1e-7)


ONE = {
    "neg": lambda x: -x,
    "exp": exp,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "sigmoid from its parts": lambda x: 1 / (1 + exp(-x)),
    "x ** 3": lambda x: x**3,
    "x ** 1": lambda x: x**1,
    "x ** 0": lambda x: x**0,
    "number + x": lambda x: 2 + x * 3,
    "number - x": lambda x: 2 - x,
    "x - number": lambda x: x - 2,
    "x used three times": lambda x: x * x + x,
}
POSITIVE = {
    "log": log,
    "x ** -2": lambda x: x**-2,
    "x ** 0.5": lambda x: x**0.5,
    "number / x": lambda x: 3 / x,
    "x / number": lambda x: x / 3,
}
TWO = {
    "x + y": lambda x, y: x + y,
    "x - y": lambda x, y: x - y,
    "x * y": lambda x, y: x * y,
    "x / y": lambda x, y: x / (y * y + 1),
    "x in two places": lambda x, y: sigmoid(x * y) * x - y / (exp(x) + 1),
}


@pytest.mark.parametrize("name", ONE)
@given(x=numbers)
def test_operation_of_one_number(name, x):
    assert_right(ONE[name], x)


@pytest.mark.parametrize("name", POSITIVE)
@given(x=positive)
def test_operation_of_one_positive_number(name, x):
    assert_right(POSITIVE[name], x)


@pytest.mark.parametrize("name", TWO)
@given(x=numbers, y=numbers)
def test_operation_of_two_numbers(name, x, y):
    assert_right(TWO[name], x, y)


@given(numbers, numbers)
def test_maximum_away_from_the_kink(x, y):
    assume(abs(x - y) > 1e-3)
    assert_right(maximum, x, y)


@given(numbers)
def test_relu_away_from_the_kink(x):
    assume(abs(x) > 1e-3)
    assert_right(relu, x)


@given(numbers)
def test_one_node_says_what_many_do(x):
    """relu as a max gate, tanh from two exponentials, sigmoid from one."""
    for bundled, parts in [
        (relu, lambda x: maximum(0, x)),
        (tanh, lambda x: (exp(x) - exp(-x)) / (exp(x) + exp(-x))),
        (sigmoid, lambda x: 1 / (1 + exp(-x))),
    ]:
        one, many = Node(x), Node(x)
        a, b = bundled(one), parts(many)
        a.backward()
        b.backward()
        assert (a.value, one.grad) == (pytest.approx(b.value), pytest.approx(many.grad, abs=1e-12))
        assert [edge.node for edge in a.edges] == [one]


@pytest.mark.parametrize(("f", "operation"), [(relu, "relu"), (tanh, "tanh"), (sigmoid, "σ"), (exp, "exp")])
def test_operations_of_one_number_take_plain_numbers_too_and_have_a_name(f, operation):
    assert f(2).value == f(Node(2)).value
    assert f(2).operation == operation


@pytest.mark.parametrize("x", [0.0, -0.0, 1.5, -2.0])
def test_in_a_tie_the_first_input_of_maximum_wins(x):
    first, second = Node(x), Node(x)
    maximum(first, second).backward()
    assert (first.grad, second.grad) == (1, 0)


def test_relu_has_derivative_0_at_0_as_in_the_library():
    layer = nn.ReLU()
    layer.forward(np.zeros((1, 1)))
    for f in (relu, lambda z: maximum(0, z)):
        z = Node(0.0)
        f(z).backward()
        assert z.grad == layer.backward(np.ones((1, 1)))[0, 0] == 0


def test_difference_at_a_tie_is_a_half_so_that_no_choice_passes_a_gradient_check():
    by_graph, by_difference = gradients(lambda z: maximum(0, z), [0.0])
    assert by_graph[0] == 0 and by_difference[0] == pytest.approx(0.5)


@given(st.lists(numbers, min_size=1, max_size=12), st.integers(0, 2**32 - 1))
def test_random_graphs(values, seed):
    """Any mixture of operations, inner nodes used again and again."""
    rng = np.random.default_rng(seed)
    steps = [(rng.integers(4), *rng.integers(len(values) + i, size=2)) for i in range(8)]

    def f(*inputs):
        nodes = list(inputs)
        for operation, i, j in steps:
            x, y = nodes[i], nodes[j]
            nodes.append((x + y, x - y, sigmoid(x) * y, x / (1 + exp(-y)))[operation])
        return sum(nodes[1:], nodes[0])

    by_graph, by_difference = gradients(f, values)
    assert relative_error(by_graph, by_difference) < 1e-6


def test_worked_example_of_s2_by_hand():
    """2-2-1, x = [.5, .8], y = 1: S2's forward pass, and the backward pass that it leaves out."""
    W1 = [[Node(0.2), Node(0.4)], [Node(0.3), Node(0.1)]]
    b1, W2, b2 = [Node(0.1), Node(0.2)], [Node(0.6), Node(0.5)], Node(0.3)
    x = [0.5, 0.8]
    z1 = [w[0] * x[0] + w[1] * x[1] + b for w, b in zip(W1, b1)]
    a1 = [sigmoid(z) for z in z1]
    z2 = W2[0] * a1[0] + W2[1] * a1[1] + b2
    y_hat = sigmoid(z2)
    L = (y_hat - 1) ** 2 / 2
    L.backward()
    assert [a.value for a in a1] == pytest.approx([0.62715, 0.60587], abs=1e-5)
    assert y_hat.value == pytest.approx(0.72695, abs=1e-5)
    assert L.value == pytest.approx(0.0372769, abs=1e-7)
    assert z2.grad == b2.grad == pytest.approx(-0.0541972, abs=1e-7)
    assert [w.grad for w in W2] == pytest.approx([-0.0339897, -0.0328367], abs=1e-7)
    assert [z.grad for z in z1] == pytest.approx([-0.00760388, -0.00647090], abs=1e-8)
    assert [[w.grad for w in row] for row in W1] == [
        pytest.approx([-0.00380194, -0.00608310], abs=1e-8),
        pytest.approx([-0.00323545, -0.00517672], abs=1e-8),
    ]


def test_against_symbolic_derivatives():
    """∂L/∂w, ∂L/∂x, ∂L/∂b of L = ½ (σ(w x + b) − y)², derived by SymPy."""
    sympy = pytest.importorskip("sympy")
    symbols = sympy.symbols("w x b y")
    w, x, b, y = symbols
    formula = (1 / (1 + sympy.exp(-(w * x + b))) - y) ** 2 / 2
    values = dict(zip(symbols, (0.6, -0.5, 0.1, 1.0), strict=True))
    nodes = [Node(value) for value in values.values()]
    w, x, b, y = nodes
    ((sigmoid(w * x + b) - y) ** 2 / 2).backward()
    for symbol, node in zip(symbols, nodes, strict=True):
        assert node.grad == pytest.approx(float(formula.diff(symbol).subs(values)), rel=1e-12)


def test_local_gradients_stand_on_the_edges():
    x, y = Node(2.0), Node(5.0)
    z = x * y
    assert z.operation == "×"
    assert [(edge.node, edge.local) for edge in z.edges] == [(x, 5), (y, 2)]
    assert z.grad is None


def test_backward_twice_does_not_double():
    x = Node(3.0)
    z = x * x + x
    z.backward()
    z.backward()
    assert x.grad == 7


def test_backward_from_two_ends_that_share_an_input():
    x = Node(3.0)
    square, double = x * x, 2 * x
    square.backward()
    assert x.grad == 6
    double.backward()
    assert x.grad == 2


def test_a_node_without_inputs_is_its_own_gradient():
    x = Node(4.0)
    x.backward()
    assert x.grad == 1


def test_a_very_long_chain():
    x = Node(1.0)
    z = x
    for _ in range(20_000):
        z = z + 0.5
    z.backward()
    assert (z.value, x.grad) == (10_001, 1)


def test_many_paths_are_not_walked_one_by_one():
    """60 doublings make 2⁶⁰ paths from x to z: each node must be visited once."""
    x = Node(1.0)
    z = x
    for _ in range(60):
        z = z + z
    z.backward()
    assert x.grad == 2.0**60
    assert len(graph.order(z)) == 61


def test_order_puts_inputs_first():
    x = Node(1.0)
    z = sigmoid(x * x) + x
    nodes = graph.order(z)
    assert nodes[-1] is z and len(nodes) == 4
    assert all(nodes.index(x) < nodes.index(z) for z in nodes for x, _ in z.edges)


@given(st.floats(-1e6, 1e6))
def test_sigmoid_and_tanh_never_overflow(x):
    a = sigmoid(x)
    assert 0 <= a.value <= 1 and 0 <= a.edges[0].local <= 0.25
    a = tanh(x)
    assert -1 <= a.value <= 1 and 0 <= a.edges[0].local <= 1
    assert relu(x).value == max(x, 0)


def test_the_order_is_that_of_making_even_where_a_later_node_is_nearer():
    x = Node(1.0, "x")
    y = x + x
    late = Node(2.0, "late")
    z = late * y
    assert graph.order(z) == [x, y, late, z]
    assert graph.order(y) == [x, y]  # and nothing that does not lead to it
    with pytest.raises(TypeError, match="^node: expected a Node, got int 3"):
        graph.order(3)


def test_every_operation_is_called_what_a_drawing_shows():
    x, y = Node(2), Node(3)
    made = {x + y: "+", x - y: "−", x * y: "×", x / y: "÷", x**2: "^2", -x: "neg", log(x): "log", maximum(x, y): "max"}
    assert [z.operation for z in made] == [*made.values()]
    assert x.operation == x.name == "" and repr(-x) == "Node(-2, 'neg')" and repr(x) == "Node(2)"


def test_the_largest_exponent_that_has_a_value():
    assert exp(709.7).value == math.exp(709.7)
    for z in (709.79, 710, 711):
        with pytest.raises(ValueError, match="^exp: expected a finite number, got inf"):
            exp(z)


@pytest.mark.parametrize(("operation", "value", "slope"), [
    (lambda x: 2 + x, 6, 1), (lambda x: 2 - x, -2, -1), (lambda x: 2 * x, 8, 2), (lambda x: 2 / x, 0.5, -2 / 16),
])  # fmt: skip
def test_a_number_on_the_left(operation, value, slope):
    z = operation(x := Node(4))
    z.backward()
    assert (z.value, x.grad) == (value, slope)


@pytest.mark.parametrize("left", [np.float64(2), np.float32(2), np.int64(2), 2])
def test_numpy_numbers_on_the_left(left):
    x = Node(3.0)
    z = left * x - left
    assert isinstance(z, Node) and z.value == 4


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: Node("3"), TypeError, "^value: expected a number, got str '3'$"),
        (lambda: Node(None, "w"), TypeError, "w: expected a number"),
        (lambda: Node(True), TypeError, "got bool"),
        (lambda: Node(2j), TypeError, "got complex"),
        (lambda: Node(np.ones(2)), TypeError, "got ndarray"),
        (lambda: np.ones(2) * Node(1), TypeError, "got ndarray"),
        (lambda: Node(math.nan, "w"), ValueError, "w: expected a finite number, got nan"),
        (lambda: Node(math.inf), ValueError, "finite"),
        (lambda: Node(1e200) * Node(1e200), ValueError, "×: expected a finite number, got inf"),
        (lambda: Node(1e200) ** 2, ValueError, "1e\\+200 \\*\\* 2"),
        (lambda: Node(1) / 0, ZeroDivisionError, "divided by 0"),
        (lambda: Node(1) / 1e-310, ValueError, "÷: expected a finite number"),
        (lambda: Node(1e-10) / 1e-310, ValueError, "slope of ÷: expected a finite number, got inf"),
        (
            lambda: (Node(1e-300) * 1e200 * 1e200).backward(),
            ValueError,
            "gradient of Node\\(1e-300\\): expected a finite",
        ),
        (lambda: exp(1000), ValueError, "exp: expected a finite number"),
        (lambda: log(0), ValueError, "log: expected a number above 0"),
        (lambda: log(Node(-1, "z")), ValueError, "'z'"),
        (lambda: Node(0) ** -1, ValueError, "no finite value"),
        (lambda: Node(0) ** 0.5, ValueError, "no finite value or gradient"),
        (lambda: Node(-8) ** 0.5, ValueError, "no finite value"),
        (lambda: Node(2) ** Node(3), TypeError, "exponent: expected a number, got Node"),
        (lambda: 2 ** Node(3), TypeError, "unsupported operand"),
    ],
)
def test_errors_say_what_is_wrong(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_zero_to_the_power_of_small_whole_numbers():
    for n, slope in ((0, 0), (1, 1), (2, 0)):
        x = Node(0.0)
        (x**n).backward()
        assert x.grad == slope


def test_repr_shows_value_and_name():
    assert repr(Node(0.5, "w")) == "Node(0.5, 'w')"
    assert repr(Node(0.5)) == "Node(0.5)"
    assert repr((Node(1) + 2).named("z")) == "Node(3, 'z')"
