"""Convolution and pooling for images of shape (m, channels, height, width): small, and readable first."""

import numpy as np

from nnlib import initializers
from nnlib.arguments import need_count, need_dtype, need_floats, need_forward_first, need_gradient
from nnlib.layers import Layer, drawn


class Reshape(Layer):
    """y = x in another shape: (m, …) becomes (m, *shape), and ∂L/∂x is ∂L/∂y in the old one.

    Reshape(1, 28, 28) makes images, Reshape(784) rows. Refuses examples of another number of entries.
    Source: the next week of S0.
    """

    x_shape = None

    def __init__(self, *shape):
        if not shape:
            raise ValueError("shape: expected the shape of one example, such as Reshape(1, 28, 28), got nothing")
        self.shape = tuple(need_count("shape", n) for n in shape)

    def forward(self, x, train=False):
        x = self.taken("x", need_floats("x", x))
        if not x.ndim or not len(x) or x[0].size != np.prod(self.shape):
            raise ValueError(f"x: expected {np.prod(self.shape)} numbers per example, got shape {x.shape}")
        self.x_shape = x.shape
        return x.reshape(len(x), *self.shape)

    def backward(self, dy, need_dx=True):
        need_forward_first(self, self.x_shape)
        need_gradient("dy", dy, (self.x_shape[0], *self.shape))
        return dy.reshape(self.x_shape)

    def __repr__(self):
        return f"Reshape{self.shape}"


class Conv2D(Layer):
    """z[o, i, j] = b[o] + Σ_{c, k, l} W[o, c, k, l] x[c, i + k, j + l]: one small template, moved over the image.

    x is (m, c_in, h, w), W is (c_out, c_in, size, size), z is (m, c_out, h', w') with
    h' = h + 2 padding − size + 1, and so w'; lengths are in pixels. `init` sees n_in = c_in size² inputs
    per unit. Refuses images of other channels, or smaller than a template. Source: LeCun et al. 1998; the
    next week of S0. The operation is a cross-correlation, as everywhere.
    """

    parameters = ("W", "b")

    def __init__(self, c_in, c_out, size, padding=0, init=initializers.he, rng=None, dtype=np.float32):
        c_in, c_out, size = need_count("c_in", c_in), need_count("c_out", c_out), need_count("size", size)
        W = drawn(init, c_in * size**2, c_out, rng).astype(need_dtype("dtype", dtype))
        self.W = W.reshape(c_out, c_in, size, size)
        self.b = np.zeros(c_out, dtype)
        self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)
        self.padding, self.windows = need_count("padding", padding, least=0), None

    def forward(self, x, train=False):
        _, c_in, size, _ = self.W.shape
        x = self.taken("x", need_images(x, c_in, size - 2 * self.padding))
        self.windows = windows(pad(x, self.padding), size)
        z = np.tensordot(self.windows, self.W, ((1, 4, 5), (1, 2, 3)))  # Σ over c, k, l
        return np.moveaxis(z + self.b, 3, 1)

    def backward(self, dz, need_dx=True):
        """∂L/∂W = Σ_{m, i, j} δ x, ∂L/∂b = Σ δ, and ∂L/∂x = δ, padded, with the turned templates over it."""
        need_forward_first(self, self.windows)
        m, _, h, w, size, _ = self.windows.shape
        need_gradient("dz", dz, (m, len(self.b), h, w))
        self.dW[...] = np.tensordot(dz, self.windows, ((0, 2, 3), (0, 2, 3)))
        self.db[...] = dz.sum(axis=(0, 2, 3))
        if need_dx:
            turned = self.W[:, :, ::-1, ::-1]
            dx = np.tensordot(windows(pad(dz, size - 1), size), turned, ((1, 4, 5), (0, 2, 3)))
            return np.moveaxis(pad(dx, -self.padding, axes=(1, 2)), 3, 1)

    def __repr__(self):
        c_out, c_in, size, _ = self.W.shape
        return f"Conv2D({c_in}, {c_out}, {size}, padding={self.padding})"


class MaxPool2D(Layer):
    """a = the largest of every `size` × `size` pixels. The gradient goes to it alone, the first in a tie.

    x is (m, c, h, w), a is (m, c, h / size, w / size). Refuses h and w that are no multiples of `size`.
    Source: the next week of S0.
    """

    winner = None

    def __init__(self, size=2):
        self.size = need_count("size", size)

    def forward(self, x, train=False):
        x = self.taken("x", need_floats("x", x))
        if x.ndim != 4 or x.shape[2] % self.size or x.shape[3] % self.size:
            raise ValueError(f"x: expected (m, c, height, width), both multiples of {self.size}, got {x.shape}")
        m, c, h, w = self.x_shape = x.shape
        tiles = x.reshape(m, c, h // self.size, self.size, w // self.size, self.size).swapaxes(3, 4)
        tiles = tiles.reshape(m, c, h // self.size, w // self.size, -1)
        self.winner = tiles.argmax(axis=-1)[..., None]
        return np.take_along_axis(tiles, self.winner, axis=-1)[..., 0]

    def backward(self, da, need_dx=True):
        need_forward_first(self, self.winner)
        need_gradient("da", da, self.winner.shape[:-1])
        tiles = np.zeros((*da.shape, self.size**2), da.dtype)
        np.put_along_axis(tiles, self.winner, da[..., None], axis=-1)
        return tiles.reshape(*da.shape, self.size, self.size).swapaxes(3, 4).reshape(self.x_shape)

    def __repr__(self):
        return f"MaxPool2D({self.size})"


def windows(x, size):
    """All size × size windows of the images x, as a view of shape (m, c, h', w', size, size)."""
    return np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))


def pad(x, n, axes=(2, 3)):
    """x with n zeros added at both ends of two axes, or −n entries taken away."""
    if n < 0:
        return x[tuple(slice(-n, n) if i in axes else slice(None) for i in range(x.ndim))]
    return np.pad(x, [(n, n) if i in axes else (0, 0) for i in range(x.ndim)]) if n else x


def need_images(x, channels, smallest):
    """x if it is an array of floats (m, channels, height, width), with at least `smallest` pixels each way."""
    shape = need_floats("x", x).shape
    if len(shape) != 4 or shape[1] != channels or min(shape[2:]) < smallest or not shape[0]:
        raise ValueError(
            f"x: expected shape (m, {channels}, height, width) with height and width of at least {smallest}, "
            f"got {shape}"
        )
    return x
