"""Checkpoints: what was interrupted goes on to the last bit, and files that do not fit change nothing."""

import dataclasses
import json

import numpy as np
import pytest

import nnlib as nn
from nnlib.files import read_arrays, write_arrays

OPTIMIZERS = [nn.SGD, nn.Momentum, nn.MomentumEMA, nn.Nesterov, nn.RMSProp, nn.AdamUncorrected, nn.Adam, nn.AdamW]
DATA = nn.data.blobs(50, np.random.default_rng(5), noise=1.5)
TRAIN, VALID = nn.data.split(DATA, 15, np.random.default_rng(6))


class Interrupted(Exception):
    pass


def build(seed, kind=nn.Adam, shared=True, bits=np.random.PCG64, lr=0.05, **stopping):
    """(net, opt, rng, stopping), from this seed: with statistics, and dropout, whose generator may be that of fit."""
    rng = np.random.Generator(bits(seed))
    own = rng if shared else np.random.Generator(bits(seed + 1))
    layers = nn.Linear(2, 8, rng=rng), nn.BatchNorm(8), nn.ReLU(), nn.Dropout(0.3, own), nn.Linear(8, 2, rng=rng)
    net = nn.Sequential(*layers)
    return net, kind(net, lr), rng, nn.EarlyStopping(**stopping) if stopping else None


def fit(net, opt, rng, stopping, epochs=6, **more):
    how = {"epochs": epochs, "batch_size": 8, "rng": rng, "valid": VALID, "stopping": stopping, "progress": False}
    how |= {"schedule": nn.schedules.warm_up(nn.schedules.step(0.05, every=1.5), 2), "augment": jitter, "clip": 2.0}
    return nn.fit(net, nn.softmax_cross_entropy, opt, TRAIN, **how | {"penalties": [nn.L2(1e-3)]} | more)


def jitter(x, rng):
    return x + rng.standard_normal(x.shape, np.float32) / 10


def interrupted(path, after, net, opt, rng, stopping, **more):
    """A training that saves itself after every epoch, and ends in the middle of one."""

    def on_epoch(net, history):
        nn.save_training(path, net, opt, rng, history, stopping)
        saved.append(history)

    def on_step(net, history, before):
        if saved and len(history.batch_loss) == 5 * after + 2:
            raise Interrupted

    saved = []
    with pytest.raises(Interrupted):
        fit(net, opt, rng, stopping, on_epoch=on_epoch, on_step=on_step, **more)


def without_seconds(history):
    return {name: values for name, values in dataclasses.asdict(history).items() if name != "seconds"}


def assert_resuming_is_exact(path, after=3, epochs=6, **how):
    whole = build(1, **how)
    expected = fit(*whole, epochs=epochs)
    interrupted(path, after, *build(1, **how), epochs=epochs)
    net, opt, rng, stopping = again = build(99, **how | {"lr": 0.7})
    history = nn.load_training(path, net, opt, rng, stopping)
    assert len(history.loss) == after
    history = fit(*again, epochs=epochs, history=history)
    assert without_seconds(history) == without_seconds(expected)
    for name, array in whole[0].state().items():
        np.testing.assert_array_equal(net.state()[name], array)
    if stopping:
        assert (stopping.epoch, stopping.best_epoch) == (whole[3].epoch, whole[3].best_epoch)
    assert rng.random() == whole[2].random()
    return expected


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_going_on_is_as_if_there_had_been_no_interruption(kind, shared, tmp_path):
    history = assert_resuming_is_exact(tmp_path / "run.npz", kind=kind, shared=shared)
    assert len(history.seconds) == 6 and len(history.batch_loss) == 6 * 5


@pytest.mark.parametrize(
    ("patience", "after", "ends", "best"), [(1, 2, 5, 4), (1, 4, 5, 4), (2, 7, 9, 7), (2, 8, 9, 7), (9, 8, 9, 7)]
)
def test_early_stopping_goes_on_counting_and_goes_back_to_what_was_best(patience, after, ends, best, tmp_path):
    """Also to an epoch before the interruption, and with some of its patience used up by then."""
    history = assert_resuming_is_exact(tmp_path / "run.npz", after, epochs=9, kind=nn.SGD, patience=patience)
    assert len(history.loss) == ends and np.argmin(history.valid_loss) + 1 == best


def test_a_training_that_was_over_stays_over_and_ends_with_its_best(tmp_path):
    def rising(output, y):
        return calls.append(1) or float(len(calls)), nn.softmax_cross_entropy(output, y)[1]

    calls, (net, opt, rng, stopping) = [], build(1, patience=2)
    best = []

    def keep(net, history):
        best.append(net.state())
        nn.save_training(tmp_path / "run", net, opt, rng, history, stopping)

    how = {"epochs": 9, "batch_size": 50, "valid": VALID, "progress": False}
    nn.fit(net, rising, opt, TRAIN, rng=rng, stopping=stopping, on_epoch=keep, **how)
    assert len(best) == 3
    net, opt, rng, stopping = build(2, patience=2)
    history = nn.load_training(tmp_path / "run", net, opt, rng, stopping)
    assert stopping.is_over and stopping.best_epoch == 1
    nn.fit(net, rising, opt, TRAIN, rng=rng, stopping=stopping, history=history, **how)
    assert len(history.loss) == 3
    for name, array in best[0].items():
        np.testing.assert_array_equal(net.state()[name], array)


@pytest.mark.parametrize(
    "bits", [np.random.PCG64, np.random.PCG64DXSM, np.random.MT19937, np.random.Philox, np.random.SFC64]
)
def test_every_kind_of_generator(bits, tmp_path):
    assert_resuming_is_exact(tmp_path / "run.npz", after=1, epochs=2, shared=False, bits=bits)


def test_a_finished_training_has_nothing_to_go_on_with(tmp_path):
    net, opt, rng, _ = parts = build(1)
    history = fit(*parts, epochs=2)
    nn.save_training(tmp_path / "run", net, opt, rng, history)
    theta = net.theta.copy()
    again = fit(*parts, epochs=2, history=nn.load_training(tmp_path / "run", net, opt, rng))
    assert again == history
    np.testing.assert_array_equal(net.theta, theta)


def saved(path, **how):
    net, opt, rng, stopping = parts = build(1, **how)
    nn.save_training(path, net, opt, rng, fit(*parts, epochs=1), stopping)


def assert_refused(path, words, net, opt, rng, stopping=None):
    before = net.state() | opt.state() | {"rng": str(rng.bit_generator.state)}
    with pytest.raises((TypeError, ValueError), match=words):
        nn.load_training(path, net, opt, rng, stopping)
    after = net.state() | opt.state() | {"rng": str(rng.bit_generator.state)}
    assert before.keys() == after.keys()
    for name, value in before.items():
        np.testing.assert_array_equal(value, after[name])


def test_another_training_is_refused_and_nothing_changes(tmp_path):
    path = tmp_path / "run"
    saved(path)
    net, opt, rng, _ = build(2)
    other = nn.Sequential(nn.Linear(2, 2, rng=rng))
    double = net.astype(np.float64)
    words = "^net: the file is of a training with Sequential.Linear.2, 8.*, here it is"
    assert_refused(path, words, other, nn.Adam(other), rng)
    words = "^net: 0.W: the file .* float32 array .* here it is float64"
    assert_refused(path, words, double, nn.Adam(double), double.layers[3].rng)
    assert_refused(path, "^opt: the file is of a training with Adam, here it is SGD", net, nn.SGD(net, 1), rng)
    assert_refused(path, "^opt: it was made for another network", net, nn.Adam(other), rng)
    assert_refused(path, "^rng: the file .*'fit': 'PCG64'", net, opt, np.random.Generator(np.random.MT19937(0)))
    assert_refused(path, "^rng: the file .*'as fit'", net, opt, np.random.default_rng(0))  # not that of Dropout
    assert_refused(path, "^stopping: the file .* with False, here it is True", net, opt, rng, nn.EarlyStopping())
    saved(path, patience=3)
    assert_refused(path, "^stopping: the file .* with True, here it is False", net, opt, rng)
    with pytest.raises(TypeError, match="^rng: expected np.random.default_rng"):
        nn.load_training(path, net, opt, 3)


@pytest.mark.parametrize(
    "change",
    [
        lambda about: about.pop("history"),
        lambda about: about.pop("chance"),
        lambda about: about["history"].update(more=[1]),
        lambda about: about["stopping"].pop("epoch"),
        lambda about: about["optimizer"].pop("optimizer"),
    ],
)
def test_damaged_files_are_refused_and_nothing_changes(change, tmp_path):
    saved(tmp_path / "run", patience=3)
    about, arrays = read_arrays(tmp_path / "run", "a training")
    about = json.loads(about)
    change(about)
    write_arrays(tmp_path / "run", json.dumps(about), arrays)
    assert_refused(tmp_path / "run", "not a training that nnlib saved, or a damaged one", *build(2, patience=3))


@pytest.mark.parametrize("name", ["optimizer v", "net 0.W", "net 1.mean"])
@pytest.mark.parametrize("change", [lambda array: array.ravel()[:-1], lambda array: None])
def test_arrays_that_do_not_fit_are_refused_and_nothing_changes(name, change, tmp_path):
    saved(tmp_path / "run")
    about, arrays = read_arrays(tmp_path / "run", "a training")
    arrays[name] = change(arrays[name])
    write_arrays(tmp_path / "run", about, {name: array for name, array in arrays.items() if array is not None})
    assert_refused(tmp_path / "run", "^(net: 0.W|net: 1.mean|state): ", *build(2))


def test_a_file_of_a_network_is_no_training(tmp_path):
    net, opt, rng, _ = build(2)
    net.save(tmp_path / "net")
    assert_refused(tmp_path / "net", "net: not a training that nnlib saved, or a damaged one", net, opt, rng)
    (tmp_path / "words").write_text("no arrays")
    assert_refused(tmp_path / "words", "words: not a training that nnlib saved, or a damaged one$", net, opt, rng)
    saved(tmp_path / "run")
    with pytest.raises(ValueError, match="which does not fit into"):
        net.load(tmp_path / "run")


def test_early_stopping_that_has_not_seen_the_history_is_refused():
    net, opt, rng, _ = build(1)
    history = fit(net, opt, rng, None, epochs=2)
    other, too_few, ended = (nn.EarlyStopping() for _ in range(3))
    for stopping, watched, epochs in ((other, build(2)[0], 2), (too_few, net, 1), (ended, net, 2)):
        for _ in range(epochs):
            stopping.update(watched, 1.0)
    ended.restore(net)
    for stopping in (nn.EarlyStopping(), other, too_few, ended):
        with pytest.raises(ValueError, match="^stopping: it has not watched the 2 epochs of `history`"):
            fit(net, opt, rng, stopping, epochs=4, history=history)
