"""The globals of a student's notebook: what is lent is told over there with the next request, and costs none itself."""

from types import SimpleNamespace

from nngrade.trusted.proxies import Callable, Class, Function, Handle
from nngrade.trusted.scope import Scope


def test_what_a_loan_takes_the_place_of_is_put_back_as_the_object_that_it_is():
    """Even a list, which could be sent: other names of the student's may mean the same one."""
    theirs = Handle(None, 7, "list")
    answers = {"get": [([1],)], "hold": [theirs]}
    channel = SimpleNamespace(request=lambda op, *names: answers[op], helpers=frozenset(), names={})
    scope = Scope(channel, ["rows"])
    assert scope.values == {"rows": [1]} and scope["rows"] is theirs
    own = scope["rows"]
    scope.update({"rows": abs})
    assert scope["rows"] is abs and channel.helpers == {"rows"}
    scope.update({"rows": own})
    assert scope["rows"] is theirs
    assert channel.names == {"rows": (theirs,)} and channel.helpers == frozenset()


def test_a_function_that_comes_back_is_the_one_with_a_name():
    answers = [(Callable(None, 3, "function"),), (Callable(None, 4, "type"),), ()]
    channel = SimpleNamespace(request=lambda op, *names: answers, handles={})
    scope = Scope(channel, ["f", "Box", "gone"], classes={"Box"})
    assert channel.handles[3] is scope.values["f"] and channel.handles[4] is scope.values["Box"]
    assert [type(each) for each in scope.values.values()] == [Function, Class] and scope.values["f"].__name__ == "f"


def test_for_what_a_name_holds_is_asked_once():
    """Later, it could be something that was lent."""
    asked = []
    channel = SimpleNamespace(request=lambda op, *names: asked.append(names) or [f"their {name}" for name in names])
    scope = Scope(channel, others=["f"])
    assert [scope.hold(name) for name in "abafb"] == [f"their {name}" for name in "abafb"]
    assert asked == [("a", "f"), ("b",)]


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
