"""Part 1: one step of Adam."""

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake
from nnlib.tasks.a6.steps import NO_STEP, SHAPES


def adam_probes(rng):
    """Steps of different number t; ε that counts, ε that does not; last the first step, from averages that are 0."""
    found = []
    for i, (shape, about) in enumerate(SHAPES.items()):
        w, m, s, dw = rng.normal(size=shape), rng.normal(size=shape), rng.uniform(0.1, 2, shape), rng.normal(size=shape)
        beta1, beta2, lr = rng.uniform(0.3, 0.6), rng.uniform(0.65, 0.9), rng.uniform(0.1, 0.6)
        found.append(Probe(about, (w, m, s, dw, 2 + i % 4, lr, beta1, beta2, (0.3, 0.05)[i % 2])))
    w, dw, zero = rng.normal(size=(3, 2)), rng.normal(size=(3, 2)), np.zeros((3, 2))
    usual = w, rng.normal(size=(3, 2)), rng.uniform(0.5, 2, (3, 2)), dw, 3, 0.1
    flat = Probe("gradients that are 0", (w, zero, zero, zero, 1, 0.1), extreme=True)
    late = Probe("a late step", (w, dw, dw**2, dw, 20_000, 0.1), extreme=True)
    start = Probe("the first step", (w, zero, zero, dw, 1, 0.1))
    return [*found, Probe("beta1, beta2 and eps not given", usual), start, flat, late]  # fmt: skip


ADAM = Task(
    number=3,
    call="adam_step(w, m, s, dw, t, lr, beta1=0.9, beta2=0.999, eps=1e-8)",
    returns="w_new m_new s_new",
    steps={
        "m_new": lambda m, dw, beta1: beta1 * m + (1 - beta1) * dw,
        "s_new": lambda s, dw, beta2: beta2 * s + (1 - beta2) * dw**2,
        "m_hat": lambda m_new, beta1, t: m_new / (1 - beta1**t),
        "s_hat": lambda s_new, beta2, t: s_new / (1 - beta2**t),
        "w_new": lambda w, m_hat, s_hat, lr, eps: w - lr * m_hat / (np.sqrt(s_hat) + eps),
    },
    probes=adam_probes,
    example=(
        *(np.array([[1.0, 3.0]]), np.array([[1.0, 2.75]]), np.array([[1.0, 4.0]]), np.array([[2.0, 4.0]])),
        *(2, 0.5, 0.5, 0.75, 0.5),
    ),
    dtype="float64",
    lecture="08, part 3",
    words={"m_hat": "m̂", "s_hat": "ŝ"},
    mistakes=(
        mistake("hat.missing", "Both corrections are missing: the averages start at 0 and are used as they are.",
                m_hat=lambda m_new: m_new, s_hat=lambda s_new: s_new),
        mistake("m_hat.missing", "The correction of m is missing.", m_hat=lambda m_new: m_new),
        mistake("s_hat.missing", "The correction of s is missing.", s_hat=lambda s_new: s_new),
        mistake("hat.without_t", "The corrections hold β, where the power βᵗ belongs: they are those of step 1.",
                m_hat=lambda m_new, beta1: m_new / (1 - beta1), s_hat=lambda s_new, beta2: s_new / (1 - beta2)),
        mistake("hat.t_plus_1", "The corrections are those of step t + 1, where t counts from 1 already.",
                m_hat=lambda m_new, beta1, t: m_new / (1 - beta1 ** (t + 1)),
                s_hat=lambda s_new, beta2, t: s_new / (1 - beta2 ** (t + 1))),
        mistake("hat.t_minus_1", "The corrections are those of step t − 1, where those of step t belong.",
                m_hat=lambda m_new, beta1, t: m_new / (1 - beta1 ** (t - 1)),
                s_hat=lambda s_new, beta2, t: s_new / (1 - beta2 ** (t - 1))),
        mistake("hat.power_outside", "The whole of 1 − β is taken to the power t, where β alone should be.",
                m_hat=lambda m_new, beta1, t: m_new / (1 - beta1) ** t,
                s_hat=lambda s_new, beta2, t: s_new / (1 - beta2) ** t),
        mistake("hat.plus", "The corrections divide by 1 + βᵗ, where 1 − βᵗ belongs.",
                m_hat=lambda m_new, beta1, t: m_new / (1 + beta1**t),
                s_hat=lambda s_new, beta2, t: s_new / (1 + beta2**t)),
        mistake("hat.of_old", "The old averages are corrected, where the new ones should be.",
                m_hat=lambda m, beta1, t: m / (1 - beta1**t), s_hat=lambda s, beta2, t: s / (1 - beta2**t)),
        mistake("m_hat.without_t", "The correction of m holds β₁, where the power β₁ᵗ belongs.",
                m_hat=lambda m_new, beta1: m_new / (1 - beta1)),
        mistake("s_hat.without_t", "The correction of s holds β₂, where the power β₂ᵗ belongs.",
                s_hat=lambda s_new, beta2: s_new / (1 - beta2)),
        mistake("m_hat.one_beta", "The correction of m uses β₂, where β₁ belongs.",
                m_hat=lambda m_new, beta2, t: m_new / (1 - beta2**t)),
        mistake("s_hat.of_root", "The root of s is corrected, where s itself should be.",
                w_new=lambda w, m_hat, s_new, beta2, t, lr, eps:
                w - lr * m_hat / (np.sqrt(s_new) / (1 - beta2**t) + eps)),
        mistake("hat.multiplied", "The averages are multiplied by 1 − βᵗ, where they should be divided.",
                m_hat=lambda m_new, beta1, t: m_new * (1 - beta1**t),
                s_hat=lambda s_new, beta2, t: s_new * (1 - beta2**t)),
        mistake("hat.exchanged", "The two corrections are exchanged: m gets that with β₂, s that with β₁.",
                m_hat=lambda m_new, beta2, t: m_new / (1 - beta2**t),
                s_hat=lambda s_new, beta1, t: s_new / (1 - beta1**t)),
        mistake("hat.one_beta", "The correction of s uses β₁, where β₂ belongs.",
                s_hat=lambda s_new, beta1, t: s_new / (1 - beta1**t)),
        mistake("hat.kept", "The corrected averages are returned, where the plain ones belong.",
                returns="w_new m_hat s_hat"),
        mistake("m_hat.kept", "The corrected m is returned, where the plain one belongs.",
                returns="w_new m_hat s_new"),
        mistake("s_hat.kept", "The corrected s is returned, where the plain one belongs.",
                returns="w_new m_new s_hat"),
        mistake("old.kept", "The old averages are returned, where the new ones belong.", returns="w_new m s"),
        mistake("beta.exchanged", "The two factors β are exchanged, in the averages and in their corrections.",
                m_new=lambda m, dw, beta2: beta2 * m + (1 - beta2) * dw,
                s_new=lambda s, dw, beta1: beta1 * s + (1 - beta1) * dw**2,
                m_hat=lambda m_new, beta2, t: m_new / (1 - beta2**t),
                s_hat=lambda s_new, beta1, t: s_new / (1 - beta1**t)),
        mistake("m.without_factor", "The gradient enters m without the factor 1 − β₁.",
                m_new=lambda m, dw, beta1: beta1 * m + dw),
        mistake("m.exchanged", "In m, β₁ and 1 − β₁ are exchanged.",
                m_new=lambda m, dw, beta1: (1 - beta1) * m + beta1 * dw),
        mistake("m.forgotten", "The old m has no effect.", m_new=lambda dw, beta1: (1 - beta1) * dw),
        mistake("s.without_factor", "The square enters s without the factor 1 − β₂.",
                s_new=lambda s, dw, beta2: beta2 * s + dw**2),
        mistake("s.factor_squared", "The factor 1 − β₂ is squared together with the gradient.",
                s_new=lambda s, dw, beta2: beta2 * s + ((1 - beta2) * dw) ** 2),
        mistake("s.forgotten", "The old s has no effect.", s_new=lambda dw, beta2: (1 - beta2) * dw**2),
        mistake("s.absolute", "The sizes of the gradients enter s, where their squares belong.",
                s_new=lambda s, dw, beta2: beta2 * s + (1 - beta2) * np.abs(dw)),
        mistake("s.one_for_all", "All entries share one mean square, where each should have its own.",
                s_new=lambda s, dw, beta2: beta2 * s + (1 - beta2) * np.mean(dw**2)),
        mistake("s.factor_of_m", "The square enters s with 1 − β₁, where 1 − β₂ belongs.",
                s_new=lambda s, dw, beta1, beta2: beta2 * s + (1 - beta1) * dw**2),
        mistake("s.of_difference", "s averages squared distances of the gradient from m, where plain squares belong.",
                s_new=lambda s, dw, m_new, beta2: beta2 * s + (1 - beta2) * (dw - m_new) ** 2),
        mistake("s.without_square", "The gradients enter s without their square.",
                s_new=lambda s, dw, beta2: beta2 * s + (1 - beta2) * dw),
        mistake("s.from_m", "s averages the squares of m, where those of the gradient belong.",
                s_new=lambda s, m_new, beta2: beta2 * s + (1 - beta2) * m_new**2),
        mistake("s.exchanged", "In s, β₂ and 1 − β₂ are exchanged.",
                s_new=lambda s, dw, beta2: (1 - beta2) * s + beta2 * dw**2),
        mistake("s.beta1", "In s stands β₁, where β₂ belongs.",
                s_new=lambda s, dw, beta1: beta1 * s + (1 - beta1) * dw**2),
        mistake("w.sign", "w is moved uphill: the step is added, where it should be subtracted.",
                w_new=lambda w, m_hat, s_hat, lr, eps: w + lr * m_hat / (np.sqrt(s_hat) + eps)),
        mistake("w.without_root", "The step divides m̂ by ŝ: the square root is missing.",
                w_new=lambda w, m_hat, s_hat, lr, eps: w - lr * m_hat / (s_hat + eps)),
        mistake("w.eps_in_root", "The ε stands inside the square root, where it should be added to the root.",
                w_new=lambda w, m_hat, s_hat, lr, eps: w - lr * m_hat / np.sqrt(s_hat + eps)),
        mistake("w.plain_eps", "The ε is added to the root of the plain s, where it should be added to that of ŝ.",
                w_new=lambda w, m_hat, s_new, beta2, t, lr, eps:
                w - lr * m_hat * np.sqrt(1 - beta2**t) / (np.sqrt(s_new) + eps)),
        mistake("w.fixed_eps", "The ε that is given has no effect: a fixed one is used.",
                w_new=lambda w, m_hat, s_hat, lr: w - lr * m_hat / (np.sqrt(s_hat) + 1e-8)),
        mistake("w.not_divided", "The step is not divided by the root of ŝ: s has no effect on w.",
                w_new=lambda w, m_hat, lr: w - lr * m_hat),
        mistake("w.multiplied", "The step is multiplied by the root of ŝ, where it should be divided.",
                w_new=lambda w, m_hat, s_hat, lr, eps: w - lr * m_hat * (np.sqrt(s_hat) + eps)),
        mistake("w.exchanged", "In the step, m̂ and ŝ are exchanged.",
                w_new=lambda w, m_hat, s_hat, lr, eps: w - lr * s_hat / (np.sqrt(np.abs(m_hat)) + eps)),
        mistake("w.without_eps", "The ε has no effect.",
                w_new=lambda w, m_hat, s_hat, lr: w - lr * m_hat / np.sqrt(s_hat)),
        mistake("w.from_dw", "The step holds the gradient, where m̂ belongs: m has no effect on w.",
                w_new=lambda w, dw, s_hat, lr, eps: w - lr * dw / (np.sqrt(s_hat) + eps)),
        mistake("w.without_lr", "The step is taken without the learning rate.",
                w_new=lambda w, m_hat, s_hat, eps: w - m_hat / (np.sqrt(s_hat) + eps)),
        mistake("w.stays", NO_STEP, w_new=lambda w: w.copy()),
    ),
)  # fmt: skip

TASKS = (ADAM,)
