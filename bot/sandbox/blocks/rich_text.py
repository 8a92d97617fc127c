"""Rich text: sections, lists, quotes, preformatted text, and their contents."""

from bot.sandbox.blocks.checks import by_type, choice, flag, items, matching, record, text, whole
from bot.sandbox.blocks.objects import identifier, url

_style = {"style": record({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline"), flag))}

_inline = by_type(
    {
        "text": record({"type": choice("text"), "text": text(12_000)}, _style),
        "link": record({"type": choice("link"), "url": url}, {"text": text(3000), "unsafe": flag} | _style),
        "emoji": record({"type": choice("emoji"), "name": text(100)}, {"unicode": text(100)} | _style),
        "user": record({"type": choice("user"), "user_id": identifier}, _style),
        "usergroup": record({"type": choice("usergroup"), "usergroup_id": identifier}, _style),
        "channel": record({"type": choice("channel"), "channel_id": identifier}, _style),
        "broadcast": record({"type": choice("broadcast"), "range": choice("here", "channel", "everyone")}, _style),
        "color": record({"type": choice("color"), "value": matching("#[0-9a-fA-F]{6}", "must be a hex colour")}),
        "date": record(
            {"type": choice("date"), "timestamp": whole(0), "format": text(255)},
            {"url": url, "fallback": text(255)} | _style,
        ),
    }
)
_line = items(_inline, 0, 1000)
_section = record({"type": choice("rich_text_section"), "elements": _line})

rich_text = record(
    {
        "type": choice("rich_text"),
        "elements": items(
            by_type(
                {
                    "rich_text_section": _section,
                    "rich_text_list": record(
                        {
                            "type": choice("rich_text_list"),
                            "style": choice("bullet", "ordered"),
                            "elements": items(_section, 1, 1000),
                        },
                        {"indent": whole(0, 8), "offset": whole(0), "border": whole(0, 1)},
                    ),
                    "rich_text_quote": record(
                        {"type": choice("rich_text_quote"), "elements": _line}, {"border": whole(0, 1)}
                    ),
                    "rich_text_preformatted": record(
                        {"type": choice("rich_text_preformatted"), "elements": _line},
                        {"border": whole(0, 1), "language": text(50)},
                    ),
                }
            ),
            1,
            1000,
        ),
    },
    {"block_id": identifier},
)
