"""Work that is handed over begins when the ack is out."""

from bot.slack.connection import ack_first


def test_it_begins_at_once_where_nobody_holds_it_back() -> None:
    done: list[str] = []
    ack_first.hand_over(lambda: done.append("a"))
    assert done == ["a"]


def test_it_is_held_back_in_its_order_and_by_the_innermost_alone() -> None:
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
