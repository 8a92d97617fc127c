"""An agent's cards: contacts handed out, called, kept longer, given back; their history, and where they are.

Their own day, on Home: breaks, the team they work for, working hours, language and desk. Home and Messages opened, and
a message to the app.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.languages import languages
from bot.services import agents
from bot.services.agents import reaches
from bot.services.answers import calls
from bot.services.answers.leads import Kept
from bot.services.answers.people import BreakReason, Desk, Reminding
from bot.services.calls import calling, history
from bot.services.errors import Deactivated, NotPrivate, Paused
from bot.services.hand_out import next_call, places, releases
from bot.services.hand_out.hand import held_cards
from bot.services.numbers.parsing import NUMBER, is_dialable
from bot.services.numbers.places import Address
from bot.services.setup import preferences
from bot.services.teams import own_day, pauses
from bot.slack import ids
from bot.slack.blocks.agent import cards, contact_pages, happened
from bot.slack.blocks.agent.contact_pages import release_form
from bot.slack.blocks.home import home_page
from bot.slack.blocks.home.messages import contacts_taken
from bot.slack.blocks.kit.kit import Block, CardPlace
from bot.slack.boundary import actions as subject
from bot.slack.boundary import replies
from bot.slack.boundary.actions import AGENT, HANDING, Ask, Taken, does, opens, press, sends
from bot.slack.boundary.desk_drawing import DESK
from bot.slack.boundary.payloads import Form, Surface, Unreadable, parse_wanted
from bot.slack.listeners.numbers import taken_place
from bot.slack.wording import refusals
from bot.slack.wording.say import Markup, language_of, say, speak
from policy.vocabulary import ReleaseReason, Role

FromCard = calls.CallRefused | calls.CardGone | Kept | calls.OutcomeFirst | calls.PlaceCorrected | calls.Released


def nextcall(ask: Ask, text: str) -> None:
    """/nextcall [n] [campaign]: the cards the agent holds, then the next callable contacts."""
    count, campaign = parse_wanted(text)
    try:
        handed = next_call.hand_out(ask.deps, ask.actor, cards.USUALLY_WANTED if count is None else count, campaign)
    except Paused as refusal:  # no new contacts, but the agent may finish the held ones
        replies.show_work(ask, happened.told(refusals.refusal(refusal)))
    else:
        replies.show_hand_out(ask, handed)


def show_next(ask: Ask, handed: calls.HandOut) -> None:
    if ask.asking.surface is Surface.DIRECT:  # that message stays, so the cards go beside it
        see_cards(ask, handed)
    else:
        replies.show_hand_out(ask, handed)


def show_taken(ask: Ask, handed: calls.HandOut) -> None:
    """The reminder becomes one line."""
    replies.replace_with(ask, contacts_taken(ask.reader))
    see_cards(ask, handed)


def see_cards(ask: Ask, handed: calls.HandOut | None = None) -> None:
    """Also a button on messages that stay. The answer is private, beside the message."""
    if replies.works_in_messages(ask):
        replies.show_desk(ask, handed=handed, is_moved=True)
    else:
        replies.beside(ask, cards.hand_out(handed or held_cards(ask.deps, ask.actor), ask.reader))


def call(ask: Ask, lease_id: int) -> None:
    """Decides again, then shows the number, or why not and when."""
    if ask.asking.surface is Surface.DIRECT:
        raise NotPrivate
    result = calling.call(ask.deps, ask.actor, lease_id)
    if isinstance(result, calls.CallOpened):
        replies.show_work(ask, hand=result.hand)
    else:
        show_on_card(ask, result)


def show_on_card(ask: Ask, result: FromCard) -> None:
    replies.show_work(ask, _line(ask, result), CardPlace(ask.asking.number), result.hand)


def show_given_back(ask: Ask, result: calls.Released | calls.CardGone) -> None:
    replies.show_done(ask, _line(ask, result), CardPlace(ask.asking.number), result.hand)


def _line(ask: Ask, result: FromCard) -> list[Block]:
    match result:
        case calls.CallRefused():
            return happened.refused(result, ask.reader)
        case calls.CardGone():
            return happened.gone(result)
        case Kept():
            return cards.kept(result, ask.reader)
        case calls.OutcomeFirst():
            return happened.outcome_first(result, ask.reader)
        case calls.PlaceCorrected():
            return happened.place_corrected(result, ask.reader)
        case calls.Released():
            return happened.released(result, ask.reader)


def say_why(ask: Ask, form: Form, lease_id: int) -> Taken:
    """The reason is said after giving back, for agents could cherry-pick a list by skipping contacts."""
    chosen = form.choice(ids.REASON)
    if chosen not in set(ReleaseReason):
        return Taken({ids.REASON: say("forms.choose_reason")})
    result = releases.release(ask.deps, ask.actor, lease_id, ReleaseReason(chosen), form.text(ids.WORDS))
    return Taken(then=lambda: show_on_card(ask, result))


def correct_place(ask: Ask, form: Form, lease_id: int) -> Taken:
    def correct(address: Address) -> Taken:
        result = places.correct(ask.deps, ask.actor, lease_id, address)
        return Taken(then=lambda: show_on_card(ask, result))

    return taken_place(form, correct)


def begin_break(ask: Ask, reason: str) -> None:
    if reason not in set(BreakReason):
        raise Unreadable
    done = pauses.begin_break(ask.deps, ask.actor, BreakReason(reason))
    replies.show_desk(ask, happened.break_began(done))


def finish_break(ask: Ask) -> None:
    pauses.end_break(ask.deps, ask.actor)
    line = happened.told(say("preferences.is_back"))
    replies.show_desk(replace(ask, actor=replace(ask.actor, paused_at=None)), line)


def work_for(ask: Ask, team_id: int) -> None:
    """A person of several teams chooses the one they work for now."""
    done = own_day.work_for(ask.deps, ask.actor, team_id)
    also_leads = tuple(one for one in ask.actor.teams if one != done.team_id) if ask.actor.also_leads else ()
    actor = replace(ask.actor, team_id=done.team_id, also_leads=also_leads)
    replies.show_desk(replace(ask, actor=actor), happened.switched(done))


def build(ask: Ask) -> Block:
    """Reminders, shift hours, and how numbers are dialled."""
    return happened.my_day_form(preferences.read(ask.deps, ask.actor), ask.asking.remembered(happened.MINE))


def take(ask: Ask, form: Form) -> Taken:
    chosen, begins, ends = form.choice(ids.REMINDERS), form.time_of_day(ids.FROM), form.time_of_day(ids.UNTIL)
    if begins is None or ends is None:
        return Taken({ids.FROM if begins is None else ids.UNTIL: say("preferences.choose_hours")})
    if chosen not in set(Reminding):
        return Taken({ids.REMINDERS: say("preferences.when_reminded")})
    dial_with = form.text(ids.DIAL_WITH)
    if dial_with and not is_dialable(dial_with):
        return Taken({ids.DIAL_WITH: say("preferences.no_dial_link", example=Markup(NUMBER))})
    preferences.save(ask.deps, ask.actor, Reminding(chosen), begins, ends, dial_with=dial_with)
    return Taken(then=lambda: replies.show_home(ask, happened.told(say("preferences.kept_settings"))))


def choose_language(ask: Ask, chosen: str) -> None:
    if chosen not in (ids.NONE, *languages()):
        raise Unreadable
    actor = agents.set_language(ask.deps, ask.actor, "" if chosen == ids.NONE else chosen)
    speak(language_of(agents.speaks(actor)))
    ask = replace(ask, actor=actor)
    replies.show_home(ask)
    if actor.desk_message:
        replies.show_desk(ask, at=DESK)


def work_at(ask: Ask, desk: str) -> None:
    """Whether the actor works on Home or in messages."""
    if desk not in set(Desk):
        raise Unreadable
    chosen = Desk(desk)
    ask = replace(ask, actor=preferences.work_at(ask.deps, ask.actor, chosen))
    if chosen is Desk.MESSAGES:
        replies.show_home(ask, happened.told(say("preferences.desk_in_messages")))
        replies.show_desk(ask, at=DESK, is_moved=True)
    else:
        replies.show_home(ask, happened.told(say("preferences.desk_on_home")))
        replies.close_desk(ask)


build_release = does(releases.refuse_others, lambda ask, _: release_form(ask.asking.remembered()))
build_place = does(
    places.places_on_card, lambda ask, known: contact_pages.place_form(ask.asking.remembered(), known, ask.reader)
)

ACTIONS = (
    subject.command(
        "/nextcall",
        HANDING,
        nextcall,
        subject.Help(
            "help_page.nextcall_line",
            typed="help_page.nextcall",
            in_slack=("The next people you may call now", "[how many] [campaign]"),
        ),
    ),
    press("next_contacts", HANDING, subject.HOW_MANY, does(next_call.hand_out, show_next)),
    press("take_these", HANDING, subject.CONTACTS, does(next_call.hand_out_these, show_taken)),
    press("see_cards", HANDING, subject.NOTHING, see_cards),
    press("call", subject.CALLING, subject.LEASE, call),
    press("keep", subject.CALLING, subject.LEASE, does(releases.keep, show_on_card)),
    press("give_back", subject.RECORDING, subject.LEASE, does(releases.release, show_given_back)),
    opens("release_form", subject.FINISHING, subject.LEASE, "forms.release_title", build_release),
    sends("release", subject.FINISHING, subject.LEASE, say_why),
    opens(
        "history", AGENT, subject.LEASE, "calls.history", subject.page_about(history.history_of, contact_pages.history)
    ),
    opens("place_form", AGENT, subject.LEASE, "calls.place_title", build_place),
    sends("place", AGENT, subject.LEASE, correct_place),
    opens(
        "place_why",
        AGENT,
        subject.LEASE,
        "calls.place_why",
        subject.page_about(places.why_not_there, contact_pages.why_not),
    ),
    press("pause_me", AGENT, subject.TEXT, begin_break),
    press("back_to_work", AGENT, subject.NOTHING, finish_break),
    press("work_for", AGENT, subject.TEAM, work_for),
    opens("my_day_form", AGENT, subject.NOTHING, "preferences.working_day", build),
    sends("my_day", AGENT, subject.NOTHING, take),
    press("my_language", AGENT, subject.TEXT, choose_language),
    press("my_desk", AGENT, subject.TEXT, work_at),
)


def opened(ask: Ask, tab: str) -> None:
    """Home opened: draws it. Messages opened: draws the desk message of who works there."""
    if tab == "messages" and ask.actor.desk == Desk.MESSAGES:
        replies.show_desk(ask, at=DESK)
    if tab != "home":
        return
    if not ask.actor.is_active:
        replies.show_home(ask, happened.told(refusals.refusal(Deactivated(ask.actor.slack_user_id))))
    else:
        replies.show_home(replies.introduced(ask))


def of_home(others: Sequence[subject.Action]) -> tuple[subject.Action, ...]:
    """The events of Home and Messages. `others`: what help tells of."""

    helps = sorted((one.help for one in others if one.help), key=lambda one: one.told is not Role.AGENT)

    def written(ask: Ask, _text: str) -> None:
        """Says what to type or press; the desk of who works here comes below. The message itself is not kept."""
        told = [say(one.line) for one in helps if reaches(ask.actor.role, one.told)]
        replies.write(ask, replies.next_step(ask) or home_page.what_i_do(ask.actor.role, told))
        if replies.works_in_messages(ask):
            replies.show_desk(ask, is_moved=True)

    return (subject.event("app_home_opened", subject.FINISHING, opened), subject.event("message.im", AGENT, written))
