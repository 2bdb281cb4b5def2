"""What student code may learn of a function that a test has lent."""

import pytest

from nngrade.boundary.words import LENT_FAILED
from nngrade.trusted.callbacks import _described


class Unlike(AssertionError):
    """As np.testing has."""


class Late(TimeoutError):
    """Of a kind that arrives as its own base."""


@pytest.mark.parametrize(["error", "kind", "text"], [
    (AssertionError("f should get x"), "AssertionError", "f should get x"),
    (Unlike("2 differ"), "AssertionError", "2 differ"),
    (ValueError("expected 0.7308"), "ValueError", LENT_FAILED),
    (Late("CANARY"), "OSError", LENT_FAILED),
    (type("Own", (Exception,), {})("CANARY"), "Exception", LENT_FAILED),
], ids=repr)  # fmt: skip
def test_only_what_a_check_says_is_told_of_a_lent_function(error, kind, text):
    assert _described(error) == {"kind": kind, "text": text}
