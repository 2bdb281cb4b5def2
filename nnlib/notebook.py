"""Pictures in notebooks, with words for those who cannot see them. Found in `nnlib.plot`."""

import base64
import html
import io
import sys

import matplotlib.pyplot as plt
import numpy as np


def show(picture, alt):
    """Display a `picture`, a figure or axes of one, in a notebook, with `alt` in words for screen readers.

    The words stand in the page itself, <img alt="...">, because JupyterLab and nbconvert drop them from
    the metadata of a PNG. Outside a notebook nothing is displayed and the figure stays open.
    """
    figure = getattr(np.ravel(picture)[0], "figure", picture)
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if not hasattr(shell, "kernel"):
        return
    from IPython.display import display

    png = io.BytesIO()
    figure.savefig(png, format="png", dpi=144)
    plt.close(figure)  # or else the notebook would show it once more, without the words
    data = base64.b64encode(png.getvalue()).decode()
    width = round(96 * figure.get_figwidth())  # an inch of the figure is an inch of the page
    img = f'<img alt="{html.escape(alt)}" width="{width}" src="data:image/png;base64,{data}">'
    bundle = {"text/html": img, "image/png": data, "text/plain": alt}
    display(bundle, metadata={"image/png": {"alt": alt, "width": width}}, raw=True)
