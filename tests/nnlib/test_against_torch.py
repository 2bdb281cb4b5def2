"""PyTorch as an independent oracle: values and gradients. Skipped only where it is not installed."""

import numpy as np
import pytest

import nnlib as nn

torch = pytest.importorskip("torch", reason="PyTorch, the oracle of these tests, is not installed")
F = torch.nn.functional


def tensor(array):
    """A tensor in float64 that collects its gradient."""
    return torch.tensor(np.asarray(array, np.float64), requires_grad=True)


ACTIVATIONS = [
    (nn.Sigmoid(), torch.sigmoid),
    (nn.Tanh(), torch.tanh),
    (nn.ReLU(), torch.relu),
    (nn.LeakyReLU(0.2), lambda z: F.leaky_relu(z, 0.2)),
    (nn.ELU(0.7), lambda z: F.elu(z, 0.7)),
    (nn.Softmax(), lambda z: torch.softmax(z, 1)),
    (nn.Maxout(3), lambda z: z.reshape(5, 2, 3).max(dim=2).values),
]


@pytest.mark.parametrize(("layer", "function"), ACTIVATIONS, ids=lambda value: repr(value)[:12])
def test_activations(layer, function, rng):
    z = tensor(3 * rng.standard_normal((5, 6)))
    a = function(z)
    da = rng.standard_normal(a.shape)
    a.backward(torch.tensor(da))
    np.testing.assert_allclose(layer.forward(z.detach().numpy()), a.detach(), rtol=1e-12)
    np.testing.assert_allclose(layer.backward(da), z.grad, atol=1e-12)


LOSSES = [
    (nn.mse, F.mse_loss),
    (nn.half_squared_error, lambda o, y: 0.5 * F.mse_loss(o, y, reduction="sum") / len(y)),
    (nn.binary_cross_entropy, lambda o, y: F.binary_cross_entropy(o, y) * o.shape[1]),
    (
        nn.binary_cross_entropy_with_logits,
        lambda o, y: F.binary_cross_entropy_with_logits(o, y) * o.shape[1],
    ),
    (nn.softmax_cross_entropy, F.cross_entropy),
]


@pytest.mark.parametrize(("loss", "function"), LOSSES)
def test_losses(loss, function, rng):
    output, y = rng.uniform(0.1, 0.9, (5, 3)), rng.integers(0, 2, (5, 3)).astype(float)
    if loss is nn.softmax_cross_entropy:
        y = rng.integers(0, 3, 5)
    t = tensor(output)
    expected = function(t, torch.tensor(y))
    expected.backward()
    L, d = loss(output, y)
    assert pytest.approx(expected.item()) == L
    np.testing.assert_allclose(d, t.grad, rtol=1e-10)


def test_a_whole_network(rng):
    net = nn.Sequential(
        nn.Linear(6, 8, rng=rng), nn.ReLU(), nn.Residual(nn.Linear(8, 8, rng=rng), nn.Tanh()),
        nn.Linear(8, 8, rng=rng), nn.Maxout(2), nn.Linear(4, 3, rng=rng),
    ).astype(np.float64)  # fmt: skip
    x, y = rng.standard_normal((7, 6)), rng.integers(0, 3, 7)
    dx = net.backward(nn.softmax_cross_entropy(net.forward(x), y)[1], need_dx=True)
    t, p = tensor(x), {name: tensor(value) for name, value in net.named_parameters().items()}
    h = torch.relu(F.linear(t, p["0.W"], p["0.b"]))
    h = h + torch.tanh(F.linear(h, p["2.0.W"], p["2.0.b"]))
    h = F.linear(h, p["3.W"], p["3.b"]).reshape(7, 4, 2).max(dim=2).values
    F.cross_entropy(F.linear(h, p["5.W"], p["5.b"]), torch.tensor(y)).backward()
    np.testing.assert_allclose(dx, t.grad, atol=1e-12)
    expected = np.concatenate([value.grad.numpy().ravel("F") for value in p.values()])
    np.testing.assert_allclose(net.grad, expected, atol=1e-12)


OPTIMIZERS = [
    (lambda net: nn.SGD(net, 0.1), lambda p: torch.optim.SGD(p, 0.1)),
    (lambda net: nn.Momentum(net, 0.1, 0.8), lambda p: torch.optim.SGD(p, 0.1, 0.8)),
    (lambda net: nn.Nesterov(net, 0.1, 0.8), lambda p: torch.optim.SGD(p, 0.1, 0.8, nesterov=True)),
    (lambda net: nn.RMSProp(net, 0.01, 0.9), lambda p: torch.optim.RMSprop(p, 0.01, 0.9)),
    (lambda net: nn.Adam(net, 0.01), lambda p: torch.optim.Adam(p, 0.01)),
]


@pytest.mark.parametrize("penalty", [None, nn.L2(0.05)])
@pytest.mark.parametrize("ours", range(len(OPTIMIZERS)))
def test_ten_steps_of_every_optimizer(ours, penalty, rng):
    """Weight decay 2 λ of PyTorch is the L2 of this course, on weights alone."""
    build, build_theirs = OPTIMIZERS[ours]
    net = nn.Sequential(nn.Linear(4, 5, rng=rng), nn.Tanh(), nn.Linear(5, 3, rng=rng)).astype(np.float64)
    p = {name: tensor(value.copy()) for name, value in net.named_parameters().items()}
    decay = {True: 0.0, False: 0.1 if penalty else 0.0}
    groups = [{"params": [v], "weight_decay": decay[name.endswith("b")]} for name, v in p.items()]
    opt, theirs = build(net), build_theirs(groups)
    for _ in range(10):
        x, y = rng.standard_normal((6, 4)), rng.integers(0, 3, 6)
        net.backward(nn.softmax_cross_entropy(net.forward(x), y)[1])
        if penalty:
            penalty.add_gradient(net)
        opt.step()
        theirs.zero_grad()
        h = torch.tanh(F.linear(torch.tensor(x), p["0.W"], p["0.b"]))
        F.cross_entropy(F.linear(h, p["2.W"], p["2.b"]), torch.tensor(y)).backward()
        theirs.step()
    expected = np.concatenate([v.detach().numpy().ravel("F") for v in p.values()])
    np.testing.assert_allclose(net.theta, expected, rtol=1e-9, atol=1e-9)


def test_weight_decay_beside_adam(rng):
    net = nn.Sequential(nn.Linear(4, 5, rng=rng)).astype(np.float64)
    W, b = tensor(net.layers[0].W.copy()), tensor(net.layers[0].b.copy())
    theirs = torch.optim.AdamW([{"params": [W]}, {"params": [b], "weight_decay": 0}], 0.01, weight_decay=0.3)
    opt = nn.AdamW(net, 0.01, weight_decay=0.3)
    for _ in range(10):
        net.grad[...] = rng.standard_normal(net.grad.size)
        W.grad, b.grad = torch.tensor(net.layers[0].dW.copy()), torch.tensor(net.layers[0].db.copy())
        opt.step(), theirs.step()
    np.testing.assert_allclose(net.layers[0].W, W.detach(), rtol=1e-9)
    np.testing.assert_allclose(net.layers[0].b, b.detach(), rtol=1e-9)


def test_clipping(rng):
    net = nn.Sequential(nn.Linear(4, 5, rng=rng)).astype(np.float64)
    net.grad[...] = rng.standard_normal(net.grad.size)
    t = tensor(net.theta)
    t.grad = torch.tensor(net.grad.copy())
    norm = torch.nn.utils.clip_grad_norm_([t], 0.5)
    assert nn.clip_global_norm(net, 0.5) == pytest.approx(norm.item())
    np.testing.assert_allclose(net.grad, t.grad, rtol=1e-5)  # PyTorch adds 1e-6 to the norm


@pytest.mark.parametrize(
    ("shape", "make"),
    [((6, 3), torch.nn.BatchNorm1d), ((6, 3, 4, 5), torch.nn.BatchNorm2d), ((1, 3, 2, 1), torch.nn.BatchNorm2d)],
)
def test_batch_norm_in_training_and_in_use(shape, make, rng):
    ours, theirs = nn.BatchNorm(3, dtype=np.float64), make(3).double()
    for train in (True, True, False):
        theirs.train(train)
        x, da = rng.standard_normal(shape) + 2, rng.standard_normal(shape)
        t = tensor(x)
        a = theirs(t)
        theirs.zero_grad()
        a.backward(torch.tensor(da))
        np.testing.assert_allclose(ours.forward(x, train), a.detach(), rtol=1e-9)
        np.testing.assert_allclose(ours.backward(da), t.grad, atol=1e-10)
        np.testing.assert_allclose(ours.dgamma, theirs.weight.grad, atol=1e-10)
        np.testing.assert_allclose(ours.dbeta, theirs.bias.grad, atol=1e-10)
        np.testing.assert_allclose(ours.mean, theirs.running_mean)
        np.testing.assert_allclose(ours.variance, theirs.running_var)


@pytest.mark.parametrize("pool", [1, 2, 3])
@pytest.mark.parametrize(
    ("size", "padding", "stride"), [(1, 0, 1), (3, 0, 2), ((3, 2), 1, 1), ((1, 4), 2, 3), (2, 2, 2)]
)
def test_convolution_and_pooling(size, padding, stride, pool, rng):
    """Images of 11 × 8 pixels, for which not every stride comes out even; and pools that overlap."""
    conv = nn.Conv2D(2, 3, size, padding, stride, rng=rng, dtype=np.float64)
    conv.b[...] = rng.standard_normal(3)
    x = rng.standard_normal((4, 2, 11, 8))
    for ours, theirs in [(nn.MaxPool2D(pool, 2), F.max_pool2d), (nn.AvgPool2D(pool, 2), F.avg_pool2d)]:
        t, W, b = tensor(x), tensor(conv.W), tensor(conv.b)
        a = theirs(F.conv2d(t, W, b, padding=padding, stride=stride), pool, 2)
        da = rng.standard_normal(a.shape)
        a.backward(torch.tensor(da))
        np.testing.assert_allclose(ours.forward(conv.forward(x)), a.detach(), rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(conv.backward(ours.backward(da)), t.grad, atol=1e-10)
        np.testing.assert_allclose(conv.dW, W.grad, atol=1e-10)
        np.testing.assert_allclose(conv.db, b.grad, atol=1e-10)
