"""What a notebook would be given to display."""

from contextlib import contextmanager

import pytest


@contextmanager
def outputs():
    """A list that fills with (bundle, metadata), as in a notebook."""
    shown = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nnlib.notebook.in_notebook", lambda: True)
        patch.setattr("IPython.display.display", lambda data, metadata, raw: shown.append((data, metadata)))
        yield shown
