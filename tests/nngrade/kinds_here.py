"""Which kinds of sandbox can be tested here."""

import os

import pytest

from nngrade.sandbox import Container, Unsafe, problem


def need(kind):
    """Go on if this kind of sandbox works here; else fail on CI, skip elsewhere."""
    if kind is Container and os.geteuid():
        pytest.skip("whether podman works without root is for the administrator of a machine to say")
    if why := kind is not Unsafe and problem(kind):
        (pytest.fail if os.environ.get("CI") else pytest.skip)(why)
