"""Part 3: what dropout costs on average, where it can be calculated: a linear unit. Its gradient is to be derived."""

import numpy as np

from nnlib.diagnosis import Probe, Task, mistake

SIZES = {  # (m, n): examples, inputs
    (6, 3): "several examples and inputs",
    (3, 5): "several examples and inputs",
    (7, 4): "several examples and inputs",
    (5, 2): "several examples and inputs",
    (4, 6): "several examples and inputs",
    (8, 3): "several examples and inputs",
    (4, 4): "as many examples as inputs",
    (3, 3): "as many examples as inputs",
    (5, 1): "a single input",
    (1, 4): "a batch of one",
}


def units(rng):
    """w, x, t, p: inputs whose mean is not 0, p on both sides of ½."""
    return [
        Probe(about, (rng.normal(size=n) + 0.5, rng.normal(size=(m, n)) + 0.5, rng.normal(size=m), rate))
        for ((m, n), about), rate in zip(SIZES.items(), [0.2, 0.6, 0.3, 0.75, 0.4, 0.15, 0.65, 0.35, 0.7, 0.45])
    ]


def price(factor):
    """Steps in which the price of dropout has another factor than p / (1 − p)."""
    return {"rate": lambda p: factor(p)}


EXPECTED = Task(
    number=10,
    call="expected_loss(w, x, t, p)",
    returns="J dw",
    steps={
        "error": lambda x, w, t: x @ w - t,
        "rate": lambda p: p / (1 - p),
        "s": lambda x: (x**2).mean(axis=0),
        "fit": lambda error: (error**2).mean(),
        "J": lambda fit, rate, s, w: fit + rate * (s * w**2).sum(),
        "dfit": lambda error, x: 2 * x.T @ error / len(x),
        "dprice": lambda rate, s, w: 2 * rate * s * w,
        "dw": lambda dfit, dprice: dfit + dprice,
    },
    probes=units,
    example=(np.array([2.0, -1.0]), np.array([[1.0, 1.0], [2.0, 0.0], [0.0, 1.0], [1.0, 3.0]]),
             np.array([0.0, 3.0, 0.0, -3.0]), 0.2),
    words={"rate": "the factor of the second sum", "error": "the errors", "dfit": "the gradient of the squared error",
           "dprice": "the gradient of the second sum"},
    dtype="float64",
    lecture="10, part 4",
    mistakes=(
        mistake("J.fit_alone", "J holds the squared error alone: the second sum is missing.", J=lambda fit: fit),
        mistake("J.price_alone", "J holds the second sum alone: the squared error is missing.",
                J=lambda rate, s, w: rate * (s * w**2).sum()),
        mistake("J.without_s", "The second sum of J is that of w² alone: s is missing.",
                J=lambda fit, rate, w: fit + rate * (w**2).sum()),
        mistake("J.w_unsquared", "The second sum of J holds w, where w² belongs.",
                J=lambda fit, rate, s, w: fit + rate * (s * w).sum()),
        mistake("J.subtracted", "The second sum is subtracted in J, where it should be added.",
                J=lambda fit, rate, s, w: fit - rate * (s * w**2).sum()),
        mistake("J.sum", "The squared errors are added up in J, where their mean belongs.",
                J=lambda error, rate, s, w: (error**2).sum() + rate * (s * w**2).sum()),
        mistake("J.half_fit", "J holds half of the squared error.",
                J=lambda fit, rate, s, w: fit / 2 + rate * (s * w**2).sum()),
        mistake("J.mean_of_price", "The second sum of J is divided by the number of inputs.",
                J=lambda fit, rate, s, w: fit + rate * (s * w**2).mean()),
        mistake("rate.p", "The second sum has the factor p, where p / (1 − p) belongs.", **price(lambda p: p)),
        mistake("rate.inverted", "The second sum has the factor (1 − p) / p, where p / (1 − p) belongs.",
                **price(lambda p: (1 - p) / p)),
        mistake("rate.product", "The second sum has the factor p (1 − p): that is dropout without the division.",
                **price(lambda p: p * (1 - p))),
        mistake("rate.missing", "The second sum does not depend on p.", **price(lambda p: 1.0)),
        mistake("s.square_of_mean", "s is the square of the mean, where the mean of the squares belongs.",
                s=lambda x: x.mean(axis=0) ** 2),
        mistake("s.sum", "s is a sum over the examples, where their mean belongs.", s=lambda x: (x**2).sum(axis=0)),
        mistake("s.variance", "s is the variance of the inputs, where the mean of their squares belongs.",
                s=lambda x: x.var(axis=0)),
        mistake("s.of_all", "s is one number for all inputs, where each should have its own.",
                s=lambda x: (x**2).mean()),
        mistake("dw.fit_alone", "dw is the gradient of the squared error alone.", dw=lambda dfit: dfit),
        mistake("dw.price_alone", "dw is the gradient of the second sum alone.", dw=lambda dprice: dprice),
        mistake("dw.without_2", "Both 2s of the derivatives are missing in dw.",
                dw=lambda dfit, dprice: (dfit + dprice) / 2),
        mistake("dfit.without_2", "The gradient of the squared error lacks its 2.",
                dfit=lambda error, x: x.T @ error / len(x)),
        mistake("dprice.without_2", "The gradient of the second sum lacks its 2.",
                dprice=lambda rate, s, w: rate * s * w),
        mistake("dfit.sum", "The gradient of the squared error is a sum over the examples, where their mean belongs.",
                dfit=lambda error, x: 2 * x.T @ error),
        mistake("dfit.sign", "The gradient of the squared error has the wrong sign.",
                dfit=lambda error, x: -2 * x.T @ error / len(x)),
        mistake("dfit.by_inputs", "The gradient of the squared error is divided by the number of inputs, not examples.",
                dfit=lambda error, x: 2 * x.T @ error / x.shape[1]),
        mistake("dfit.squared", "The gradient of the squared error holds squares of the errors.",
                dfit=lambda error, x: 2 * x.T @ error**2 / len(x)),
        mistake("J.half", "Half of J is returned.", J=lambda fit, rate, s, w: (fit + rate * (s * w**2).sum()) / 2),
        mistake("J.errors_unsquared", "The errors are not squared in J.",
                J=lambda error, rate, s, w: error.mean() + rate * (s * w**2).sum()),
        mistake("J.root", "A root is taken of the mean squared error.",
                J=lambda fit, rate, s, w: np.sqrt(fit) + rate * (s * w**2).sum()),
        mistake("J.square_of_sum", "The products s w are added up before they are squared.",
                J=lambda fit, rate, s, w: fit + rate * (s * w).sum() ** 2),
        mistake("rate.p_squared", "The second sum has the factor p², where p / (1 − p) belongs.",
                **price(lambda p: p**2)),
        mistake("rate.keep", "The second sum has the factor 1 − p, where p / (1 − p) belongs.",
                **price(lambda p: 1 - p)),
        mistake("rate.without_p", "The second sum has the factor 1 / (1 − p): p is missing above the line.",
                **price(lambda p: 1 / (1 - p))),
        mistake("rate.squared", "The second sum has the factor p / (1 − p)², where p / (1 − p) belongs.",
                **price(lambda p: p / (1 - p) ** 2)),
        mistake("error.of_dropped", "The answers are multiplied by 1 − p: inputs that are kept are divided already.",
                error=lambda x, w, t, p: (1 - p) * (x @ w) - t),
        mistake("s.half", "s is divided by 2.", s=lambda x: (x**2).mean(axis=0) / 2),
        mistake("s.unsquared", "s is the mean of the inputs, where that of their squares belongs.",
                s=lambda x: x.mean(axis=0)),
        mistake("s.sizes", "s is the mean of the sizes, where that of the squares belongs.",
                s=lambda x: np.abs(x).mean(axis=0)),
        mistake("dw.sum", "dw is multiplied by the number of examples: a sum, where a mean belongs.",
                dw=lambda dfit, dprice, x: len(x) * (dfit + dprice)),
        mistake("dw.sign", "dw has the wrong sign.", dw=lambda dfit, dprice: -(dfit + dprice)),
        mistake("dprice.sign", "The gradient of the second sum is subtracted, where it should be added.",
                dprice=lambda rate, s, w: -2 * rate * s * w),
        mistake("dprice.without_rate", "The gradient of the second sum does not contain p.",
                dprice=lambda s, w: 2 * s * w),
        mistake("dfit.without_x", "The gradient of the squared error does not contain x.",
                dfit=lambda error, w: 2 * error.mean() * np.ones_like(w)),
        mistake("dfit.of_answers", "The gradient of the squared error holds the answers, where the errors belong.",
                dfit=lambda x, w: 2 * x.T @ (x @ w) / len(x)),
        mistake("dprice.w_squared", "The gradient of the second sum holds w², where w belongs.",
                dprice=lambda rate, s, w: 2 * rate * s * w**2),
        mistake("dprice.without_w", "The gradient of the second sum does not contain w.",
                dprice=lambda rate, s: 2 * rate * s),
        mistake("dprice.without_s", "The gradient of the second sum does not contain s.",
                dprice=lambda rate, w: 2 * rate * w),
        mistake("dprice.summed", "The gradient of the second sum is one number for all weights.",
                dprice=lambda rate, s, w: 2 * rate * (s * w).sum()),
    ),
)  # fmt: skip

TASKS = (EXPECTED,)
