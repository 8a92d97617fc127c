"""Deferred work begins once the ack has been sent."""

from bot import request_context


def test_work_begins_at_once_if_nothing_defers_it() -> None:
    done: list[str] = []
    request_context.hand_over(lambda: done.append("a"))
    assert done == ["a"]


def test_deferred_work_keeps_its_order_and_waits_for_the_innermost_only() -> None:
    done: list[str] = []
    with request_context.held_back() as outer:
        request_context.hand_over(lambda: done.append("a"))
        with request_context.held_back() as inner:
            request_context.hand_over(lambda: done.append("b"))
        request_context.hand_over(lambda: done.append("c"))
        assert (len(outer), len(inner), done) == (2, 1, [])
    request_context.begin(outer)
    assert done == ["a", "c"]
    request_context.begin(inner)
    assert done == ["a", "c", "b"]
    request_context.hand_over(lambda: done.append("d"))
    assert done[-1] == "d"
