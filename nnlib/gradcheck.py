"""Gradient checking: compare what backward computes with differences of the loss itself."""

import copy
import math

import numpy as np

from nnlib.arguments import describe, need_finite, need_function, need_generator, need_loss, need_network, need_number


def numerical_gradient(f, theta, h=1e-5):
    """∂f/∂θ_i ≈ (f(θ + h e_i) − f(θ − h e_i)) / 2h for every entry of θ, with an error of order h².

    f takes an array of θ's shape and returns a number; θ is float64 and is left as it was. Refuses
    another dtype, and an f that returns anything but a number.
    Costs two calls of f per entry: for checking, not for training. Source: S2, S4.
    """
    h, f = need_number("h", h, above=0), need_function("f", f)
    _need_float64("theta", theta)
    gradient = np.empty_like(theta)
    for i in np.ndindex(theta.shape):
        step = np.zeros_like(theta)
        step[i] = h
        gradient[i] = (_number(f(theta + step)) - _number(f(theta - step))) / (2 * h)
    return gradient


def directional_derivative(f, theta, direction, h=1e-5):
    """(f(θ + h d) − f(θ − h d)) / 2h ≈ d · ∇f(θ), a number: two calls check a gradient of any size.

    θ and the direction d have one shape, which is all that f must take. Source: HIPS autograd.
    """
    _need_float64("theta", theta), _need_float64("direction", direction)
    if direction.shape != theta.shape:
        raise ValueError(f"direction: expected the shape of theta, {np.shape(theta)}, got {np.shape(direction)}")
    h, f = need_number("h", h, above=0), need_function("f", f)
    return (_number(f(theta + h * direction)) - _number(f(theta - h * direction))) / (2 * h)


def jacobian(layer, x):
    """J_ij = ∂y_i/∂x_j of a layer or network y = f(x) at one example x (n_in,): J is (n_out, n_in).

    A row of J is what backward makes of a unit vector. For ReLU J is diagonal, with 0 and 1: 4096 × 4096
    numbers for 4096 units, of which backward needs only the diagonal. Works on a copy of the layer, so that its
    gradients stay as they are. Refuses a batch. Source: S4.
    """
    if need_finite("x", x).ndim != 1:
        raise ValueError(f"x: expected one example, shape (n_in,), got shape {x.shape}")
    layer = copy.deepcopy(layer)
    y = layer.forward(x[None, :])[0]
    layer.forward(np.tile(x, (len(y), 1)))
    return layer.backward(np.eye(len(y), dtype=y.dtype), need_dx=True)


def relative_error(a, b):
    """‖a − b‖ / max(‖a‖, ‖b‖), one number per tensor: 0 when equal, about 1 when unrelated, 2 for a wrong sign.

    Norm-wise, because an entry near 0 has no meaningful relative error of its own. a and b have one shape:
    NumPy would broadcast others without a word. Numbers that are not finite are infinitely wrong. Source: CS231n.
    """
    if np.shape(a) != np.shape(b):
        raise ValueError(f"a and b: expected one shape, got {np.shape(a)} and {np.shape(b)}")
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    largest = max(np.abs(a).max(initial=0), np.abs(b).max(initial=0))  # scaled by it, no square is infinite, or all 0
    if not np.isfinite(a).all() or not np.isfinite(b).all():
        return math.inf
    if largest == 0:
        return 0.0
    a, b = a / largest, b / largest
    return float(np.linalg.norm(a - b) / max(np.linalg.norm(a), np.linalg.norm(b)))


def check_network(net, loss, x, y, h=1e-5, train=False):
    """The relative error of every gradient that backward computes, as {"0.W": 3e-10, "0.b": …}.

    Works on a float64 copy of the network; expect below 1e-7 (more only next to a kink of ReLU). It is 0 where
    both gradients are 0 but for rounding, as that of a bias before BatchNorm is.
    `loss` gives (L, dz), x and y are a batch, h is the step in θ. `train` checks what BatchNorm and Dropout do in
    training: every forward then drops the same units. Source: CS231n.
    """
    net, loss_at = _on_copy(net, loss, x, y, train)
    exact = net.grad
    difference = numerical_gradient(loss_at, net.theta.copy(), h)
    rounding = 10 * np.finfo(np.float64).eps * abs(loss_at(net.theta.copy())) / h  # in every entry of the difference
    errors, start = {}, 0
    for name, parameter in net.named_parameters().items():
        piece = slice(start, start := start + parameter.size)
        none = max(np.abs(exact[piece]).max(), np.abs(difference[piece]).max()) <= rounding
        errors[name] = 0.0 if none else relative_error(exact[piece], difference[piece])
    return errors


def check_direction(net, loss, x, y, rng, h=1e-5, train=False):
    """Relative error of d · ∇L along one direction d, drawn from `rng`: a check for networks of any size.

    loss, h and train are as in check_network, x and y a batch with rows of the same shape. Source: HIPS autograd.
    """
    net, loss_at = _on_copy(net, loss, x, y, train)
    direction = need_generator(rng).standard_normal(net.theta.size)
    exact = float(net.grad @ direction)
    return relative_error(exact, directional_derivative(loss_at, net.theta.copy(), direction, h))


def _on_copy(net, loss, x, y, train):
    """A float64 copy of the network with its gradient, and the loss as a function of θ."""
    net, x = need_network(net).astype(np.float64), need_finite("x", x).astype(np.float64)
    rewind = _chance(net)
    net.backward(need_loss(loss(net.forward(x, train), y))[1])

    def loss_at(theta):
        rewind()
        net.theta = theta
        return loss(net.forward(x, train), y)[0]

    return net, loss_at


def _chance(net):
    """A function that sets every generator of the layers back to where it is now: the same units drop again."""
    values = [value for _, leaf in net.leaves() for value in vars(leaf).values()]
    states = [(rng, rng.bit_generator.state) for rng in values if isinstance(rng, np.random.Generator)]

    def rewind():
        for rng, state in states:
            rng.bit_generator.state = state

    return rewind


def _need_float64(name, x):
    if getattr(x, "dtype", None) != np.float64:
        raise TypeError(f"{name}: differences need float64, got {describe(x)}; see Sequential.astype")
    if x.size:
        need_finite(name, x)


def _number(value):
    """value if it is a number; TypeError otherwise."""
    if not isinstance(value, (int, float, np.number, np.ndarray)) or np.ndim(value):
        hint = ". A loss gives (L, dz): take its [0]" if isinstance(value, tuple) else ""
        raise TypeError(f"f: expected a function that returns a number, but it returned {describe(value)}{hint}")
    return value
