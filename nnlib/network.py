"""Networks: layers in sequence over one flat vector of parameters θ and one of gradients."""

import copy

import numpy as np

from nnlib.arguments import describe, need_count, need_dtype, need_finite
from nnlib.files import read_arrays, write_arrays
from nnlib.layers import Layer


class Sequential(Layer):
    """ŷ = f_L(… f_2(f_1(x))): layers applied one after the other.

    All parameters live in one vector `theta`, all gradients in one vector `grad` of the same size;
    the arrays of the layers (`W`, `dW`, …) are views into them. A layer belongs to one network:
    building another one with it moves it there. The outermost network checks and copies what it is
    given, so that its layers need not. Refuses what is not a layer, and a layer that comes twice.
    Source: S1's θ; S2.
    """

    def __init__(self, *layers):
        for layer in layers:
            if not isinstance(layer, Layer):
                raise TypeError(f"Sequential: expected layers, got {type(layer).__name__} {layer!r}")
        leaves = [leaf for layer in layers for _, leaf in layer.leaves()]
        if not layers or len(set(map(id, leaves))) < len(leaves):
            raise ValueError("Sequential: expected one or more layers, each of them only once")
        self.layers = layers
        for layer in layers:
            layer.inner = True
        learned = [i for i, layer in enumerate(layers) if layer.named_parameters()]
        self._first_learned = learned[0] if learned else 0
        arrays = list(self.named_parameters().values())
        theta = np.empty(sum(a.size for a in arrays), np.result_type(*arrays) if arrays else np.float32)
        self.bind(theta, np.zeros_like(theta))

    def bind(self, theta, grad):
        """Make θ and grad, in pieces, the parameters and gradients of the layers."""
        self._theta, self.grad, start = theta, grad, 0
        for layer in self.layers:
            size = sum(a.size for a in layer.named_parameters().values())
            piece = slice(start, start := start + size)
            layer.bind(theta[piece], grad[piece])

    def leaves(self):
        return [(f"{i}.{path}", leaf) for i, layer in enumerate(self.layers) for path, leaf in layer.leaves()]

    @property
    def theta(self):
        """θ, all parameters in one vector. Assigning to it copies the values into the layers."""
        return self._theta

    @theta.setter
    def theta(self, values):
        if np.shape(values) != self._theta.shape:
            raise ValueError(f"theta: expected shape {self._theta.shape}, got {np.shape(values)}")
        if np.asarray(values).dtype.kind not in "fiu":
            raise TypeError(f"theta: expected real numbers, got {describe(values)}")
        self._theta[...] = values

    def forward(self, x, train=False):
        x = self.taken("x", x)
        for layer in self.layers:
            x = layer.forward(x, train)
        return self.given(x)

    def backward(self, dz, need_dx=False):
        """Fill `grad` with ∂L/∂θ from ∂L/∂(output); give ∂L/∂x only when it is asked for."""
        first = 0 if need_dx else self._first_learned
        for layer in reversed(self.layers[first + 1 :]):
            dz = layer.backward(dz, need_dx=True)
        return self.layers[first].backward(dz, need_dx)

    def predict(self, x, batch_size=1000):
        """Outputs for all rows of x, `batch_size` at a time so that memory stays small."""
        if not need_finite("x", x).ndim:
            raise ValueError("x: expected one example per row, got a single number")
        starts = range(0, len(x), need_count("batch_size", batch_size))
        return np.concatenate([self.forward(x[i : i + batch_size]) for i in starts])

    def astype(self, dtype):
        """A copy whose parameters have another dtype: float64 for gradient checks. Refuses what is not of floats."""
        dtype = need_dtype("dtype", dtype)
        layers = copy.deepcopy(self.layers)
        for layer in layers:
            for _, leaf in layer.leaves():
                for name in leaf.parameters + leaf.statistics:
                    setattr(leaf, name, getattr(leaf, name).astype(dtype))
        return type(self)(*layers)

    def state(self):
        """{name: copy} of everything that training has left in the layers: parameters and statistics."""
        return {name: getattr(leaf, key).copy() for name, leaf, key in self._kept()}

    def load_state(self, state):
        """Put what `state` gave back into the layers; an error, and nothing changed, if it does not fit."""
        if not isinstance(state, dict):
            raise TypeError(f"state: expected what state() gave, got {describe(state)}")
        for name, leaf, key in self._kept():
            expected, got = getattr(leaf, key), state.get(name)
            if np.shape(got) != expected.shape or np.asarray(got).dtype.kind != "f":
                raise ValueError(f"{name}: expected {describe(expected)}, got {describe(got)}")
        for name, leaf, key in self._kept():
            getattr(leaf, key)[...] = state[name]

    def _kept(self):
        for path, leaf in self.leaves():
            for key in leaf.parameters + leaf.statistics:
                yield path + key, leaf, key

    def save(self, path):
        """Write the state into a file (NumPy's .npz, no pickle). An older file stays whole until the new one is.

        Refuses a path in a folder that there is not.
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

    def shapes(self, x):
        """[(m, 784), (m, 128), …]: the shape of x, and of what each layer makes of it. Changes nothing."""
        x = need_finite("x", x)
        shapes, layers = [x.shape], copy.deepcopy(self).layers
        for layer in layers:
            x = layer.forward(x)
            shapes.append(x.shape)
        return shapes

    def summary(self, x=None):
        """A table of the layers, their parameters' shapes and numbers, ∑ n_l n_{l−1} + n_l in all. Source: S2.

        With a batch x, it also shows the shape of what each layer gives for it.
        """
        outputs = [[]] * len(self.layers) if x is None else [[_times(shape)] for shape in self.shapes(x)[1:]]
        rows = []
        for layer, output in zip(self.layers, outputs, strict=True):
            parameters = layer.named_parameters()
            shapes = ", ".join(f"{name} {_times(a.shape)}" for name, a in parameters.items())
            rows.append([repr(layer), *output, shapes, f"{sum(a.size for a in parameters.values()):,}"])
        rows.append(["total", *[""] * (len(rows[0]) - 2), f"{self.theta.size:,}"])
        *widths, _ = (max(map(len, column)) for column in zip(*rows))
        return "\n".join("  ".join([*map(str.ljust, row, widths), f"{row[-1]:>11}"]) for row in rows)

    def __reduce__(self):  # copies and pickles rebuild θ, so that the views stay views
        return type(self), tuple(self.layers)

    def __copy__(self):
        return copy.deepcopy(self)

    def __repr__(self):
        return f"{type(self).__name__}({', '.join(map(repr, self.layers))})"


class Residual(Sequential):
    """y = x + f(x), ∂L/∂x = ∂L/∂y + (∂f/∂x)ᵀ ∂L/∂y: layers f with a shortcut around them.

    x and f(x) have the same shape: others are refused. The gradient reaches x also where f passes none on.
    Source: He et al. 2016; named in S0, S2.
    """

    def forward(self, x, train=False):
        y = super().forward(x, train)
        if y.shape != x.shape:
            raise ValueError(f"{self!r}: expected f(x) of the shape of x, {x.shape}, got {y.shape}")
        return x + y

    def backward(self, dy, need_dx=True):
        dx = super().backward(dy, need_dx)
        return dy + dx if need_dx else None


def _times(shape):
    return "×".join(map(str, shape))
