"""The progress bar: what it shows, that it can be absent, and that it starts no thread."""

import sys
import threading

import pytest

from nnlib.history import History
from nnlib.progress import latest, progress_bar


def used(bar):
    with bar as shown:
        for _ in range(10):
            shown.update()
        shown.set_postfix_str("loss 0.5")


def test_a_bar_counts_steps_and_ends_with_the_last_words(capsys):
    pytest.importorskip("tqdm")
    used(progress_bar(10, shown=True))
    out, err = capsys.readouterr()
    assert "100%" in out and "10/10" in out and "loss 0.5" in out
    assert not err


def test_a_bar_is_as_wide_as_the_window_and_drawn_anew_a_few_times_a_second():
    pytest.importorskip("tqdm")
    with progress_bar(10, shown=True) as bar:
        assert callable(bar.dynamic_ncols)  # asked again whenever it is drawn
        assert 0.15 <= bar.mininterval <= 0.5 and bar.unit == "step"


@pytest.mark.parametrize("shown", [True, False])
def test_no_thread_watches_it(shown, monkeypatch):
    tqdm = pytest.importorskip("tqdm").tqdm
    monkeypatch.setattr(tqdm, "monitor", None)
    before = threading.active_count()
    used(progress_bar(10, shown))
    assert tqdm.monitor is None and threading.active_count() == before


def test_what_is_not_wanted_is_not_shown(capsys):
    used(progress_bar(10, shown=False))
    assert capsys.readouterr() == ("", "")


def test_where_tqdm_is_absent_nothing_is_shown(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    used(progress_bar(10, shown=True))
    assert capsys.readouterr() == ("", "")


def test_the_last_results_in_words():
    history = History(loss=[2, 0.12345], accuracy=[0.1, 0.98765], valid_accuracy=[0.2, 0.9])
    assert latest(history) == "loss 0.123, accuracy 98.8%, validation 90.0%"
    assert latest(History(loss=[1.5])) == "loss 1.500"
