"""What a fully connected network costs, counted from its sizes (n_0, n_1, …, n_L), such as (784, 128, 64, 10).

m is the number of examples in the batch. Multiplications are those of the matrix products; what biases
and activation functions take beside them is one for every n_{l−1} of these.
Refused are fewer than two sizes, and sizes and m that are not whole numbers of at least 1.
"""

import math
from itertools import pairwise

from nnlib.arguments import describe, need_count


def parameter_count(sizes):
    """Σ_l n_l n_{l−1} + n_l weights and biases: 109,386 for 784-128-64-10, whatever the batch. Source: S2."""
    return sum(n * n_prev + n for n_prev, n in _layers(sizes))


def forward_multiplications(sizes, m=1):
    """m Σ_l n_l n_{l−1} multiplications: m products of every weight. O(L N² M) for width N. Source: S2.

    S2 prints O(L N M), which is too few by the factor N (E04).
    """
    return need_count("m", m) * sum(n * n_prev for n_prev, n in _layers(sizes))


def backward_multiplications(sizes, m=1):
    """m Σ_l n_l n_{l−1} for δᵀ a_prev, and again for δ W in all layers but the first: at most twice forward.

    Source: S2, which says the same as O(number of weights).
    """
    return 2 * forward_multiplications(sizes, m) - forward_multiplications(sizes[:2], m)


def difference_multiplications(sizes, m=1):
    """2 (Σ_l n_l n_{l−1} + n_l) forward passes: the same gradient by central differences. Source: S2, S4."""
    return 2 * parameter_count(sizes) * forward_multiplications(sizes, m)


def activation_count(sizes, m=1):
    """m Σ_{l≥0} n_l numbers a to be kept for backward, and as many z but for l = 0; 4 bytes each in float32.

    Unlike the parameters, they scale with the batch (E30). Source: S2.
    """
    layers = _layers(sizes)
    return need_count("m", m) * (layers[0][0] + sum(n for _, n in layers))


def hidden_units(n_in, n_out):
    """√(n_in n_out), to the nearest whole number: a rule of thumb, and no more. 89 for 784 and 10 (E43). Source: S2."""
    return round(math.sqrt(need_count("n_in", n_in) * need_count("n_out", n_out)))


def _layers(sizes):
    """(n_{l−1}, n_l) for every layer l."""
    if not isinstance(sizes, tuple | list) or len(sizes) < 2:
        raise TypeError(f"sizes: expected two or more numbers of units, such as (784, 64, 10), got {describe(sizes)}")
    return list(pairwise(need_count("sizes", n) for n in sizes))
