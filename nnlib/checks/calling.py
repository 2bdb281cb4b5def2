"""The arguments of a call, as the function takes them that is called: a correct one in place of the caller's own."""

import inspect

MISSING = inspect.Parameter.empty


def parameters(function):
    """{name: default value, or MISSING} of all that a function takes; a task knows it."""
    if (known := getattr(function, "parameters", None)) is not None:
        return known
    return {name: parameter.default for name, parameter in inspect.signature(function).parameters.items()}


def taking(function):
    """The correct function, with the arguments of who calls a function of their own: see `bound`."""
    takes = parameters(function)

    def called(*arguments, **named):
        return function(*bound(takes, arguments, named))

    called.__name__ = getattr(function, "__name__", "function")
    return called


def bound(parameters, arguments, named):
    """The `arguments` of a call, and those `named` in it, in the order of the `parameters`, up to the last one given.

    The caller's own function may have other names for them, and take more: `linear_backward(d=delta2, …)`,
    `train_network(…, verbose=True)`. What has an unknown name stands for what is missing, in order.
    """
    given = dict(zip(parameters, arguments)) | {name: named[name] for name in parameters if name in named}
    others = (value for name, value in named.items() if name not in parameters)
    for name, default in parameters.items():
        if name not in given and default is MISSING:
            given[name] = next(others, MISSING)
    if missing := [name for name, value in given.items() if value is MISSING]:
        raise TypeError(f"the call lacks {' and '.join(missing)}")
    last = max(map([*parameters].index, given), default=-1)
    return tuple(given.get(name, default) for name, default in [*parameters.items()][: last + 1])
