"""What a check raises: words, without a traceback."""


class CheckFailed(AssertionError):
    """What a check found, in words. A notebook shows just these words: a traceback would lead away from them."""

    def _render_traceback_(self):  # IPython asks an exception for this
        return [f"✗ {self}"]


def need(condition, message):
    """Fail with this message unless the condition holds."""
    if not condition:
        raise CheckFailed(message.strip())
