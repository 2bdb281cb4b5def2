"""What points belong to: a written answer is its own text, a test's is all code that the student may change."""

import hashlib
import json

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from nngrade.batch.answers import answers, unchanged
from nngrade.batch.records import checksum
from tests.nngrade.small_course import cell


def notebook(**changed):
    texts = {"f": "f = 1", "own": "g = 2", "given": "import math", "f_test": "assert f", "note": "mine"}
    texts |= {"why": "Since."} | changed
    return json.dumps(new_notebook(cells=[
        cell("given", texts["given"], locked=True), cell("f", texts["f"], solution=True), new_code_cell(texts["own"]),
        cell("f_test", texts["f_test"], grade=True, locked=True, points=1), new_markdown_cell(texts["note"]),
        cell("why", texts["why"], new_markdown_cell, grade=True, solution=True, points=1),
        cell("task", "Draw it.", new_markdown_cell, task=True, points=1),
    ]))  # fmt: skip


@pytest.mark.parametrize(["changed", "others"], [
    ({"f": "f = 3"}, {"f_test", "task"}), ({"own": ""}, {"f_test", "task"}), ({"why": "Because."}, {"why"}),
    ({"given": "import os"}, set()), ({"f_test": "assert not f"}, set()), ({"note": "other"}, set()),
    ({"why": " Since.\n"}, set()), ({}, set()),
])  # fmt: skip
def test_what_changes_with_what(changed, others):
    before, now = answers(notebook()), answers(notebook(**changed))
    assert before.keys() == now.keys() == {"f_test", "why", "task"}
    assert {name for name in before if before[name] != now[name]} == others
    record = {"answers": now, "before": before}
    assert {name for name in before if not unchanged(record, name)} == others


def test_hashes_are_those_that_older_records_hold():
    assert answers(notebook())["why"] == hashlib.sha256(b"Since.").hexdigest()[:16]
    assert answers(notebook())["f_test"] == hashlib.sha256(b"f = 1\0g = 2").hexdigest()[:16]
    assert answers("{}") == {}


def test_what_nobody_knows_is_not_unchanged():
    assert not unchanged({}, "f") and not unchanged({"answers": {"f": "a"}}, "f")
    assert not unchanged({"before": {"f": "a"}}, "f")
    assert not unchanged({"answers": {"f": None}, "before": {"f": None}}, "f")


def test_a_checksum_is_that_of_what_is_said_in_whatever_order():
    one, other = {"a": 1, "b": {"c": 2, "d": 3}}, {"b": {"d": 3, "c": 2}, "checksum": "x", "a": 1}
    assert checksum(one) == checksum(other) != checksum(one | {"a": 2})
