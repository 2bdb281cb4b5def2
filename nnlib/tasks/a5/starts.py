"""Part 1: initial weights."""

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake

SIZES = {  # (n_out, n_in)
    (3, 5): "layers with fewer or more outputs than inputs",
    (6, 2): "layers with fewer or more outputs than inputs",
    (2, 7): "layers with fewer or more outputs than inputs",
    (4, 3): "layers with fewer or more outputs than inputs",
    (4, 4): "square layers",
    (3, 3): "square layers",
    (1, 6): "a layer of one unit",
}


def draws(rng):
    return [Probe(about, (rng.normal(size=shape),)) for shape, about in SIZES.items()]


def scaled(number, name, std, example, mistakes):
    """The initialiser `name`: standard normal numbers g become W = std · g, with `std(n_out, n_in)`."""

    def other(id, effect, scale):
        return mistake(f"std.{id}", effect, std=lambda g: scale(*g.shape))

    return Task(
        number=number,
        call=f"{name}(g)",
        returns="W",
        steps={"std": lambda g: std(*g.shape), "W": lambda g, std: g * std},
        probes=draws,
        example=(example,),
        dtype="float64",
        lecture="09, part 3",
        mistakes=(
            other("variance", "g is multiplied by the variance, where its root belongs.",
                  lambda out, n: std(out, n) ** 2),
            mistake("W.divided", "g is divided by the standard deviation, where it should be multiplied.",
                    W=lambda g, std: g / std),
            mistake("W.plain", "The numbers g come back as they are: they are not scaled.", W=lambda g: g.copy()),
            mistake("W.absolute", "The weights are all positive: their signs are lost.",
                    W=lambda g, std: np.abs(g) * std),
            mistake("W.normalised", "The numbers g are divided by their own standard deviation first.",
                    W=lambda g, std: g / g.std() * std),
            mistake("W.centred", "The mean of g is subtracted from the numbers.",
                    W=lambda g, std: (g - g.mean()) * std),
            mistake("W.root", "The root is taken twice: g is multiplied by the root of the standard deviation.",
                    W=lambda g, std: g * np.sqrt(std)),
            mistake("W.inverted", "The numbers stand below the line: the standard deviation is divided by g.",
                    W=lambda g, std: std / g),
            *(mistake("W.small", "All layers have the same small scale: their sizes have no effect.",
                      W=lambda g, small=small: small * g) for small in (0.01, 0.1)),
            mistake("W.added", "The standard deviation is added to g, where it should multiply g.",
                    W=lambda g, std: g + std),
            other("limit", "The scale is √3 times too large: that is the limit of a uniform distribution.",
                  lambda out, n: 3**0.5 * std(out, n)),
            other("product_without_root", "The scale is 2 / (n_in · n_out), without a root.",
                  lambda out, n: 2 / (n * out)),
            other("root_of_2_by_inputs", "The scale is √2 / n_in: the root covers the 2 alone.",
                  lambda out, n: 2**0.5 / n),
            other("outputs_variance", "The scale is 2 / n_out, without a root.", lambda out, n: 2 / out),
            other("product", "The scale is √(2 / (n_in · n_out)): inputs are multiplied by outputs.",
                  lambda out, n: (2 / (n * out)) ** 0.5),
            other("from_outputs", "The scale is made from the number of outputs alone, as √(2 / n_out).",
                  lambda out, n: (2 / out) ** 0.5),
            other("outputs_without_2", "The scale is √(1 / n_out): it is made from the outputs alone, without the 2.",
                  lambda out, n: (1 / out) ** 0.5),
            other("inputs_without_2", "The scale is √(1 / n_in): the rule of LeCun.", lambda out, n: (1 / n) ** 0.5),
            *(other(*made) for made in mistakes),
        ),
    )  # fmt: skip


XAVIER = scaled(
    1, "xavier", lambda out, n: (2 / (n + out)) ** 0.5, np.array([[2.0, -4.0, 1.0, 0.0, 6.0, -1.0, 3.0]]),
    (
        ("he", "The scale is √(2 / n_in): that is the rule of He.", lambda out, n: (2 / n) ** 0.5),
        ("root_of_2", "The scale is √2 / (n_in + n_out): the root covers the 2 alone.",
         lambda out, n: 2**0.5 / (n + out)),
        ("two_outside", "The scale is 2 / √(n_in + n_out): the root covers the sum alone.",
         lambda out, n: 2 / (n + out) ** 0.5),
        ("he_variance", "The scale is 2 / n_in: that is the variance of He's rule.", lambda out, n: 2 / n),
        ("one_for_two", "The scale is √(1 / (n_in + n_out)): the 2 is missing.", lambda out, n: (1 / (n + out)) ** 0.5),
        ("half", "The scale is √(1 / (2 (n_in + n_out))): the 2 stands below the line, where it belongs above.",
         lambda out, n: (1 / (2 * (n + out))) ** 0.5),
    ),
)  # fmt: skip
HE = scaled(
    2, "he", lambda out, n: (2 / n) ** 0.5, np.array([[2.0, -4.0, 1.0, 0.0, 6.0, -1.0, 3.0, -2.0]]),
    (
        ("xavier", "The scale is √(2 / (n_in + n_out)): that is the rule of Glorot.",
         lambda out, n: (2 / (n + out)) ** 0.5),
        ("two_outside", "The scale is 2 / √n_in: the root covers n_in alone.", lambda out, n: 2 / n**0.5),
        ("xavier_variance", "The scale is 2 / (n_in + n_out): that is the variance of Glorot's rule.",
         lambda out, n: 2 / (n + out)),
        ("half", "The scale is √(1 / (2 n_in)): the 2 stands below the line, where it belongs above.",
         lambda out, n: (1 / (2 * n)) ** 0.5),
    ),
)  # fmt: skip


TASKS = (XAVIER, HE)
