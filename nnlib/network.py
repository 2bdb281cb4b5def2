"""Networks: layers in sequence over one flat vector of parameters θ and one of gradients."""

import copy

import numpy as np

from nnlib.arguments import need_count
from nnlib.layers import Layer


class Sequential(Layer):
    """ŷ = f_L(… f_2(f_1(x))): layers applied one after the other.

    All parameters live in one vector `theta`, all gradients in one vector `grad` of the same
    size; the arrays of the layers (`W`, `dW`, …) are views into them. Source: S1's θ; S2.
    """

    def __init__(self, *layers):
        for layer in layers:
            if not isinstance(layer, Layer):
                raise TypeError(f"Sequential: expected layers, got {type(layer).__name__} {layer!r}")
        if not layers or len(set(map(id, layers))) < len(layers):
            raise ValueError("Sequential: expected one or more layers, each of them only once")
        self.layers = list(layers)
        self._collect()

    def _collect(self):
        """Move every learned array into θ, and its gradient into grad, leaving views behind."""
        slots = self.slots()
        arrays = [getattr(layer, name) for layer, name in slots]
        self._theta = np.concatenate([a.ravel() for a in arrays] or [np.empty(0, np.float32)])
        self.grad = np.zeros_like(self._theta)
        ends = np.cumsum([a.size for a in arrays])
        for (layer, name), a, end in zip(slots, arrays, ends, strict=True):
            piece = slice(end - a.size, end)
            setattr(layer, name, self._theta[piece].reshape(a.shape))
            setattr(layer, "d" + name, self.grad[piece].reshape(a.shape))
        learned = [i for i, layer in enumerate(self.layers) if layer.slots()]
        self._first_learned = learned[0] if learned else 0

    @property
    def theta(self):
        """θ, all parameters in one vector. Assigning to it copies the values into the layers."""
        return self._theta

    @theta.setter
    def theta(self, values):
        if np.shape(values) != self._theta.shape:
            raise ValueError(f"theta: expected shape {self._theta.shape}, got {np.shape(values)}")
        self._theta[...] = values

    def slots(self):
        return [slot for layer in self.layers for slot in layer.slots()]

    def named_parameters(self):
        """(name, array) of every learned array in the order of θ, such as `0.W` for W of the first layer."""
        for i, layer in enumerate(self.layers):
            for name, array in layer.named_parameters():
                yield f"{i}.{name}", array

    def forward(self, x, train=False):
        for layer in self.layers:
            x = layer.forward(x, train)
        return x

    def backward(self, dz, need_dx=False):
        """Fill `grad` with ∂L/∂θ from ∂L/∂(output); give ∂L/∂x only when it is asked for."""
        first = 0 if need_dx else self._first_learned
        for layer in reversed(self.layers[first + 1 :]):
            dz = layer.backward(dz, need_dx=True)
        return self.layers[first].backward(dz, need_dx)

    def predict(self, x, batch_size=1000):
        """Outputs for all rows of x, a batch at a time so that memory stays small."""
        starts = range(0, max(1, len(x)), need_count("batch_size", batch_size))
        pieces = [self.forward(x[i : i + batch_size]) for i in starts]
        return np.concatenate(pieces)

    def astype(self, dtype):
        """A copy whose parameters have another dtype: float64 for gradient checks."""
        layers = copy.deepcopy(self.layers)
        for layer in layers:
            for owner, name in layer.slots():
                setattr(owner, name, getattr(owner, name).astype(dtype))
        return Sequential(*layers)

    def summary(self):
        """A table of the layers with their numbers of parameters, ∑ n_l n_{l−1} + n_l in all."""
        rows = [(repr(layer), sum(getattr(*slot).size for slot in layer.slots())) for layer in self.layers]
        rows.append(("total", self.theta.size))
        width = max(len(name) for name, _ in rows)
        return "\n".join(f"{name:<{width}}  {size:>12,}" for name, size in rows)

    def __reduce__(self):  # copies and pickles rebuild θ, so that the views stay views
        return Sequential, tuple(self.layers)

    def __copy__(self):
        return copy.deepcopy(self)

    def __repr__(self):
        return f"Sequential({', '.join(map(repr, self.layers))})"
