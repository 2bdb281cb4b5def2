"""Early stopping: when it stops, what it goes back to, and that nothing of an earlier training is left."""

import math

import numpy as np
import pytest

import nnlib as nn

NAN, INF = math.nan, math.inf


def small(rng):
    return nn.Sequential(nn.Linear(2, 3, rng=rng), nn.BatchNorm(3))


def watch(stopping, net, losses):
    """The epoch in which it says stop, or None; θ and the statistics of epoch k are all k."""
    for k, loss in enumerate(losses, 1):
        net.theta = np.full(net.theta.size, k)
        net.layers[1].mean[...] = k
        if stopping.update(net, loss):
            return k
    return None


@pytest.mark.parametrize(
    ("patience", "least", "losses", "stops", "best"),
    [
        (1, 0, [3, 2, 2.5, 1], 3, 2),
        (2, 0, [3, 2, 2.5, 2.4, 1], 4, 2),
        (2, 0, [3, 2, 2.5, 1.9, 2, 2, 1], 6, 4),  # the count begins anew with every better epoch
        (3, 0, [3, 2, 2.5, 2.4], None, 2),
        (2, 0, [2, 2, 2, 1], 3, 1),  # an equal loss is not better: the first of them is kept
        (2, 0, [2, 2, 1.999, 2, 2], 5, 3),
        (2, 0.5, [3, 2.75, 2.25, 2.2, 2.1], 5, 3),  # 2.75 is not lower by more than 0.5, 2.25 is
        (2, 0.5, [3, 2.5, 2.5], 3, 1),  # by exactly 0.5
        (2, 0, [NAN, NAN, 1], 2, 0),
        (3, 0, [NAN, 2, NAN, INF, 3], 5, 2),
        (1, 0, [INF, 1], 1, 0),
    ],
)
def test_it_stops_after_so_many_epochs_that_were_not_better(patience, least, losses, stops, best, rng):
    net, stopping = small(rng), nn.EarlyStopping(patience, least)
    assert watch(stopping, net, losses) == stops
    assert stopping.is_over == (stops is not None)
    assert stopping.best_epoch == best
    assert stopping.best_loss == (losses[best - 1] if best else INF)
    last = stops or len(losses)
    stopping.restore(net)
    assert (net.theta == (best or last)).all() and (net.layers[1].mean == (best or last)).all()


def test_what_is_kept_is_a_copy_and_is_let_go_of(rng):
    net, stopping = small(rng), nn.EarlyStopping(2)
    watch(stopping, net, [2, 3])
    stopping.restore(net)
    assert (net.theta == 1).all()
    net.theta = np.full(net.theta.size, 7)
    stopping.restore(net)  # there is nothing left to go back to
    assert (net.theta == 7).all() and stopping.best_state is None
    assert (stopping.best_epoch, stopping.best_loss) == (1, 2)


@pytest.mark.parametrize("restored", [True, False])
def test_another_net_is_another_training(restored, rng):
    first, second, stopping = small(rng), small(rng), nn.EarlyStopping(2)
    watch(stopping, first, [0.1, 0.2])
    if restored:
        stopping.restore(first)
    assert watch(stopping, second, [5, 4]) is None
    assert (stopping.epoch, stopping.best_epoch, stopping.best_loss) == (2, 2, 4)
    stopping.restore(second)
    assert (second.theta == 2).all()


def test_the_same_net_after_it_was_restored_is_another_training_too(rng):
    net, stopping = small(rng), nn.EarlyStopping(2)
    watch(stopping, net, [0.1, 0.2, 0.3])
    stopping.restore(net)
    assert watch(stopping, net, [5, 4, 6]) is None
    assert (stopping.best_epoch, stopping.best_loss) == (2, 4)


def test_start_forgets_all(rng):
    net, stopping = small(rng), nn.EarlyStopping(2)
    watch(stopping, net, [0.1, 0.05, 0.2, 0.3])
    stopping.start()
    assert not stopping.is_over and stopping.best_loss == INF and stopping.best_state is None
    assert watch(stopping, net, [NAN]) is None
    stopping.restore(net)
    assert (net.theta == 1).all()


def test_restoring_another_net_is_refused(rng):
    net, stopping = small(rng), nn.EarlyStopping(2)
    stopping.restore(net)  # nothing was watched: nothing happens
    watch(stopping, net, [1])
    with pytest.raises(ValueError, match="^net: expected the network that was watched"):
        stopping.restore(small(rng))


@pytest.mark.parametrize("least", [-0.1, NAN, INF, None])
def test_the_least_improvement_is_a_number_of_at_least_0(least):
    with pytest.raises(ValueError, match="^min_improvement: expected a number of at least 0"):
        nn.EarlyStopping(5, least)


def test_a_net_is_needed():
    with pytest.raises(TypeError, match="^net: expected a network"):
        nn.EarlyStopping(5).update(3.0, 1.0)
