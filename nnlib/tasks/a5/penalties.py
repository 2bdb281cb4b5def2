"""Part 2: L2 and L1, each with its gradient."""

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake
from nnlib.diagnosis.task import away_from_kinks

SIZES = {
    (3, 4): "matrices",
    (5, 2): "matrices",
    (2, 3): "matrices",
    (4, 6): "matrices",
    (6, 3): "matrices",
    (4, 4): "square matrices",
    (3, 3): "square matrices",
    (7, 5): "matrices",
    (1, 5): "a layer of one unit",
}


def weights(rng):
    return [Probe(about, (away_from_kinks(rng, shape, 0.1, 3.0), rng.uniform(0.05, 0.8)))
            for shape, about in SIZES.items()]  # fmt: skip


def weights_and_zeros(rng):
    zeros = [np.where(rng.random((3, s)) < 0.4, 0.0, rng.normal(size=(3, s))) for s in (4, 5)]
    for W in zeros:
        W[0, 0] = 0.0
    return [*weights(rng), *(Probe("weights that are 0", (W, 0.3), extreme=True) for W in zeros)]


L2 = Task(
    number=4,
    call="l2(W, lam)",
    returns="R dR",
    steps={"R": lambda W, lam: lam * (W**2).sum(), "dR": lambda W, lam: 2 * lam * W},
    probes=weights,
    example=(np.array([[1.0, -2.0, 3.0], [0.0, 1.0, -1.0]]), 0.25),
    dtype="float64",
    lecture="10, part 2",
    mistakes=(
        mistake("half", "Value and gradient are those of λ/2 ‖W‖²: half of what belongs here.",
                R=lambda W, lam: lam / 2 * (W**2).sum(), dR=lambda W, lam: lam * W),
        mistake("R.half", "R is λ/2 ‖W‖², where the text has no half.", R=lambda W, lam: lam / 2 * (W**2).sum()),
        mistake("R.root", "R holds the norm of W without its square.", R=lambda W, lam: lam * np.sqrt((W**2).sum())),
        mistake("R.mean", "R holds the mean of the squares, where their sum belongs.",
                R=lambda W, lam: lam * (W**2).mean()),
        mistake("R.without_lam", "R does not contain λ.", R=lambda W: (W**2).sum()),
        mistake("R.lam_squared", "R squares λ together with W.", R=lambda W, lam: ((lam * W) ** 2).sum()),
        mistake("R.square_of_sum", "The weights are added up before they are squared.",
                R=lambda W, lam: lam * W.sum() ** 2),
        mistake("R.of_l1", "R adds up the sizes of the weights: that is L1.", R=lambda W, lam: lam * np.abs(W).sum()),
        mistake("R.sign", "R has the wrong sign: large weights are rewarded.", R=lambda W, lam: -lam * (W**2).sum()),
        mistake("R.by_units", "R is divided by the number of units.", R=lambda W, lam: lam * (W**2).sum() / len(W)),
        mistake("R.of_rows", "R adds up the norms of the rows, where all squares should be added up.",
                R=lambda W, lam: lam * np.linalg.norm(W, axis=1).sum()),
        mistake("R.by_two_weights", "R is divided by twice the number of weights.",
                R=lambda W, lam: lam * (W**2).sum() / (2 * W.size)),
        mistake("R.spectral", "R holds the square of NumPy's norm(W, 2), which is no sum of squares for a matrix.",
                R=lambda W, lam: lam * np.linalg.norm(W, 2) ** 2),
        mistake("dR.of_norm", "dR is λ W divided by the norm of W: the gradient of a norm without its square.",
                dR=lambda W, lam: lam * W / np.linalg.norm(W)),
        mistake("dR.value", "dR is R times W: the value stands in the gradient.",
                dR=lambda W, lam, R: R * W),
        mistake("norm", "Value and gradient are those of the norm, where its square belongs.",
                R=lambda W, lam: lam * np.linalg.norm(W), dR=lambda W, lam: lam * W / np.linalg.norm(W)),
        mistake("mean", "Value and gradient are divided by the number of weights.",
                R=lambda W, lam: lam * (W**2).mean(), dR=lambda W, lam: 2 * lam * W / W.size),
        mistake("lam_missing", "Neither R nor dR contains λ.", R=lambda W: (W**2).sum(), dR=lambda W: 2 * W),
        mistake("dR.without_2", "dR is λ W: the 2 of the derivative is missing.", dR=lambda W, lam: lam * W),
        mistake("dR.without_lam", "dR does not contain λ.", dR=lambda W: 2 * W),
        mistake("dR.of_l1", "dR holds signs: that is the gradient of L1.", dR=lambda W, lam: lam * np.sign(W)),
        mistake("dR.squares", "dR holds the squares of the weights, where their derivatives belong.",
                dR=lambda W, lam: lam * W**2),
        mistake("dR.two_squares", "dR is 2 λ w²: the exponent has stayed.", dR=lambda W, lam: 2 * lam * W**2),
        mistake("dR.sign", "dR has the wrong sign.", dR=lambda W, lam: -2 * lam * W),
        mistake("dR.mean", "dR is divided by the number of weights.", dR=lambda W, lam: 2 * lam * W / W.size),
        mistake("dR.absolute", "The signs of the weights are lost in dR.", dR=lambda W, lam: 2 * lam * np.abs(W)),
    ),
)  # fmt: skip
L1 = Task(
    number=5,
    call="l1(W, lam)",
    returns="R dR",
    steps={"R": lambda W, lam: lam * np.abs(W).sum(), "dR": lambda W, lam: lam * np.sign(W)},
    probes=weights_and_zeros,
    example=(np.array([[1.0, -2.0, 3.0], [0.0, 1.0, -1.0]]), 0.25),
    dtype="float64",
    lecture="10, part 3",
    mistakes=(
        mistake("R.without_sizes", "The weights are added up with their signs, where their sizes belong.",
                R=lambda W, lam: lam * W.sum()),
        mistake("R.size_of_sum", "The size is taken of the sum, where it belongs to each weight.",
                R=lambda W, lam: lam * np.abs(W.sum())),
        mistake("R.of_l2", "R adds up the squares of the weights: that is L2.", R=lambda W, lam: lam * (W**2).sum()),
        mistake("R.norm", "R holds the root of the sum of the squares, where the sum of the sizes belongs.",
                R=lambda W, lam: lam * np.linalg.norm(W)),
        mistake("R.mean", "R holds the mean of the sizes, where their sum belongs.",
                R=lambda W, lam: lam * np.abs(W).mean()),
        mistake("R.without_lam", "R does not contain λ.", R=lambda W: np.abs(W).sum()),
        mistake("R.largest_unit", "R is the largest sum of one column, where the sizes of all weights count.",
                R=lambda W, lam: lam * np.abs(W).sum(axis=0).max()),
        mistake("R.half", "R holds half of the sum.", R=lambda W, lam: lam / 2 * np.abs(W).sum()),
        mistake("R.positive_only", "R counts the positive weights alone.",
                R=lambda W, lam: lam * np.maximum(W, 0).sum()),
        mistake("R.largest_row", "R is the largest sum of one row, where the sizes of all weights count.",
                R=lambda W, lam: lam * np.abs(W).sum(axis=1).max()),
        mistake("R.largest", "R holds the largest size, where all should be added up.",
                R=lambda W, lam: lam * np.abs(W).max()),
        mistake("R.sign", "R has the wrong sign.", R=lambda W, lam: -lam * np.abs(W).sum()),
        mistake("R.signs", "R adds up the signs of the weights, where their sizes belong.",
                R=lambda W, lam: lam * np.sign(W).sum()),
        mistake("of_l2", "Value and gradient are those of L2.",
                R=lambda W, lam: lam * (W**2).sum(), dR=lambda W, lam: 2 * lam * W),
        mistake("mean", "Value and gradient are divided by the number of weights.",
                R=lambda W, lam: lam * np.abs(W).mean(), dR=lambda W, lam: lam * np.sign(W) / W.size),
        mistake("lam_missing", "Neither R nor dR contains λ.",
                R=lambda W: np.abs(W).sum(), dR=lambda W: np.sign(W)),
        mistake("dR.half", "dR is half of what it should be.", dR=lambda W, lam: lam / 2 * np.sign(W)),
        mistake("dR.inverted", "dR holds 1 / w, where the sign of w belongs.",
                dR=lambda W, lam: lam / np.where(W == 0, np.inf, W)),
        mistake("dR.ones", "dR is λ everywhere: negative weights need −λ.", dR=lambda W, lam: lam * np.ones_like(W)),
        mistake("dR.sizes", "dR holds the sizes of the weights, where their signs belong.",
                dR=lambda W, lam: lam * np.abs(W)),
        mistake("dR.weights", "dR holds the weights, where their signs belong.", dR=lambda W, lam: lam * W),
        mistake("dR.of_l2", "dR is 2 λ W: that is the gradient of L2.", dR=lambda W, lam: 2 * lam * W),
        mistake("dR.without_lam", "dR does not contain λ.", dR=lambda W: np.sign(W)),
        mistake("dR.positive_only", "dR is 0 for negative weights.", dR=lambda W, lam: lam * (W > 0)),
        mistake("dR.sign", "dR has the wrong sign.", dR=lambda W, lam: -lam * np.sign(W)),
        mistake("dR.mean", "dR is divided by the number of weights.", dR=lambda W, lam: lam * np.sign(W) / W.size),
        mistake("dR.up_at_zero", "In dR, a weight of 0 gets λ, where 0 belongs.",
                dR=lambda W, lam: np.where(W >= 0, lam, -lam)),
        mistake("dR.down_at_zero", "In dR, a weight of 0 gets −λ, where 0 belongs.",
                dR=lambda W, lam: np.where(W > 0, lam, -lam)),
    ),
)  # fmt: skip


TASKS = (L2, L1)
