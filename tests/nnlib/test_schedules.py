"""Schedules: values by hand at chosen times."""

import math

import numpy as np
import pytest

from nnlib import schedules


@pytest.mark.parametrize(
    ("build", "values"),
    [
        (lambda: schedules.constant(0.5), {0: 0.5, 7.3: 0.5}),
        (lambda: schedules.step(1, every=10), {0: 1, 9.9: 1, 10: 0.1, 25: 0.01}),
        (lambda: schedules.step(1, every=2, factor=0.5), {1.5: 1, 2: 0.5, 4: 0.25}),
        (lambda: schedules.exponential(2, 0.1), {0: 2, 10: 2 / math.e}),
        (lambda: schedules.cosine(0.1, 10, lowest=0), {0: 0.1, 5: 0.05, 10: 0, 20: 0}),
        (lambda: schedules.cosine(2, 4), {0: 2, 4: 0.002}),
        (lambda: schedules.cosine(1, 4, lowest=0.2), {0: 1, 2: 0.6, 4: 0.2, 9: 0.2}),
        (lambda: schedules.warm_up(schedules.constant(1), 4), {0: 0.001, 1: 0.25, 4: 1, 5: 1}),
        (lambda: schedules.warm_up(schedules.cosine(1, 10, 0), 2), {1: (1 + math.cos(math.pi / 10)) / 4, 10: 0}),
    ],
)
def test_values(build, values):
    schedule = build()
    for t, lr in values.items():
        assert schedule(t) == pytest.approx(lr)


@pytest.mark.parametrize("steps", [1, 3, 7, 10, 22, 60, 937, 938])
@pytest.mark.parametrize("per_drop", [1, 2, 3, 7, 10, 13])
def test_a_drop_comes_with_its_step_at_every_fraction_of_an_epoch(steps, per_drop):
    """Counted in whole steps: `every` is so many of them, in epochs, and times are what `fit` computes."""
    schedule = schedules.step(1.0, every=per_drop / steps, factor=0.5)
    for k in range(500):
        epoch, i = divmod(k, steps)
        assert schedule(epoch + i / steps) == 0.5 ** (k // per_drop)


def test_a_drop_does_not_come_early():
    schedule = schedules.step(1, every=10)
    assert (schedule(10 - 1e-6), schedule(20 - 1e-6)) == (1, 0.1)


def test_a_numpy_learning_rate_becomes_a_plain_number():
    for schedule in (schedules.constant, lambda lr: schedules.step(lr, 2), lambda lr: schedules.cosine(lr, 2)):
        assert type(schedule(np.float64(0.1))(1)) is float


@pytest.mark.parametrize(
    ("build", "name"),
    [
        (lambda: schedules.constant(0), "lr"),
        (lambda: schedules.step(0.1, every=0), "every"),
        (lambda: schedules.step(0.1, every=1, factor=-1), "factor"),
        (lambda: schedules.exponential(0.1, 0), "rate"),
        (lambda: schedules.cosine(0.1, 0), "epochs"),
        (lambda: schedules.cosine(0.1, 1, lowest=1), "lowest"),
        (lambda: schedules.warm_up(schedules.constant(1), -1), "epochs"),
    ],
)
def test_refusals(build, name):
    with pytest.raises(ValueError, match=f"^{name}: expected a number"):
        build()
