"""The library's front page names every file once, and its example runs."""

import re
from collections import Counter
from pathlib import Path

import numpy as np

import nnlib as nn

ROOT = Path(nn.__file__).parent
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_file_is_named_once_and_every_link_leads_somewhere():
    links = Counter(link for link in re.findall(r"\]\(([^)#]+)", TEXT) if not link.startswith(".."))
    files = {path.name for path in ROOT.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
    assert set(links) == files - {"__init__.py"}
    assert set(links.values()) == {1}
    if (ROOT.parent / "pyproject.toml").is_file():  # from a wheel nothing leads to what is beside the library
        assert all((ROOT / link).exists() for link in re.findall(r"\]\((\.\.[^)#]+)", TEXT))


def test_numbers_of_the_order_run_on():
    numbers = [int(n) for n in re.findall(r"^(\d+)\. ", TEXT, re.MULTILINE)]
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_layer_of_your_own_runs_and_is_right():
    code = "\n".join(line[4:] for line in TEXT.splitlines() if line.startswith("    ") or not line.strip())
    names = {"nn": nn, "np": np}
    exec(code, names)
    rng = np.random.default_rng(0)
    net = nn.Sequential(names["Scale"](3), nn.Linear(3, 2, rng=rng))
    x, y = rng.standard_normal((4, 3)), rng.integers(0, 2, 4)
    errors = nn.gradcheck.check_network(net, nn.softmax_cross_entropy, x, y)
    assert list(errors) == ["0.s", "1.W", "1.b"] and max(errors.values()) < 1e-7
