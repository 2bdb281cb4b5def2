"""What is found in validation data, in full, and each limit from both sides, on evidence made up for it."""

from types import SimpleNamespace as Seen

import numpy as np
import pytest

import nnlib as nn
from nnlib.diagnostics import generalisation
from nnlib.diagnostics.evidence import Scores
from tests.nnlib.diagnostics.test_findings import messages


def hits(part, n):
    return np.arange(n) < round(part * n)


def scores(part, n=10_000, losses=(0.0,) * 20):
    return Scores(np.array(losses), None if part is None else hits(part, n))


def compared(train, valid, *, y=None, guess=1.0, history=None):
    y = np.arange(len(valid.hits if valid.hits is not None else valid.losses)) % 2 if y is None else y
    history = history or nn.History()
    return Seen(
        on_train=train, on_valid=valid, valid=(y, y), guess=guess, history=history, valid_losses=history.valid_loss
    )


def overfitting(*seen):
    advice = "Try more data, augmentation, dropout, L2, a smaller network, or early stopping."
    return f"Overfitting: {'; '.join(seen)}. {advice}"


@pytest.mark.parametrize(
    ("part", "n", "told"),
    [
        (0.902, 10_000, False),
        (0.898, 10_000, True),
        (0.84, 50, False),  # 3 standard errors of 43 / 52, one right and one wrong added: 0.1605
        (0.82, 50, True),  # of 42 / 52: 0.167
    ],
)
def test_a_gap_of_accuracy(part, n, told):
    says = f"100.0% of the training data are right, but {part:.1%} of {n} validation examples"
    found = generalisation.generalisation(compared(scores(1.0), scores(part, n)))
    assert messages(found) == [overfitting(says)] * told
    assert list(generalisation.generalisation(compared(scores(None), scores(None)))) == []


@pytest.mark.parametrize(("part", "told"), [(0.87, False), (0.85, True)])
def test_a_gap_of_accuracy_counts_the_chance_in_few_training_data_as_well(part, told):
    """3 standard errors of 21 / 22 among 20: 0.14."""
    assert bool(list(generalisation.generalisation(compared(scores(1.0, 20), scores(part))))) == told


def test_a_gap_of_accuracy_is_more_than_a_tenth():
    assert list(generalisation.generalisation(compared(scores(0.1), scores(0.0)))) == []


def test_a_gap_of_accuracy_in_the_history_is_more_than_a_fifth():
    history = nn.History(accuracy=[0.5], valid_accuracy=[0.3], loss=[1.0])
    assert list(generalisation.generalisation(Seen(valid=None, history=history, valid_losses=[], guess=1.0))) == []


def test_the_error_of_a_fraction_counts_one_right_and_one_wrong_more():
    assert generalisation._error(0.5, hits(0.5, 8)) == pytest.approx((0.25 / 8) ** 0.5)
    assert generalisation._error(1.0, hits(1.0, 20)) == pytest.approx((21 / 22 / 22 / 20) ** 0.5)


@pytest.mark.parametrize(("part", "kind"), [(0.75, "unrelated labels"), (0.78, "overfitting")])
def test_to_name_the_most_frequent_class_is_no_better_than_guessing(part, kind):
    """3 standard errors of 0.75 among 10,000: 0.013."""
    y = (np.arange(10_000) % 4 == 0).astype(int)
    assert [found.kind for found in generalisation.generalisation(compared(scores(1.0), scores(part), y=y))] == [kind]


@pytest.mark.parametrize(("part", "unrelated"), [(0.64, True), (0.65, False), (0.66, False)])
def test_labels_that_fit_no_example(part, unrelated):
    """Half of 100 is guessed, with a standard error of 0.05: 3 of these are chance."""
    gap = f"100.0% of the training data are right, but {part:.1%} of 100 validation examples"
    says = (
        f"Labels that fit no example? What was learned is of no use on validation data: {gap}; the loss is 0 on "
        "training data, but 0.5 on validation data; naming the most frequent class would give 50.0%. Look at some "
        "examples with their labels: were x and y shuffled apart? If they do belong together, there are too few "
        "examples to learn from."
    )
    found = generalisation.generalisation(compared(scores(1.0), scores(part, 100, [0.5] * 20)))
    other = overfitting(gap, "the loss is 0 on training data, but 0.5 on validation data")
    assert list(found) == [("unrelated labels", says) if unrelated else ("overfitting", other)]
    assert generalisation._most_frequent(Seen(valid=(None, np.array([1, 0, 1, 1])))) == 0.75


@pytest.mark.parametrize(("valid", "told"), [(0.71, False), (0.69, True)])
def test_a_gap_of_accuracy_in_the_history_alone(valid, told):
    history = nn.History(accuracy=[0.1, 0.9], valid_accuracy=[0.8, valid], loss=[1.0, 1.0])
    e = Seen(valid=None, history=history, valid_losses=[], guess=1.0)
    says = f"90.0% of the training data were right in the last epoch, {valid:.1%} of the validation data"
    assert messages(generalisation.generalisation(e)) == [overfitting(says)] * told
    for missing in (None, nn.History(accuracy=[0.9]), nn.History(valid_accuracy=[0.1])):
        assert list(generalisation.generalisation(Seen(**{**vars(e), "history": missing}))) == []


def spread(mean, std, n=100):
    return mean + std * np.tile([1.0, -1.0], n // 2)


@pytest.mark.parametrize(
    ("train", "valid", "told"),
    [
        ([0.1] * 20, [0.29] * 20, False),  # 0.2 of the loss of outputs 0
        ([0.1] * 20, [0.31] * 20, True),
        ([0.5] * 20, [0.99] * 20, False),  # twice the loss of training
        ([0.5] * 20, [1.01] * 20, True),
        ([0.25] * 20, [0.5] * 20, False),  # more than that
        ([0.1] * 20, [0.9] * 9, False),
        ([0.1] * 20, [0.9] * 10, True),
        ([0.1] * 9, [0.9] * 20, False),
        ([0.1] * 20, spread(0.4, 0.99), True),  # 3 standard errors: 0.297
        ([0.1] * 20, spread(0.4, 1.01), False),
        (spread(0.1, 0.99), [0.4] * 20, True),
        (spread(0.1, 1.01), [0.4] * 20, False),
        (spread(0.1, 0.8), spread(0.4, 0.8), False),  # of both together: 0.34
    ],
)
def test_a_gap_of_the_loss(train, valid, told):
    e = compared(scores(None, losses=train), scores(None, losses=valid))
    says = f"the loss is {np.mean(train):.3g} on training data, but {np.mean(valid):.3g} on validation data"
    assert messages(generalisation.generalisation(e)) == [overfitting(says)] * told


@pytest.mark.parametrize(
    ("best", "now", "known", "guess", "told"),
    [
        (0.5, 0.79, False, 1.0, False),  # 0.6 times the lowest, if the set is not known
        (0.5, 0.81, False, 1.0, True),
        (0.5, 0.64, True, 1.0, False),  # 0.3 times
        (0.5, 0.66, True, 1.0, True),
        (0.5, 0.65, True, 1.0, False),  # just as much
        (0.1, 0.19, False, 1.0, False),  # 0.1 times the loss of outputs 0
        (0.1, 0.21, False, 1.0, True),
        (0.1, 0.145, True, 1.0, False),  # 0.05 times
        (0.1, 0.155, True, 1.0, True),
        (0.5, 0.7, True, 5.0, False),
        (0.25, 0.45, True, 4.0, False),  # just as much
    ],
)
def test_a_validation_loss_that_has_risen(best, now, known, guess, told):
    history = nn.History(loss=[1, 0.6, 0.7, 0.8, 0.8, 0.9, 0.5], valid_loss=[1.0, best, *[now] * 4, now + 0.01])
    e = compared(scores(None), scores(None), history=history, guess=guess)
    e.valid = e.valid if known else None
    says = f"the validation loss was lowest in epoch 2 ({best:.3g}) and is now {now + 0.01:.3g}"
    assert messages(generalisation.generalisation(e)) == [overfitting(says)] * told
    e.history = nn.History(loss=[1, 0.6, 0.3, 0.3, 0.3, 0.3, 0.6])  # that of training has risen, too
    assert list(generalisation.generalisation(e)) == []


@pytest.mark.parametrize(("std", "told"), [(0.99, True), (1.01, False)])
def test_a_rise_beyond_chance(std, told):
    """2 standard errors of 100 examples: 0.198 or 0.202 for a rise of 0.2."""
    history = nn.History(loss=[1, 0.6, 0.5, 0.4, 0.4, 0.4, 0.3], valid_loss=[1.0, 0.5, 0.7, 0.7, 0.7, 0.7, 0.7])
    e = compared(scores(None), scores(None, losses=spread(0.0, std)), history=history)
    assert bool(list(generalisation.generalisation(e))) == told


@pytest.mark.parametrize(
    ("valid_loss", "told"),
    [
        ([1.0, 0.5, 0.75, 0.75, 0.75], False),  # half of its steps turn by as much as it rises
        ([0.5, 0.75, 0.75, 0.75], True),  # by −0.25 and 0: 0.125
        ([0.5, 0.75, 0.75, 0.75, 0.75], True),
        ([0.5, 0.75, 0.75], False),  # three epochs are too few
    ],
)
def test_a_rise_beyond_the_turns_between_epochs(valid_loss, told):
    history = nn.History(loss=[1.0, 0.9, 0.8, 0.7, 0.6][: len(valid_loss)], valid_loss=valid_loss)
    e = compared(scores(None), scores(None), history=history)
    assert bool(list(generalisation.generalisation(e))) == told
