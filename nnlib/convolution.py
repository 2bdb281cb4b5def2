"""Convolution and pooling for images of shape (m, channels, height, width): small, and readable first.

A template, or the tile that is pooled, moves over the image by `stride` pixels at a time. All three layers
see that the other way round, from `shifts`: pixel (k, l) of the template meets every stride-th pixel of the
image, from (k, l) on, which is one slice. Pixels at the lower and right edge for which no whole template is
left go unused, and their gradient is 0. Lengths are in pixels.
"""

from functools import reduce

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
        x = self.need_input("x", need_floats("x", x))
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
    """z[o, i, j] = b[o] + Σ_{c, k, l} W[o, c, k, l] x[c, s i + k, s j + l]: one small template, moved over the image.

    x is (m, c_in, h, w), W is (c_out, c_in, k, l), z is (m, c_out, h', w') with h' = ⌊(h + 2 p − k) / s⌋ + 1,
    and so w'. `size` is k = l or a pair of both, `stride` is s, `padding` is p, the zeros around the image.
    `init` sees n_in = c_in k l inputs per unit. Refuses images of other channels, or smaller than a template.
    Source: LeCun et al. 1998; the next week of S0. The operation is a cross-correlation, as everywhere.
    """

    parameters = ("W", "b")
    columns = None

    def __init__(self, c_in, c_out, size, padding=0, stride=1, init=initializers.he, rng=None, dtype=np.float32):
        c_in, c_out = need_count("c_in", c_in), need_count("c_out", c_out)
        k, l = (need_count("size", n) for n in (size if np.shape(size) == (2,) else (size, size)))
        W = drawn(init, c_in * k * l, c_out, rng).astype(need_dtype("dtype", dtype))
        self.W, self.b = W.reshape(c_out, c_in, k, l), np.zeros(c_out, dtype)
        self.dW, self.db = np.zeros_like(self.W), np.zeros_like(self.b)
        self.padding, self.stride = need_count("padding", padding, least=0), need_count("stride", stride)

    def forward(self, x, train=False):
        c_out, c_in, *size = self.W.shape
        x = pad(self.need_input("x", need_images(x, c_in, size, self.padding)), self.padding)
        columns = np.stack([*shifts(x, size, self.stride)], axis=2)  # (m, c_in, k l, h', w')
        m, _, _, h, w = columns.shape
        self.columns = columns.reshape(m, -1, h * w)
        self.x_shape, self.z_shape = x.shape, (m, c_out, h, w)
        z = self.W.reshape(c_out, -1) @ self.columns  # Σ over c, k, l: one product per image
        z += self.b[:, None]
        return z.reshape(self.z_shape)

    def backward(self, dz, need_dx=True):
        """∂L/∂W = Σ δ x and ∂L/∂b = Σ δ over m, i, j; ∂L/∂x[c, s i + k, s j + l] = Σ W[o, c, k, l] δ[o, i, j]."""
        need_forward_first(self, self.columns)
        need_gradient("dz", dz, self.z_shape)
        m, c_out, h, w = self.z_shape
        delta = dz.reshape(m, c_out, h * w)
        self.dW[...] = (delta @ self.columns.swapaxes(1, 2)).sum(axis=0).reshape(self.W.shape)
        self.db[...] = delta.sum(axis=(0, 2))
        if need_dx:
            dx, size = np.zeros(self.x_shape, dz.dtype), self.W.shape[2:]
            for (k, l), seen in zip(np.ndindex(size), shifts(dx, size, self.stride)):
                seen += (self.W[:, :, k, l].T @ delta).reshape(seen.shape)  # Σ over o
            return pad(dx, -self.padding)

    def __repr__(self):
        c_out, c_in, k, l = self.W.shape
        size = k if k == l else (k, l)
        return f"Conv2D({c_in}, {c_out}, {size}, padding={self.padding}, stride={self.stride})"


class Pool2D(Layer):
    """a = one number for every `size` × `size` pixels of each channel, `stride` pixels apart, `size` unless given.

    x is (m, c, h, w), a is (m, c, h', w') with h' = ⌊(h − size) / stride⌋ + 1, and so w'. The base class of
    both kinds of pooling. Refuses images smaller than a tile. Source: the next week of S0.
    """

    x = None

    def __init__(self, size=2, stride=None):
        self.size = need_count("size", size)
        self.stride = self.size if stride is None else need_count("stride", stride)

    def forward(self, x, train=False):
        self.x = self.need_input("x", need_images(x, "c", (self.size, self.size)))
        self.a = self.value(self.tiles(self.x))
        return self.a.copy()  # who gets it may change it

    def backward(self, da, need_dx=True):
        need_forward_first(self, self.x)
        need_gradient("da", da, self.a.shape)
        dx = np.zeros(self.x.shape, da.dtype)
        self.spread(da, self.tiles(dx))
        return dx

    def tiles(self, x):
        """For each pixel (k, l) of a tile, where it is in x in all of the tiles: size² views of a's shape."""
        return shifts(x, (self.size, self.size), self.stride)

    def value(self, tiles):
        """a from the pixels of the tiles."""
        raise NotImplementedError

    def spread(self, da, tiles):
        """Add to the pixels of the tiles their part in ∂L/∂a."""
        raise NotImplementedError

    def __repr__(self):
        stride = "" if self.stride == self.size else f", stride={self.stride}"
        return f"{type(self).__name__}({self.size}{stride})"


class MaxPool2D(Pool2D):
    """a = max of every `size` × `size` pixels, `stride` apart. The gradient goes to it alone, the first in a tie.

    Shapes and refusals are those of Pool2D. Source: the next week of S0.
    """

    def value(self, tiles):
        return reduce(np.maximum, tiles)

    def spread(self, da, tiles):
        free = np.ones(da.shape, bool)  # tiles whose largest pixel is still to come
        for x, dx in zip(self.tiles(self.x), tiles):
            first = free & (x == self.a)
            dx += da * first
            free &= ~first


class AvgPool2D(Pool2D):
    """a = mean of every `size` × `size` pixels, `stride` apart. Each of them gets ∂L/∂a / size².

    Shapes and refusals are those of Pool2D. Source: LeCun et al. 1998, "subsampling".
    """

    def value(self, tiles):
        return sum(tiles) / self.size**2

    def spread(self, da, tiles):
        for dx in tiles:
            dx += da / self.size**2


def shifts(x, size, stride):
    """The views x[:, :, k::stride, l::stride] for all pixels (k, l) of a template of that size, row by row.

    Each has the shape (m, c, h', w') of what the template gives: it is cut off where the template has no place.
    """
    h, w = ((length - k) // stride + 1 for length, k in zip(x.shape[2:], size))
    for k, l in np.ndindex(*size):
        yield x[:, :, k : k + stride * h : stride, l : l + stride * w : stride]


def pad(x, n):
    """x with n zeros added at all four edges of the images, or −n pixels taken away."""
    if n < 0:
        return x[:, :, -n:n, -n:n]
    return np.pad(x, [(0, 0), (0, 0), (n, n), (n, n)]) if n else x


def need_images(x, channels, size, padding=0):
    """x if it is an array of floats (m, channels, height, width) with room for a template of that size.

    `padding` adds to the room.
    """
    shape = need_floats("x", x).shape
    k, l = (max(n - 2 * padding, 1) for n in size)
    if len(shape) != 4 or channels not in ("c", shape[1]) or shape[2] < k or shape[3] < l or not shape[0] * shape[1]:
        raise ValueError(
            f"x: expected shape (m, {channels}, height, width) with a height of at least {k} and a width of at "
            f"least {l}, got {shape}"
        )
    return x
