"""Lecture 13: the bug to be found is the one line of its question, and PyTorch agrees, or is said to be missing."""

import sys

import numpy as np
import pytest

import nnlib as nn
from tests.course.lectures import sources

CELLS = sources("13_outlook")
WRONG, RIGHT = "product = W @ seen", "product = W * seen"
PARTS = "torch-import", "steps-here-code", "steps-there-code", "same-start-code", "twins-run"
TWINS = "\n".join(CELLS[name] for name in PARTS)


def errors(function, capsys):
    scope = {"np": np, "nn": nn, "rng": np.random.default_rng(0), "edge": np.array([[1.0, 0.0, -1.0]] * 3)}
    exec(function, scope)
    exec(CELLS["bug-table"], scope)
    return [float(line.split()[-1]) for line in capsys.readouterr().out.splitlines()]


def test_the_planted_bug_is_the_only_one(capsys):
    assert CELLS["bug"].count(WRONG) == 1
    assert min(errors(CELLS["bug"], capsys)) > 1
    assert errors(CELLS["bug"].replace(WRONG, RIGHT), capsys) == [0, 0]


def twins():
    exec(TWINS, {"np": np, "nn": nn, "loss": nn.softmax_cross_entropy, "digits": nn.data.digits()[0]})


def test_the_same_steps_give_the_same_losses_in_pytorch(capsys):
    pytest.importorskip("torch", reason="PyTorch is not installed")
    twins()
    assert capsys.readouterr().out.endswith("all losses agree to 1e-10: True\n")


def test_without_pytorch_the_lecture_says_so_and_goes_on(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    twins()
    said = capsys.readouterr().out
    assert "PyTorch is not installed here" in said and "nnlib alone: loss 0.397" in said


def test_pytorch_is_as_the_table_says():
    """Its own start, its momentum of batch normalisation, and gradients that add up."""
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    torch.manual_seed(0)
    layer = torch.nn.Linear(400, 500)
    for values in (layer.weight, layer.bias):
        assert 0.0499 < values.abs().max().item() <= 0.05 and values.std().item() == pytest.approx(
            0.05 / 3**0.5, rel=0.1
        )
    assert torch.nn.BatchNorm1d(3).momentum == pytest.approx(0.1)
    x = torch.ones(1, 400)
    layer(x).sum().backward()
    layer(x).sum().backward()
    assert (layer.bias.grad == 2).all()
