"""Saved outputs count for nothing: a notebook is read without them, quickly whatever stands in it."""

import json
import time

import pytest

from nngrade.notebook import saved
from tests.nngrade.moments import in_moments

OUTPUTS = [{"data": {"image/png": "A" * 10**5}, "text": ["]", '\\"]', {"outputs": [1, [2]]}]}]
CELLS = [
    {"cell_type": "code", "source": 'x = "outputs": [ {\\"', "outputs": OUTPUTS * 3},
    {"cell_type": "markdown", "source": '"outputs": [1', "metadata": {"outputs": 3}},
    {"outputs": [], "source": ["a", '"outputs"', ": ["]},
]


@pytest.mark.parametrize("indent", [None, 1])
def test_outputs_are_left_out_and_nothing_else(indent):
    data = json.dumps({"cells": CELLS * 4, "metadata": {}}, indent=indent).encode()
    found = json.loads(saved.without_outputs(data, most=1000))
    assert found["cells"] == [cell | ({"outputs": []} if "outputs" in cell else {}) for cell in CELLS * 4]
    assert saved.without_outputs(data, most=len(data)) is data


@pytest.mark.parametrize("data", [
    b"[]" * 10**7, b'"' * 10**7, b'"\\' * 10**7, b'"outputs":[' + b"[" * 10**7, b'"outputs":[' * 10**6,
    b'{"outputs":[' + b'"a",' * 10**7, b"\0" * 10**7, b'"outputs": ' * 10**6, b'{"outputs": ["a]',
], ids=lambda data: repr(data[:9]))  # fmt: skip
def test_what_is_not_well_formed_is_left_as_it_is(data):
    with in_moments(time.process_time):
        assert saved.without_outputs(data, most=10) == data


def test_of_more_parts_than_can_be_looked_at_all_are_left(monkeypatch):
    data = json.dumps({"cells": CELLS}).encode()
    parts = len(saved.TOKEN.findall(data))
    monkeypatch.setattr(saved, "MOST_TOKENS", parts)
    assert len(saved.without_outputs(data, most=10)) < len(data)
    monkeypatch.setattr(saved, "MOST_TOKENS", parts - 2)
    assert saved.without_outputs(data, most=10) is data
