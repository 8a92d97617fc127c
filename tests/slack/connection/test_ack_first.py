"""Deferred work begins once the ack has been sent."""

from bot.slack.connection import ack_first


def test_work_begins_at_once_if_nothing_defers_it() -> None:
    done: list[str] = []
    ack_first.hand_over(lambda: done.append("a"))
    assert done == ["a"]


def test_deferred_work_keeps_its_order_and_waits_for_the_innermost_only() -> None:
    done: list[str] = []
    with ack_first.held_back() as outer:
        ack_first.hand_over(lambda: done.append("a"))
        with ack_first.held_back() as inner:
            ack_first.hand_over(lambda: done.append("b"))
        ack_first.hand_over(lambda: done.append("c"))
        assert (len(outer), len(inner), done) == (2, 1, [])
    ack_first.begin(outer)
    assert done == ["a", "c"]
    ack_first.begin(inner)
    assert done == ["a", "c", "b"]
    ack_first.hand_over(lambda: done.append("d"))
    assert done[-1] == "d"
