"""Part 5: tests that students write. The wrong functions make the known mistakes of those tasks."""

import numpy as np

from nnlib.checks.calling import bound
from nnlib.diagnosis import Case, Probe, Verdicts
from nnlib.diagnosis.comparing import same
from nnlib.diagnosis.task import chosen
from nnlib.tasks.a3.layers import LINEAR
from nnlib.tasks.a6.adaptive import ADAM


def making(task, *mistakes):
    """The function of who makes these mistakes; where that is no possible result, it is right.

    So a transpose that fails for most shapes shows only where it runs: for square ones.
    """

    def answer(*arguments, **named):
        probe = Probe("", bound(task.parameters, arguments, named))
        right = task.result(probe)
        try:
            made = task.result(probe, mistakes)
        except ValueError:  # shapes that do not fit
            return right
        return made if all(np.shape(a) == np.shape(b) for a, b in zip(made, right)) else right

    return answer


OF_ADAM = """
hat.missing m_hat.missing s_hat.missing hat.without_t hat.t_plus_1 hat.multiplied hat.exchanged hat.one_beta
hat.kept beta.exchanged m.without_factor m.exchanged m.forgotten s.without_square s.from_m s.exchanged
s.beta1 w.sign w.without_root w.eps_in_root w.without_eps w.from_dw w.without_lr w.stays
"""  # fixed lists: points do not depend on what else gets a name in those tasks
OF_LINEAR = """
dx.transposed_W dx.mean dx.without_delta dW.transposed dW.mean dW.from_dx dW.from_W dW.untransposed dW.both_transposed
db.mean db.over_outputs db.over_all db.first_example db.last_example db.not_summed db.from_x
"""


def wrong_ones(task, mistakes):
    """A Case for each of these mistakes of a task that shows in arrays of the right shapes."""
    probes = task.probes(np.random.default_rng(0))
    known = {made.id: making(task, made) for made in mistakes}
    effects = {made.id: made.effect for made in mistakes}
    return [
        Case(effects[id], (wrong,)) for id, wrong in known.items() if any(_differs(task, wrong, one) for one in probes)
    ]


def _differs(task, wrong, probe):
    return not same(wrong(*probe.arguments), task.result(probe), 1e-6)


def summing(task):
    """A function that is right when it is called first with these shapes, and adds up from then on."""

    sums = {}

    def answer(*arguments, **named):
        parts = task(*arguments, **named)
        shapes = tuple(part.shape for part in parts)
        sums[shapes] = [a + b for a, b in zip(parts, sums[shapes])] if shapes in sums else list(parts)
        return tuple(sums[shapes])

    return Case("Its results add up from call to call.", (answer,))


def linear_cases(rng):
    def by_loops(delta, x, W):
        dW = sum(np.outer(d, row) for d, row in zip(delta, x))
        return np.array([d @ W for d in delta]), dW, np.array([column.sum() for column in delta.T])

    def by_einsum(delta, x, W):
        return np.einsum("mo,oi->mi", delta, W), np.einsum("mo,mi->oi", delta, x), np.einsum("mo->o", delta)

    def exchanged(delta, x, W):
        return LINEAR(delta, x, W)[::-1]

    def a_row(delta, x, W):
        dx, dW, db = LINEAR(delta, x, W)
        return dx, dW, db[None, :]

    return [
        Case("matrix products", (making(LINEAR),), right=True),
        Case("loops over the examples", (by_loops,), right=True),
        Case("einsum, which rounds in another way", (by_einsum,), right=True),
        *wrong_ones(LINEAR, chosen(LINEAR.mistakes, OF_LINEAR)),
        Case("The three results come in the order db, dW, dx.", (exchanged,)),
        Case("db is an array with two axes, a row.", (a_row,)),
        summing(LINEAR),
    ]


def adam_cases(rng):
    def in_one_formula(w, m, s, dw, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        m, s = m + (1 - beta1) * (dw - m), s + (1 - beta2) * (dw * dw - s)
        root = np.sqrt(1 - beta2**t)
        return w - lr * root / (1 - beta1**t) * m / (np.sqrt(s) + eps * root), m, s

    def by_size(w, m, s, dw, t, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        return ADAM(w, m, s, np.abs(dw), t, lr, beta1, beta2, eps)

    return [
        Case("the formulas as they stand", (making(ADAM),), right=True),
        Case("the corrections in the learning rate", (in_one_formula,), right=True),
        *wrong_ones(ADAM, chosen(ADAM.mistakes, OF_ADAM)),
        Case("Negative gradients count as positive ones.", (by_size,)),
    ]


def bowl(c):
    """A function of any array, without kinks, and its gradient."""
    return lambda x: float(np.sum(c * x**3) + np.sum(x) ** 2), lambda x: 3 * c * x**2 + 2 * np.sum(x)


def gradient_cases(rng):
    signs = rng.permutation([-1, 1] * 6).reshape(3, 4)  # both occur, whatever the seed
    c, x = rng.uniform(0.5, 2, (3, 4)), rng.uniform(0.3, 1.5, (3, 4)) * signs
    square, at = bowl(rng.uniform(0.5, 2, (3, 3))), rng.uniform(0.3, 1.5, (3, 3))
    f, g = bowl(c)
    i = tuple(rng.choice(np.argwhere(np.abs(g(x)) > np.abs(g(x)).max() / 4)))  # where a change can be seen
    return [
        Case("a matrix", (f, g, x), right=True),
        Case("a square matrix", (*square, at), right=True),
        Case("an array with three axes", (*bowl(2.0), rng.normal(size=(2, 3, 2))), right=True),
        Case("a single entry", (*bowl(1.5), np.array([0.7])), right=True),
        Case("values of about a billionth", (_times(1e-9, f), _times(1e-9, g), x), right=True),
        Case("values of about a billion", (_times(1e9, f), _times(1e9, g), x), right=True),
        Case("a constant function, whose gradient is 0", (lambda x: 3.0, lambda x: np.zeros(x.shape), x), right=True),
        *(Case(about, (f, made, x)) for about, made in _wrong_gradients(g, i)),
        Case("The gradient is transposed.", (square[0], lambda x: square[1](x).T, at)),
        Case("The values of f are tiny, and the gradient has the wrong sign.", (_times(1e-9, f), _times(-1e-9, g), x)),
        Case("The function is constant, and the gradient is not 0.", (lambda x: 3.0, lambda x: np.ones(x.shape), x)),
    ]


def _times(factor, function):
    return lambda x: factor * function(x)


def _wrong_gradients(g, i):
    def one_entry(change):
        def gradient(x):
            found = g(x)
            found[i] = change(found[i])
            return found

        return gradient

    return [
        ("The gradient has the wrong sign.", lambda x: -g(x)),
        ("The gradient is twice what it should be.", lambda x: 2 * g(x)),
        ("The gradient is too large by one in ten thousand.", lambda x: 1.0001 * g(x)),
        ("One entry of the gradient has the wrong sign.", one_entry(lambda value: -value)),
        ("One entry of the gradient is 0.", one_entry(lambda value: 0.0)),
        ("One entry of the gradient is too large by one in a hundred.", one_entry(lambda value: 1.01 * value)),
        ("One entry of the gradient is NaN.", one_entry(lambda value: np.nan)),
        ("The gradient is 0 everywhere.", lambda x: np.zeros(x.shape)),
        ("Entries of the gradient stand in reversed order, with the same sum.", lambda x: g(x)[::-1, ::-1]),
        ("The gradient is wrong where x is negative.", lambda x: g(x) * np.where(x < 0, 1.5, 1)),
        ("Errors of the entries cancel when they are added up.", lambda x: g(x) + _opposite(x)),
        ("The gradient is shortened to the length 1.", lambda x: g(x) / np.linalg.norm(g(x))),
    ]


def _opposite(x):
    """Numbers of either sign that add up to 0."""
    signs = np.where(np.arange(x.size) % 2, 1.0, -1.0)
    return signs.reshape(x.shape)


def verdicts(number, call, cases, lecture, helpers):
    return Verdicts(
        number=number, call=call, returns="verdict", steps={}, probes=cases, lecture=lecture, helpers=helpers
    )


TASKS = (
    verdicts(15, "gradient_check(f, gradient, x)", gradient_cases, "06, part 1", {}),
    verdicts(16, "linear_tests(candidate)", linear_cases, "06, part 2", {}),
    verdicts(17, "adam_tests(candidate)", adam_cases, "08, part 3", {"adam_step": ADAM}),
)
