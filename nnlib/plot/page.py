"""Pictures in notebooks and pages, with words for those who cannot see them."""

import base64
import html
import io
import os

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from nnlib import notebook
from nnlib.arguments import describe, need_count

# What a slider does. It has no names of its own: any number fit on a page, which needs no kernel and no network.
MOVE = (
    "const f=this.closest('.nn-slider').querySelectorAll('figure');"
    "f.forEach((g,i)=>g.classList.toggle('nn-on',i==this.value));"
    "this.setAttribute('aria-valuetext',f[this.value].querySelector('figcaption').textContent)"
)
# Frames lie on each other, so that what follows does not jump. Where styles and scripts are taken out, as in a notebook
# that is not trusted, the styles of the elements themselves hold: one frame, and a line in place of the range input.
STYLE = (
    "<style>.nn-slider input{display:block!important}.nn-slider .nn-asleep{display:none}.nn-frames{display:grid}"
    ".nn-frames figure{display:block!important;grid-area:1/1;visibility:hidden}"
    ".nn-frames .nn-on{visibility:visible}"
    "@media print{.nn-slider input,.nn-frames figure{display:none!important}"
    ".nn-frames .nn-telling{display:block!important;visibility:visible}}</style>"
)
GROUND = "background:#fff;color:#000;padding:8px;max-width:100%;width:fit-content"  # opaque: readable in dark mode, too


def show(picture, alt):
    """Display a `picture`, a figure or axes of one, in a notebook, with `alt` in words for screen readers.

    The words stand in the page itself, <img alt="...">, because JupyterLab and nbconvert drop them from
    the metadata of a PNG. Outside a notebook nothing is displayed and the figure stays open.
    """
    if notebook.in_notebook():
        image, width, drawing = _png(picture), _width(picture), _svg(picture)
        _display(_img(image, alt, width), image, alt, width, drawing)


def slider(frames, label, telling=0):
    """Display pictures in a notebook one at a time, moved through by a range input: by mouse, finger or arrow keys.

    `frames` gives (picture, caption, alt) for each, a figure or axes and two texts; it may be a generator, and each
    figure is closed before the next is asked for. `label` says what is moved. The frame number `telling` is the one
    that says most: it stands there at the beginning, in print, and where nothing can be moved. The images are made
    beforehand, in up to 256 colours: the page needs neither a kernel nor a network. Refuses no frames, and a frame
    that is not such a triple. Outside a notebook nothing is displayed; the figures are closed all the same.
    """
    made, drawing = [], {}
    for i, frame in enumerate(frames):
        made.append(_frame(frame))
        drawing |= _svg(frame[0]) if i == telling else {}
    if not made:
        raise ValueError("frames: expected at least one (picture, caption, alt), got none")
    if need_count("telling", telling, least=0) >= len(made):
        raise ValueError(f"telling: expected the number of a frame, 0 … {len(made) - 1}, got {telling}")
    if notebook.in_notebook():
        image, width, caption, alt = made[telling]
        _display(_slider(made, label, telling), image, f"{label}: {caption}. {alt}", width, drawing)


def _frame(frame):
    """(PNG, width, caption, alt) of a frame, whose figure is closed."""
    if not (isinstance(frame, tuple) and len(frame) == 3 and all(isinstance(text, str) for text in frame[1:])):
        raise TypeError(f"frames: expected (picture, caption, alt) with two texts, got {describe(frame)}")
    picture, caption, alt = frame
    image = _png(picture)
    return image, _width(picture), caption, alt


def _slider(made, label, telling):
    figures = [
        f'<figure class="{"nn-telling nn-on" if i == telling else ""}"'
        f' style="margin:0;display:{"block" if i == telling else "none"}">{_img(image, alt, width)}'
        f'<figcaption style="margin:0;width:0;min-width:100%">{html.escape(caption)}</figcaption></figure>'
        for i, (image, width, caption, alt) in enumerate(made)
    ]
    name, now = html.escape(label), html.escape(made[telling][2])
    move = (
        f'<input type="range" min="0" max="{len(made) - 1}" value="{telling}" autocomplete="off" aria-label="{name}"'
        f' aria-valuetext="{now}" data-lm-suppress-shortcuts="true"'  # JupyterLab would take the arrow keys
        f' style="display:none;width:100%;margin:4px 0" oninput="{html.escape(MOVE)}">'
    )
    asleep = '<p class="nn-asleep">Run this cell to get the slider.</p>'
    frames = f'<div class="nn-frames">{"".join(figures)}</div>'
    return f'<div class="nn-slider" style="{GROUND}">{STYLE}<div>{name}</div>{move}{asleep}{frames}</div>'


def _png(picture):
    """The bytes of a figure as PNG in up to 256 colours on an opaque ground: a third of the size. The figure is closed.

    If it stayed open, the notebook would show it once more, without the words.
    """
    figure, drawn, png = _figure(picture), io.BytesIO(), io.BytesIO()
    figure.savefig(drawn, format="png", dpi=144)
    plt.close(figure)
    image = Image.open(drawn).convert("RGBA")
    image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    image = image.quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=2)
    image.save(png, "png", optimize=True)
    return png.getvalue()


def _svg(picture):
    """The figure as a drawing, too, where NNLIB_SVG asks for it: make slides writes it into a file of its own."""
    if not os.environ.get("NNLIB_SVG"):
        return {}
    drawn = io.StringIO()
    _figure(picture).savefig(drawn, format="svg", metadata={"Date": None})
    return {"image/svg+xml": drawn.getvalue()}


def _figure(picture):
    return np.ravel(picture)[0].figure  # of a figure itself: that figure


def _width(picture):
    return round(96 * _figure(picture).get_figwidth())  # an inch of the figure is an inch of the page


def _img(png, alt, width):
    data = base64.b64encode(png).decode()
    return (
        f'<img alt="{html.escape(alt)}" width="{width}" style="max-width:100%;height:auto;margin:0;background:#fff"'
        f' src="data:image/png;base64,{data}">'
    )


def _display(page, png, words, width, drawing):
    bundle = {"text/html": page, "image/png": base64.b64encode(png).decode(), "text/plain": words}
    notebook.display(bundle | drawing, {"image/png": {"alt": words, "width": width}})
