"""Networks: layers in sequence over one flat vector of parameters θ and one of gradients."""

import copy
from functools import cached_property

import numpy as np

from nnlib.arguments import describe, need_count, need_dtype, need_finite, need_floats, need_values
from nnlib.files import read_arrays, write_arrays
from nnlib.layer import Layer, undisturbed
from nnlib.table import table


class Sequential(Layer):
    """ŷ = f_L(… f_2(f_1(x))): layers applied one after the other.

    All parameters live in one vector `theta`, all gradients in one vector `grad` of the same size;
    the arrays of the layers (`W`, `dW`, …) are views into them. Assigning to either copies the values.
    x is a batch (m, …). The outermost network looks for NaN, copies what it is given, and takes floats of
    another dtype in that of θ, so that float64 data do not make a float32 network slow.

    net[i] is a layer, net[:2] a part of the network. A layer belongs to one network: refused are a layer
    that another one has, a layer that comes twice, and what is not a layer. Source: S1's θ; S2.
    """

    def __init__(self, *layers):
        self._layers = _need_free(layers)
        self._gather()

    @property
    def layers(self):
        """The layers, a tuple."""
        return self._layers

    def __getitem__(self, index):
        return Part(self, range(len(self.layers))[index]) if isinstance(index, slice) else self.layers[index]

    def forward(self, x, train=False):
        x = self.need_input("x", self._in_dtype("x", x))
        for layer in self.layers:
            x = layer.forward(x, train)
        return x if self.in_network else x.copy()  # who gets it may change it

    def backward(self, dz, need_dx=False):
        """Fill `grad` with ∂L/∂θ from ∂L/∂(output); give ∂L/∂x only when it is asked for."""
        first, dz = 0 if need_dx else self._first_learned, self._in_dtype("dz", dz)
        for layer in reversed(self.layers[first + 1 :]):
            dz = layer.backward(dz, need_dx=True)
        return self.layers[first].backward(dz, need_dx)

    @cached_property
    def _first_learned(self):
        """The first layer with parameters, where backward may end."""
        return next((i for i, layer in enumerate(self.layers) if layer.named_parameters()), 0)

    def predict(self, x, batch_size=1000):
        """Outputs for all rows of x, `batch_size` at a time so that memory stays small.

        The same as forward(x), but that backward still belongs to the forward before it.
        """
        if not need_finite("x", x).ndim:
            raise ValueError("x: expected one example per row, got a single number")
        batch_size = need_count("batch_size", batch_size)
        starts = range(0, len(x), batch_size)
        with undisturbed(self):
            return np.concatenate([self.forward(x[i : i + batch_size]) for i in starts])

    def shapes(self, x):
        """[(m, 784), (m, 128), …]: the shape of x, and of what each layer makes of it. Changes nothing."""
        x = self.need_input("x", self._in_dtype("x", x))
        shapes = [x.shape]
        with undisturbed(self):
            for layer in self.layers:
                x = layer.forward(x)
                shapes.append(x.shape)
        return shapes

    def summary(self, x=None):
        """A table of the layers, their parameters' shapes and numbers, Σ n_l n_{l−1} + n_l in all. Source: S2.

        With a batch x, it also shows the shape of what each layer gives for it.
        """
        return table(self, None if x is None else self.shapes(x)[1:])

    @property
    def theta(self):
        """θ, all parameters in one vector. Assigning to it copies the values into the layers."""
        return self._theta

    @theta.setter
    def theta(self, values):
        self._theta[...] = need_values("theta", values, self._theta.shape)

    @property
    def grad(self):
        """∂L/∂θ, all gradients in one vector of θ's size. Assigning to it copies the values into the layers."""
        return self._grad

    @grad.setter
    def grad(self, values):
        self._grad[...] = need_values("grad", values, self._grad.shape)

    def leaves(self):
        return [(f"{i}.{path}", leaf) for i, layer in enumerate(self.layers) for path, leaf in layer.leaves()]

    def _gather(self):
        """Take the layers in: their parameters go into one new vector θ, their gradients into another."""
        for layer in self.layers:
            layer.in_network = True
        arrays = list(self.named_parameters().values())
        theta = np.empty(_size(self.layers), np.result_type(*arrays) if arrays else np.float32)
        self.bind(theta, np.zeros_like(theta))

    def bind(self, theta, grad):
        """Make θ and grad, in pieces, the parameters and gradients of the layers."""
        self._theta, self._grad, start = theta, grad, 0
        for layer in self.layers:
            piece = slice(start, start := start + _size([layer]))
            layer.bind(theta[piece], grad[piece])

    def _in_dtype(self, name, x):
        """x, an array of floats, in the dtype of θ; as it is, if there is nothing to learn."""
        if need_floats(name, x).dtype == self.theta.dtype or not self.theta.size:
            return x
        with np.errstate(over="ignore"):  # what is too large for it becomes infinite, and is refused as that
            return x.astype(self.theta.dtype)

    def astype(self, dtype):
        """A copy whose parameters have another dtype: float64 for gradient checks. Refuses what is not of floats."""
        dtype, net = need_dtype("dtype", dtype), copy.deepcopy(self)
        for _, leaf, key in net._kept():
            vars(leaf)[key] = vars(leaf)[key].astype(dtype)
        net._gather()
        return net

    def state(self):
        """{name: copy} of everything that training has left in the layers: parameters and statistics."""
        return {name: getattr(leaf, key).copy() for name, leaf, key in self._kept()}

    def load_state(self, state):
        """Put what `state` gave back into the layers; an error, and nothing changed, if it does not fit."""
        if not isinstance(state, dict):
            raise TypeError(f"state: expected what state() gave, got {describe(state)}")
        if unknown := state.keys() - {name for name, _, _ in self._kept()}:
            raise ValueError(f"state: holds {', '.join(sorted(unknown))}, for which {self!r} has no place")
        for name, leaf, key in self._kept():
            expected, got = getattr(leaf, key), state.get(name)
            if np.shape(got) != expected.shape or np.asarray(got).dtype.kind != "f":
                raise ValueError(f"{name}: expected {describe(expected)}, got {describe(got)}")
        for name, leaf, key in self._kept():
            getattr(leaf, key)[...] = state[name]

    def _kept(self):
        for path, leaf in self.leaves():
            for key in (*leaf.parameters, *leaf.statistics):
                yield path + key, leaf, key

    def save(self, path):
        """Write the state into a file (NumPy's .npz, no pickle). An older file stays whole until the new one is.

        Refuses a path in a folder that does not exist.
        """
        write_arrays(path, repr(self), self.state())

    def load(self, path):
        """Read what `save` wrote from a network of the same layers; ValueError for any other file.

        Nothing in the file is executed, and nothing changes unless all of it fits.
        """
        layers, saved = read_arrays(path, "a network")
        if layers != repr(self):
            raise ValueError(f"{path}: holds {layers}, which does not fit into {self!r}")
        self.load_state(saved)

    def __getstate__(self):  # a copy has a θ of its own, made from the copies of the layers
        return {name: value for name, value in super().__getstate__().items() if name not in ("_theta", "_grad")}

    def __setstate__(self, state):
        vars(self).update(state)
        self._gather()

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(map(repr, self.layers))})"


class Part(Sequential):
    """net[a:b]: neighbouring layers of a network as a network, a view: its θ and grad are pieces of the whole's.

    Training it trains the whole. A copy of it is a network of its own. `whole` is the network, `indices` is
    the range of its layers: others than one or more neighbours are refused.
    """

    def __init__(self, whole, indices):
        if not indices or indices.step != 1:
            raise ValueError(f"net[a:b]: expected neighbouring layers, such as net[:2], got those of {list(indices)}")
        self.whole, self._layers = whole, whole.layers[indices.start : indices.stop]
        start = _size(whole.layers[: indices.start])
        self.piece = slice(start, start + _size(self._layers))

    @property
    def _theta(self):
        return self.whole.theta[self.piece]

    @property
    def _grad(self):
        return self.whole.grad[self.piece]

    def __reduce__(self):
        return Sequential, copy.deepcopy(self.layers)

    def __repr__(self):
        return f"Sequential({', '.join(map(repr, self.layers))})"


class Residual(Sequential):
    """y = x + f(x), ∂L/∂x = ∂L/∂y + (∂f/∂x)ᵀ ∂L/∂y: layers f with a shortcut around them.

    x and f(x) have the same shape: others are refused. The gradient reaches x also where f passes none on.
    Source: He et al. 2016; named in S0, S2.
    """

    def forward(self, x, train=False):
        x = self._in_dtype("x", x)
        y = super().forward(x, train)
        if y.shape != x.shape:
            raise ValueError(f"{self!r}: expected f(x) of the shape of x, {x.shape}, got {y.shape}")
        return x + y

    def backward(self, dy, need_dx=True):
        dy = self._in_dtype("dy", dy)
        dx = super().backward(dy, need_dx)
        return dy + dx if need_dx else None


def _need_free(layers):
    """layers, if they are one or more different layers with parameters of floats, which no network has."""
    for layer in layers:
        if not isinstance(layer, Layer):
            raise TypeError(f"Sequential: expected layers, got {type(layer).__name__} {layer!r}")
        if layer.in_network or isinstance(layer, Part):
            raise ValueError(
                f"Sequential: {layer!r} belongs to a network already. A part of that one, which shares its θ, is "
                "net[:2]; the same with more layers is Sequential(net, …); another network needs new layers, or "
                "copies, such as copy.deepcopy(net[:2])"
            )
        for name, array in layer.named_parameters().items():
            need_floats(f"{name} of {layer!r}", array)
    leaves = [id(leaf) for layer in layers for _, leaf in layer.leaves()]
    if not layers or len(set(leaves)) < len(leaves):
        raise ValueError("Sequential: expected one or more layers, each of them only once")
    return layers


def _size(layers):
    """How many numbers these layers learn."""
    return sum(array.size for layer in layers for array in layer.named_parameters().values())
