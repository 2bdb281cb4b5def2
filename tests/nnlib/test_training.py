"""Training: fit does what the plain loop does, records it, and learns the digits."""

import inspect
import time
from contextlib import nullcontext

import numpy as np
import pytest

import nnlib as nn


def lab_net(seed=0, sizes=(64, 32, 10)):
    rng = np.random.default_rng(seed)
    return nn.Sequential(nn.Linear(*sizes[:2], rng=rng), nn.ReLU(), nn.Linear(*sizes[1:], rng=rng))


def toy(m=10, seed=0):
    rng = np.random.default_rng(seed)
    return nn.data.Dataset(rng.standard_normal((m, 64)).astype(np.float32), rng.integers(0, 10, m))


def fit(net, train, epochs=2, batch_size=4, lr=0.1, seed=0, **more):
    rng = np.random.default_rng(seed)
    return nn.fit(
        net,
        nn.softmax_cross_entropy,
        nn.SGD(net, lr),
        train,
        epochs=epochs,
        batch_size=batch_size,
        rng=rng,
        progress=False,
        **more,
    )


def test_fit_is_the_plain_loop():
    train, net, other = toy(), lab_net(), lab_net()
    history = fit(net, train)
    rng, opt, losses = np.random.default_rng(0), nn.SGD(other, 0.1), []
    for _ in range(2):
        for x, y in nn.data.minibatches(train, 4, rng):
            L, dz = nn.softmax_cross_entropy(other.forward(x, train=True), y)
            other.backward(dz)
            opt.step()
            losses.append(L)
    np.testing.assert_array_equal(net.theta, other.theta)
    assert history.batch_loss == losses


def test_history_when_the_batch_size_does_not_divide_the_data():
    history = fit(lab_net(), toy(10), epochs=3, batch_size=4, valid=toy(5, seed=1))
    assert len(history.batch_loss) == 3 * 3
    for values in (
        history.loss,
        history.accuracy,
        history.valid_loss,
        history.valid_accuracy,
        history.seconds,
    ):
        assert len(values) == 3
    a, b, c = history.batch_loss[:3]
    assert history.loss[0] == pytest.approx((4 * a + 4 * b + 2 * c) / 10)


def test_validation_is_measured_after_the_epoch_and_not_trained_on():
    train, valid = toy(10), toy(5, seed=1)
    with_valid, without = lab_net(), lab_net()
    history = fit(with_valid, train, valid=valid)
    fit(without, train)
    np.testing.assert_array_equal(with_valid.theta, without.theta)
    assert history.valid_loss[-1] == pytest.approx(nn.softmax_cross_entropy(with_valid.forward(valid.x), valid.y)[0])
    assert history.valid_accuracy[-1] == nn.accuracy(with_valid, valid)


def test_what_follows_the_data_is_named():
    net = lab_net()
    with pytest.raises(TypeError, match="takes 4 positional arguments but"):
        nn.fit(net, nn.softmax_cross_entropy, nn.SGD(net, 0.1), toy(), 4, 2, np.random.default_rng(0))


def test_same_seed_same_bits():
    nets = [lab_net(), lab_net(), lab_net()]
    for net, seed in zip(nets, (0, 0, 1), strict=True):
        fit(net, toy(), seed=seed)
    np.testing.assert_array_equal(nets[0].theta, nets[1].theta)
    assert (nets[0].theta != nets[2].theta).any()


def test_the_data_given_are_not_changed():
    train = toy()
    x, y = train.x.copy(), train.y.copy()
    fit(lab_net(), train, batch_size=100)
    np.testing.assert_array_equal(train.x, x)
    np.testing.assert_array_equal(train.y, y)


def test_a_regression_has_no_accuracy(rng):
    net = nn.Sequential(nn.Linear(2, 1, rng=rng))
    x = rng.standard_normal((9, 2)).astype(np.float32)
    how = {"epochs": 2, "batch_size": 4, "rng": rng, "valid": (x, x[:, :1])}
    history = nn.fit(net, nn.mse, nn.SGD(net, 0.1), (x, x[:, :1]), **how, progress=False)
    assert history.accuracy == history.valid_accuracy == []
    assert len(history.valid_loss) == 2


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning", "ignore:invalid value:RuntimeWarning")
def test_a_loss_that_is_not_finite_ends_training_with_advice():
    with pytest.warns(
        UserWarning, match="stopped in epoch 1: .* The learning rate 1e.30 is probably too high"
    ) as caught:
        history = fit(lab_net(), toy(), epochs=5, lr=1e30)
    lines, first = inspect.getsourcelines(fit)
    assert caught[-1].filename == __file__ and first <= caught[-1].lineno < first + len(lines)  # who calls nn.fit
    assert len(history.loss) == 1
    assert not np.isfinite(history.batch_loss[-1])


@pytest.mark.parametrize("name", ["train", "valid"])
def test_nan_and_infinite_data_are_refused(name):
    data = {"train": toy(), "valid": toy()}
    data[name].x[2, :3] = np.nan, np.inf, -np.inf
    with pytest.raises(ValueError, match=f"^{name}: x has 3 entries that are NaN or infinite"):
        fit(lab_net(), data["train"], valid=data["valid"])


@pytest.mark.parametrize(("name", "value"), [("epochs", 0), ("batch_size", 0), ("batch_size", 2.5)])
def test_counts_are_refused_by_name(name, value):
    with pytest.raises(ValueError, match=f"^{name}: expected a whole number of at least 1, got {value}"):
        fit(lab_net(), toy(), **{name: value})


def test_data_that_are_not_pairs_of_arrays_are_refused():
    x, y = toy()
    with pytest.raises(
        ValueError,
        match="^train: expected as many labels as examples, .* got 10 examples and 9 labels",
    ):
        fit(lab_net(), (x, y[:9]))
    with pytest.raises(TypeError, match="^train: expected a pair of arrays .*, but y is list"):
        fit(lab_net(), (x, list(y)))


def test_an_optimizer_of_another_network_is_refused():
    net, other = lab_net(), lab_net()
    with pytest.raises(ValueError, match="^opt: it was made for another network"):
        nn.fit(
            net,
            nn.softmax_cross_entropy,
            nn.SGD(other, 0.1),
            toy(),
            epochs=1,
            batch_size=4,
            rng=np.random.default_rng(0),
            progress=False,
        )


@pytest.mark.parametrize("as_column", [False, True])
@pytest.mark.parametrize("as_probability", [False, True])
def test_a_net_with_one_output_has_the_accuracy_of_both_its_classes(as_probability, as_column):
    """On data that are mostly of class 1, and through an epoch whose last batch holds one example."""
    x, y = nn.data.blobs(81, np.random.default_rng(0))
    y = 1 - y if y.mean() < 0.5 else y
    targets = y[:, None].astype(np.float32) if as_column else y
    layers = [nn.Linear(2, 1, rng=np.random.default_rng(1))] + [nn.Sigmoid()] * as_probability
    net, loss = nn.Sequential(*layers), nn.binary_cross_entropy_with_logits
    loss = nn.binary_cross_entropy if as_probability else loss
    how = {"epochs": 30, "batch_size": 8, "rng": np.random.default_rng(0), "valid": (x, targets), "progress": False}
    history = nn.fit(net, loss, nn.SGD(net, 0.5), (x, targets), **how)
    said = net.predict(x)[:, 0] >= (0.5 if as_probability else 0)
    assert history.valid_accuracy[-1] == nn.accuracy(net, (x, targets)) == np.mean(said == y) > 0.95
    assert history.accuracy[-1] > 0.95 and len(history.accuracy) == 30


def test_the_accuracy_of_an_epoch_counts_every_example_once():
    """With steps of no length, training accuracy is that of the net, for one output and for ten."""
    for data, sizes, loss in (
        (nn.data.blobs(11, np.random.default_rng(0), noise=2), (2, 3, 1), nn.binary_cross_entropy_with_logits),
        (toy(51), (64, 32, 10), nn.softmax_cross_entropy),
    ):
        net = lab_net(sizes=sizes)
        how = {"epochs": 1, "batch_size": 4, "rng": np.random.default_rng(0), "progress": False}
        history = nn.fit(net, loss, nn.SGD(net, 1e-30), data, **how)
        assert history.accuracy == [nn.accuracy(net, data)]
        assert 0 < history.accuracy[0] < 1


def test_targets_that_are_only_now_and_then_0_or_1_are_no_labels(rng):
    x, net = rng.standard_normal((6, 2)).astype(np.float32), nn.Sequential(nn.Linear(2, 1, rng=rng))
    y = np.array([[0], [1], [1], [0], [1], [0.5]], np.float32)
    how = {"epochs": 4, "batch_size": 1, "rng": rng, "valid": (x[:3], y[:3]), "progress": False}
    history = nn.fit(net, nn.mse, nn.SGD(net, 0.1), (x, y), **how)
    assert history.accuracy == history.valid_accuracy == []


def test_progress_shows_steps_and_results_and_can_be_silent(capsys):
    net = lab_net()
    nn.fit(
        net,
        nn.softmax_cross_entropy,
        nn.SGD(net, 0.1),
        toy(),
        epochs=2,
        batch_size=4,
        rng=np.random.default_rng(0),
        valid=toy(),
    )
    shown = capsys.readouterr().out
    assert "6/6" in shown
    assert "accuracy" in shown
    assert "validation" in shown
    fit(net, toy())
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("seed", range(3))
def test_the_digits_are_learned(seed):
    """Measured over 40 seeds: 94.4 to 98.9 % of the test digits, at 97.1 ± 1.0 %."""
    train, test = nn.data.digits(rng=np.random.default_rng(seed))
    net = lab_net(seed)
    history = fit(net, train, epochs=40, batch_size=32, lr=0.2, seed=seed)
    assert history.loss[-1] < 0.1 * history.loss[0]
    assert nn.accuracy(net, test) > 0.92


def test_one_quick_epoch_of_mnist(mnist):
    train, test = mnist
    net = lab_net(sizes=(784, 64, 10))
    fit(net, train, epochs=1, batch_size=64, lr=0.1)
    assert nn.accuracy(net, test) > 0.9


# ---- what fit does besides


def noisy_digits():
    """Few digits with some wrong labels: easy to learn by heart."""
    train, test = nn.data.digits()
    y = train.y[:150].copy()
    y[::5] = (y[::5] + 1) % 10
    return nn.data.Dataset(train.x[:150], y), test


def test_a_schedule_sets_the_learning_rate_of_every_step():
    seen = []

    def schedule(t):
        seen.append(t)
        return 0.1 / (1 + t)

    history = fit(lab_net(), toy(10), epochs=2, batch_size=4, schedule=schedule)
    np.testing.assert_allclose(seen, [0, 1 / 3, 2 / 3, 1, 4 / 3, 5 / 3])
    np.testing.assert_allclose(history.lr, [0.1 / (1 + 2 / 3), 0.1 / (1 + 5 / 3)])


def test_penalties_clipping_and_max_norm_are_the_plain_loop():
    train, net, other = toy(), lab_net(), lab_net()
    l1, l2, limit = nn.L1(1e-3), nn.L2(1e-2), nn.MaxNorm(0.5)
    fit(net, train, penalties=(l1, l2), clip=0.3, max_norm=limit)
    rng, opt = np.random.default_rng(0), nn.SGD(other, 0.1)
    for _ in range(2):
        for x, y in nn.data.minibatches(train, 4, rng):
            other.backward(nn.softmax_cross_entropy(other.forward(x, train=True), y)[1])
            l1.add_gradient(other)
            l2.add_gradient(other)
            nn.clip_global_norm(other, 0.3)
            opt.step()
            limit.project(other)
    np.testing.assert_array_equal(net.theta, other.theta)
    assert np.linalg.norm(net.layers[0].W, axis=1).max() <= 0.5 + 1e-6


def test_penalties_keep_weights_small_and_narrow_the_gap():
    train, test = noisy_digits()
    plain, decayed = lab_net(), lab_net()
    a = fit(plain, train, epochs=60, batch_size=16, lr=0.2, valid=test)
    b = fit(decayed, train, epochs=60, batch_size=16, lr=0.2, valid=test, penalties=(nn.L2(3e-3),))
    assert np.linalg.norm(decayed.theta) < 0.8 * np.linalg.norm(plain.theta)
    assert b.valid_loss[-1] - b.loss[-1] < a.valid_loss[-1] - a.loss[-1]


def test_augmentation_gets_every_batch_and_the_data_stay():
    train = toy()
    before, sizes = train.x.copy(), []

    def augment(x, rng):
        sizes.append(len(x))
        x += rng.standard_normal(x.shape).astype(x.dtype)
        return x

    fit(lab_net(), train, epochs=2, batch_size=4, augment=augment)
    assert sizes == [4, 4, 2, 4, 4, 2]
    np.testing.assert_array_equal(train.x, before)


def test_early_stopping_goes_back_to_the_best_weights():
    train, test = noisy_digits()
    net, stopping = lab_net(), nn.EarlyStopping(patience=4)
    history = fit(net, train, epochs=200, batch_size=16, lr=0.2, valid=test, stopping=stopping)
    assert len(history.loss) < 200
    assert stopping.best_epoch == len(history.loss) - 4 == 1 + np.argmin(history.valid_loss)
    again = nn.softmax_cross_entropy(net.predict(test.x), test.y)[0]
    assert again == pytest.approx(min(history.valid_loss), rel=1e-5) == stopping.best_loss


def test_early_stopping_takes_statistics_along_and_can_be_used_again(rng):
    net = nn.Sequential(nn.Linear(64, 10, rng=rng), nn.BatchNorm(10))
    stopping = nn.EarlyStopping(patience=1)
    for _ in range(2):
        history = fit(net, toy(40), epochs=30, lr=2.0, valid=toy(20, seed=1), stopping=stopping)
        again = nn.softmax_cross_entropy(net.predict(toy(20, seed=1).x), toy(20, seed=1).y)[0]
        assert again == pytest.approx(min(history.valid_loss), rel=1e-5)


def test_early_stopping_that_is_never_needed_still_ends_with_the_best():
    net, stopping = lab_net(), nn.EarlyStopping(patience=100)
    history = fit(net, toy(40), epochs=5, lr=1.0, valid=toy(20, seed=1), stopping=stopping)
    assert len(history.loss) == 5
    again = nn.softmax_cross_entropy(net.predict(toy(20, seed=1).x), toy(20, seed=1).y)[0]
    assert again == pytest.approx(min(history.valid_loss), rel=1e-5)


def test_early_stopping_leaves_nothing_of_the_last_net_in_the_next():
    """The second training never gets better than nothing: what the first one kept must not come back."""
    stopping, first, second = nn.EarlyStopping(patience=2), lab_net(), lab_net(1)
    fit(first, toy(40), epochs=3, valid=toy(20, seed=1), stopping=stopping)
    assert stopping.best_state is None  # let go of

    def only_nan_in_use(output, y):
        L, dz = nn.softmax_cross_entropy(output, y)
        return (L, dz) if len(y) < 20 else (float("nan"), dz)

    how = {"epochs": 9, "batch_size": 4, "rng": np.random.default_rng(0), "progress": False}
    opt, last = nn.SGD(second, 0.1), []
    more = {"valid": toy(20, seed=1), "stopping": stopping, "on_epoch": lambda net, _: last.append(net.theta.copy())}
    history = nn.fit(second, only_nan_in_use, opt, toy(10), **how, **more)
    assert (len(history.loss), stopping.best_epoch) == (2, 0)
    np.testing.assert_array_equal(second.theta, last[-1])


# ---- looking on


def test_every_step_can_be_looked_at():
    """θ after the step, its gradient, the state before it and the loss of the batch."""
    train, net, seen = toy(10), lab_net(), []

    def look(looked_at, history, before):
        assert looked_at is net
        ratios = nn.diagnostics.update_ratios(net, before)
        seen.append((net.theta.copy(), net.grad.copy(), before, ratios, list(history.batch_loss), len(history.loss)))

    start = net.theta.copy()
    history = fit(net, train, epochs=2, batch_size=4, on_step=look)
    assert len(seen) == 6
    other, theta = lab_net(), start
    for k, (after, grad, before, ratios, losses, epochs) in enumerate(seen):
        np.testing.assert_allclose(after, theta - np.float32(0.1) * grad, atol=1e-7)
        other.load_state(before)
        np.testing.assert_array_equal(other.theta, theta)
        expected = 0.1 * np.linalg.norm(grad[: 64 * 32])
        assert ratios["0.W"] == pytest.approx(expected / np.linalg.norm(other.layers[0].W), rel=1e-3)
        assert losses == history.batch_loss[: k + 1] and epochs == k // 3
        theta = after
    plain = lab_net()
    fit(plain, train, epochs=2, batch_size=4)
    np.testing.assert_array_equal(net.theta, plain.theta)  # looking on changes nothing


def test_the_gradient_to_be_seen_is_what_the_step_went_by():
    norms, net = [], lab_net()

    def look(net, history, before):
        norms.append(np.linalg.norm(net.grad))

    fit(net, toy(10), penalties=[nn.L2(10.0)], clip=0.25, on_step=look)
    np.testing.assert_allclose(norms, 0.25, rtol=1e-5)


def test_every_whole_epoch_can_be_looked_at():
    seen, net, stopping = [], lab_net(), nn.EarlyStopping(50)

    def look(looked_at, history):
        assert looked_at is net
        seen.append((len(history.loss), history.valid_loss[-1], stopping.epoch, net.theta.copy()))

    history = fit(net, toy(10), epochs=3, valid=toy(5, seed=1), stopping=stopping, on_epoch=look)
    assert [entry[:3] for entry in seen] == [(k, history.valid_loss[k - 1], k) for k in (1, 2, 3)]
    assert (seen[0][3] != seen[1][3]).any()


def test_seconds_do_not_count_what_looks_on(monkeypatch):
    """By a clock that moves on only in the loss, a second each time, and in what looks on."""
    clock = [1000.0]
    monkeypatch.setattr(time, "perf_counter", lambda: clock[0])

    def pass_by(seconds):
        clock[0] += seconds

    def loss(z, y):
        pass_by(1)
        return nn.softmax_cross_entropy(z, y)

    net = lab_net()
    how = {"epochs": 2, "batch_size": 4, "rng": np.random.default_rng(0), "progress": False}
    history = nn.fit(net, loss, nn.SGD(net, 0.1), toy(10), on_step=lambda *_: pass_by(50), **how)
    assert history.seconds == [3, 3]


class Told(nn.Layer):
    """y = x, and the `train` of each forward."""

    def __init__(self):
        self.told = []

    def forward(self, x, train=False):
        self.told.append((len(x), train))
        return x.copy()

    def backward(self, dy, need_dx=True):
        return dy


def test_layers_are_told_that_they_train_in_steps_and_in_nothing_else():
    layer = Told()
    net = nn.Sequential(nn.Linear(64, 10, rng=np.random.default_rng(0)), layer)
    fit(net, toy(10), epochs=2, batch_size=4, valid=toy(7, seed=1))
    epoch = [(4, True), (4, True), (2, True), (7, False)]
    assert layer.told[1:] == epoch * 2 and layer.told[0] == (1, False)


@pytest.mark.parametrize("as_column", [False, True])
def test_the_accuracy_while_training_knows_a_logit_from_a_probability(as_column):
    """Its one output, ¼, says 1 as a logit; as a probability it would say 0."""
    net = nn.Sequential(nn.Linear(1, 1, init=nn.filled(0), rng=np.random.default_rng(0)))
    net.layers[0].b = [0.25]
    y = np.ones((3, 1), np.float32) if as_column else np.ones(3, np.intp)
    data = np.zeros((3, 1), np.float32), y
    how = {"epochs": 1, "batch_size": 2, "rng": np.random.default_rng(0), "progress": False}
    loss = nn.binary_cross_entropy_with_logits
    history = nn.fit(net, lambda z, y: loss(z, y.reshape(-1, 1)), nn.SGD(net, 1e-6), data, valid=data, **how)
    assert history.accuracy == history.valid_accuracy == [1]


def test_the_history_knows_j_of_every_epoch():
    """J = L + R, R at the θ that L is of; the mean over the batches counts every example once."""
    train, net, other, penalties = toy(10), lab_net(), lab_net(), (nn.L1(1e-3), nn.L2(1e-2))
    history = fit(net, train, epochs=2, penalties=penalties)
    rng, opt = np.random.default_rng(0), nn.SGD(other, 0.1)
    for epoch in range(2):
        total = 0.0
        for x, y in nn.data.minibatches(train, 4, rng):
            L, dz = nn.softmax_cross_entropy(other.forward(x, train=True), y)
            total += len(y) * (L + sum(penalty.value(other) for penalty in penalties))
            other.backward(dz)
            for penalty in penalties:
                penalty.add_gradient(other)
            opt.step()
        assert history.cost[epoch] == pytest.approx(total / 10)
        assert history.cost[epoch] > history.loss[epoch] + 0.1
    assert fit(lab_net(), train).cost == fit(lab_net(), train).loss


def test_training_goes_on_after_the_epochs_of_a_history():
    """The schedule goes on, too; nothing is left to do when there are enough epochs."""
    times, net = [], lab_net()
    rng, opt = np.random.default_rng(0), nn.SGD(net, 0.1)
    how = {"batch_size": 5, "rng": rng, "progress": False, "schedule": lambda t: times.append(t) or 0.1}
    history = nn.fit(net, nn.softmax_cross_entropy, opt, toy(10), epochs=1, **how)
    assert nn.fit(net, nn.softmax_cross_entropy, opt, toy(10), epochs=3, **how, history=history) is history
    assert times == [0, 0.5, 1, 1.5, 2, 2.5]
    assert len(history.loss) == len(history.lr) == len(history.cost) == 3
    nn.fit(net, nn.softmax_cross_entropy, opt, toy(10), epochs=3, **how, history=history)
    assert len(times) == 6
    other = lab_net()
    fit(other, toy(10), epochs=3, batch_size=5)
    np.testing.assert_array_equal(net.theta, other.theta)


def test_a_validation_curve_that_lacks_epochs_is_not_continued():
    """It would be drawn over other epochs than its own."""
    net, valid = lab_net(), toy(4)
    history = fit(net, toy(10), epochs=1)
    with pytest.raises(ValueError, match=r"history: of its 1 epochs, 0 have a validation loss.* new nn.History\(\)"):
        fit(net, toy(10), epochs=3, valid=valid, history=history)
    assert len(fit(net, toy(10), epochs=3, history=history).loss) == 3
    history = fit(net, toy(10), epochs=2, valid=valid)
    assert len(fit(net, toy(10), epochs=3, valid=valid, history=history).valid_loss) == 3


@pytest.mark.parametrize("after", range(1, 8))
def test_an_interrupted_epoch_is_gone_through_again(after):
    """Interrupted in whatever call of the loss, in steps or on validation data: the curves keep in step."""
    net, history, calls = lab_net(), nn.History(), []

    def loss(z, y):
        calls.append(y)
        if len(calls) == after:
            raise KeyboardInterrupt
        return nn.softmax_cross_entropy(z, y)

    how = {"epochs": 2, "batch_size": 5, "rng": np.random.default_rng(0), "valid": toy(7), "history": history}
    opt = nn.SGD(net, 0.1)
    with pytest.raises(KeyboardInterrupt) if after < 7 else nullcontext():
        nn.fit(net, loss, opt, toy(10), **how, progress=False)
    assert {len(each) for name, each in vars(history).items() if name != "batch_loss"} == {(after - 1) // 3}
    nn.fit(net, loss, opt, toy(10), **how, progress=False)
    assert {len(each) for name, each in vars(history).items() if name != "batch_loss"} == {2}


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_loss_that_is_no_finite_number_ends_training_before_its_step(bad):
    def sick(output, y):
        L, dz = nn.softmax_cross_entropy(output, y)
        calls.append(1)
        return bad if len(calls) == 2 else L, dz

    calls, seen, net = [], [], lab_net()
    how = {"epochs": 4, "batch_size": 4, "rng": np.random.default_rng(0), "progress": False}
    with pytest.warns(UserWarning, match="stopped in epoch 1"):
        history = nn.fit(net, sick, nn.SGD(net, 0.1), toy(10), **how, on_step=lambda *_: seen.append(net.theta.copy()))
    np.testing.assert_equal(history.batch_loss[1], bad)
    assert len(calls) == len(history.batch_loss) == 2 and len(seen) == 1
    np.testing.assert_array_equal(net.theta, seen[0])
    assert history.loss == history.batch_loss[:1]


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning", "ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize(
    ("n", "last", "loss"), [(10, nn.Softmax, nn.cross_entropy), (1, nn.Sigmoid, nn.binary_cross_entropy)]
)
def test_weights_that_grow_without_end_end_training_for_losses_of_probabilities_too(n, last, loss):
    net, train = nn.Sequential(nn.Linear(64, n, rng=np.random.default_rng(0)), last()), toy(10)
    how = {"epochs": 40, "batch_size": 5, "rng": np.random.default_rng(0), "progress": False}
    with pytest.warns(UserWarning, match="the loss or its gradient is no longer finite"):
        history = nn.fit(net, loss, nn.SGD(net, 1), (train.x, train.y % n), **how, penalties=[nn.L2(50)])
    assert np.isnan(history.batch_loss[-1]) and len(history.loss) > 1


@pytest.mark.parametrize("bad", [np.inf, -np.inf])
def test_a_gradient_with_one_infinite_entry_is_not_clipped_but_ends_training(bad):
    def sick(output, y):
        dz = np.zeros_like(output)
        dz[0, 0] = bad
        return 1.0, dz

    net = nn.Sequential(nn.Linear(64, 10, rng=np.random.default_rng(0)))
    how = {"epochs": 1, "batch_size": 1, "rng": np.random.default_rng(0), "progress": False, "clip": 1.0}
    theta, train = net.theta.copy(), toy(3)
    train.x[...] = np.abs(train.x)
    with pytest.warns(UserWarning, match="stopped in epoch 1"), np.errstate(invalid="ignore"):
        nn.fit(net, sick, nn.SGD(net, 0.1), train, **how)
    assert not np.isnan(net.layers[0].dW[0]).any()
    np.testing.assert_array_equal(net.theta, theta)


@pytest.mark.filterwarnings("ignore:overflow:RuntimeWarning", "ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_gradient_that_is_to_be_clipped_and_is_not_finite_ends_training_before_it_does_harm(bad):
    def sick(output, y):
        L, dz = nn.softmax_cross_entropy(output, y)
        calls.append(1)
        return L, dz * np.float32(bad if len(calls) == 5 else 1)

    calls, net = [], lab_net()
    how = {"epochs": 4, "batch_size": 4, "rng": np.random.default_rng(0), "progress": False, "clip": 1.0}
    with pytest.warns(UserWarning, match="stopped in epoch 2: the loss or its gradient is no longer finite"):
        history = nn.fit(net, sick, nn.SGD(net, 0.1), toy(10), **how)
    assert np.isfinite(net.theta).all() and len(calls) == 5
    assert len(history.loss) == len(history.cost) == len(history.accuracy) == 2


def test_early_stopping_refusals():
    with pytest.raises(ValueError, match="^stopping: early stopping watches the validation loss"):
        fit(lab_net(), toy(), stopping=nn.EarlyStopping())
    with pytest.raises(ValueError, match="^patience: expected a whole number of at least 1, got 0"):
        nn.EarlyStopping(0)
