"""Part 1: one step of momentum, and one of RMSProp."""

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake

SHAPES = {
    (4, 3): "matrices",
    (2, 5): "matrices",
    (3, 3): "square matrices",
    (6,): "arrays with one axis",
    (2, 3, 2): "arrays with three axes",
    (1, 4): "a single row",
}
NO_STEP = "w is not moved: the old one is returned."


def momentum_probes(rng):
    """A velocity that is 0 stands last: there, the first step, many mistakes make no difference."""
    kinds = [(shape, about, 1.0) for shape, about in SHAPES.items()] + [((3, 2), "the first step, v = 0", 0.0)]
    return [
        Probe(about, (rng.normal(size=s), moving * rng.normal(size=s), rng.normal(size=s), lr, mu))
        for (s, about, moving), lr, mu in zip(kinds, rng.uniform(0.05, 0.6, 7), rng.uniform(0.3, 0.95, 7))
    ]


MOMENTUM = Task(
    number=1,
    call="momentum_step(w, v, dw, lr, mu)",
    returns="w_new v_new",
    steps={"v_new": lambda v, dw, mu: mu * v + dw, "w_new": lambda w, v_new, lr: w - lr * v_new},
    probes=momentum_probes,
    example=(np.array([[1.0, 2.0, -3.0]]), np.array([[4.0, -2.0, 0.0]]), np.array([[1.0, 3.0, -5.0]]), 0.1, 0.5),
    dtype="float64",
    lecture="08, part 1",
    mistakes=(
        mistake("v.average", "The gradient enters v with the factor 1 − μ: that is the other form of momentum.",
                v_new=lambda v, dw, mu: mu * v + (1 - mu) * dw),
        mistake("v.lr_inside", "In v the gradient is multiplied by η, and in the step v is not.",
                v_new=lambda v, dw, mu, lr: mu * v + lr * dw, w_new=lambda w, v_new: w - v_new),
        mistake("v.lr_twice", "The learning rate is applied twice: inside v, and again in the step.",
                v_new=lambda v, dw, mu, lr: mu * v + lr * dw),
        mistake("v.subtracted", "The gradient is subtracted from v, where it should be added.",
                v_new=lambda v, dw, mu: mu * v - dw),
        mistake("v.negative", "v has the opposite sign: both μ v and the gradient are subtracted.",
                v_new=lambda v, dw, mu: -mu * v - dw),
        mistake("v.step_form", "v is the step itself, with −η inside, where the text keeps a sum of gradients.",
                v_new=lambda v, dw, mu, lr: mu * v - lr * dw, w_new=lambda w, v_new: w + v_new),
        mistake("v.without_mu", "v is kept whole: the factor μ is missing.", v_new=lambda v, dw: v + dw),
        mistake("v.forgotten", "The old v has no effect: that is plain gradient descent.", v_new=lambda dw: dw.copy()),
        mistake("v.exchanged", "The factor μ multiplies the gradient, where it should multiply v.",
                v_new=lambda v, dw, mu: v + mu * dw),
        mistake("v.one_minus_mu", "v is multiplied by 1 − μ, where μ belongs.",
                v_new=lambda v, dw, mu: (1 - mu) * v + dw),
        mistake("v.old_kept", "The old v is returned, where the new one belongs.", returns="w_new v"),
        mistake("v.gradient_kept", "The gradient is returned, where v_new belongs.", returns="w_new dw"),
        mistake("v.kept_with_lr", "v is returned multiplied by the learning rate: that is the step, not v_new.",
                returns="w_new kept", kept=lambda v_new, lr: lr * v_new),
        mistake("v.all_times_mu", "The factor μ multiplies the gradient as well as v.",
                v_new=lambda v, dw, mu: mu * (v + dw)),
        mistake("v.step_form_uphill", "v holds the gradient times η, and it is added to w: uphill.",
                v_new=lambda v, dw, mu, lr: mu * v + lr * dw, w_new=lambda w, v_new: w + v_new),
        mistake("w.sign", "w is moved uphill: the step is added, where it should be subtracted.",
                w_new=lambda w, v_new, lr: w + lr * v_new),
        mistake("w.from_dw", "w is moved by the gradient alone: v has no effect on it.",
                w_new=lambda w, dw, lr: w - lr * dw),
        mistake("w.from_old_v", "w is moved with the old v, where the new one belongs.",
                w_new=lambda w, v, lr: w - lr * v),
        mistake("w.without_lr", "The step is taken without the learning rate.", w_new=lambda w, v_new: w - v_new),
        mistake("w.nesterov", "The step is made of the gradient and μ v_new: that is Nesterov's form.",
                w_new=lambda w, dw, v_new, lr, mu: w - lr * (dw + mu * v_new)),
        mistake("w.stays", NO_STEP, w_new=lambda w: w.copy()),
    ),
)  # fmt: skip


def rmsprop_probes(rng):
    """Numbers at which ε counts, and others at which it does not; the default value of ε, too."""
    found = []
    for i, (shape, about) in enumerate(SHAPES.items()):
        w, s, dw = rng.normal(size=shape), rng.uniform(0.1, 2, shape), rng.normal(size=shape)
        eps = [(0.3,), (0.05,), (0.5,)][i % 3]
        found.append(Probe(about, (w, s, dw, *rng.uniform(0.1, 0.6, 1), *rng.uniform(0.2, 0.7, 1), *eps)))
    first = (rng.normal(size=(3, 2)), np.zeros((3, 2)), rng.normal(size=(3, 2)), 0.2, 0.6)
    usual = (rng.normal(size=(2, 3)), rng.uniform(0.5, 2, (2, 3)), rng.normal(size=(2, 3)), 0.1, 0.8)
    flat = rng.normal(size=(2, 3)), np.zeros((2, 3)), np.zeros((2, 3)), 0.1, 0.9
    return [*found, Probe("eps not given", usual), Probe("the first step, s = 0", first),
            Probe("gradients that are 0", flat, extreme=True)]  # fmt: skip


RMSPROP = Task(
    number=2,
    call="rmsprop_step(w, s, dw, lr, rho, eps=1e-8)",
    returns="w_new s_new",
    steps={
        "s_new": lambda s, dw, rho: rho * s + (1 - rho) * dw**2,
        "w_new": lambda w, s_new, dw, lr, eps: w - lr * dw / (np.sqrt(s_new) + eps),
    },
    probes=rmsprop_probes,
    example=(np.array([[1.0, 2.0]]), np.array([[7.0, 0.0]]), np.array([[5.0, -2.0]]), 0.5, 0.75, 0.5),
    dtype="float64",
    lecture="08, part 2",
    mistakes=(
        mistake("s.without_square", "The gradients enter s without their square.",
                s_new=lambda s, dw, rho: rho * s + (1 - rho) * dw),
        mistake("s.absolute", "The sizes of the gradients enter s, where their squares belong.",
                s_new=lambda s, dw, rho: rho * s + (1 - rho) * np.abs(dw)),
        mistake("s.exchanged", "The factors ρ and 1 − ρ are exchanged.",
                s_new=lambda s, dw, rho: (1 - rho) * s + rho * dw**2),
        mistake("s.sum", "s is a plain sum of squares, where a moving average belongs.",
                s_new=lambda s, dw: s + dw**2),
        mistake("s.momentum_form", "The square enters s without the factor 1 − ρ.",
                s_new=lambda s, dw, rho: rho * s + dw**2),
        mistake("s.forgotten", "The old s has no effect.", s_new=lambda dw, rho: (1 - rho) * dw**2),
        mistake("s.whole", "s is kept whole: its factor ρ is missing.",
                s_new=lambda s, dw, rho: s + (1 - rho) * dw**2),
        mistake("s.factor_squared", "The factor 1 − ρ is squared together with the gradient.",
                s_new=lambda s, dw, rho: rho * s + ((1 - rho) * dw) ** 2),
        mistake("s.gradient_alone", "s is the square of the gradient alone: nothing is averaged.",
                s_new=lambda dw: dw**2),
        mistake("s.old_kept", "The old s is returned, where the new one belongs.", returns="w_new s"),
        mistake("s.root_kept", "The root of s is returned, where s itself belongs.",
                returns="w_new kept", kept=lambda s_new: np.sqrt(s_new)),
        mistake("s.one_for_all", "All entries share one mean square, where each should have its own.",
                s_new=lambda s, dw, rho: rho * s + (1 - rho) * np.mean(dw**2)),
        mistake("w.sign", "w is moved uphill: the step is added, where it should be subtracted.",
                w_new=lambda w, s_new, dw, lr, eps: w + lr * dw / (np.sqrt(s_new) + eps)),
        mistake("w.without_root", "The gradient is divided by s: the square root is missing.",
                w_new=lambda w, s_new, dw, lr, eps: w - lr * dw / (s_new + eps)),
        mistake("w.eps_in_root", "The ε stands inside the square root, where it should be added to the root.",
                w_new=lambda w, s_new, dw, lr, eps: w - lr * dw / np.sqrt(s_new + eps)),
        mistake("w.without_eps", "The ε has no effect.", w_new=lambda w, s_new, dw, lr: w - lr * dw / np.sqrt(s_new)),
        *(mistake("w.fixed_eps", "The ε that is given has no effect: a fixed one is used.",
                  w_new=lambda w, s_new, dw, lr, fixed=fixed: w - lr * dw / (np.sqrt(s_new) + fixed))
          for fixed in (1e-8, 1e-6)),
        mistake("w.fixed_eps_in_root", "A fixed ε stands inside the root: the one that is given has no effect.",
                w_new=lambda w, s_new, dw, lr: w - lr * dw / np.sqrt(s_new + 1e-8)),
        mistake("w.sign_of_gradient", "The gradient is divided by its own size: only its sign is left in the step.",
                w_new=lambda w, dw, lr, eps: w - lr * dw / (np.abs(dw) + eps)),
        mistake("w.old_s", "The gradient is divided by the root of the old s, where the new one belongs.",
                w_new=lambda w, s, dw, lr, eps: w - lr * dw / (np.sqrt(s) + eps)),
        mistake("w.not_divided", "The gradient is not divided by anything: s has no effect on w.",
                w_new=lambda w, dw, lr: w - lr * dw),
        mistake("w.multiplied", "The gradient is multiplied by the root, where it should be divided.",
                w_new=lambda w, s_new, dw, lr, eps: w - lr * dw * (np.sqrt(s_new) + eps)),
        mistake("w.without_lr", "The step is taken without the learning rate.",
                w_new=lambda w, s_new, dw, eps: w - dw / (np.sqrt(s_new) + eps)),
        mistake("w.stays", NO_STEP, w_new=lambda w: w.copy()),
    ),
)  # fmt: skip

TASKS = (MOMENTUM, RMSPROP)
