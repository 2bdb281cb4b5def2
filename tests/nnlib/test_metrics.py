"""Metrics: which label an output says, for ten columns, one logit and one probability; and how often it is right."""

import numpy as np
import pytest

import nnlib as nn
from nnlib.metrics import labels_of

Z = np.array([[-2], [-0.1], [0], [0.1], [0.4], [0.5], [3]], np.float32)
AS_LOGITS, AS_PROBABILITIES = [0, 0, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 1, 1]


def test_the_largest_of_several_columns_is_the_label():
    output = np.array([[1, 2, 0], [-3, -4, -5], [0, 0, 1], [7, 7, 1]], np.float32)  # of equals the first
    assert nn.predicted_labels(nn.Sequential(nn.Identity()), output).tolist() == [1, 0, 2, 0]
    assert nn.predicted_labels(nn.Sequential(nn.Sigmoid()), output[:, :2]).tolist() == [1, 0, 0, 0]


class Own(nn.Activation):
    """a = c / (1 + e⁻ᶻ): a sigmoid of the reader's own, if c is 1."""

    def __init__(self, c):
        self.c = c

    def value(self, z):
        return self.c / (1 + np.exp(-z))

    def derivative(self, z, a):
        return a * (1 - a / self.c)


@pytest.mark.parametrize(
    ("net", "labels"),
    [
        (nn.Sequential(Own(1)), AS_PROBABILITIES),
        (nn.Sequential(Own(2)), AS_LOGITS),
        (nn.Sequential(nn.ReLU()), AS_LOGITS),
        (nn.Sequential(nn.Identity()), AS_LOGITS),
        (nn.Sequential(nn.Sigmoid(), nn.Identity()), AS_LOGITS),
        (nn.Sequential(nn.Tanh()), AS_LOGITS),
        (nn.Sequential(nn.Residual(nn.Sigmoid())), AS_LOGITS),  # x + σ(x) is no probability
        (nn.Identity(), AS_LOGITS),
        (nn.Sequential(nn.Sigmoid()), AS_PROBABILITIES),
        (nn.Sequential(nn.Step()), AS_PROBABILITIES),
        (nn.Sequential(nn.Identity(), nn.Sequential(nn.Identity(), nn.Sigmoid())), AS_PROBABILITIES),
        (nn.Sigmoid(), AS_PROBABILITIES),
        (lambda x: x, AS_LOGITS),
    ],
)
def test_one_column_is_a_probability_behind_a_sigmoid_and_else_a_logit(net, labels):
    assert nn.predicted_labels(net, Z).tolist() == nn.predicted_labels(net, Z[:, 0]).tolist() == labels


def test_a_logit_and_its_probability_say_the_same(rng):
    z = np.append(rng.standard_normal(50), 0)[:, None]
    of_logits = nn.predicted_labels(nn.Sequential(nn.Identity()), z)
    np.testing.assert_array_equal(nn.predicted_labels(nn.Sequential(nn.Sigmoid()), nn.sigmoid(z)), of_logits)
    assert of_logits.sum() == (z >= 0).sum()
    assert of_logits.dtype == nn.predicted_labels(nn.Sequential(nn.Identity()), np.ones((2, 3))).dtype == np.intp


@pytest.mark.parametrize("last", [0.0, 1.0])
def test_outputs_of_a_function_are_probabilities_if_all_of_them_can_be(last):
    output = np.array([0.2, 0.5, 0.7, last])
    assert nn.predicted_labels(lambda x: x, output).tolist() == [0, 1, 1, last]
    assert nn.predicted_labels(nn.perceptron.AND, output).tolist() == [0, 1, 1, last]
    for outside in (-0.1, 1.1):
        assert nn.predicted_labels(lambda x: x, np.append(output, outside))[0] == 1


def test_accuracy_by_hand():
    net = nn.Sequential(nn.Identity())
    x = np.array([[1, 2, 0], [3, 0, 0], [0, 0, 1]], np.float32)
    assert nn.accuracy(net, (x, np.array([1, 0, 0]))) == pytest.approx(2 / 3)
    assert nn.accuracy(net, nn.data.Dataset(x, np.array([1, 0, 0])), batch_size=2) == pytest.approx(2 / 3)
    assert nn.accuracy(net, (x[:1], np.array([1]))) == 1
    with pytest.raises(ValueError, match=r"^y: expected one label per row, shape \(3,\), got shape \(3, 3\)"):
        nn.accuracy(net, (x, np.eye(3, dtype=int)))


@pytest.mark.parametrize("y", [np.array([0, 1, 1, 0, 1, 1, 0]), np.array([[0, 1, 1, 0, 1, 1, 0]], np.float32).T])
def test_accuracy_of_one_output_by_hand(y):
    assert nn.accuracy(nn.Sequential(nn.Identity()), (Z, y)) == pytest.approx(4 / 7)
    assert nn.accuracy(nn.Sequential(nn.Step()), (Z, y)) == pytest.approx(4 / 7)  # Step says 1 from z = 0 on
    assert nn.accuracy(nn.Sequential(nn.Sigmoid(), nn.Step()), (Z, y)) == pytest.approx(4 / 7)  # always 1


def test_accuracy_asks_the_net_whether_its_output_is_a_logit():
    """Outputs that all could be probabilities, and are none: 0.1 > 0 says 1."""
    x, y = np.array([[0.1], [0.4], [0.9]], np.float32), np.array([1, 1, 0])
    net = nn.Sequential(nn.Identity())
    assert nn.accuracy(net, (x, y)) == pytest.approx(2 / 3)
    history = nn.fit(net, nn.binary_cross_entropy_with_logits, nn.SGD(net, 1), (x, y[:, None]), epochs=1, batch_size=3,
                     rng=np.random.default_rng(0), valid=(x, y[:, None]))  # fmt: skip
    assert history.accuracy == history.valid_accuracy == pytest.approx([2 / 3])


@pytest.mark.parametrize("y", [np.arange(7), np.linspace(0, 1, 7)[:, None], np.zeros((7, 2))])
def test_labels_of_one_output_are_0_and_1(y):
    with pytest.raises(ValueError, match="^y: expected labels 0 and 1, for the one output of the net, got "):
        nn.accuracy(nn.Sequential(nn.Identity()), (Z, y))


def test_what_labels_are():
    assert labels_of(np.array([0, 9]), (2, 10)).tolist() == [0, 9]
    assert labels_of(np.array([[0.0], [1.0]]), (2, 1)).tolist() == [0, 1]
    assert labels_of(np.array([0.5, 2.5]), (2, 10)) is None
    assert labels_of(np.eye(2, dtype=int), (2, 2)) is None
    assert labels_of(np.array([[0.0], [0.7]]), (2, 1)) is None


def test_confusion_counts_a_row_per_label():
    counts = nn.confusion_counts([0, 0, 1, 3, 3], np.array([0, 1, 1, 3, 0]))
    np.testing.assert_array_equal(counts, [[1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0], [1, 0, 0, 1]])
    assert counts.dtype == np.intp
    for y, predicted in (([0], [0, 1]), ([], []), ([0.5], [1])):
        with pytest.raises(ValueError, match="y, predicted: expected labels, as many of each"):
            nn.confusion_counts(y, predicted)
    with pytest.raises(ValueError, match="^predicted: labels must lie in 0"):
        nn.confusion_counts([0, 1], [0, -1])
    with pytest.raises(ValueError, match="^y: labels must lie in 0"):
        nn.confusion_counts([0, -1], [0, 1])
    assert nn.confusion_counts([0, 2], [0, 1]).shape == nn.confusion_counts([0, 1], [0, 2]).shape == (3, 3)


def test_accuracy_is_that_of_the_net_in_use_and_takes_so_many_examples_at_a_time(rng):
    """Dropout and the statistics of batches belong to training; measuring changes no statistics."""

    class Counting(nn.Sequential):
        def forward(self, x, train=False):
            sizes.append(len(x))
            return super().forward(x, train)

    sizes, net = [], Counting(nn.Linear(3, 4, rng=rng), nn.BatchNorm(4), nn.Dropout(0.5, rng))
    x = rng.standard_normal((70, 3)).astype(np.float32)
    y, before = net.predict(x).argmax(axis=1), net.state()
    sizes.clear()
    assert nn.accuracy(net, (x, y), batch_size=32) == 1
    assert sizes == [32, 32, 6]
    for name, array in net.state().items():
        np.testing.assert_array_equal(array, before[name])
