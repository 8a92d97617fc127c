"""Links that dial a number: each person's own, of four schemes; anything else falls back to tel:."""

import pytest

from bot.services.numbers.parsing import MOST_IN_LINK, TELEPHONE, dial_link, is_dialable

NUMBER = "+447700900123"


@pytest.mark.parametrize(
    ("template", "link"),
    [
        ("", "tel:+447700900123"),
        (TELEPHONE, "tel:+447700900123"),
        ("sip:{number}@pbx.example", "sip:+447700900123@pbx.example"),
        ("callto:{number}", "callto:+447700900123"),
        ("https://phone.example/dial?to={number}&line=2", "https://phone.example/dial?to=%2B447700900123&line=2"),
        ("https://crm.example:8443/call/{number}", "https://crm.example:8443/call/%2B447700900123"),
    ],
)
def test_each_person_dials_in_their_own_way(template: str, link: str) -> None:
    assert dial_link(NUMBER, template) == link


@pytest.mark.parametrize(
    "template",
    [
        "tel:",
        "javascript:alert({number})",
        "http://phone.example/{number}",
        "https://{number}.example/",
        "https://phone.example@{number}/",
        "https://user@phone.example/{number}",
        "https://phone.example?to={number}",
        "tel:{number}{number}",
        "tel:{number}|x",
        "tel:{number}>",
        "tel: {number}",
        "tel:{nummer}",
        "TEL:{number}",
        f"tel:{'1' * MOST_IN_LINK}{{number}}",
        "tel:{number}\n",
    ],
)
def test_what_makes_no_link_dials_by_telephone(template: str) -> None:
    assert not is_dialable(template)
    assert dial_link(NUMBER, template) == "tel:+447700900123"
