"""One training step by nnlib and its rivals: gather a batch, forward, mean cross-entropy, backward, update.

Each contender is a function of (sizes, optimizer, lr, x, y) that gives take(batches), which takes one step for each
array of row numbers in the list `batches`, and predict(x), the numbers of the largest outputs. Libraries are imported
when a contender is made, so that a process pays for its own alone.
"""

import os
from itertools import pairwise

import numpy as np


def nnlib(sizes, optimizer, lr, x, y):
    """Rows are gathered as `nn.data.minibatches` does."""
    import nnlib as nn

    rng = np.random.default_rng(0)
    layers = [layer for i, o in pairwise(sizes) for layer in (nn.Linear(i, o, rng=rng), nn.ReLU())]
    net = nn.Sequential(*layers[:-1])
    opt = {"SGD": nn.SGD, "momentum": nn.Momentum, "Adam": nn.Adam}[optimizer](net, lr)

    def take(batches):
        for rows in batches:
            z = net.forward(x.take(rows, axis=0), train=True)
            _L, dz = nn.softmax_cross_entropy(z, y.take(rows))
            net.backward(dz)
            opt.step()

    return take, lambda x: net.predict(x).argmax(axis=1)


def pytorch(sizes, optimizer, lr, x, y, fused=False, compiled=False):
    """Its plain optimizer, or the one that is fused into one pass over θ."""
    import torch

    torch.manual_seed(0)
    layers = [layer for i, o in pairwise(sizes) for layer in (torch.nn.Linear(i, o), torch.nn.ReLU())]
    net = torch.nn.Sequential(*layers[:-1])
    make = torch.optim.Adam if optimizer == "Adam" else torch.optim.SGD
    opt = make(net.parameters(), lr=lr, fused=fused, **({"momentum": 0.9} if optimizer == "momentum" else {}))
    x, y = torch.from_numpy(x), torch.from_numpy(y)

    def loss(x, y):
        return torch.nn.functional.cross_entropy(net(x), y)

    loss = torch.compile(loss) if compiled else loss

    def take(batches):
        for rows in batches:
            rows = torch.from_numpy(rows)
            opt.zero_grad()
            loss(x[rows], y[rows]).backward()
            opt.step()

    return take, lambda x: net(torch.from_numpy(x)).argmax(dim=1).numpy()


def pytorch_fused(*setting):
    return pytorch(*setting, fused=True)


def torch_compile(*setting):
    """Forward and backward compiled, and the fused optimizer. Needs a C++ compiler."""
    return pytorch(*setting, fused=True, compiled=True)


def jax(sizes, optimizer, lr, x, y):
    """The whole step compiled as one function, gathering included; θ and the optimizer's memory are given away."""
    from jax import device_put, grad, jit, nn, tree
    from jax import numpy as jnp

    rng = np.random.default_rng(0)
    W = [rng.normal(0, (2 / i) ** 0.5, (i, o)).astype(np.float32) for i, o in pairwise(sizes)]
    theta = device_put([(w, np.zeros(w.shape[1], np.float32)) for w in W])
    zeros = tree.map(jnp.zeros_like, theta)
    state = (theta, *{"SGD": (), "momentum": (zeros,), "Adam": (zeros, tree.map(jnp.copy, zeros), 0.0)}[optimizer])

    def logits(theta, x):
        for W, b in theta[:-1]:
            x = nn.relu(x @ W + b)
        return x @ theta[-1][0] + theta[-1][1]

    def loss(theta, x, y):
        return -jnp.take_along_axis(nn.log_softmax(logits(theta, x)), y[:, None], axis=1).mean()

    def step(state, x, y, rows):
        theta, *memory = state
        return update(theta, grad(loss)(theta, x[rows], y[rows]), memory)

    def update(theta, g, memory):
        if optimizer == "SGD":
            return (tree.map(lambda t, g: t - lr * g, theta, g),)
        if optimizer == "momentum":
            v = tree.map(lambda v, g: 0.9 * v + g, memory[0], g)
            return tree.map(lambda t, v: t - lr * v, theta, v), v
        m = tree.map(lambda m, g: 0.9 * m + 0.1 * g, memory[0], g)
        v = tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, memory[1], g)
        t = memory[2] + 1
        a, b = lr / (1 - 0.9**t), 1 / (1 - 0.999**t)
        return tree.map(lambda p, m, v: p - a * m / (jnp.sqrt(v * b) + 1e-8), theta, m, v), m, v, t

    step, (x, y) = jit(step, donate_argnums=0), device_put((x, y))

    def take(batches):
        nonlocal state
        for rows in batches:
            state = step(state, x, y, rows)
        tree.map(lambda array: array.block_until_ready(), state[0])

    return take, lambda x: np.asarray(jit(logits)(state[0], x).argmax(axis=1))


def scikit_learn(sizes, optimizer, lr, x, y):
    """It draws and gathers its own batches: passes over as many rows as `batches` have."""
    from sklearn.neural_network import MLPClassifier

    how = {"solver": "adam"} if optimizer == "Adam" else {"solver": "sgd", "nesterovs_momentum": False}
    how["momentum"] = 0.9 if optimizer == "momentum" else 0.0
    net = MLPClassifier(sizes[1:-1], alpha=0, learning_rate_init=lr, random_state=0, **how)

    def take(batches):
        net.batch_size, left = len(batches[0]), sum(map(len, batches))
        while left > 0:
            net.partial_fit(x[:left], y[:left], classes=np.arange(sizes[-1]))
            left -= len(x)

    return take, net.predict


def products_alone(sizes, optimizer, lr, x, y):
    """The floor: rows are gathered and the matrix products of a step computed, and nothing else."""
    rng = np.random.default_rng(0)
    W = [rng.random((i, o), np.float32) for i, o in pairwise(sizes)]

    def take(batches):
        m = len(batches[0])
        a = [None, *(rng.random((m, i), np.float32) for i in sizes[1:])]
        for rows in batches:
            a[0] = x.take(rows, axis=0)
            y.take(rows)
            for l in range(len(W)):
                np.dot(a[l], W[l])
            for l in reversed(range(len(W))):
                np.dot(a[l + 1].T, a[l])
                if l:
                    np.dot(a[l + 1], W[l].T)

    return take, None


def gathering_alone(sizes, optimizer, lr, x, y):
    """What all contenders pay before they begin."""

    def take(batches):
        for rows in batches:
            x.take(rows, axis=0)
            y.take(rows)

    return take, None


RIVALS = {
    "nnlib": nnlib,
    "PyTorch": pytorch,
    "PyTorch, fused": pytorch_fused,
    "torch.compile": torch_compile,
    "JAX": jax,
    "scikit-learn": scikit_learn,
}
FLOORS = {"products alone": products_alone, "gathering alone": gathering_alone}
MODULES = {"torch.compile": "torch", "JAX": "jax", "scikit-learn": "sklearn", "nnlib": "nnlib"}  # PyTorch's are torch


def module(name):
    """What is to be imported for a rival."""
    return MODULES.get(name, "torch")


def threads(n):
    """Let every library that is imported from now on, in this process or in one it starts, take n threads."""
    os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = str(n)
    if n == 1:
        os.environ["NPROC"] = "1"  # XLA's own pool
        os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
