"""The table of a network: its layers, the shapes of their parameters, and how many numbers they learn."""


def table(net, outputs=None):
    """A table of the layers, their parameters' shapes and numbers, Σ n_l n_{l−1} + n_l in all. Source: S2.

    `net` is a Sequential; `outputs`, if given, are the shapes of what its layers give, one for each.
    """
    rows = []
    for i, layer in enumerate(net.layers):
        parameters = layer.named_parameters()
        shapes = ", ".join(f"{name} {_times(array.shape)}" for name, array in parameters.items())
        count = sum(array.size for array in parameters.values())
        rows.append([repr(layer), *([_times(outputs[i])] if outputs else []), shapes, f"{count:,}"])
    rows.append(["total", *[""] * (len(rows[0]) - 2), f"{net.theta.size:,}"])
    *widths, _ = (max(map(len, column)) for column in zip(*rows, strict=True))
    return "\n".join("  ".join([*map(str.ljust, row, widths), f"{row[-1]:>11}"]) for row in rows)


def _times(shape):
    return "×".join(map(str, shape))
