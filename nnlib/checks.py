"""Checks for students: each says in words what is wrong with an answer, and never what the answer is.

`name` is what the answer is called in the words, `got` the answer, `hint` a sentence to add to them, and
`tol` the relative error that passes. A check that fails raises CheckFailed.
"""

import html
import itertools
import re
from contextlib import contextmanager

import numpy as np

from nnlib import notebook
from nnlib.gradcheck import numerical_gradient, relative_error
from nnlib.questions import question


class CheckFailed(AssertionError):
    """What a check found, in words. A notebook shows just these words: a traceback would lead away from them."""

    def _render_traceback_(self):  # IPython asks an exception for this
        return [f"✗ {self}"]


def check_shape(name, got, shape, hint=""):
    """Fail unless `got` is an array of finite numbers of this shape; returns it as an array."""
    _need(got is not None, f"{name} is None. Does your function return it? {hint}")
    array = _as_array(name, got)
    _need(array.shape == tuple(shape), f"{name} has shape {array.shape}, expected {tuple(shape)}. {hint}")
    _need(np.isfinite(array).all(), f"{name} holds NaN or infinite values. {hint}")
    return array


def check_close(name, got, expected, tol=1e-6, hint=""):
    """Fail unless ‖got − expected‖ ≤ tol · max(‖got‖, ‖expected‖), with the likely reason in words.

    One number for the whole array, so that an entry near 0 does not count more than the others.
    """
    expected = np.asarray(expected, dtype=np.float64)
    with np.errstate(over="ignore", invalid="ignore"):
        array = check_shape(name, got, expected.shape, hint).astype(np.float64)
        if not relative_error(array, expected) <= tol:  # it is NaN where squares overflow: that is not close
            raise CheckFailed(f"{name} {_diagnosis(array, expected, tol)}. {hint}".strip())


def check_gradient(name, got, f, x, tol=1e-6, hint=""):
    """Fail unless `got` is the gradient of f, a function with one number as its value, at x.

    Both have the shape of x. It is compared with central differences in float64. Source: S2.
    """
    difference = numerical_gradient(f, np.array(x, dtype=np.float64))
    check_close(name, got, difference, tol, hint or "Compare it with a numerical gradient.")


def check_parts(name, result, *parts):
    """Fail unless `result`, what a function returned, is a tuple of as many `parts`, names; returns the tuple."""
    wanted = f"({', '.join(parts)})"
    _need(result is not None, f"{name} returned None, expected {wanted}. Is there a return?")
    _need(isinstance(result, (tuple, list)), f"{name} returned one {type(result).__name__}, expected {wanted}")
    _need(len(result) == len(parts), f"{name} returned {len(result)} values, expected {len(parts)}: {wanted}")
    return tuple(result)


def ask(name, answer=None):
    """Say in words whether the `answer` to a question of a lecture is right, and why; `name` is, say, "05.gates".

    None, the answer of who has not yet tried, brings how to answer. With it, and with a wrong answer, come a hint
    and the right answer, folded. Whatever the answer is, nothing is raised; an unknown name is refused.
    What is known about a question lives in `nnlib.questions`.
    """
    asked = question(name)
    solution = f"{asked.answer}. {asked.reason}"
    if answer is None:
        return _say(f"Put {asked.way} in place of None and run this cell again.", asked.hint, solution)
    right, said = asked.judge(answer)
    if right:
        return _say(f"Right. {said}")
    _say(f"Not yet. {said or 'Have another look: the hint may help.'}", asked.hint, solution)


def _say(said, hint="", answer=""):
    """Display what is said, with hint and answer folded; without a notebook, print it."""
    plain = f"{said}\n  Hint: {hint}\n  Answer: {answer}" if hint else said
    if not notebook.in_notebook():
        return print(plain)
    page = f"<p>{_page(said)}</p>"
    if hint:
        inner = f"<details><summary>Answer</summary>{_page(answer)}</details>"
        page += f"<details><summary>Hint</summary>{_page(hint)}{inner}</details>"
    notebook.display({"text/html": page, "text/plain": plain})


def _page(text):
    return re.sub("`([^`]+)`", r"<code>\1</code>", html.escape(text))


@contextmanager
def unchanged(**arrays):
    """Fail if a function called inside the `with` changes one of these arrays in place.

    Moving an entry and moving it back is fine: what rounding leaves of that does not count.
    """
    before = {name: np.array(array, copy=True) for name, array in arrays.items()}
    yield
    for name, array in arrays.items():
        same = np.allclose(array, before[name], rtol=1e-12, atol=1e-12, equal_nan=True)
        _need(same, f"{name} was changed in place. Work on a new array: for example `a = a - b`, not `a -= b`")


@contextmanager
def given(function, **helpers):
    """Inside the `with`, `function` finds these helpers in place of those of the notebook; it stays itself.

    A wrong `relu_backward` then costs its own points, not those of the network that calls it. Helpers are
    listed in the order of their tasks: those that follow `function` itself, which could do its work, are not lent.
    """
    scope = function.__globals__
    replaced = {name: scope[name] for name in helpers if name in scope}
    lent = list(itertools.takewhile(lambda name: replaced.get(name) is not function, helpers))
    scope.update({name: helpers[name] for name in lent})
    try:
        yield
    finally:
        for name in helpers:
            scope.pop(name, None)
        scope.update(replaced)


def _need(condition, message):
    if not condition:
        raise CheckFailed(message.strip())


def _as_array(name, got):
    try:
        array = np.asarray(got)
    except ValueError:
        raise CheckFailed(f"{name} is a list whose rows differ in length, expected an array") from None
    _need(array.dtype.kind in "fiu", f"{name} should hold numbers, but it is {type(got).__name__}")
    return array


def _diagnosis(got, expected, tol):
    """The likeliest of the usual mistakes that turns the right answer into this one."""
    if not expected.any():
        return "should be 0"
    if not got.any():
        return "is 0 everywhere, but it should not be"
    if relative_error(-got, expected) <= tol:
        return "has the wrong sign"
    if got.ndim == 2 and got.shape[0] == got.shape[1] and relative_error(got.T, expected) <= tol:
        return "is transposed"
    factor = float(np.vdot(got, expected) / np.vdot(expected, expected))
    if factor and relative_error(got, factor * expected) <= max(tol, 1e-9):
        return f"is {factor:.4g} times what it should be: look for a missing or an extra factor"
    return f"is not right (relative error {relative_error(got, expected):.1e})"
