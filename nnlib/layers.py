"""Layers: forward computes a layer's output, backward the gradients of its parameters and input."""

import copy
from contextlib import contextmanager

import numpy as np

from nnlib import initializers
from nnlib.arguments import (
    describe,
    need_array,
    need_count,
    need_dtype,
    need_finite,
    need_floats,
    need_forward_first,
    need_function,
    need_generator,
    need_gradient,
    need_number,
    need_values,
)


class Layer:
    """y = f(x; θ): one step of a network. The base class of all layers and activations.

    `parameters` names the arrays that are learned; the gradient of `W` lives in `dW`. `statistics`
    names the arrays that are measured in training and needed afterwards, such as running means.
    Assigning to any of them (`layer.W = …`) copies the values into the array that is there, which may be
    a piece of a network's θ. Refuses values of another shape, or that are no real numbers.

    `forward` keeps what `backward` will need: `backward` belongs to the last `forward`.
    The first layer of a network has no use for ∂L/∂x, so a layer may leave it out without `need_dx`.

    x and y are batches, (m, …) with one example per row. Every `forward` refuses x that is no array of
    finite floats with at least one example, and every `backward` a gradient that has not the shape of the
    last output, or any before the first `forward`. A layer of a network leaves looking for NaN to the network.
    """

    parameters = ()
    statistics = ()
    in_network = False  # True once a network has taken the layer, and its parameters into θ

    def forward(self, x, train=False):
        """y = f(x; θ), one example per row. `train` matters to layers such as Dropout."""
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def backward(self, dy, need_dx=True):
        """∂L/∂x from ∂L/∂y, for the x of the last forward; stores ∂L/∂θ."""
        raise NotImplementedError(f"{type(self).__name__} has no backward")

    def need_input(self, name, x, shape=None):
        """x as `forward` may keep it: floats of this shape; a copy, since who gave x may change it.

        In a network what comes in was made for this layer alone, and may be NaN when training has diverged.
        """
        x = need_floats(name, x, shape)
        return x if self.in_network else need_finite(name, x).copy()

    def leaves(self):
        """(path, layer) of every layer that is not itself made of layers; a network has many."""
        return [("", self)]

    def named_parameters(self):
        """{name: array} of everything that is learned, in the order of θ, such as {"0.W": …, "0.b": …}."""
        return {path + name: getattr(leaf, name) for path, leaf in self.leaves() for name in leaf.parameters}

    def bind(self, theta, grad):
        """Move what is learned into θ, and its gradient into grad, leaving views behind.

        θ and grad are as long as all parameters together. Matrices lie there column by column: Wᵀ is then
        contiguous, and x Wᵀ up to 20 % quicker.
        """
        start = 0
        for name in self.parameters:
            array, gradient = getattr(self, name), getattr(self, "d" + name, None)
            piece = slice(start, start := start + array.size)
            order = "F" if array.ndim == 2 else "C"
            theta[piece] = array.ravel(order)
            grad[piece] = 0 if gradient is None else gradient.ravel(order)
            vars(self)[name] = theta[piece].reshape(array.shape, order=order)
            vars(self)["d" + name] = grad[piece].reshape(array.shape, order=order)

    def __setattr__(self, name, value):
        lasting = name in self.parameters or name in self.statistics or (name[0] == "d" and name[1:] in self.parameters)
        array = vars(self).get(name) if lasting else None
        if isinstance(array, np.ndarray) and value is not array:
            array[...] = need_values(name, value, array.shape)
        else:  # something to be kept for backward, an array's first values, or what `layer.W -= …` has changed already
            object.__setattr__(self, name, value)

    def __getstate__(self):  # a copy of a layer belongs to no network
        return {name: value for name, value in vars(self).items() if name != "in_network"}

    def __copy__(self):
        return copy.deepcopy(self)

    def __repr__(self):
        return f"{type(self).__name__}()"


@contextmanager
def undisturbed(layer):
    """Inside it `forward` may be called; afterwards `backward` still belongs to the forward before.

    `layer` is a layer or a network, whose layers are then as they were. `train=True` would move statistics.
    """
    before = [(one, vars(one).copy()) for one in _family(layer)]
    try:
        yield layer
    finally:
        for one, attributes in before:
            vars(one).clear()
            vars(one).update(attributes)


def _family(layer):
    """A layer and all that it is made of."""
    return [layer, *(one for inner in getattr(layer, "layers", ()) for one in _family(inner))]


class Linear(Layer):
    """z = x Wᵀ + b: every output is a weighted sum of all inputs, plus a bias.

    x is (m, n_in), W is (n_out, n_in), b is (n_out,), z is (m, n_out).
    W is drawn by `init(n_in, n_out, rng)`; b starts at 0. Refuses x without n_in columns, and an `init`
    that gives W another shape. Source: S2, "Vectorized Implementation".
    """

    parameters = ("W", "b")

    def __init__(self, n_in, n_out, init=initializers.he, rng=None, dtype=np.float32):
        n_in, n_out = need_count("n_in", n_in), need_count("n_out", n_out)
        self.W = drawn(init, n_in, n_out, rng).astype(need_dtype("dtype", dtype))
        self.b = np.zeros(n_out, dtype)
        self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)
        self.x = None

    def forward(self, x, train=False):
        self.x = self.need_input("x", x, ("m", self.W.shape[1]))
        z = self.x @ self.W.T
        z += self.b  # z = x Wᵀ + b, without a second new array
        return z

    def backward(self, dz, need_dx=True):
        """∂L/∂W = δᵀ x, ∂L/∂b = Σ δ, ∂L/∂x = δ W, with δ = ∂L/∂z of shape (m, n_out)."""
        need_forward_first(self, self.x)
        need_gradient("dz", dz, (len(self.x), len(self.b)))
        np.matmul(dz.T, self.x, out=self.dW)  # ∂L/∂W = δᵀ a_prev, written where it belongs
        np.matmul(np.ones(len(dz), dz.dtype), dz, out=self.db)  # ∂L/∂b = Σ δ, as 1ᵀ δ, which is quicker
        if need_dx:
            return dz @ self.W  # ∂L/∂a_prev = δ W

    def __repr__(self):
        n_out, n_in = self.W.shape
        return f"Linear({n_in}, {n_out})"


class Dropout(Layer):
    """a = x ⊙ r / (1 − p) in training, with r = 0 with probability p and else 1; a = x otherwise.

    Inverted dropout: dividing by 1 − p keeps the mean, so that nothing is to be done in use.
    `p` is the probability of dropping; refused outside of [0, 1). Source: Srivastava et al. 2014; S2, whose
    p is once the probability of keeping and once that of dropping (E06).
    """

    scale = None

    def __init__(self, p, rng):
        self.p, self.rng = need_number("p", p, least=0, below=1), need_generator(rng)

    def forward(self, x, train=False):
        x = self.need_input("x", x)
        self.scale = self.mask(x) * x.dtype.type(1 / (1 - self.p)) if train else np.ones_like(x)
        return x * self.scale

    def mask(self, x):
        """r, drawn anew: False with probability p, in the shape of x."""
        return self.rng.random(x.shape, np.float32) >= self.p

    def backward(self, da, need_dx=True):
        need_forward_first(self, self.scale)
        need_gradient("da", da, self.scale.shape)
        return da * self.scale

    def __repr__(self):
        return f"{type(self).__name__}({self.p})"


class ClassicDropout(Dropout):
    """a = x ⊙ r in training; a = (1 − p) x otherwise: scaled in use instead of in training (E07).

    `p` is the probability of dropping here, too. Source: S2; Srivastava et al. 2014.
    """

    def forward(self, x, train=False):
        x = self.need_input("x", x)
        self.scale = self.mask(x).astype(x.dtype) if train else np.full_like(x, 1 - self.p)
        return x * self.scale


def drawn(init, n_in, n_out, rng):
    """init(n_in, n_out, rng); TypeError or ValueError if those are not finite numbers of shape (n_out, n_in)."""
    W = need_array("init", need_function("init", init)(n_in, n_out, need_generator(rng)))
    if W.shape != (n_out, n_in):
        raise ValueError(f"init: expected W of shape (n_out, n_in), here {(n_out, n_in)}, got {describe(W)}")
    return W
