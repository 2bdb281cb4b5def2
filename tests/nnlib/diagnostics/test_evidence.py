"""What is seen in a training, each limit from both sides, on numbers made up for it."""

import numpy as np
import pytest

import nnlib as nn
from nnlib.data import Dataset
from nnlib.diagnostics.evidence import Evidence, Scores, pass_through, some


def seen(**values):
    """Evidence that holds these values; what is asked for is worked out from them."""
    usual = {"guess": 1.0, "spread": 0.0, "batch_losses": [1.0], "history": nn.History(loss=[0.0]), "loss": 0.0}
    evidence = Evidence.__new__(Evidence)
    vars(evidence).update(usual | values)
    return evidence


@pytest.mark.parametrize(
    ("what", "values", "expected"),
    [
        ("learned", {"loss": 0.99, "guess": 2.0, "mixed_up": 9.0}, True),
        ("learned", {"loss": 1.0, "guess": 2.0, "mixed_up": 9.0}, False),
        ("learned", {"loss": 0.99, "guess": 9.0, "mixed_up": 2.0}, True),
        ("learned", {"loss": 1.01, "guess": 9.0, "mixed_up": 2.0}, False),
        ("started_well", {"batch_losses": [5.9, 99.0], "guess": 2.0}, True),
        ("started_well", {"batch_losses": [6.0, 0.0], "guess": 2.0}, False),
        ("started_well", {"batch_losses": []}, False),
        ("started_ill", {"batch_losses": [59.9, 99.0], "guess": 2.0}, False),
        ("started_ill", {"batch_losses": [60.0, 0.0], "guess": 2.0}, True),
        ("started_ill", {"batch_losses": []}, False),
        ("highest", {"batch_losses": [1.0, np.inf, 3.0, np.nan, 2.0]}, 3.0),
        ("rose", {"batch_losses": [2.0, 3.0]}, False),  # 1.5 times the start
        ("rose", {"batch_losses": [2.0, 3.1]}, True),
        ("rose", {"batch_losses": [0.5, 1.4]}, False),  # the start is a guess, if that is more
        ("rose", {"batch_losses": [0.5, 1.6]}, True),
        ("rose", {"batch_losses": [1.0, 7.0], "spread": 1.0}, False),  # 6 standard deviations above it
        ("rose", {"batch_losses": [1.0, 7.1], "spread": 1.0}, True),
        ("rose", {"batch_losses": [30.0, 99.0]}, False),  # started ill
        ("rose", {"batch_losses": []}, False),
        ("still_high", {"loss": 1.4, "highest": 10.0, "guess": 2.0}, False),
        ("still_high", {"loss": 1.42, "highest": 10.0, "guess": 2.0}, True),
        ("still_high", {"loss": 1.0, "highest": 10.1, "guess": 2.0}, False),  # after a rise to more than 5 times
        ("still_high", {"loss": 1.02, "highest": 10.1, "guess": 2.0}, True),
        ("still_high", {"history": nn.History(loss=[9.0, 0.69]), "highest": 1.0}, False),
        ("still_high", {"history": nn.History(loss=[0.0, 0.71]), "highest": 1.0}, True),
        ("still_high", {"history": nn.History(), "highest": 1.0}, False),
    ],
)
def test_what_is_seen(what, values, expected):
    assert getattr(seen(**values), what) == expected


def test_the_spread_of_a_batch():
    losses = np.array([1.0, 3.0, 1.0, 3.0])  # 1 more or less than their mean: 0.1 in the mean of 100
    on_train, on_loss = Scores(losses, None), dict(batch_size=100)
    evidence = seen(on_train=on_train, finite=True, **on_loss)
    del vars(evidence)["spread"]
    assert evidence.spread == pytest.approx(0.1)
    evidence = seen(on_train=on_train, finite=False, **on_loss)
    del vars(evidence)["spread"]
    assert evidence.spread == 0


def test_losses_of_nothing_and_of_a_history():
    history = nn.History(loss=[1.0], batch_loss=[1.0, 2.0], valid_loss=[3.0])
    for given, batches, valid in ((history, [1, 2], [3]), (None, [], [])):
        evidence = seen(history=given)
        del vars(evidence)["batch_losses"]
        assert (evidence.batch_losses, evidence.valid_losses) == (batches, valid)
    assert np.isnan(seen(batch_losses=[np.nan]).highest)


def test_outputs_are_held_against_the_targets_of_five_other_examples():
    evidence = seen(sample=Dataset(np.zeros((7, 1)), np.arange(7)), output=None, loss_of=lambda output, y: (y[0], None))
    assert evidence.mixed_up == (6 + 5 + 4 + 3 + 2) / 5


@pytest.mark.parametrize("what", ["loss", "gradient_norm", "theta"])
def test_finite_are_loss_gradient_and_weights(what):
    for value in (1.0, np.nan, np.inf):
        net = nn.Sequential(nn.Linear(1, 1, rng=np.random.default_rng(0)))
        values = {"loss": 1.0, "gradient_norm": 1.0, "net": net} | {what: value}
        if what == "theta":
            net.theta = np.array([value, 0])
        assert seen(**values).finite == (value == 1)


def test_ends_are_the_first_and_the_last_layer_with_weights():
    rng = np.random.default_rng(0)
    net = nn.Sequential(nn.BatchNorm(2), nn.Linear(2, 3, rng=rng), nn.Tanh(), nn.Linear(3, 2, rng=rng))
    data = Dataset(rng.standard_normal((6, 2)), rng.integers(0, 2, 6))
    evidence = Evidence(net, nn.softmax_cross_entropy, None, data, 4, None, None, None)
    assert [name for name, _ in evidence.weighted] == ["1 Linear(2, 3)", "3 Linear(3, 2)"]
    delta = nn.diagnostics.deltas(net, nn.softmax_cross_entropy, evidence.sample)
    assert evidence.ends == [
        (name, pytest.approx(np.sqrt(np.mean(delta[name] ** 2)))) for name in ("1 Linear(2, 3)", "3 Linear(3, 2)")
    ]
    assert evidence.guess == pytest.approx(np.log(2)) and evidence.labelled
    assert evidence.statistics == nn.diagnostics.activation_statistics(net, evidence.sample.x, train=True)


def test_scores_are_those_of_single_examples_in_use():
    rng = np.random.default_rng(0)
    net = nn.Sequential(nn.Dropout(0.5, rng), nn.Linear(2, 2, lambda *_: np.eye(2), rng))
    x, y = np.array([[3.0, 0], [0, 1], [2, 0]]), np.array([0, 0, 1])
    evidence = seen(net=net, loss_of=nn.softmax_cross_entropy, pool=(x, y), valid=(x[:2], y[:2]))
    z = np.array([3.0, -1, -2])  # that of the label, beside 0
    np.testing.assert_allclose(evidence.on_train.losses, np.log1p(np.exp(-z)), rtol=1e-6)
    assert evidence.on_train.hits.tolist() == [True, False, False] and len(evidence.on_valid.losses) == 2


def test_hits_of_one_output_go_by_what_the_net_ends_with():
    """A probability of 0.3 says label 0, a logit of 0.3 label 1."""
    rng, x, y = np.random.default_rng(0), np.array([[-1.0]]), np.array([[0.0]])
    for layers, hit in (([], False), ([nn.Sigmoid()], True)):
        net = nn.Sequential(nn.Linear(1, 1, nn.zeros, rng), *layers)
        net.layers[0].b[...] = -0.85 if layers else 0.3
        evidence = seen(net=net, loss_of=nn.mse, pool=(x, y))
        assert evidence.on_train.hits.ravel().tolist() == [hit]


def test_a_pass_with_an_output_that_is_not_finite_has_no_gradient():
    net = nn.Sequential(nn.Linear(1, 1, rng=np.random.default_rng(0)))
    net.theta, net.grad = np.array([np.inf, 0]), np.array([7.0, 7])
    output, L = pass_through(net, nn.mse, Dataset(np.ones((1, 1)), np.ones((1, 1))))
    assert np.isnan(L) and output == np.inf and net.grad.tolist() == [7, 7]


def test_of_many_examples_two_thousand_are_trained_on_and_five_hundred_looked_at():
    net = nn.Sequential(nn.Linear(1, 1, rng=np.random.default_rng(0)))
    train = Dataset(np.arange(2100.0)[:, None].astype("f"), np.zeros((2100, 1), "f"))
    evidence = Evidence(net, nn.mse, nn.SGD(net, 0.1), train, 64, train, nn.History(), None)
    assert len(evidence.pool.x) == 2000 and len(evidence.sample.x) == 500
    assert set(evidence.sample.x.ravel().tolist()) < set(evidence.pool.x.ravel().tolist())


def test_some_are_drawn_without_repetition():
    x, y = np.arange(20.0)[:, None], np.arange(20)
    part = some((x, y), 12)
    assert len(set(part.y.tolist())) == 12 and part.x[:, 0].tolist() == part.y.tolist() != list(range(12))
    assert some((x, y), 12).y.tolist() == part.y.tolist() and len(some((x, y), 99).y) == 20
