"""Which submission comes next, for a person who goes through one question."""

from nngrade.marking.waiting import Waiting


def test_the_next_one_follows_in_formgraders_order_and_then_from_the_start():
    waiting = Waiting("why", ("b", "d", "f"))
    assert [waiting.after(here) for here in "abcdef"] == ["b", "d", "d", "f", "f", "b"]
    assert Waiting("why", ("b",)).after("b") is None
