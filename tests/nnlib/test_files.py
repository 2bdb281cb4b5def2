"""Files of arrays: what is written is read, and an older file is never seen half replaced."""

import numpy as np
import pytest

from nnlib.files import read_arrays, write_arrays


def test_what_is_written_is_read_to_the_last_bit(tmp_path, rng):
    arrays = {"0.W": rng.standard_normal((3, 2)), "b": np.array([np.nan, -0.0, 1e-45], np.float32), "n": np.arange(3)}
    write_arrays(tmp_path / "file", "Linear(2, 3) ½", arrays)
    about, again = read_arrays(tmp_path / "file", "a network")
    assert about == "Linear(2, 3) ½" and again.keys() == arrays.keys()
    for name, array in arrays.items():
        assert again[name].dtype == array.dtype and again[name].tobytes() == array.tobytes()


def test_numpy_alone_can_read_what_was_written(tmp_path, rng):
    """And so can every later version: the names in the file are what is promised, not only that we read ourselves."""
    write_arrays(tmp_path / "file", "Linear(2, 3)", {"0.W": np.eye(2)})
    with np.load(tmp_path / "file") as saved:
        assert sorted(saved) == ["0.W", "about"] and str(saved["about"]) == "Linear(2, 3)"
        np.testing.assert_array_equal(saved["0.W"], np.eye(2))


def test_a_new_file_takes_the_place_of_the_old_one_at_once(tmp_path):
    """Who has the old file open goes on reading the old one: it is replaced, not written over."""
    write_arrays(tmp_path / "file", "old", {"a": np.zeros(1000)})
    with open(tmp_path / "file", "rb") as still_open:
        write_arrays(tmp_path / "file", "new", {"a": np.ones(1000)})
        assert str(np.load(still_open)["about"]) == "old"
    assert read_arrays(tmp_path / "file", "numbers")[0] == "new"
    assert len(list(tmp_path.iterdir())) == 1


def test_two_that_write_at_once_do_not_disturb_each_other(tmp_path, monkeypatch):
    """The last to end has the last word, and either file is whole."""
    savez = np.savez

    def meanwhile(*args, **arrays):
        monkeypatch.setattr(np, "savez", savez)
        write_arrays(tmp_path / "file", "the other", {"a": np.ones(3)})
        assert read_arrays(tmp_path / "file", "numbers")[0] == "the other"
        savez(*args, **arrays)

    monkeypatch.setattr(np, "savez", meanwhile)
    write_arrays(tmp_path / "file", "the first", {"a": np.zeros(3)})
    assert read_arrays(tmp_path / "file", "numbers")[0] == "the first"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_file_without_its_text_is_refused_by_what_it_should_be(tmp_path):
    with open(tmp_path / "file", "wb") as file:
        np.savez(file, a=np.zeros(3))
    with pytest.raises(ValueError, match="file: not a cake that nnlib saved, or a damaged one"):
        read_arrays(tmp_path / "file", "a cake")
