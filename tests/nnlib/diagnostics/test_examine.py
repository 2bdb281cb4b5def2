"""examine: each kind with what was measured, its limits from both sides, and that looking changes nothing.

How often it is right over many networks: benchmarks/diagnostics.py, and a part of that in tests/benchmarks.
"""

import re

import numpy as np
import pytest

import nnlib as nn
from nnlib.data import Dataset
from nnlib.diagnostics import Finding, examine
from nnlib.diagnostics.evidence import Evidence


def kinds(findings):
    return [finding.kind for finding in findings]


def deep(depth, activation, init, n_in=8, width=16, out=3, seed=0):
    rng, layers = np.random.default_rng(seed), []
    for _ in range(depth):
        layers += [nn.Linear(n_in, width, init, rng), activation()]
        n_in = width
    return nn.Sequential(*layers, nn.Linear(n_in, out, init, rng))


def clusters(m=200, seed=0, n=8, k=3):
    """Points around k centers in n dimensions: easy to learn."""
    rng = np.random.default_rng(seed)
    centers = np.random.default_rng(99).standard_normal((k, n))
    y = rng.integers(0, k, m)
    return Dataset((centers[y] + 0.3 * rng.standard_normal((m, n))).astype(np.float32), y)


def look(net, lr=0.1, train=None, loss=nn.softmax_cross_entropy, **options):
    return examine(net, loss, nn.SGD(net, lr), train or clusters(), **options)


def test_a_finding_reads_as_its_message():
    finding = Finding("dead units", "Dead units: …")
    assert str(finding) == f"{finding}" == "Dead units: …"
    assert finding == ("dead units", "Dead units: …")


@pytest.mark.parametrize("activation", [nn.ReLU, nn.Tanh])
def test_nothing_is_said_of_a_net_before_and_after_a_good_training(activation):
    net, train, valid = deep(2, activation, nn.he), clusters(), clusters(seed=1)
    assert look(net, valid=valid) == []
    options = {"epochs": 10, "batch_size": 20, "rng": np.random.default_rng(0), "progress": False}
    opt = nn.SGD(net, 0.1)
    history = nn.fit(net, nn.softmax_cross_entropy, opt, train, valid=valid, **options)
    assert examine(net, nn.softmax_cross_entropy, opt, train, batch_size=20, valid=valid, history=history) == []


# The set-up


def test_softmax_twice_is_told_with_the_price_of_being_sure():
    rng = np.random.default_rng(0)
    net = nn.Sequential(nn.Linear(8, 3, rng=rng), nn.Softmax())
    (finding,) = look(net)
    assert finding.kind == "softmax twice"
    sure = nn.softmax_cross_entropy(np.array([[1.0, 0, 0]]), np.array([0]))[0]
    assert f"costs {sure:.2f}" in finding.message
    assert look(net, loss=nn.cross_entropy) == []


def test_sigmoid_twice_is_told_for_labels_of_one_output():
    rng, data = np.random.default_rng(0), clusters(k=2)
    train = Dataset(data.x, data.y[:, None].astype(np.float32))
    net = nn.Sequential(nn.Linear(8, 1, rng=rng), nn.Sigmoid())
    assert kinds(look(net, train=train, loss=nn.binary_cross_entropy_with_logits)) == ["sigmoid twice"]
    assert look(net, train=train, loss=nn.binary_cross_entropy) == []


def test_mean_squared_error_after_softmax_is_no_softmax_twice():
    data = clusters()
    net = nn.Sequential(nn.Linear(8, 3, rng=np.random.default_rng(0)), nn.Softmax())
    assert look(net, train=Dataset(data.x, np.eye(3, dtype=np.float32)[data.y]), lr=1.0, loss=nn.mse) == []


@pytest.mark.parametrize(
    ("change", "evidence"),
    [
        (lambda x: x * np.where(np.arange(8) == 5, 500, 1), r"the values in column 5 of x are \d{3} in size"),
        (lambda x: x + 1000, r"column \d of x are 1e\+03 in size"),
        (lambda x: x / 1e4, r"the values in x are \d\.\de-05 in size"),
    ],
)
def test_inputs_of_another_size_than_1_are_told_alone(change, evidence):
    train = Dataset(change(clusters().x).astype(np.float32), clusters().y)
    (finding,) = look(deep(2, nn.Tanh, nn.normal(3.0)), train=train)
    assert finding.kind == "inputs not scaled"
    assert re.search(evidence, finding.message)


def test_inputs_of_any_size_are_welcome_to_batch_normalisation():
    rng = np.random.default_rng(0)
    net = nn.Sequential(nn.BatchNorm(8), nn.Linear(8, 16, rng=rng), nn.ReLU(), nn.Linear(16, 3, rng=rng))
    assert look(net, train=Dataset(1000 * clusters().x, clusters().y)) == []


@pytest.mark.parametrize("init", [nn.zeros, nn.filled(0.3)])
@pytest.mark.parametrize("activation", [nn.Tanh, nn.ReLU])
def test_identical_units_are_told_layer_by_layer(init, activation):
    findings = look(deep(2, activation, init))
    assert kinds(findings) == ["identical units"] * 2
    assert "in layer 0 Linear(8, 16), all 16 units" in findings[0].message
    assert "in layer 2 Linear(16, 16), all 16 units" in findings[1].message


def test_units_that_only_start_alike_are_not_identical():
    """W of the second layer is 0, but the units after it differ, and so will its rows."""
    net = deep(2, nn.Tanh, nn.xavier)
    net.layers[2].W[...] = 0
    assert "identical units" not in kinds(look(net))
    logistic = nn.Sequential(nn.Linear(8, 3, nn.zeros, np.random.default_rng(0)))
    assert look(logistic) == []


# Signals


def test_vanishing_gradients_are_told_with_both_ends():
    (finding,) = look(deep(8, nn.Sigmoid, nn.xavier))
    assert finding.kind == "vanishing gradients"
    ends = r"shrink from 0\.\d+ in size .* in layer 16 Linear\(16, 3\) to \d.*e-\d\d in layer 0 Linear\(8, 16\)"
    assert re.search(ends, finding.message)


def test_gradients_that_vanish_alike_in_all_layers_are_seen_and_laid_to_the_weights():
    """Small weights: forward signals and backward errors shrink alike, and so all ∂L/∂W are equally small."""
    net = deep(5, nn.Tanh, nn.normal(0.02))
    opt, train = nn.SGD(net, 0.1), clusters()
    net.backward(nn.softmax_cross_entropy(net.forward(train.x), train.y)[1])
    sizes = [norm for name, norm in nn.diagnostics.gradient_norms(net).items() if name.endswith("W")]
    assert max(sizes) < 30 * min(sizes)
    findings = examine(net, nn.softmax_cross_entropy, opt, train)
    assert kinds(findings) == ["small weights", "vanishing gradients"]
    assert "0.0" in findings[0].message


def test_exploding_gradients_and_the_weights_that_make_them():
    findings = look(deep(6, nn.ReLU, nn.normal(2.0)))
    assert kinds(findings) == ["large weights", "exploding gradients"]
    assert re.search(r"makes of its inputs are about 8\.\d times", findings[0].message)
    assert re.search(r"loss is .*e\+\d\d, that of outputs which are all 0 is 1\.1;", findings[1].message)


def test_dead_units_are_counted_against_their_layer():
    net = deep(2, nn.ReLU, nn.he)
    net.layers[0].b[:10] = -100
    findings = look(net)
    assert kinds(findings) == ["dead units"]
    assert "in layer 1 ReLU(), 10 of 16 units are 0 for all 200 examples" in findings[0].message
    net.layers[0].b[9] = 0
    assert look(net) == []


def test_saturated_units_come_with_their_part():
    net = deep(2, nn.Sigmoid, nn.xavier)
    net.layers[2].b[...] = 20
    findings = look(net)
    assert kinds(findings) == ["saturated units"]
    assert "in layer 3 Sigmoid(), 100% of the outputs are within 1% of a limit" in findings[0].message


def test_a_net_that_has_learned_may_saturate():
    net = nn.Sequential(nn.Linear(1, 1, rng=np.random.default_rng(0)), nn.Sigmoid())
    net.layers[0].W[...], net.layers[0].b[...] = 50, 0
    x = np.array([[-1.0], [1.0]] * 20, np.float32)
    right, wrong = (Dataset(x, (sign * x > 0).astype(np.float32)) for sign in (1, -1))
    assert look(net, train=right, loss=nn.mse) == []
    assert "saturated units" in kinds(look(net, train=wrong, loss=nn.mse))


# Numbers that break, and the learning rate


def test_nan_in_the_loss_of_a_single_batch_is_told_with_its_step():
    history = nn.History(loss=[1.0, 0.5], batch_loss=[1.1, 0.9, np.nan, 0.5])
    (finding,) = look(deep(2, nn.ReLU, nn.he), history=history)
    assert finding.kind == "loss not finite"
    assert "the loss of step 3 was nan. Nothing had grown before that: look for a log of 0" in finding.message


def test_nan_in_the_validation_loss_is_told_with_its_epoch():
    history = nn.History(loss=[1.0, 0.5], valid_loss=[0.7, np.inf], batch_loss=[1.1, 0.9])
    (finding,) = look(deep(2, nn.ReLU, nn.he), history=history)
    assert "the validation loss of epoch 2 was inf" in finding.message


def test_what_led_to_nan_is_told_where_it_is_seen():
    net = deep(2, nn.ReLU, nn.he)
    rose = nn.History(loss=[np.nan], batch_loss=[1.1, 70.0, 1e9, np.nan])
    assert kinds(look(net, history=rose)) == ["loss not finite", "learning rate too high"]
    assert "was 1.1 at first, and rose to 1e+09" in look(net, history=rose)[1].message
    ill = nn.History(loss=[np.nan], batch_loss=[1e6, 1e20, np.nan])
    assert kinds(look(net, history=ill)) == ["loss not finite", "exploding gradients"]
    net.layers[2].W[...] *= 1e5
    one_step = nn.History(loss=[np.nan], batch_loss=[1.1, np.nan])
    findings = look(net, history=one_step)
    assert kinds(findings) == ["loss not finite", "learning rate too high"]
    assert re.search(r"weights of a layer 1\.\d+e\+05 in size", findings[1].message)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
def test_weights_that_are_not_finite_or_lead_there(value):
    net = deep(2, nn.ReLU, nn.he)
    net.layers[0].W[0, 0] = value
    net.layers[2].W[:, 0] = 1e30
    assert kinds(look(net))[0] == "loss not finite"


def test_a_loss_that_rose_and_stayed_high_is_a_learning_rate_too_high():
    net = deep(2, nn.ReLU, nn.he)
    stayed = nn.History(loss=[3.0, 2.0], batch_loss=[1.1, 9.0, 3.0, 2.0])
    assert kinds(look(net, history=stayed)) == ["learning rate too high"]
    came_back = nn.History(loss=[3.0, 0.1], batch_loss=[1.1, 9.0, 0.1, 0.1])
    trained = deep(2, nn.ReLU, nn.he)
    options = {"epochs": 10, "batch_size": 20, "rng": np.random.default_rng(0), "progress": False}
    nn.fit(trained, nn.softmax_cross_entropy, nn.SGD(trained, 0.1), clusters(), **options)
    assert look(trained, history=came_back) == []


def test_a_batch_that_is_hard_by_chance_is_no_rise():
    """Single examples cost 0.05 or 3.05, 1.5 more or less than the mean: a batch of 50 0.21 more or less."""
    train = repeated(3.0, right=0.5)
    history = nn.History(loss=[1.5], batch_loss=[1.5, 2.5, 1.4])
    net = repeater()
    assert "learning rate too high" not in kinds(look(net, 1e-9, train, batch_size=50, history=history))
    assert "learning rate too high" in kinds(look(net, 1e-9, train, batch_size=800, history=history))


@pytest.mark.parametrize(("lr", "kind", "change"), [(1e-6, "low", r"10+ times"), (30, "high", r"0\.0*1 times")])
def test_other_learning_rates_are_tried_on_copies(lr, kind, change):
    (finding,) = look(deep(2, nn.ReLU, nn.he), lr)
    assert finding.kind == f"learning rate too {kind}"
    steps = rf"100 steps more, on a copy, bring the training loss from 0\.803 to .* with {change} the learning rate"
    assert re.search(steps, finding.message)


def test_what_is_tried_can_be_done_by_hand():
    """The two losses in the message are those of a training with 100 times the learning rate."""
    net, train = deep(1, nn.Tanh, nn.xavier), clusters(m=64)
    (finding,) = look(net, 1e-4, train)
    factor, other = re.search(r"with (\d+) times the learning rate, to ([\d.]+)\.", finding.message).groups()
    copy = net.astype(np.float32)
    nn.fit(
        copy, nn.softmax_cross_entropy, nn.SGD(copy, 1e-4 * int(factor)), train, epochs=100, batch_size=64,
        rng=np.random.default_rng(5), progress=False,
    )  # fmt: skip
    assert nn.softmax_cross_entropy(copy.forward(train.x), train.y)[0] == pytest.approx(float(other), rel=0.01)


@pytest.mark.parametrize(
    ("width", "batch_size", "steps"), [(16, 64, 100), (4000, 300, 100), (4000, 3000, 83), (20_000, 500, 20)]
)
def test_large_nets_are_tried_for_fewer_steps(width, batch_size, steps):
    """2e9 = steps × parameters × examples, of which no batch has more than 500."""
    net, train = deep(1, nn.ReLU, nn.he, width=width), clusters(m=600)
    evidence = Evidence(net, nn.softmax_cross_entropy, nn.SGD(net, 0.1), train, batch_size, None, None, None)
    assert evidence.steps == steps


def test_with_clipping_copies_are_trained_with_it():
    """A learning rate at which only short steps are small enough."""
    net, train = deep(2, nn.ReLU, nn.he), clusters()
    assert kinds(look(net, 30, train)) == ["learning rate too high"]
    assert look(net, 30, train, clip=1e-2) == []


# Generalisation, on a net that says the column of x in which there is a 1


def repeater(n=2):
    net = nn.Sequential(nn.Linear(n, n, nn.zeros, np.random.default_rng(0)))
    net.layers[0].W[...] = np.eye(n)
    return net


def repeated(size, right, m=400):
    """x says a label with a logit `size`, and for a part `right` of them that is y."""
    said = np.arange(m) % 2
    y = np.where(np.arange(m) < right * m, said, 1 - said)
    return Dataset(np.eye(2, dtype=np.float32)[said] * np.float32(size), y)


@pytest.mark.parametrize(
    ("on_train", "on_valid", "n_valid", "expected"),
    [
        (1.0, 0.7, 400, ["overfitting"]),
        (1.0, 0.7, 10, []),  # 7 of 10 can be chance
        (1.0, 0.0, 1, []),  # the spread of a single one is no measure of chance
        (1.0, 0.92, 400, []),
        (0.8, 0.72, 400, []),
        (1.0, 0.5, 400, ["unrelated labels"]),
        (0.7, 0.5, 400, ["unrelated labels"]),
    ],
)
def test_overfitting_is_a_gap_of_accuracy_beyond_chance(on_train, on_valid, n_valid, expected):
    train, valid = repeated(1.0, on_train), repeated(1.0, on_valid, n_valid)
    findings = look(repeater(), 0.01, train, valid=valid)
    assert kinds(findings) == expected
    if expected:
        assert f"{on_train:.1%} of the training data are right, but {on_valid:.1%} of 400 valid" in findings[0].message


def test_up_to_2000_validation_examples_are_counted():
    (finding,) = look(repeater(), 0.01, repeated(1.0, 1.0), valid=repeated(1.0, 0.7, 5000))
    assert " of 2000 validation examples" in finding.message


def test_overfitting_in_a_regression_is_a_gap_of_the_loss():
    x = np.linspace(-1, 1, 100, dtype=np.float32)[:, None]
    net = nn.Sequential(nn.Linear(1, 1, nn.filled(1), np.random.default_rng(0)))
    signs = np.sign(np.sin(30 * x))
    train, near, far = (Dataset(x, x + np.float32(error) * signs) for error in (0, 0.1, 0.5))
    assert look(net, 0.1, train, loss=nn.mse, valid=near) == []
    (finding,) = look(net, 0.1, train, loss=nn.mse, valid=far)
    assert finding.kind == "overfitting"
    assert "the loss is 0 on training data, but 0.25 on validation data" in finding.message


@pytest.mark.parametrize(
    ("valid_loss", "told"),
    [
        ([1.0, 0.6, 0.8, 0.9, 1.0], True),
        ([1.0, 0.6, 0.61, 0.62, 0.61], False),  # hardly a rise
        ([1.0, 0.6, 0.9, 0.6, 0.9], False),  # not in all of the last epochs
        ([0.010, 0.006, 0.009, 0.009, 0.009], False),  # next to nothing
        ([1.0, 0.6, 1.4, 0.8, 1.0], False),  # it goes up and down by more
    ],
)
def test_overfitting_is_also_a_validation_loss_that_rises_while_the_training_loss_falls(valid_loss, told):
    train, valid = repeated(3.0, 1.0), repeated(3.0, 0.97, 2000)
    history = nn.History(loss=[1, 0.6, 0.3, 0.2, 0.1], valid_loss=valid_loss, batch_loss=[1.0])
    findings = look(repeater(), 0.1, train, valid=valid, history=history)
    assert kinds(findings) == ["overfitting"] * told
    assert all("was lowest in epoch 2 (0.6) and is now 1" in finding.message for finding in findings)
    rising = nn.History(loss=[1, 0.6, 0.7, 0.8, 0.9], valid_loss=valid_loss, batch_loss=[1.0])
    assert look(repeater(), 0.1, train, valid=valid, history=rising) == []
    few = repeated(3.0, 0.8, 10)  # a single one more that is wrong costs as much as the rise
    assert look(repeater(), 0.1, train, valid=few, history=history) == []


def test_a_risen_validation_loss_is_told_where_wrong_labels_hide_the_gap():
    """Where training labels are worse than those of validation, the loss on training data says little."""
    train, valid = repeated(3.0, 0.9), repeated(3.0, 0.95, 400)
    valid_loss = [1.0, 0.4, 0.2, 0.3, 0.4, 0.5, 0.5]
    history = nn.History(loss=[1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4], valid_loss=valid_loss, batch_loss=[1.0])
    assert kinds(look(repeater(), 0.1, train, valid=valid, history=history)) == ["overfitting"]


def test_without_validation_data_the_history_alone_must_be_clearer():
    train = repeated(3.0, 1.0)

    def history(accuracy, valid_accuracy):
        return nn.History(loss=[1.0], accuracy=[accuracy], valid_accuracy=[valid_accuracy], batch_loss=[1.0])

    (finding,) = look(repeater(), train=train, history=history(1.0, 0.7))
    assert "100.0% of the training data were right in the last epoch, 70.0% of the validation data" in finding.message
    assert look(repeater(), train=train, history=history(1.0, 0.85)) == []


# What examine leaves as it was, and what it refuses


def test_examining_changes_nothing_and_says_the_same_twice():
    rng = np.random.default_rng(0)
    layers = nn.Linear(8, 6, rng=rng), nn.BatchNorm(6), nn.ReLU(), nn.Dropout(0.5, rng), nn.Linear(6, 3, rng=rng)
    net, train, valid = nn.Sequential(*layers), clusters(), clusters(seed=1)
    opt = nn.Adam(net, 1e-6)
    net.backward(nn.softmax_cross_entropy(net.forward(train.x, train=True), train.y)[1])
    opt.step()
    dz = nn.softmax_cross_entropy(net.forward(train.x[:9], train=True), train.y[:9])[1]
    history = nn.History(loss=[1.0], valid_loss=[1.0], batch_loss=[1.0])
    kept = [net.theta, net.grad, net.layers[1].mean, *opt.kept.values(), train.x, train.y, valid.x]
    copies, chance = [array.copy() for array in kept], rng.bit_generator.state
    first = examine(net, nn.softmax_cross_entropy, opt, train, valid=valid, history=history)
    assert first == examine(net, nn.softmax_cross_entropy, opt, train, valid=valid, history=history)
    assert kinds(first) == ["learning rate too low"]
    for before, now in zip(copies, kept):
        np.testing.assert_array_equal(before, now)
    assert (opt.t, opt.lr, rng.bit_generator.state) == (1, 1e-6, chance)
    assert history == nn.History(loss=[1.0], valid_loss=[1.0], batch_loss=[1.0])
    net.backward(dz)  # the forward from before examine still counts
    assert len(net.layers[0].x) == 9


def test_up_to_2000_examples_are_looked_at_and_copies_trained_on_batches_of_up_to_500():
    seen, data = [], clusters(m=5000)

    def loss(z, y):
        seen.append(len(y))
        return nn.softmax_cross_entropy(z, y)

    net = deep(1, nn.Tanh, nn.xavier)
    options = {"loss": loss, "batch_size": 4000, "valid": data}
    look(net, 1e-4, data, **options)
    assert max(seen) == 500 and seen.count(1) == 1000  # single examples of 500 in training, 500 in validation


def test_nets_without_weights_or_with_one_example_are_no_problem():
    train = Dataset(np.ones((1, 2), np.float32), np.ones((1, 2), np.float32))
    net = nn.Sequential(nn.Linear(2, 2, nn.zeros, np.random.default_rng(0)))
    assert look(net, train=train, loss=nn.mse, valid=train) == []
    assert isinstance(look(nn.Sequential(nn.BatchNorm(2)), train=train, loss=nn.mse), list)


def test_images_and_layers_of_layers():
    rng, (train, valid) = np.random.default_rng(0), nn.data.digits()
    inner = nn.Sequential(nn.Conv2D(1, 4, 3, rng=rng), nn.ReLU())
    net = nn.Sequential(nn.Reshape(1, 8, 8), inner, nn.Reshape(144), nn.Linear(144, 10, rng=rng))
    assert look(net, train=train, valid=valid) == []
    inner.layers[0].b[...] = -100
    assert "in layer 1.1 ReLU(), 144 of 144 units" in look(net, train=train, valid=valid)[0].message


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"net": None}, "net: expected a network"),
        ({"loss": None}, "loss: expected a function"),
        ({"loss": lambda z, y: 1.0}, r"loss: expected a function that returns \(L, dz\)"),
        ({"opt": nn.SGD(repeater(), 0.1)}, "opt: it was made for another network"),
        ({"train": np.ones((3, 8))}, "train: expected a pair of arrays"),
        ({"train": Dataset(np.full((2, 8), np.nan, np.float32), np.array([0, 1]))}, "train: x has 16 entries"),
        ({"valid": (np.ones((3, 8)), np.ones(2))}, "valid: expected as many labels as examples"),
        ({"valid": Dataset(np.full((2, 8), np.inf, np.float32), np.array([0, 1]))}, "valid: x has 16 entries"),
        ({"history": [1.0]}, "history: expected what fit gave"),
        ({"batch_size": 0}, "batch_size: expected a whole number"),
        ({"clip": -1}, "clip: expected a number above 0"),
    ],
)
def test_what_examine_refuses(change, message):
    net = deep(1, nn.Tanh, nn.xavier)
    given = {"net": net, "loss": nn.softmax_cross_entropy, "opt": nn.SGD(net, 0.1), "train": clusters(), **change}
    with pytest.raises((TypeError, ValueError), match=message):
        examine(**given)


@pytest.mark.parametrize("times", [1, 4])
def test_a_trial_takes_so_many_times_the_steps(times):
    class Counting(nn.SGD):
        def step(self):
            super().step()
            done.append(self.lr)

    net, done = deep(1, nn.Tanh, nn.he), []
    evidence = Evidence(net, nn.softmax_cross_entropy, Counting(net, 0.5), clusters(), 20, None, None, None)
    evidence.after(0.5, times)
    assert done == [0.25] * times * evidence.steps


@pytest.mark.parametrize("breaking", ["first", "last", "never"])
def test_a_trial_that_breaks_has_an_infinite_loss_whenever_it_breaks(breaking):
    class Breaking(nn.SGD):
        done = 0

        def step(self):
            super().step()
            self.done += 1
            if self.done == at:
                self.net.theta[...] = np.nan

    net = deep(1, nn.Tanh, nn.he)
    before, opt = net.theta.copy(), Breaking(net, 0.1)
    evidence = Evidence(net, nn.softmax_cross_entropy, opt, clusters(), 20, None, None, None)
    at = {"first": 1, "last": evidence.steps, "never": 0}[breaking]
    assert (evidence.after(1) == np.inf) == (breaking != "never")
    assert breaking != "never" or evidence.after(1) < evidence.loss
    np.testing.assert_array_equal(net.theta, before)
