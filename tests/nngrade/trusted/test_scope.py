"""The globals of a student's notebook: what is lent is told over there, in one message, and nothing else."""

from types import SimpleNamespace

from nngrade.trusted.scope import Scope


def test_what_is_lent_goes_in_one_message_and_nothing_in_none():
    sent = []
    channel = SimpleNamespace(request=lambda *what: sent.append(what), helpers=frozenset())
    scope = Scope(channel)
    scope.update({})
    assert sent == []
    scope.update({"relu": abs, "softmax": sum})
    assert sent == [("bind", {"relu": abs, "softmax": sum})]
    assert channel.helpers == {"relu", "softmax"} and "relu" in scope and scope["relu"] is abs
