"""The globals of a student's notebook: what is lent is told over there with the next request, and costs none itself."""

from types import SimpleNamespace

from nngrade.trusted.scope import Scope


def test_what_is_lent_goes_with_the_next_request():
    def request(op, *names):
        assert op == "hold"
        return [None for _ in names]

    taken_back = []
    callbacks = SimpleNamespace(take_back=taken_back.append)
    channel = SimpleNamespace(request=request, helpers=frozenset(), names={}, callbacks=callbacks)
    scope = Scope(channel)
    scope.update({"relu": abs, "softmax": sum})
    assert channel.names == {"relu": (abs,), "softmax": (sum,)}
    assert channel.helpers == {"relu", "softmax"} and "relu" in scope and scope["relu"] is abs
    scope.pop("relu")
    assert channel.names == {"relu": (), "softmax": (sum,)} and taken_back == [abs]
    assert channel.helpers == {"softmax"} and "relu" not in scope
