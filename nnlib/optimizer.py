"""What optimizers have in common: the walk over θ, the learning rate, and what is kept between steps."""

import numpy as np

from nnlib.arguments import describe, need_network, need_number

PIECE = 65_536  # numbers per piece of θ: a piece and its memory stay in the processor's cache


class Optimizer:
    """One step for all parameters. A subclass says `update(theta, grad, …)`, which changes θ in place.

    η is `lr`, which may be changed between steps, and t, counted by `t`, the number of steps so far. `memory` names
    the arrays of the size of θ that the optimizer keeps, all 0 at first; `update` gets them after the gradient.
    """

    memory = ()

    def __init_subclass__(cls):
        super().__init_subclass__()
        nearest = next(vars(kind) for kind in cls.__mro__ if vars(kind).keys() & {"update", "quick"})
        if "quick" not in nearest:
            cls.quick = Optimizer.quick  # one that is inherited does what an `update` does that is replaced here

    def __init__(self, net, lr):
        self.net, self.t = need_network(net), 0
        self.lr = need_number("lr", lr, above=0)
        self.kept = {name: np.zeros_like(net.theta) for name in self.memory}
        self.scratch = np.empty_like(net.theta[:PIECE])

    @property
    def lr(self):
        """η, a number of at least 0: a schedule may come down to 0."""
        return self._lr

    @lr.setter
    def lr(self, lr):
        self._lr = need_number("lr", lr, least=0)

    def step(self):
        """θ ← θ + Δθ for the gradient that `net.backward` left in `net.grad`."""
        self.t += 1
        arrays = (self.net.theta, self.net.grad, *self.kept.values())
        if (size := arrays[0].size) <= PIECE:
            self.quick(*arrays, self.scratch)
            return
        for start in range(0, size, PIECE):  # large arrays are slow to fetch more than once
            pieces = [array[start : start + PIECE] for array in arrays]
            self.quick(*pieces, self.scratch[: pieces[0].size])

    def quick(self, theta, grad, *memory_and_scratch):
        """What `update` does, for a piece of θ. A subclass may do the same in fewer passes over it.

        The last argument, s, is scratch space for what is computed on the way: `out=s` is `…` without a new array.
        """
        self.update(theta, grad, *memory_and_scratch[:-1])

    def state(self):
        """{name: number, text or copy of an array}: all that the steps to come depend on, besides θ and ∇L."""
        numbers = {name.lstrip("_"): value for name, value in vars(self).items()
                   if isinstance(value, int | float) and not isinstance(value, bool)}  # fmt: skip
        return {"optimizer": type(self).__name__} | numbers | {name: a.copy() for name, a in self.kept.items()}

    def load_state(self, state):
        """Take over what `state` gave; an error, and nothing changed, if it is that of another kind or size."""
        if not isinstance(state, dict):
            raise TypeError(f"state: expected what state() gave, got {describe(state)}")
        kind, expected = type(self).__name__, self.state()
        if state.get("optimizer") != kind or state.keys() != expected.keys():
            raise ValueError(f"state: expected that of {kind}, got {describe(state.get('optimizer'))}")
        for name, array in self.kept.items():
            if np.shape(state[name]) != array.shape or np.asarray(state[name]).dtype.kind != "f":
                raise ValueError(f"state: expected {name} as {describe(array)}, got {describe(state[name])}")
        numbers = expected.keys() - self.kept.keys() - {"optimizer"}
        for name, number in {name: need_number(name, state[name], least=0) for name in numbers}.items():
            setattr(self, name if name in vars(self) else f"_{name}", type(expected[name])(number))
        for name, array in self.kept.items():
            array[...] = state[name]
