"""Block Kit, from tables: valid blocks, and invalid ones with the place of the fault."""

from typing import Any

import pytest
import slackblocks
from slackblocks import elements, objects

from bot.sandbox.blocks.checks import stored, words
from bot.sandbox.blocks.surfaces import faults_of, weight
from tests.sandbox.conftest import marked, plain

Json = dict[str, Any]


def option(value: str = "v", text: str = "Text", **facts: Any) -> Json:
    return {"text": plain(text), "value": value, **facts}


def button(**facts: Any) -> Json:
    return {"type": "button", "text": plain("Go"), "action_id": "go", **facts}


def actions(*of: Json) -> Json:
    return {"type": "actions", "elements": list(of)}


def section(**facts: Any) -> Json:
    return {"type": "section", "text": marked(), **facts}


def asked(element: Json, **facts: Any) -> Json:
    return {"type": "input", "label": plain(), "element": element, **facts}


def table(rows: list[list[str]], **facts: Any) -> Json:
    cells = [[{"type": "raw_text", "text": cell} for cell in row] for row in rows]
    return {"type": "table", "rows": cells, **facts}


def chart(values: list[int], **facts: Any) -> Json:
    names = [f"{place}:00" for place in range(len(values))]
    data = [{"label": name, "value": value} for name, value in zip(names, values, strict=True)]
    axis = {"categories": names}
    bars = {"type": "bar", "series": [{"name": "Calls", "data": data}], "axis_config": axis}
    return {"type": "data_visualization", "title": "Calls", "chart": bars | facts}


CONFIRM = {"title": plain(), "text": plain(), "confirm": plain("Yes"), "deny": plain("No")}
MENU = {"type": "static_select", "action_id": "m"}

RIGHT: dict[str, list[Json]] = {
    "nothing": [],
    "two charts of twenty": [chart([1] * 20)] * 2,
    "fifty blocks": [{"type": "divider"}] * 50,
    "a section of 3000": [section(text=marked("x" * 3000))],
    "a header of 150": [{"type": "header", "text": plain("x" * 150)}],
    "a context of ten": [{"type": "context", "elements": [marked(), plain()] * 5}],
    "25 buttons": [actions(*(button(action_id=f"b{n}") for n in range(25)))],
    "a full button": [actions(button(value="x" * 2000, url="https://example.com", style="danger", confirm=CONFIRM))],
    "a menu with presets": [actions({**MENU, "options": [option()], "initial_option": option()})],
    "a grouped menu": [actions({**MENU, "option_groups": [{"label": plain(), "options": [option()]}]})],
    "pickers": [
        actions(
            {"type": "datepicker", "action_id": "d", "initial_date": "2026-11-30"},
            {"type": "timepicker", "action_id": "t", "initial_time": "23:59"},
            {"type": "users_select", "action_id": "u"},
            {"type": "radio_buttons", "action_id": "r", "options": [option()]},
            {"type": "checkboxes", "action_id": "c", "options": [{"text": marked(), "value": "v"}]},
        )
    ],
    "a table of 100 by 20": [table([["x"] * 20] * 100, column_settings=[{"align": "right", "is_wrapped": True}])],
    "an input in a message": [asked({"type": "plain_text_input", "action_id": "a"})],
}

WRONG: dict[str, tuple[list[Any], str]] = {
    "a 51st block": ([{"type": "divider"}] * 51, "/blocks"),
    "no type": ([{}], "/blocks/0"),
    "a third chart": ([chart([1])] * 3, "/blocks/2"),
    "a chart of 21 places": ([chart([1] * 21)], "/blocks/0/chart/axis_config/categories"),
    "a pie": ([chart([1], type="pie")], "/blocks/0/chart/type"),
    "a chart that lacks a point": (
        [chart([1], axis_config={"categories": ["0:00", "1:00"]})],
        "/blocks/0/chart/series/0/data",
    ),
    "a chart with a name twice": (
        [chart([1], axis_config={"categories": ["0:00", "0:00"]})],
        "/blocks/0/chart/axis_config/categories",
    ),
    "no such type": ([{"type": "paragraph"}], "/blocks/0/type"),
    "not an object": (["text"], "/blocks/0"),
    "an unknown property": ([section(colour="red")], "/blocks/0"),
    "an unknown property of a text": ([section(text={**marked(), "size": 3})], "/blocks/0/text"),
    "emoji in mrkdwn": ([section(text={**marked(), "emoji": True})], "/blocks/0/text"),
    "an empty section": ([{"type": "section"}], "/blocks/0"),
    "empty text": ([section(text=marked(""))], "/blocks/0/text/text"),
    "a section over 3000": ([section(text=marked("x" * 3001))], "/blocks/0/text/text"),
    "a header over 150": ([{"type": "header", "text": plain("x" * 151)}], "/blocks/0/text/text"),
    "mrkdwn in a header": ([{"type": "header", "text": marked()}], "/blocks/0/text/type"),
    "mrkdwn on a button": ([actions(button(text=marked()))], "/blocks/0/elements/0/text/type"),
    "an 11th context element": ([{"type": "context", "elements": [plain()] * 11}], "/blocks/0/elements"),
    "a button in a context": ([{"type": "context", "elements": [button()]}], "/blocks/0/elements/0/type"),
    "an empty row": ([actions()], "/blocks/0/elements"),
    "a 26th button": ([actions(*(button(action_id=str(n)) for n in range(26)))], "/blocks/0/elements"),
    "two of one action_id": ([actions(button(), button())], "/blocks/0/elements/1/action_id"),
    "two of one block_id": ([{"type": "divider", "block_id": "a"}] * 2, "/blocks/1/block_id"),
    "an action_id over 255": ([actions(button(action_id="x" * 256))], "/blocks/0/elements/0/action_id"),
    "a block_id over 255": ([{"type": "divider", "block_id": "x" * 256}], "/blocks/0/block_id"),
    "a button text over 75": ([actions(button(text=plain("x" * 76)))], "/blocks/0/elements/0/text/text"),
    "a button value over 2000": ([actions(button(value="x" * 2001))], "/blocks/0/elements/0/value"),
    "a button url over 3000": ([actions(button(url="x" * 3001))], "/blocks/0/elements/0/url"),
    "a button value that is no string": ([actions(button(value=1))], "/blocks/0/elements/0/value"),
    "no such style": ([actions(button(style="default"))], "/blocks/0/elements/0/style"),
    "a confirm without deny": (
        [actions(button(confirm={k: v for k, v in CONFIRM.items() if k != "deny"}))],
        "/blocks/0/elements/0/confirm",
    ),
    "a confirm title over 100": (
        [actions(button(confirm={**CONFIRM, "title": plain("x" * 101)}))],
        "/blocks/0/elements/0/confirm/title/text",
    ),
    "a confirm text over 300": (
        [actions(button(confirm={**CONFIRM, "text": marked("x" * 301)}))],
        "/blocks/0/elements/0/confirm/text/text",
    ),
    "a confirm button over 30": (
        [actions(button(confirm={**CONFIRM, "confirm": plain("x" * 31)}))],
        "/blocks/0/elements/0/confirm/confirm/text",
    ),
    "no options": ([actions({**MENU, "options": []})], "/blocks/0/elements/0/options"),
    "neither options nor groups": ([actions(MENU)], "/blocks/0/elements/0"),
    "101 options": (
        [actions({**MENU, "options": [option(str(n)) for n in range(101)]})],
        "/blocks/0/elements/0/options",
    ),
    "an option text over 75": (
        [actions({**MENU, "options": [option(text="x" * 76)]})],
        "/blocks/0/elements/0/options/0/text/text",
    ),
    "an option value over 150": (
        [actions({**MENU, "options": [option("x" * 151)]})],
        "/blocks/0/elements/0/options/0/value",
    ),
    "mrkdwn in an option of a menu": (
        [actions({**MENU, "options": [{"text": marked(), "value": "v"}]})],
        "/blocks/0/elements/0/options/0/text/type",
    ),
    "a preset that is not offered": (
        [actions({**MENU, "options": [option()], "initial_option": option("other")})],
        "/blocks/0/elements/0/initial_option",
    ),
    "a placeholder over 150": (
        [actions({**MENU, "options": [option()], "placeholder": plain("x" * 151)})],
        "/blocks/0/elements/0/placeholder/text",
    ),
    "an 11th radio button": (
        [actions({"type": "radio_buttons", "options": [option(str(n)) for n in range(11)]})],
        "/blocks/0/elements/0/options",
    ),
    "a text input in a row": ([actions({"type": "plain_text_input"})], "/blocks/0/elements/0/type"),
    "a button as input": ([asked(button())], "/blocks/0/element/type"),
    "a file input in a message": ([asked({"type": "file_input"})], "/blocks/0/element/type"),
    "a date that is none": (
        [actions({"type": "datepicker", "initial_date": "30/11/2026"})],
        "/blocks/0/elements/0/initial_date",
    ),
    "a time that is none": (
        [actions({"type": "timepicker", "initial_time": "24:00"})],
        "/blocks/0/elements/0/initial_time",
    ),
    "a 101st row": ([table([["x"]] * 101)], "/blocks/0/rows"),
    "a 21st column": ([table([["x"] * 21])], "/blocks/0/rows/0"),
    "an empty cell": ([table([[""]])], "/blocks/0/rows/0/0/text"),
    "cells over 10,000": ([table([["x" * 5001] * 2])], "/blocks/0/rows"),
    "a second table": ([table([["x"]])] * 2, "/blocks/1"),
    "true for a string": ([section(text={"type": "mrkdwn", "text": True})], "/blocks/0/text/text"),
    "one for true": ([section(text={**plain(), "emoji": 1})], "/blocks/0/text/emoji"),
}


@pytest.mark.parametrize("blocks", RIGHT.values(), ids=RIGHT.keys())
def test_it_accepts_a_valid_block(blocks: list[Json]) -> None:
    assert faults_of("blocks", blocks) == []


@pytest.mark.parametrize(("blocks", "pointer"), WRONG.values(), ids=WRONG.keys())
def test_it_refuses_an_invalid_block_with_its_place(blocks: list[Any], pointer: str) -> None:
    assert pointer in [fault.pointer for fault in faults_of("blocks", blocks)]


def test_it_words_faults_as_slack_does() -> None:
    fault = faults_of("blocks", [{"type": "header", "text": plain("x" * 151)}])[0]
    assert str(fault) == "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]"


def modal(**facts: Any) -> Json:
    return {"type": "modal", "title": plain(), "blocks": [{"type": "divider"}], **facts}


TYPED = asked({"type": "plain_text_input", "action_id": "a"})

RIGHT_VIEWS: dict[str, Json] = {
    "100 blocks": modal(blocks=[{"type": "divider"}] * 100),
    "titles of 24": modal(title=plain("x" * 24), submit=plain("x" * 24), close=plain("x" * 24)),
    "private metadata of 3000": modal(private_metadata="x" * 3000),
    "a file input": modal(blocks=[asked({"type": "file_input", "filetypes": ["csv"], "max_files": 1})], submit=plain()),
    "an input with submit": modal(blocks=[TYPED], submit=plain(), clear_on_close=True),
}
WRONG_VIEWS: dict[str, tuple[Json, str]] = {
    "a 101st block": (modal(blocks=[{"type": "divider"}] * 101), "/view/blocks"),
    "no blocks": (modal(blocks=[]), "/view/blocks"),
    "no title": ({"type": "modal", "blocks": [{"type": "divider"}]}, "/view"),
    "a title over 24": (modal(title=plain("x" * 25)), "/view/title/text"),
    "a submit over 24": (modal(submit=plain("x" * 25)), "/view/submit/text"),
    "a close over 24": (modal(close=plain("x" * 25)), "/view/close/text"),
    "mrkdwn in a title": (modal(title=marked()), "/view/title/type"),
    "private metadata over 3000": (modal(private_metadata="x" * 3001), "/view/private_metadata"),
    "a callback_id over 255": (modal(callback_id="x" * 256), "/view/callback_id"),
    "an input without submit": (modal(blocks=[TYPED]), "/view"),
    "a table": (modal(blocks=[table([["x"]])]), "/view/blocks/0/type"),
    "lengths out of order": (
        modal(blocks=[asked({"type": "plain_text_input", "min_length": 9, "max_length": 3})], submit=plain()),
        "/view/blocks/0/element/min_length",
    ),
    "a number input that does not say of which kind": (
        modal(blocks=[asked({"type": "number_input"})], submit=plain()),
        "/view/blocks/0/element",
    ),
    "eleven files": (
        modal(blocks=[asked({"type": "file_input", "max_files": 11})], submit=plain()),
        "/view/blocks/0/element/max_files",
    ),
    "a home tab": ({"type": "home", "blocks": [{"type": "divider"}]}, "/view/type"),
    "an unknown property": (modal(colour="red"), "/view"),
}


@pytest.mark.parametrize("view", RIGHT_VIEWS.values(), ids=RIGHT_VIEWS.keys())
def test_it_accepts_a_valid_modal(view: Json) -> None:
    assert faults_of("modal", view) == []


@pytest.mark.parametrize(("view", "pointer"), WRONG_VIEWS.values(), ids=WRONG_VIEWS.keys())
def test_it_refuses_an_invalid_modal(view: Json, pointer: str) -> None:
    assert pointer in [fault.pointer for fault in faults_of("modal", view)]


def test_it_checks_a_home_tab() -> None:
    assert faults_of("home", {"type": "home", "blocks": [{"type": "divider"}] * 100}) == []
    assert faults_of("home", {"type": "home", "blocks": [], "title": plain()})[0].pointer == "/view"
    assert faults_of("home", {"type": "home", "blocks": [table([["x"]])]})[0].pointer == "/view/blocks/0/type"
    assert faults_of("home", {"type": "home", "blocks": [asked({"type": "file_input"})]})


INDEPENDENT: dict[str, Any] = {
    "section": slackblocks.SectionBlock(
        "Hello, *world*", accessory=elements.Button("Go", "go", value="1", style=elements.ButtonStyle.DANGER)
    ),
    "header": slackblocks.HeaderBlock("Header"),
    "divider": slackblocks.DividerBlock(),
    "context": slackblocks.ContextBlock([objects.Markdown("_a_")]),
    "actions": slackblocks.ActionsBlock(
        [
            elements.Button("Go", "go", confirm=objects.ConfirmationDialogue("Sure?", "Really", "Yes", "No")),
            elements.StaticSelectMenu("pick", [objects.Option(objects.PlainText("One"), "1")], placeholder="Pick"),
            elements.DatePicker("date", initial_date="2026-11-30"),
            elements.TimePicker("time", initial_time="09:30"),
            elements.CheckboxGroup("boxes", [objects.Option("One", "1", description="first")]),
            elements.RadioButtonGroup("radio", [objects.Option("One", "1")]),
            elements.UserSelectMenu("who", placeholder="Who"),
        ]
    ),
    "input": slackblocks.InputBlock("Note", elements.PlainTextInput("note", multiline=True), optional=True),
    "table": slackblocks.TableBlock([[objects.RawText("a"), objects.RawText("b")]]),
}


@pytest.mark.parametrize("block", INDEPENDENT.values(), ids=INDEPENDENT.keys())
def test_it_accepts_blocks_from_an_independent_builder(block: Any) -> None:
    assert faults_of("blocks", [block.to_dict() if hasattr(block, "to_dict") else block._resolve()]) == []


def test_it_limits_the_text_of_all_blocks_together() -> None:
    assert weight([section(text=marked("x" * 100))]) == 100
    assert weight([section(text=marked("x" * 100))] * 2) > 200


def test_it_stores_blocks_with_ids_and_complete_texts() -> None:
    given = [actions({"type": "button", "text": plain()}), section()]
    kept = stored(given)
    assert kept[0]["block_id"]
    assert kept[0]["elements"][0]["action_id"]
    assert kept[0]["elements"][0]["text"]["emoji"] is True
    assert kept[1]["text"]["verbatim"] is False
    assert "block_id" not in given[0], "the caller's own blocks must stay as they were"


def test_it_finds_every_text_that_a_person_reads() -> None:
    blocks = [section(text=marked("one"), accessory=button(text=plain("two"))), table([["three"]])]
    assert words(blocks) == ["one", "two", "three"]
