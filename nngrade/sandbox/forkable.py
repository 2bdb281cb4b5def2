"""Makes a process that has imported much cheap to fork, for one that will be forked hundreds of times.

A fork copies the table of all pages that were ever written to, 4 KB each, and after it each page is copied when
one of the two writes to it. With NumPy, SciPy and Matplotlib that is 100 MB: 8 ms to fork, as much to end. Where
the pages are 2 MB each, it is a quarter of that.
"""

import contextlib
import gc
import re

from nngrade.sandbox import kernel

HUGE = 1 << 21
WRITTEN = re.compile(r"^(\w+)-(\w+) rw-p 0+ 00:00 0 +(?:\[heap\])?$", re.MULTILINE)  # private memory, not of a file


def make_forkable():
    """To be called when all is imported. Objects made until here are left alone by the garbage collector.

    Most forks end before there are enough new ones for a collection (nngrade/__init__.py says how many).
    """
    gc.collect()
    gc.freeze()  # a collection in a fork would otherwise touch, and so copy, all that is here
    with open("/proc/self/maps") as file:
        ranges = [(int(start, 16), int(end, 16)) for start, end in WRITTEN.findall(file.read())]
    for start, end in ranges:
        start, end = -(-start // HUGE) * HUGE, end // HUGE * HUGE
        if start < end:
            with contextlib.suppress(OSError):  # older kernels can't, and empty pages need not
                kernel.collapse(start, end - start)
