"""The sandboxes of this process, each with what student code needs: warm from first use to the end, for all threads."""

import atexit
import contextlib
import os
import threading
from functools import partial
from pathlib import Path

from nngrade.errors import CourseError
from nngrade.grading import withheld
from nngrade.sandbox import PRELOAD, choose, places

MNIST = [f"{part}-{kind}-ubyte.gz" for part in ("train", "t10k") for kind in ("images-idx3", "labels-idx1")]


def open_sandbox(kind, forbidden=()):
    """A sandbox of this kind, with what student code needs: modules, imported already, and the data.

    What is `forbidden` is not there, see withheld.py.
    """
    warm = "matplotlib_inline.backend_inline", "nngrade.student.shell:warm_up"
    data = data_folder()
    return kind(
        preload=(*PRELOAD, *warm),
        readable=shown_of(data),
        variables={"NNLIB_DATA": data},
        modules=partial(withheld.write, forbidden),
        hidden=("nnlib", *withheld.packages(forbidden)),
    )


def shown_of(data):
    """The files of the data folder that students' code may read: whatever else lies there is none of its business."""
    return [path for path in (Path(data, name) for name in MNIST) if path.is_file()]


def data_folder():
    """The folder with MNIST, from here on for all processes: in a sandbox there is no network and no home.

    Where MNIST can't be had it is nnlib's own, without it: students' code and tests make do with the same digits.
    """
    if not os.environ.get("NNLIB_DATA"):
        import nnlib  # takes a while; where the folder is known it is not needed

        try:
            nnlib.data.mnist()
            os.environ["NNLIB_DATA"] = str(nnlib.data.mnist_cache())
        except nnlib.data.DataUnavailable:
            os.environ["NNLIB_DATA"] = str(Path(nnlib.__file__).parent)
    return os.environ["NNLIB_DATA"]


def begin(unsafe, forbidden=()):
    """Have a sandbox warm up while this process does something else. What goes wrong is told when it is needed."""
    with contextlib.suppress(CourseError, OSError), _one_at_a_time:
        _made(unsafe, data_folder(), forbidden).begin()


def open_once(unsafe, data, forbidden=(), private=()):
    """The sandbox of this process in which students' code finds this data, nothing forbidden and no `private` path."""
    with _one_at_a_time:
        sandbox = _made(unsafe, data, forbidden)
        if not unsafe:
            places.need_hidden(sandbox.visible, [*private, *places.own_secrets()])
        return sandbox.__enter__()


def _made(*terms):
    unsafe, _, forbidden = terms
    if terms not in _open:
        _open[terms] = open_sandbox(choose(unsafe), forbidden)
    return _open[terms]


def stop():
    """End all that runs in these sandboxes; whoever waits for it gets an error at once."""
    with _one_at_a_time:
        while _open:
            _, sandbox = _open.popitem()
            sandbox.start = _stopped  # or a thread that is still at work warms it up again
            sandbox.close()


_one_at_a_time, _open = threading.Lock(), {}
atexit.register(stop)


def _stopped(*_):
    raise CourseError("The grading was stopped.")
