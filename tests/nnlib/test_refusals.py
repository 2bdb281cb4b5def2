"""What functions refuse besides the input of layers: in words that begin with the name of the argument."""

from types import SimpleNamespace

import numpy as np
import pytest

import nnlib as nn
from nnlib import augment, costs, data, diagnostics, gradcheck, perceptron, plot, schedules

X, Y = np.ones((3, 4), np.float32), np.array([0, 1, 1], np.int64)
NAN = np.full((3, 4), np.nan, np.float32)


def rng():
    return np.random.default_rng(0)


def net():
    return nn.Sequential(nn.Linear(4, 2, rng=rng()))


def fit(**changed):
    n = net()
    given = {"loss": nn.softmax_cross_entropy, "opt": nn.SGD(n, 0.1), "train": (X, Y), "epochs": 1, "batch_size": 2}
    return nn.fit(n, **(given | changed), rng=rng(), progress=False)


def sgd(point):
    return nn.SGD(point, 0.1)


CASES = [
    # initializers and dtypes
    (lambda: nn.he(0, 2, rng()), "n_in: expected a whole number"),
    (lambda: nn.xavier(2, 1.5, rng()), "n_out: expected a whole number"),
    (lambda: nn.xavier_fan_in(2, 2, None), "rng: expected np.random.default_rng(seed)"),
    (lambda: nn.zeros(-1, 2, None), "n_in: expected a whole number"),
    (lambda: nn.normal(-0.1), "std: expected a number of at least 0"),
    (lambda: nn.filled(np.nan), "value: expected a finite number"),
    (lambda: nn.filled(10**400), "value: expected a finite number"),
    (lambda: nn.Linear(3, 2, init=None, rng=rng()), "init: expected a function, got NoneType None"),
    (lambda: nn.Linear(3, 2, init=lambda *_: np.ones((3, 2)), rng=rng()), "init: expected W of shape (n_out, n_in)"),
    (lambda: nn.Conv2D(1, 2, 3, init=lambda *_: np.ones(9), rng=rng()), "init: expected W of shape"),
    (lambda: nn.Linear(3, 2, init=lambda *_: None, rng=rng()), "init: expected numbers, got NoneType None"),
    (lambda: nn.Linear(3, 2, init=lambda *_: np.ones((2, 3)) * 1j, rng=rng()), "init: expected numbers, got complex"),
    (lambda: nn.Linear(4, 3, init=lambda *_: NAN, rng=rng()), "init: expected finite numbers, but 12 of 12"),
    (lambda: nn.Linear(3, 2, rng=rng(), dtype=int), "dtype: expected np.float32 or np.float64, got type"),
    (lambda: nn.Linear(3, 2, rng=rng(), dtype=X), "dtype: expected np.float32"),
    (lambda: nn.Conv2D(1, 2, 3, rng=rng(), dtype="abc"), "dtype: expected np.float32"),
    (lambda: nn.BatchNorm(3, dtype=complex), "dtype: expected np.float32"),
    (lambda: net().astype(np.int64), "dtype: expected np.float32"),
    # activation functions and layers
    (lambda: nn.sigmoid(NAN), "z: expected finite numbers, but 12 of 12 entries"),
    (lambda: nn.softmax(X[:0]), "z: expected at least one example"),
    (lambda: nn.softmax(np.array(1.0)), "z: expected one or more rows of numbers, got a single number"),
    (lambda: nn.Softmax().forward(np.array(1.0)), "z: expected shape (m, n) with one example per row, got ()"),
    (lambda: nn.softmax_jacobian(X), "z: expected one vector, shape (n,), got shape (3, 4)"),
    (lambda: nn.Tanh().slope(0.5), "z: expected an array of floats"),
    (lambda: nn.Reshape(), "shape: expected the shape of one example"),
    (lambda: nn.Reshape(4).forward(np.array(1.0)), "x: expected 4 numbers per example"),
    (lambda: nn.Reshape(2).forward(X), "x: expected 2 numbers per example, got shape (3, 4)"),  # no two of each
    (lambda: nn.Conv2D(1, 1, 3, padding=-1, rng=rng()), "padding: expected a whole number of at least 0"),
    # losses
    (lambda: nn.softmax_cross_entropy(X, np.eye(4)[Y]), "y: expected an array of whole-number labels, got float"),
    (lambda: nn.cross_entropy(X / 4, np.eye(4, dtype=int)[Y]), 
     "y: expected one label per row, shape (3,), got shape (3, 4). One-hot rows become labels by y.argmax(axis=1)"),
    *((lambda loss=loss: loss(np.array(0.5), np.array(1.0)), f"{name}: expected at least one row, got shape ()")
      for loss, name in (
          (nn.half_squared_error, "y_hat"), (nn.mse, "y_hat"), (nn.binary_cross_entropy, "y_hat"),
          (nn.binary_cross_entropy_with_logits, "z"),
      )),
    # networks
    (lambda: net().predict(np.array(1.0)), "x: expected one example per row"),
    (lambda: net().predict(None), "x: expected an array of floats"),
    (lambda: net().shapes(NAN), "x: expected finite numbers"),
    (lambda: setattr(net(), "theta", net().theta + 1e-20j), "theta: expected real numbers, got complex64 array"),
    (lambda: net().load_state(None), "state: expected what state() gave, got NoneType None"),
    # optimizers
    (lambda: nn.SGD(nn.Linear(2, 2, rng=rng()), 0.1), "net: expected a network, such as Sequential(…), got Linear"),
    (lambda: nn.clip_global_norm(None, 1), "net: expected a network"),
    (lambda: nn.clip_global_norm(SimpleNamespace(grad=np.ones(2)), 1), "net: expected a network"),
    (lambda: nn.descend(None, [1.0], sgd, 2), "gradient: expected a function"),
    (lambda: nn.descend(lambda w: w, [1.0], None, 2), "build: expected a function"),
    (lambda: nn.descend(lambda w: w, [1.0], lambda point: 0.1, 2), "build: expected a function that returns"),
    (lambda: nn.descend(lambda w: 1.0, [1.0], sgd, 2), "gradient: expected the shape of the last output"),
    (lambda: nn.descend(lambda w: np.nan * w, [1.0], sgd, 2), "gradient: expected finite numbers"),
    (lambda: nn.descend(lambda w: w, 1.0, sgd, 2), "theta: expected one vector"),
    (lambda: nn.descend(lambda w: w, [np.inf], sgd, 2), "theta: expected finite numbers"),
    (lambda: nn.descend(lambda w: w, [1.0], sgd, 0), "steps: expected a whole number"),
    # training
    (lambda: fit(loss=None), "loss: expected something like nn.softmax_cross_entropy, got NoneType None"),
    *((call, "loss: expected a function that returns (L, dz), but it returned float 1.0") for call in (
        lambda: fit(loss=lambda y_hat, y: 1.0),
        lambda: gradcheck.check_network(net(), lambda y_hat, y: 1.0, X, Y),
        lambda: (lambda n: diagnostics.examine(n, lambda y_hat, y: 1.0, nn.SGD(n, 0.1), (X, Y)))(net()),
    )),
    (lambda: fit(schedule=0.1), "schedule: expected something like nn.schedules.cosine"),
    (lambda: fit(schedule=lambda t: None), "schedule: expected a number of at least 0, got None"),
    (lambda: fit(schedule=lambda t: -0.1), "schedule: expected a number of at least 0, got -0.1"),
    (lambda: fit(schedule=lambda t: np.nan), "schedule: expected a number of at least 0, got nan"),
    (lambda: fit(penalties=nn.L2(1e-3)), "penalties: expected a list, such as [nn.L2(1e-3)], got L2"),
    (lambda: fit(penalties=[1e-3]), "penalties: expected something like [nn.L2(1e-3)], got float 0.001"),
    (lambda: fit(max_norm=3), "max_norm: expected something like nn.MaxNorm(3), got int 3"),
    (lambda: fit(stopping=5, valid=(X, Y)), "stopping: expected something like nn.EarlyStopping(5), got int 5"),
    (lambda: fit(augment=2), "augment: expected something like nn.augment.elastic"),
    (lambda: fit(history=[1.0]), "history: expected something like nn.History(), got list [1.0]"),
    (lambda: fit(on_step=3), "on_step: expected something like a function of net, history and the state before"),
    (lambda: fit(on_epoch=3), "on_epoch: expected something like a function of net and history, got int 3"),
    (lambda: fit(clip=0), "clip: expected a number above 0, got 0"),
    (lambda: fit(opt=None), "opt: it was made for another network"),
    (lambda: fit(train=X), "train: expected a pair of arrays (x, y), got float32 array"),
    (lambda: fit(train=(X, np.array(["a", "b", "c"]))), "train: expected a pair of arrays (x, y) of numbers"),
    (lambda: nn.accuracy(net(), X), "data: expected a pair of arrays (x, y), got float32 array"),
    (lambda: nn.accuracy(net(), (X, Y + 1)), "y: labels must lie in 0 … 1"),
    (lambda: nn.L2(1).value(None), "net: expected a network or a layer"),
    # schedules
    (lambda: schedules.warm_up(0.1, 2), "schedule: expected a function, got float 0.1"),
    # perceptrons
    (lambda: perceptron.step(np.nan), "z: expected finite numbers"),
    (lambda: perceptron.AND([1, 0, 1]), "x: expected 2 inputs in the last axis, got shape (3,)"),
    (lambda: perceptron.AND([[1, 0], [1]]), "x: expected lists of one length, got list [[1, 0], [1]]"),
    (lambda: perceptron.AND("ab"), "x: expected numbers, got str 'ab'"),
    (lambda: perceptron.xor(1j * X), "x: expected numbers, got complex"),
    (lambda: perceptron.learn_01(X[0], np.ones(4)), "x: expected shape (m, n) with one example per row, got (4,)"),
    (lambda: perceptron.learn_signs(X, np.ones((3, 1))), "y: expected one label per example, shape (3,), got (3, 1)"),
    (lambda: perceptron.learn_01(NAN, [0, 1, 1]), "x: expected finite numbers, but 12 of 12"),
    (lambda: perceptron.learn_01(X, [0, 1]), "y: expected one label per example, shape (3,), got (2,)"),
    # gradient checks
    (lambda: gradcheck.numerical_gradient(lambda w: (w.sum(), w), np.ones(2)), "f: expected a function that returns"),
    (lambda: gradcheck.numerical_gradient(lambda w: w, np.ones(2)), "f: expected a function that returns a number"),
    (lambda: gradcheck.numerical_gradient(3, np.ones(2)), "f: expected a function, got int 3"),
    (lambda: gradcheck.directional_derivative(3, np.ones(2), np.ones(2)), "f: expected a function, got int 3"),
    (lambda: gradcheck.numerical_gradient(np.sum, np.array([1, np.nan])), "theta: expected finite numbers, but 1 of 2"),
    (lambda: gradcheck.numerical_gradient(np.sum, np.ones(2), h=0), "h: expected a number above 0"),
    (lambda: gradcheck.directional_derivative(np.sum, np.ones(2), np.ones(3)), "direction: expected the shape"),
    (lambda: gradcheck.directional_derivative(np.sum, X, X), "theta: differences need float64"),
    (lambda: gradcheck.relative_error(np.ones(3), np.ones((3, 1))), "a and b: expected one shape, got (3,) and"),
    (lambda: gradcheck.jacobian(nn.ReLU(), X), "x: expected one example, shape (n_in,), got shape (3, 4)"),
    (lambda: gradcheck.check_network(net(), nn.mse, X.tolist(), X), "x: expected an array of floats"),
    # data and augmentation
    (lambda: list(data.minibatches(X, 2, rng())), "data: expected a pair of arrays (x, y), got float32 array"),
    (lambda: data.blobs(4, rng(), centers=(1, 2)), "centers: expected a list of points"),
    (lambda: data.circles(4, rng(), inner=None), "inner: expected a number of at least 0"),
    (lambda: data.spirals(4, rng(), turns=np.inf), "turns: expected a finite number"),
    (lambda: data.truth_table(5), "function: expected a function, got int 5"),
    (lambda: augment.noise(NAN, rng()), "x: expected finite numbers"),
    (lambda: augment.rotate(NAN, rng()), "x: expected finite numbers"),
    (lambda: augment.shift(X, rng(), pixels=1.5), "pixels: expected a whole number of at least 0, got 1.5"),
    (lambda: augment.warp([[[1.0]]], 0, 0), "images: expected an array of floats, got list [[[1.0]]]"),
    (lambda: augment.warp(X, 0, 0), "images: expected shape (m, side, side), got (3, 4)"),
    # diagnostics
    (lambda: diagnostics.gradients(None), "net: expected a network"),
    (lambda: diagnostics.update_ratios(net(), X), "before: expected what net.state() gave"),
    (lambda: diagnostics.update_ratios(net(), nn.Sequential(nn.Linear(4, 3, rng=rng())).state()),
     "before: expected 0.W as float32 array of shape (2, 4), got float32 array of shape (3, 4)"),
    (lambda: diagnostics.update_ratios(net(), {"0.W": 3}), "before: expected 0.W as float32 array"),
    (lambda: diagnostics.examine(net(), nn.mse, nn.SGD(net(), 0.1), (X, Y)), "opt: it was made for another network"),
    # costs
    (lambda: costs.parameter_count(784), "sizes: expected two or more numbers of units"),
    (lambda: costs.parameter_count((784,)), "sizes: expected two or more numbers of units"),
    (lambda: costs.forward_multiplications((784, 0)), "sizes: expected a whole number"),
    (lambda: costs.activation_count((784, 10), 0), "m: expected a whole number"),
    # graphs
    (lambda: plot.graph(3.0), "node: expected a Node, got float 3.0"),
    # plots
    (lambda: plot.batch_loss(nn.History(batch_loss=[1.0]), window=0), "window: expected a whole number of at least 1"),
    (lambda: plot.digits(X[:, :3]), "x: expected square images, one per row, got float32 array of shape (3, 3)"),
    (lambda: plot.digits(X, labels=Y[:2]), "labels: expected one per image, 3, got int64 array of shape (2,)"),
    (lambda: plot.digits(X, predicted=3), "predicted: expected one per image, 3, got int 3"),
    (lambda: plot.digits(X, columns=0), "columns: expected a whole number of at least 1, got 0"),
    (lambda: plot.digits(NAN), "x: expected finite numbers"),
    (lambda: plot.digits(None), "x: expected numbers, got NoneType None"),
    (lambda: plot.learning_curves(None), "history: expected what fit gave, got NoneType None"),
    (lambda: plot.batch_loss([1.0, 0.5]), "history: expected what fit gave, got list"),
    (lambda: plot.histograms([1.0, 2.0]), "arrays: expected {name: values, …}, got list [1.0, 2.0]"),
    (lambda: plot.histograms({}), "arrays: expected {name: values, …}, got dict {}"),
    (lambda: plot.histograms({"0.W": X}, bins=0), "bins: expected a whole number of at least 1, got 0"),
    (lambda: plot.network([]), "sizes: expected numbers of units"),
    (lambda: plot.network([2, 1], values=[["a"], ["b"]]),
     "values: expected texts like [['…', '…'], ['…']], got [['…'], ['…']]"),
    (lambda: plot.network([2, 1], edges=[[["a"]]]), "edges: expected texts like [[['…', '…']]], got [[['…']]]"),
    (lambda: plot.network([2, 1], layer_names=["a"]), "layer_names: expected texts like ['…', '…'], got ['…']"),
    (lambda: plot.decision_boundary(net(), (X, Y)), "data: expected points in the plane"),
    (lambda: plot.decision_boundary(net(), (NAN[:, :2], Y)), "data: x has 6 entries that are NaN or infinite"),
    (lambda: plot.decision_boundary(lambda x: 1.0, (X[:, :2], Y)), "net: expected one output per point, 160801, got"),
    (lambda: plot.decision_boundary(3, (X[:, :2], Y)), "net: expected a function, got int 3"),
    (lambda: plot.confusion_matrix(Y, Y[:2]), "y, predicted: expected labels, as many of each"),
    (lambda: plot.weights(X[:, :3]), "W: expected 4 weights per row, for images (2, 2), got float64 array"),
    (lambda: plot.weights(X, shape=(1, 3)), "W: expected 3 weights per row, for images (1, 3)"),
    (lambda: plot.weights(NAN), "W: expected finite numbers"),
    (lambda: plot.decision_boundary(net(), (X[:, :2], np.array([0, 1, 99]))), "data: "),
    (lambda: plot.weights(X, columns=0), "columns: expected a whole number of at least 1, got 0"),
    (lambda: plot.matrix(NAN), "A: expected finite numbers"),
    (lambda: plot.matrix(X[0]), "A: expected a matrix, got float64 array of shape"),
    (lambda: plot.runs([]), "curves: expected {name: runs, …}, got list"),
    (lambda: plot.runs([[1.0]]), "curves: expected {name: runs, …}, got list"),
    (lambda: plot.runs({}), "curves: expected {name: runs, …}, got dict"),
    (lambda: plot.runs({"SGD": [[1, 2], [1]]}), "SGD: expected lists of one length"),
    (lambda: plot.runs({"SGD": [1, 2]}, x=[1.0]), "x: expected one for each of the 2 numbers of SGD, got float64"),
    (lambda: plot.confusion_matrix(Y, Y - 1), "predicted: labels must lie in 0 … 1"),
    (lambda: plot.histograms({"2.W": NAN}), "2.W: expected finite numbers, but 12 of 12"),
    (lambda: plot.loss_surface(1, {}), "f: expected a function"),
    (lambda: plot.loss_surface(lambda a, b: np.nan, {}), "f: expected finite numbers, but 40401 of 40401"),
    (lambda: plot.batch_loss(nn.History()), "history: expected the loss of at least one step"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "words"), CASES, ids=[words for _, words in CASES])
def test_refused_in_words(call, words):
    with pytest.raises((TypeError, ValueError)) as refusal:
        call()
    assert str(refusal.value).startswith(words)
