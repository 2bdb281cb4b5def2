"""The benchmark of handing back enters a class in which every command finds what it needs."""

from pathlib import Path

import pytest


@pytest.mark.slow
def test_every_command_has_something_to_do_for_everybody(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "benchmarks"))
    import handing_back

    monkeypatch.setattr(handing_back, "GRADED", 2)
    folder = handing_back.make_class(5)
    codes = {command: handing_back.measured(folder, command)[0] for command in handing_back.COMMANDS}
    assert codes == dict.fromkeys(handing_back.COMMANDS, 0)
    assert len(list(folder.glob("feedback/*/*/*.html"))) == 5
    assert (folder / "build" / "a3_backprop-moodle-feedback.zip").is_file()
