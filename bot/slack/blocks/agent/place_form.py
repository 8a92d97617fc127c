"""The form for where a person is now, and the button that opens it."""

from bot.slack import ids
from bot.slack.blocks.kit import Block, Element, button, field, form, inputs, section
from bot.slack.wording import calls


def place_form(metadata: str, *, is_of_a_lead: bool = False) -> Block:
    """`is_of_a_lead`: opened from team status, not from a card."""
    parts = (
        (ids.COUNTRY, calls.place_country(), "GB"),
        (ids.REGION, calls.place_region(), "Colorado"),
        (ids.POSTCODE, calls.place_postcode(), "EH1 1YZ"),
        (ids.CITY, calls.place_city(), "Denver"),
    )
    asked = [field(name, label, inputs.line(placeholder=such), is_optional=True) for name, label, such in parts]
    modal = ids.LEAD_PLACE_MODAL if is_of_a_lead else ids.PLACE_MODAL
    return form(calls.place_title(), [section(calls.place_about()), *asked], modal, metadata)


def elsewhere(lease_id: int, name: str) -> Element:
    return button(calls.place_button(), ids.PLACE_FORM, str(lease_id), of=name)
