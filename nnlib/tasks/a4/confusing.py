"""Part 6: which digit is taken for which."""

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake

SIZES = {  # (m, k)
    (40, 4): "several classes",
    (60, 3): "several classes",
    (55, 5): "several classes",
    (70, 10): "ten classes",
    (30, 6): "a class that never occurs",
    (12, 12): "as many classes as images",
    (1, 3): "a single image",
}


def answers(rng):
    """Labels and answers that are right in a part; some classes more often than others."""
    found = []
    for (m, k), about in SIZES.items():
        top = k - 1 if about == "a class that never occurs" else k
        y = np.minimum(rng.integers(0, top, m), rng.integers(0, top, m))
        found.append(Probe(about, (y, np.where(rng.random(m) < 0.6, y, rng.integers(0, top, m)), k)))
    return found


def counted(y, predicted, k):
    """How often label i (row) was read as j (column)."""
    counts = np.zeros((k, k), int)
    np.add.at(counts, (y, predicted), 1)
    return counts


def _rows(counts):
    return np.maximum(1, counts.sum(axis=1, keepdims=True))


CONFUSION = Task(
    number=13,
    call="confusion_matrix(y, predicted, k)",
    returns="counts",
    steps={"table": counted, "counts": lambda table: table},
    probes=answers,
    example=(np.array([0, 0, 1, 2, 2, 2]), np.array([0, 1, 1, 2, 0, 0]), 3),
    lecture="12, part 5",
    mistakes=(
        mistake("counts.transposed", "Rows and columns are exchanged: labels belong to the rows.",
                counts=lambda table: table.T),
        mistake("counts.marked", "Each pair is marked once, however often it occurs.",
                table=lambda y, predicted, k: np.minimum(counted(y, predicted, k), 1)),
        mistake("counts.errors", "Right answers are left out: the diagonal is 0.",
                counts=lambda table: table - np.diag(np.diag(table))),
        mistake("counts.right", "Only right answers are counted: all but the diagonal is 0.",
                counts=lambda table: np.diag(np.diag(table))),
        mistake("counts.shares", "The counts are divided by the number of images.",
                counts=lambda table: table / table.sum()),
        mistake("counts.rows", "The rows are divided by their sums: shares stand where counts belong.",
                counts=lambda table: table / _rows(table)),
        mistake("counts.columns", "The columns are divided by their sums: shares stand where counts belong.",
                counts=lambda table: table / _rows(table.T).T),
        *(mistake("counts.percent", "The rows hold percentages of their sums, where counts belong.",
                  counts=lambda table, most=most: 100 * table / np.maximum(most, table.sum(axis=1, keepdims=True)))
          for most in (1, 1e-12)),
        mistake("counts.off_by_one", "Labels and answers are counted from 1, where they begin with 0.",
                counts=lambda table: np.roll(table, (-1, -1), (0, 1))),
        mistake("counts.shared_row", "All rows are equal: each holds the counts of all rows together.",
                counts=lambda table: np.tile(table.sum(axis=0), (len(table), 1))),
        mistake("counts.labels_alone", "Only labels are counted, on the diagonal: answers are not looked at.",
                counts=lambda table: np.diag(table.sum(axis=1))),
        mistake("counts.answers_alone", "Only answers are counted, on the diagonal: labels are not looked at.",
                counts=lambda table: np.diag(table.sum(axis=0))),
        mistake("counts.row_sums", "Each entry of a row holds how often its label occurs, whatever the answer.",
                counts=lambda table: np.tile(table.sum(axis=1, keepdims=True), len(table))),
        mistake("counts.either", "A place counts images that have its label or its answer, where both should fit.",
                counts=lambda table: table.sum(axis=1, keepdims=True) + table.sum(axis=0) - table),
        mistake("counts.symmetric", "Each image is counted twice, in row i, column j and in row j, column i.",
                counts=lambda table: table + table.T),
        mistake("counts.from_1", "Every count is too high by one: the table begins with 1, where 0 belongs.",
                counts=lambda table: table + 1),
        mistake("counts.last_missing", "The last image is left out.",
                table=lambda y, predicted, k: counted(y[:-1], predicted[:-1], k)),
        mistake("counts.first_missing", "The first image is left out.",
                table=lambda y, predicted, k: counted(y[1:], predicted[1:], k)),
    ),
)  # fmt: skip

TASKS = (CONFUSION,)
