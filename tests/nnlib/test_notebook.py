"""Whether a notebook runs us, and what it is given."""

import sys
from types import SimpleNamespace

import pytest

from nnlib import notebook


@pytest.mark.parametrize(
    ("shell", "runs"), [(None, False), (SimpleNamespace(), False), (SimpleNamespace(kernel="its own"), True)]
)
def test_a_notebook_is_where_a_kernel_is_and_a_terminal_has_none(shell, runs, monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    assert notebook.in_notebook() == runs


def test_without_ipython_there_is_no_notebook(monkeypatch):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert not notebook.in_notebook()


def test_what_is_displayed_is_a_bundle_as_it_stands(monkeypatch):
    """raw: else IPython would look for a way to show the dict itself."""
    given = []
    monkeypatch.setattr("IPython.display.display", lambda *what, **how: given.append((what, how)))
    notebook.display({"text/plain": "words"})
    notebook.display({"text/plain": "words"}, {"text/plain": {"width": 3}})
    assert given == [
        (({"text/plain": "words"},), {"metadata": metadata, "raw": True})
        for metadata in ({}, {"text/plain": {"width": 3}})
    ]
