"""What pictures and questions have in common: whether a notebook runs us, and what it is given to display."""

import sys


def in_notebook():
    """Whether code runs in a kernel, whose front-end shows pictures and pages."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return hasattr(shell, "kernel")


def display(bundle, metadata=None):
    """Give the notebook a `bundle`, {"text/html": …, "text/plain": …}, of which it shows the best that it can.

    `metadata` say more about each of them, {"image/png": {"width": …}}.
    """
    from IPython.display import display  # comes with the kernel

    display(bundle, metadata=metadata or {}, raw=True)
