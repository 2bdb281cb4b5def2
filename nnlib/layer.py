"""What all layers have in common: the arrays that they learn, and what comes in and is kept."""

import copy
from contextlib import contextmanager

import numpy as np

from nnlib.arguments import need_finite, need_floats, need_values


class Layer:
    """y = f(x; θ): one step of a network. The base class of all layers and activations.

    `parameters` names the arrays that are learned; the gradient of `W` lives in `dW`. `statistics`
    names the arrays that are measured in training and needed afterwards, such as running means.
    Assigning to any of them (`layer.W = …`) copies the values into the array that is there, which may be
    a piece of a network's θ. Refuses values of another shape, or that are no real numbers.
    A layer that holds other layers is a Sequential, or says in `leaves` which: those alone are learned and saved.

    `forward` keeps what `backward` will need: `backward` belongs to the last `forward`.
    The first layer of a network has no use for ∂L/∂x, so a layer may leave it out without `need_dx`.

    x and y are batches, (m, …) with one example per row. Every `forward` refuses x that is no array of
    finite floats with at least one example, and every `backward` a gradient that has not the shape of the
    last output, or any before the first `forward`. A layer of a network leaves looking for NaN to the network.
    """

    parameters = ()
    statistics = ()
    lasting = frozenset()  # both, and the gradients: the names of the arrays that keep their place
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
        for leaf, name in [(one, name) for _, one in self.leaves() for name in one.parameters]:
            array, gradient = getattr(leaf, name), getattr(leaf, "d" + name, None)
            piece = slice(start, start := start + array.size)
            order = "F" if array.ndim == 2 else "C"
            theta[piece] = array.ravel(order)
            grad[piece] = 0 if gradient is None else gradient.ravel(order)
            vars(leaf)[name] = theta[piece].reshape(array.shape, order=order)
            vars(leaf)["d" + name] = grad[piece].reshape(array.shape, order=order)

    def __init_subclass__(cls):
        super().__init_subclass__()
        cls.lasting = _lasting(cls)

    def __setattr__(self, name, value):
        array = vars(self).get(name) if name in self.lasting else None
        if isinstance(array, np.ndarray) and value is not array:
            array[...] = need_values(name, value, array.shape)
        else:  # something to be kept for backward, an array's first values, or what `layer.W -= …` has changed already
            object.__setattr__(self, name, value)
            if name in ("parameters", "statistics"):  # of this layer alone
                self.lasting = _lasting(self)

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


def _lasting(layer):
    """The names, asked for at each assignment, by what a layer or its class says of itself."""
    return frozenset((*layer.parameters, *("d" + name for name in layer.parameters), *layer.statistics))


def _family(layer):
    """A layer and all that it is made of."""
    held = [leaf for _, leaf in layer.leaves() if leaf is not layer]
    return [layer, *(one for inner in getattr(layer, "layers", held) for one in _family(inner))]
