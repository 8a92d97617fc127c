"""A form is its action, its screen and its sentences, and is then opened, refused and taken in every language."""

from pathlib import Path

import pytest

from tests.architecture.test_places import Copy, after, seen_in_slack

pytestmark = pytest.mark.night

TAKE = """\
def pass_on(ask: Ask, form: Form, lease_id: int) -> Taken:
    if not (words := form.text(ids.WORDS)):
        return Taken({ids.WORDS: say("forms.pass_on_empty")})
    result = releases.release(ask.deps, ask.actor, lease_id, ReleaseReason.OTHER, words)
    return Taken(then=lambda: show_on_card(ask, result))


"""
ROWS = """\
    opens(
        "pass_on_form",
        AGENT,
        subject.LEASE,
        "forms.pass_on",
        does(releases.refuse_others, lambda ask, _: cards.pass_on_form(ask.asking.remembered())),
    ),
    sends("pass_on", subject.FINISHING, subject.LEASE, pass_on),
"""
SCREEN = """

def pass_on_form(metadata: str) -> Block:
    asked = kit.field(ids.WORDS, say("forms.pass_on_asked"), inputs.lines(most=500), is_optional=True)
    return kit.form(say("forms.pass_on"), [asked], "pass_on", metadata)
"""
SENTENCES = {"pass_on": "Pass on", "pass_on_asked": "To whom?", "pass_on_empty": "Say to whom."}


def test_a_form_is_its_action_its_screen_and_its_sentences(tmp_path: Path) -> None:
    copy = Copy(tmp_path)
    actions, screen = "bot/slack/listeners/agent/cards.py", "bot/slack/blocks/agent/cards.py"
    copy.edit(actions, lambda text: text.replace("ACTIONS = (\n", f"{TAKE}ACTIONS = (\n{ROWS}"))
    press = '        kit.button(say("forms.pass_on"), "pass_on_form", value, of=card.name),\n'
    copy.edit(screen, after(r' +kit.button\(.*"give_back".*\n', press))
    copy.edit(screen, lambda text: text + SCREEN)
    for name, text in SENTENCES.items():
        copy.say(f"forms.{name}", text)
    [seen] = seen_in_slack(copy, "pass_on_form")
    assert seen.pop("sent")[0] == ":leftwards_arrow_with_hook: *Grace* given back."
    assert seen == {
        f"{what} in {spoken}": [f"{one}{told}" for one in said]
        for spoken, told in (("en", ""), ("de", " (translated)"), ("fr", " (translated)"))
        for what, said in (("form", ("Pass on", "To whom?")), ("refused", ("Say to whom.",)))
    }
    assert copy.places == {actions, screen, "bot/slack/wording/*.toml"}
