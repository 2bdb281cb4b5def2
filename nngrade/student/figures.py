"""What figures need, made ready once in the warm process: fonts, formulas, the writer of PNG.

Matplotlib reads a label such as 10⁻³ anew for each drawing of each figure, in 3 ms: half of the time of a figure with
logarithmic axes. Here all drawings share one reader, and such labels are read before the first fork. What it has read
holds fonts, and these would hold open files, which forks may not share; so fonts lie in memory.
"""

import io
import os
from functools import cache, wraps
from pathlib import Path
from types import SimpleNamespace

from matplotlib import font_manager
from matplotlib.backends import backend_agg
from matplotlib.figure import Figure
from matplotlib.mathtext import MathTextParser

DECADES = range(-16, 6)  # of the labels that are ready; Matplotlib remembers 50 formulas


def warm_up():
    """Draw a figure that nobody sees."""
    backend_agg.MathTextParser = cache(MathTextParser)
    font_manager.ft2font = SimpleNamespace(**vars(font_manager.ft2font) | {"FT2Font": _font_in_memory})
    _draw()
    if _open_fonts():  # with another version of Matplotlib, perhaps: then figures take longer
        os.register_at_fork(after_in_child=MathTextParser._parse_cached.cache_clear)


def without_windows(pyplot, inline):
    """Let this `pyplot` put figures into the notebook, with the backend `inline`, where it is asked for windows."""
    switch = pyplot.switch_backend

    @wraps(switch)
    def switch_backend(newbackend):
        try:
            switch(newbackend)
        except ImportError:  # there is no screen here
            switch(inline)

    pyplot.switch_backend = switch_backend


def _draw():
    figure = Figure()
    axes = figure.add_subplot(title="title", xlabel="$x^2$", xscale="log", yscale="log")
    axes.plot([1, 10], [1, 10], "o-", label="line")
    axes.set_yticks([10.0**exponent for exponent in DECADES])
    axes.legend()
    backend_agg.FigureCanvasAgg(figure).print_figure(io.BytesIO(), bbox_inches="tight")


_font_from = font_manager.ft2font.FT2Font


class _File(io.BytesIO):
    """The contents of a file; as a text, its name, for whoever wants to open it again."""

    def __init__(self, path):
        super().__init__(_contents(path))
        self.path = path

    def __str__(self):
        return self.path


def _font_in_memory(path, *args, **kwargs):
    return _font_from(_File(path), *args, **kwargs)


@cache
def _contents(path):
    return Path(path).read_bytes()


def _open_fonts():
    """The font files that this process has open."""
    files = (Path(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd"))
    return [file for file in files if file.is_symlink() and os.readlink(file).endswith((".ttf", ".otf", ".ttc"))]
