"""Independent oracles that nnlib is compared with: nothing here uses nnlib's gradient check."""

import numpy as np


def difference(f, x, h=1e-6):
    """∂f/∂x by central differences, entry by entry, in float64."""
    x = np.array(x, dtype=np.float64)
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] += h
        down[i] -= h
        gradient[i] = (f(up) - f(down)) / (2 * h)
    return gradient


def distance(a, b):
    """‖a − b‖ relative to the larger of the two, or to 1e-3 if both are smaller than that."""
    scale = max(np.linalg.norm(a), np.linalg.norm(b), 1e-3)
    return np.linalg.norm(np.asarray(a) - np.asarray(b)) / scale


def away_from_zero(rng, shape, gap=0.05):
    """Standard normal numbers, none within `gap` of 0, where the kink of a ReLU is."""
    x = rng.standard_normal(shape)
    return x + gap * np.sign(x)


def layouts(x):
    """The same array three times: in C order, in Fortran order, and as a view with strides."""
    wide = np.zeros((2 * x.shape[0], 2 * x.shape[1]), x.dtype)
    wide[::2, ::2] = x
    return x, np.asfortranarray(x), wide[::2, ::2]


def overlaps(figure):
    """Pairs of texts of a figure (but for the numbers on axes) that cover each other, and texts that stick out."""
    figure.canvas.draw()
    texts = []
    for ax in figure.axes:
        legend = ax.get_legend()
        texts += [*ax.texts, ax.title, *(legend.get_texts() if legend else [])]
        texts += [ax.xaxis.label, ax.yaxis.label] if ax.axison else []
    boxes = [(text.get_text(), text.get_window_extent().shrunk(0.9, 0.8)) for text in texts if text.get_text()]
    page = figure.bbox.padded(1)
    outside = [s for s, box in boxes if not (page.contains(box.x0, box.y0) and page.contains(box.x1, box.y1))]
    return outside + [(s, t) for i, (s, a) in enumerate(boxes) for t, b in boxes[:i] if a.overlaps(b)]
