"""The pace of messages, on a frozen clock: which limit delays which messages."""

from bot.slack.delivery.notifier import GO, MOST_A_MINUTE, Pacing


class Standing:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_each_conversation_gets_one_message_a_second() -> None:
    clock = Standing()
    pacing = Pacing(clock)
    assert pacing.take("U1") is GO
    wait = pacing.take("U1")
    assert (wait.seconds, wait.is_limit) == (1.0, False)
    assert pacing.take("U2") is GO, "nobody waits for another's turn"
    clock.now += 0.3  # on the way
    pacing.answered("U1")
    assert pacing.take("U1").seconds == 1.0
    clock.now += 1.0
    assert pacing.take("U1") is GO


def test_a_limited_conversation_waits_as_long_as_slack_said() -> None:
    clock = Standing()
    pacing = Pacing(clock)
    assert pacing.limit("U1", 30) is False
    assert (pacing.take("U1").seconds, pacing.take("U1").is_for_all) == (30.0, False)
    assert pacing.take("U2") is GO
    clock.now += 30.0
    assert pacing.take("U1") is GO


def test_a_second_refusal_counts_as_a_limit_for_all_until_both_end() -> None:
    clock = Standing()
    pacing = Pacing(clock)
    pacing.limit("U1", 30)
    clock.now += 10.0
    assert pacing.limit("U2", 5) is True
    wait = pacing.take("U3")
    assert (wait.seconds, wait.is_for_all, wait.is_limit) == (20.0, True, True)
    clock.now += 20.0
    assert pacing.take("U3") is GO


def test_a_refusal_after_an_ended_one_is_not_a_limit_for_all() -> None:
    clock = Standing()
    pacing = Pacing(clock)
    pacing.limit("U1", 3)
    clock.now += 3.0
    assert pacing.limit("U2", 3) is False
    assert pacing.take("U3") is GO


def test_a_minute_has_no_more_messages_than_a_workspace_accepts() -> None:
    clock = Standing()
    pacing = Pacing(clock)
    for serial in range(MOST_A_MINUTE):
        assert pacing.take(f"U{serial}") is GO
        clock.now += 0.1
    wait = pacing.take("U0")
    assert wait.is_for_all
    assert round(wait.seconds, 6) == 60 - 0.1 * MOST_A_MINUTE
    clock.now += wait.seconds
    assert pacing.take("U0") is GO
    assert pacing.take("UX").is_for_all
