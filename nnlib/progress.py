"""The progress bar of a training; silent where it is not wanted, or where there is none to be had."""

import sys
from contextlib import nullcontext


def progress_bar(total, shown):
    """A bar of `total` steps, as a context, if it is to be `shown`."""
    try:
        from tqdm import tqdm
    except ImportError:  # it is not everywhere: in a browser training has no bar
        return _NoBar()
    bar = type("Bar", (tqdm,), {"monitor_interval": 0})  # no thread that watches: a browser has none
    return bar(total=total, disable=not shown, unit="step", file=sys.stdout, dynamic_ncols=True, mininterval=0.2)


def latest(history):
    """The last results of a `history` in a few words, to stand beside the bar."""
    parts = [f"loss {history.loss[-1]:.3f}"]
    if history.accuracy:
        parts.append(f"accuracy {history.accuracy[-1]:.1%}")
    if history.valid_accuracy:
        parts.append(f"validation {history.valid_accuracy[-1]:.1%}")
    return ", ".join(parts)


class _NoBar(nullcontext):
    """What stands in for a progress bar that is not there."""

    def __enter__(self):
        return self

    def update(self):
        pass

    def set_postfix_str(self, text):
        pass
