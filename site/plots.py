"""Pictures for the page of results, from the same files as its tables."""

import json
from pathlib import Path

import matplotlib
import numpy as np

matplotlib.use("Agg")

import matplotlib.pyplot as plt

import nnlib as nn

RESULTS = Path(__file__).parents[1] / "benchmarks" / "results"
RIVALS = "PyTorch", "PyTorch, fused", "torch.compile", "JAX", "scikit-learn"


def table(page, name):
    """The rows of a table of RESULTS.md, each as {head: cell}."""
    lines = page.partition(f"<!-- table {name} -->")[2].partition("<!-- end -->")[0].strip().splitlines()
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [dict(zip(head, row)) for row in rows]


def speed(page):
    """How many times as long as nnlib each rival takes for a step."""
    rows = table(page, "speed")
    ax = plt.subplots(figsize=(7.2, 3.6), layout="constrained")[1]
    for i, rival in enumerate(name for name in RIVALS if rows[0][name]):
        ax.plot([float(row[rival]) for row in rows], range(len(rows)), ls="", ms=8, label=rival, **_mark(i))
    ax.axvline(1, color="k", lw=1.5, label="nnlib")
    ax.set_yticks(range(len(rows)), [f"{row['network']}, {row['optimizer']}" for row in rows])
    ax.set(xlabel="time per step, nnlib = 1")
    ax.invert_yaxis()
    nn.plot.tidy(ax).legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return ax, "The time of each rival per training step, as a multiple of nnlib's; the table has the numbers."


def _mark(i):
    return {"color": nn.plot.PALETTE[i], "marker": "osD^v"[i]}


def accuracy(page):
    """Our errors beside the published ones."""
    rows = table(page, "mnist-ten")
    ax = plt.subplots(figsize=(7.2, 2.6), layout="constrained")[1]
    for name, of, look in (("here", "error, %", _mark(0)), ("published", "published", _mark(1))):
        errors = [_leading_number(row[of]) for row in rows]
        ax.plot(errors, range(len(rows)), ls="", ms=9, alpha=0.8, label=name, **look)
    ax.set_xscale("log")
    ax.set_xticks([0.5, 1, 2, 5, 10], ["0.5", "1", "2", "5", "10"])
    ax.set_xticks([], minor=True)
    ax.set_yticks(range(len(rows)), [row["network"] for row in rows])
    ax.set(xlabel="test error on MNIST, %", xlim=(0.3, 15))
    ax.invert_yaxis()
    nn.plot.tidy(ax).legend(frameon=False)
    return ax, "The test error of each network here and in the publication that the table names, on a logarithmic axis."


def _leading_number(cell):
    """"1.6 (Simard 2003)" ↦ 1.6; NaN, which is not drawn, where only a curve was published."""
    first = cell.split()[0]
    return float(first) if first[0].isdigit() else np.nan


def grid(page):
    """The validation error against the learning rate, for each width and batch size."""
    rows = json.loads((RESULTS / "mnist-grid.json").read_text(encoding="utf-8"))["rows"]
    widths = sorted({row["width"] for row in rows})
    axes = plt.subplots(1, len(widths), figsize=(7.2, 2.8), sharey=True, layout="constrained")[1]
    for ax, width in zip(axes, widths):
        for i, batch in enumerate(sorted({row["batch"] for row in rows})):
            chosen = sorted((r["lr"], np.mean(r["errors"])) for r in rows if (r["width"], r["batch"]) == (width, batch))
            ax.loglog(*zip(*chosen), **_mark(i), label=f"batch {batch}")
        ax.set(title=f"{width} units", xlabel="learning rate η")
        nn.plot.tidy(ax)
    axes[0].set(ylabel="validation error, %", yticks=[2, 5, 10, 50], yticklabels=["2", "5", "10", "50"])
    axes[0].legend(frameon=False, fontsize=8)
    return axes, "Validation errors against the learning rate, a panel per width, a curve per batch size."


PLOTS = {"speed": speed, "mnist-ten": accuracy, "grid": grid}  # above the table of this name in RESULTS.md


def with_plots(text, folder):
    """The page of results with a picture above each of these tables; the pictures are written into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in PLOTS.items():
        axes, words = draw(text)
        figure = np.ravel(axes)[0].figure
        figure.savefig(folder / f"{name}.svg", facecolor="white", metadata={"Date": None})
        plt.close(figure)
        mark = f"<!-- table {name} -->"
        text = text.replace(mark, f"![{words}](images/{name}.svg)\n\n{mark}")
    return text
