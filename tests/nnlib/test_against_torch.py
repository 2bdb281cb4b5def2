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
    expected = np.concatenate([value.grad.numpy().ravel() for value in p.values()])
    np.testing.assert_allclose(net.grad, expected, atol=1e-12)
