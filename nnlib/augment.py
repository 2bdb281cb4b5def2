"""Augmentation: new examples from old ones, by noise and by moving the pixels of images. Source: S2, Simard 2003.

x are square images in [0, 1], one per row: (m, side²). Every function returns a new array of the
dtype of x; lengths are in pixels, angles in degrees. In `fit`: augment=nn.augment.elastic, or a function
of your own of a batch and an rng. Refused are x that are not finite or not square, and negative amounts.
"""

import numpy as np

from nnlib.arguments import need_count, need_finite, need_floats, need_generator, need_number

CHUNK = 128  # images at a time: what they need stays in the processor's cache


def noise(x, rng, std=0.1):
    """x + ε with ε ~ N(0, std²), kept within [0, 1], and within the range of x if that is wider. Source: S2.

    x may have any shape.
    """
    need_finite("x", x)
    e = need_generator(rng).standard_normal(x.shape, np.result_type(x, np.float32)).astype(x.dtype, copy=False)
    return np.clip(x + need_number("std", std, least=0) * e, x.min(initial=0), x.max(initial=1))


def shift(x, rng, pixels=2):
    """Every image moved by up to `pixels` whole pixels in both directions; what comes in is 0. Source: S2."""
    pixels = need_count("pixels", pixels, least=0)
    return _moved(x, lambda m, side: need_generator(rng).integers(-pixels, pixels, (2, m, 1, 1), endpoint=True))


def rotate(x, rng, degrees=10):
    """Every image turned about its middle by an angle drawn evenly from −degrees … degrees. Source: S2."""
    return _moved(x, lambda m, side: affine_field(m, side, rng, degrees, 0))


def elastic(x, rng, alpha=34, sigma=4):
    """Every pixel moved by `elastic_field`, much like its neighbours: as if by another hand.

    α scales the displacements, σ says how far they reach, both in pixels. Source: Simard et al. 2003.
    """
    return _moved(x, lambda m, side: elastic_field(m, side, rng, alpha, sigma))


def distort(x, rng, alpha=34, sigma=4, degrees=10, stretch=0.1):
    """Elastic distortion, rotation and stretching at once: pixels are mixed once, not three times.

    α and σ as in `elastic`; `stretch` is a fraction of the length. Source: Simard et al. 2003; Ciresan et al. 2010.
    """

    def field(m, side):
        return elastic_field(m, side, rng, alpha, sigma) + affine_field(m, side, rng, degrees, stretch)

    return _moved(x, field)


def elastic_field(m, side, rng, alpha, sigma):
    """α G U Gᵀ: random displacements U, even in [−1, 1], smoothed by a Gaussian G of σ pixels in both directions.

    Displacements of m images down and to the right, in pixels: (2, m, side, side). Their root mean
    square is about 0.16 α / σ: 1.4 pixels for α = 34 and σ = 4. Source: Simard et al. 2003.
    """
    alpha, sigma = need_number("alpha", alpha, least=0), max(need_number("sigma", sigma, least=0), 1e-3)
    i = np.arange(side, dtype=np.float32)
    G = np.exp(-((i[:, None] - i) ** 2) / (2 * sigma**2))
    G /= G.sum(axis=1, keepdims=True)
    U = 2 * need_generator(rng).random((2 * m, side, side), np.float32) - 1
    return (alpha * G @ U @ G.T).reshape(2, m, side, side)


def affine_field(m, side, rng, degrees, stretch):
    """(A − 1) p for every pixel p, from the middle: A turns by up to `degrees`, stretches by up to a part `stretch`."""
    angle = np.radians(need_number("degrees", degrees, least=0)) * need_generator(rng).uniform(-1, 1, (m, 1, 1))
    sy, sx = 1 + need_number("stretch", stretch, least=0) * rng.uniform(-1, 1, (2, m, 1, 1))
    A = np.array([[sy * np.cos(angle) - 1, -sy * np.sin(angle)], [sx * np.sin(angle), sx * np.cos(angle) - 1]])
    x = np.arange(side, dtype=np.float32) - (side - 1) / 2
    return A[:, 0].astype(np.float32) * x[:, None] + A[:, 1].astype(np.float32) * x  # (A − 1) p


def warp(images, dy, dx):
    """new(i, j) = old(i + dy, j + dx), mixed from the four pixels around that place; 0 outside of the image.

    images are (m, side, side); dy and dx are displacements in pixels that broadcast to this shape.
    Refuses images of another shape. Source: Simard et al. 2003.
    """
    if need_floats("images", images).ndim != 3 or images.shape[1] != images.shape[2]:
        raise ValueError(f"images: expected shape (m, side, side), got {images.shape}")
    m, side, _ = images.shape
    wide = side + 3  # with a frame of zeros, where all places outside are moved to
    framed = np.pad(images, [(0, 0), (1, 2), (1, 2)]).ravel()
    i = np.arange(1, side + 1, dtype=np.float32)
    y, x = (np.clip(place, 0, side + 1, dtype=np.float32) for place in (i[:, None] + dy, i + dx))
    y0, x0 = np.floor(y), np.floor(x)  # the pixel above and to the left
    v, u = y - y0, x - x0
    at = np.arange(m)[:, None, None] * wide**2 + (y0 * wide + x0).astype(np.intp)
    upper = framed[at] + u * (framed[at + 1] - framed[at])
    at += wide
    lower = framed[at] + u * (framed[at + 1] - framed[at])
    return upper + v * (lower - upper)


def _moved(x, field):
    """x with every image warped by its part of field(m, side), a chunk of images after the other."""
    m, n = need_finite("x", need_floats("x", x, ("m", "n"))).shape
    side = round(n**0.5)
    if side**2 != n:
        raise ValueError(f"x: expected square images, one per row, got {n} pixels")
    np.empty(2**24, np.uint8)  # freed at once: from then on glibc keeps what is freed, which is 2.5 times as fast
    result = np.empty_like(x)
    for start in range(0, m, CHUNK):
        images = x[start : start + CHUNK].reshape(-1, side, side)
        result[start : start + CHUNK] = warp(images, *field(len(images), side)).reshape(-1, n)
    return result
