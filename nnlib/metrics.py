"""How good a network is: what it says about each example, and how often that is right."""

import numpy as np

from nnlib.activations import Activation, Sigmoid, Step
from nnlib.arguments import describe, need_examples, need_labels, need_network
from nnlib.network import Residual, Sequential


def predicted_labels(net, output):
    """The number of the largest column; with one column, 1 where it says "more likely than not", else 0.

    `output` is what `net` gave, (m, n_classes), (m, 1) or (m,); the labels are (m,). One column is a probability
    behind a final Activation whose values are from 0 to 1, such as Sigmoid, Step and the reader's own: 1 from ½ on.
    Behind any other layer it is a logit: 1 from 0 on, where σ(z) is ½, as for the step unit. Of a `net` that has no
    layers, such as a function, the numbers tell: they are probabilities if all of them lie in [0, 1].
    """
    columns = output.reshape(len(output), -1)
    if columns.shape[1] > 1:
        return columns.argmax(axis=1)
    return (columns[:, 0] >= (0.5 if _gives_probabilities(net, output) else 0)).astype(np.intp)


def accuracy(net, data, batch_size=1000):
    """The fraction, from 0 to 1, of the examples whose predicted label is their label.

    data are (x, y), x (m, n) and y (m,) labels, for each of which the net has one output. For a net with one output
    they are 0 and 1, and may be (m, 1). Others are refused. `batch_size` examples are predicted at a time.
    """
    x, y = need_examples("data", data)
    output = need_network(net).predict(x, batch_size)
    if output.shape[1:] != (1,):
        labels = need_labels("y", y, len(x), output[0].size)
    elif (labels := labels_of(y, output.shape)) is None:
        raise ValueError(f"y: expected labels 0 and 1, for the one output of the net, got {describe(y)}")
    return right(net, output, labels) / len(y)


def confusion_counts(y, predicted):
    """counts[i, j] = how many examples with label i were read as j; its diagonal counts what is right.

    y and `predicted` are m labels each, whole numbers from 0, the counts (n, n) for labels up to n − 1.
    Refuses others.
    """
    y, predicted = np.asarray(y), np.asarray(predicted)
    if not y.size or y.shape != predicted.shape or y.dtype.kind not in "iu" or predicted.dtype.kind not in "iu":
        raise ValueError(f"y, predicted: expected labels, as many of each, got {describe(y)}, {describe(predicted)}")
    n = 1 + int(max(y.max(), predicted.max()))
    counts = np.zeros((n, n), np.intp)
    np.add.at(counts, (need_labels("y", y, len(y), n), need_labels("predicted", predicted, len(y), n)), 1)
    return counts


def right(net, output, labels):
    """How many of the labels (m,) are those that the `output` of the net says."""
    return int(np.count_nonzero(predicted_labels(net, output) == labels))


def labels_of(y, shape):
    """y as labels (m,) for outputs of this shape; None if it is something else, such as the targets of a regression.

    For outputs (m, 1) labels are 0 or 1, in numbers of any kind, (m,) or (m, 1); else whole numbers (m,).
    """
    if len(shape) == 2 and shape[1] == 1:
        return y.reshape(-1) if y.shape in ((len(y),), (len(y), 1)) and np.isin(y, (0, 1)).all() else None
    return y if y.ndim == 1 and y.dtype.kind in "iu" else None


def _gives_probabilities(net, output):
    last = net
    while isinstance(last, Sequential) and not isinstance(last, Residual):
        last = last.layers[-1]
    if isinstance(last, Sigmoid | Step):  # known, and asked for at each step of a training
        return True
    if isinstance(last, Activation):
        output = last.value(np.array([[-20.0], [0.0], [20.0]]))  # these say more than what it gives for some examples
    elif hasattr(last, "forward"):
        return False
    return bool(((output >= 0) & (output <= 1)).all())
