"""Part 2: the cost of a network that pays both prices, and its gradients."""

from itertools import pairwise

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake
from nnlib.diagnosis.task import away_from_kinks
from nnlib.tasks.a5.penalties import L1, L2

SIZES = [(3, 5, 2), (4, 2, 3, 5), (2, 4, 3), (5, 3, 4, 2), (4, 4, 4), (3, 3, 3), (6, 3, 4), (2, 1)]


def networks(rng):
    """L, dL and params of networks with two or three layers; gradients as large as the penalties."""
    found = []
    for i, sizes in enumerate(SIZES):
        params, dL = {}, {}
        for layer, (n_in, n_out) in enumerate(pairwise(sizes), 1):
            for name, shape in ((f"W{layer}", (n_out, n_in)), (f"b{layer}", (n_out,))):
                params[name] = away_from_kinks(rng, shape, 0.1, 2.0)
                dL[name] = rng.normal(size=shape)
        about = "square layers" if i in (4, 5) else "a single layer" if len(sizes) == 2 else "layers of different sizes"
        found.append(Probe(about, (rng.uniform(0.5, 3), dL, params, rng.uniform(0.1, 0.5), rng.uniform(0.6, 1))))
    return found


def cost(parts=lambda W, lam1, lam2: L1(W, lam1)[0] + L2(W, lam2)[0], which=lambda names: names, start=1):
    """J = L + what each weight costs, `parts(W, lam1, lam2)`, for those that `which` selects."""

    def added(L, params, lam1, lam2):
        return start * L + sum(parts(params[n], lam1, lam2) for n in which(matrices(params)))

    return added


def gradients(parts=lambda W, lam1, lam2: L1(W, lam1)[1] + L2(W, lam2)[1], which=lambda names: names, start=1):
    """dJ = dL + the gradient `parts(W, lam1, lam2)`, for those parameters that `which` selects."""

    def added(dL, params, lam1, lam2):
        chosen = which(matrices(params))
        return {n: start * dL[n] + (parts(params[n], lam1, lam2) if n in chosen else 0) for n in dL}

    return added


def prices(W, lam1, lam2):
    """The gradients of both prices of a weight."""
    return L1(W, lam1)[1] + L2(W, lam2)[1]


def matrices(params):
    return [name for name in params if name.startswith("W")]


def everything(names):
    return [*names, *(name.replace("W", "b") for name in names)]


PENALISED = Task(
    number=6,
    call="add_penalties(L, dL, params, lam1, lam2)",
    returns="J dJ",
    steps={"J": cost(), "dJ": gradients()},
    probes=networks,
    example=(2.0, {"W1": np.array([[1.0, 0.0]]), "b1": np.array([1.0]), "W2": np.array([[0.0], [2.0]]),
                   "b2": np.array([0.0, 1.0])},
             {"W1": np.array([[3.0, -1.0]]), "b1": np.array([5.0]), "W2": np.array([[1.0], [-2.0]]),
              "b2": np.array([4.0, 0.0])}, 0.5, 0.1),
    helpers={"l2": L2, "l1": L1},
    dtype="float64",
    lecture="10, part 2",
    mistakes=(
        mistake("biases", "The biases pay, too, in J and in dJ, where they should go free.",
                J=cost(which=everything), dJ=gradients(which=everything)),
        mistake("J.biases", "The biases pay in J, where they should go free.", J=cost(which=everything)),
        mistake("dJ.biases", "The biases pay in dJ, where they should go free.", dJ=gradients(which=everything)),
        mistake("swapped", "The two λ are exchanged, in J and in dJ.",
                J=cost(lambda W, one, two: L1(W, two)[0] + L2(W, one)[0]),
                dJ=gradients(lambda W, one, two: L1(W, two)[1] + L2(W, one)[1])),
        mistake("J.swapped", "The two λ are exchanged in J.",
                J=cost(lambda W, one, two: L1(W, two)[0] + L2(W, one)[0])),
        mistake("dJ.swapped", "The two λ are exchanged in dJ.",
                dJ=gradients(lambda W, one, two: L1(W, two)[1] + L2(W, one)[1])),
        mistake("J.without_l1", "The L1 penalty is missing in J.", J=cost(lambda W, one, two: L2(W, two)[0])),
        mistake("J.without_l2", "The L2 penalty is missing in J.", J=cost(lambda W, one, two: L1(W, one)[0])),
        mistake("J.without_loss", "J holds the penalties alone: L is missing.", J=cost(start=0)),
        mistake("J.subtracted", "The penalties are subtracted from L, where they should be added.",
                J=cost(lambda W, one, two: -L1(W, one)[0] - L2(W, two)[0])),
        mistake("J.first_layer", "The first layer alone pays in J.", J=cost(which=lambda names: names[:1])),
        mistake("J.last_layer", "The last layer alone pays in J.", J=cost(which=lambda names: names[-1:])),
        mistake("J.plain", "J is L: no penalty is added.", J=cost(which=lambda names: [])),
        mistake("dJ.without_l1", "The gradient of L1 is missing in dJ.",
                dJ=gradients(lambda W, one, two: L2(W, two)[1])),
        mistake("dJ.without_l2", "The gradient of L2 is missing in dJ.",
                dJ=gradients(lambda W, one, two: L1(W, one)[1])),
        mistake("dJ.without_loss", "dJ holds the gradients of the penalties alone: dL is missing.",
                dJ=gradients(start=0)),
        mistake("dJ.replaced", "For weights, dJ holds the gradients of the penalties alone: dL is missing there.",
                dJ=lambda dL, params, lam1, lam2: {
                    n: prices(params[n], lam1, lam2) if n in matrices(params) else dL[n] for n in dL}),
        mistake("dJ.halved", "The gradients of L2 lack their 2 in dJ.",
                dJ=gradients(lambda W, one, two: L1(W, one)[1] + L2(W, two)[1] / 2)),
        mistake("dJ.values", "The penalties are added to dL, where their gradients belong.",
                dJ=gradients(lambda W, one, two: L1(W, one)[0] + L2(W, two)[0])),
        mistake("dJ.biases_alone", "The biases pay in dJ, and the weights do not.",
                dJ=gradients(which=lambda names: [n.replace("W", "b") for n in names])),
        mistake("dJ.of_gradients", "dJ holds the penalties' gradients taken at dL, where those at the weights belong.",
                dJ=lambda dL, params, lam1, lam2: {
                    n: dL[n] + (prices(dL[n], lam1, lam2) if n in matrices(params) else 0) for n in dL}),
        mistake("dJ.twice", "The gradients of the penalties are added twice.",
                dJ=gradients(lambda W, one, two: 2 * prices(W, one, two))),
        mistake("J.biases_alone", "The biases pay in J, and the weights do not.",
                J=cost(which=lambda names: [n.replace("W", "b") for n in names])),
        mistake("J.mean", "The penalties in J are divided by the number of layers.",
                J=lambda L, params, lam1, lam2: L + (cost(start=0)(L, params, lam1, lam2) / len(matrices(params)))),
        mistake("J.twice", "The penalties are added twice in J.",
                J=cost(lambda W, one, two: 2 * (L1(W, one)[0] + L2(W, two)[0]))),
        mistake("J.lam1_alone", "Both penalties have λ₁ in J.",
                J=cost(lambda W, one, two: L1(W, one)[0] + L2(W, one)[0])),
        mistake("J.lam2_alone", "Both penalties have λ₂ in J.",
                J=cost(lambda W, one, two: L1(W, two)[0] + L2(W, two)[0])),
        mistake("lam1_alone", "Both penalties have λ₁, in J and in dJ.",
                J=cost(lambda W, one, two: L1(W, one)[0] + L2(W, one)[0]),
                dJ=gradients(lambda W, one, two: prices(W, one, one))),
        mistake("lam2_alone", "Both penalties have λ₂, in J and in dJ.",
                J=cost(lambda W, one, two: L1(W, two)[0] + L2(W, two)[0]),
                dJ=gradients(lambda W, one, two: prices(W, two, two))),
        mistake("without_l1", "The L1 penalty is missing, in J and in dJ.",
                J=cost(lambda W, one, two: L2(W, two)[0]), dJ=gradients(lambda W, one, two: L2(W, two)[1])),
        mistake("without_l2", "The L2 penalty is missing, in J and in dJ.",
                J=cost(lambda W, one, two: L1(W, one)[0]), dJ=gradients(lambda W, one, two: L1(W, one)[1])),
        mistake("dJ.subtracted", "The gradients of the penalties are subtracted from dL, where they should be added.",
                dJ=gradients(lambda W, one, two: -L1(W, one)[1] - L2(W, two)[1])),
        mistake("dJ.first_layer", "The first layer alone pays in dJ.", dJ=gradients(which=lambda names: names[:1])),
        mistake("dJ.last_layer", "The last layer alone pays in dJ.", dJ=gradients(which=lambda names: names[-1:])),
        mistake("dJ.plain", "dJ is dL: no gradient of a penalty is added.", dJ=gradients(which=lambda names: [])),
    ),
)  # fmt: skip

TASKS = (PENALISED,)
