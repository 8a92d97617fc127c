"""What a reader sees of a chart: columns as high as their counts, every word inside the picture, no word upon
another."""

from io import BytesIO
from itertools import combinations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from bot.services.answers.evidence.proof_packs import Box, Drawing, Text
from bot.services.drawing import charts

BLUE, ORANGE = "#0072B2", "#E69F00"
HARDLY = 0.001  # of a pixel: what numbers lose that are not whole
COUNTS = st.lists(st.integers(0, 2_000_000), min_size=1, max_size=31)


def columns(counts: list[int], **more: object) -> Drawing:
    sheet = charts.Sheet()
    each = [
        charts.Column(((one, BLUE),), "Mon\n23 Nov" if len(counts) < 10 else "Mo., 23. Nov.", charts.short_count(one))
        for one in counts
    ]
    sheet.columns("Calls", each, 300)
    return sheet.drawing()


def boxes(drawn: Drawing, colour: str) -> list[Box]:
    return [one for one in drawn.marks if isinstance(one, Box) and one.colour == colour]


def words(drawn: Drawing) -> list[Text]:
    return [one for one in drawn.marks if isinstance(one, Text)]


def ground(one: Text) -> tuple[float, float, float, float]:
    """What a text covers: left, top, right, bottom."""
    width = charts._font(one.size, one.is_bold).getlength(one.text)
    left = one.x - {"left": 0.0, "middle": 0.5, "right": 1.0}[one.align] * width
    return left, one.y - 0.72 * one.size, left + width, one.y


@given(COUNTS)
def test_columns_are_as_high_as_their_counts(counts: list[int]) -> None:
    drawn = boxes(columns(counts), BLUE)
    seen = [count for count in counts if count]
    assert len(drawn) == len(seen)
    for (one, high), (other, low) in combinations(list(zip(drawn, seen, strict=True))[:6], 2):
        assert (one.bottom - one.top) * low == pytest.approx((other.bottom - other.top) * high)


@given(COUNTS)
@example([1_846_787, *[0] * 25])
def test_every_word_is_inside_and_none_is_upon_another(counts: list[int]) -> None:
    drawn = columns(counts)
    covered = [ground(one) for one in words(drawn)]
    for left, top, right, bottom in covered:
        assert left >= -1
        assert right <= drawn.width + 1
        assert top >= 0
        assert bottom <= drawn.height + 1
    for one, other in combinations(covered, 2):
        is_beside = one[2] <= other[0] + HARDLY or other[2] <= one[0] + HARDLY
        assert is_beside or one[3] <= other[1] + HARDLY or other[3] <= one[1] + HARDLY


def test_the_scale_tells_the_height_of_a_column() -> None:
    drawn = columns([40, 10])
    ticks = {one.text: one.y for one in words(drawn) if one.align == "right"}
    tall, short = boxes(drawn, BLUE)
    assert tall.top == pytest.approx(ticks["40"] - charts._MIDDLE)
    assert short.bottom == pytest.approx(ticks["0"] - charts._MIDDLE)


def test_parts_stand_upon_each_other() -> None:
    sheet = charts.Sheet()
    sheet.columns("Calls", [charts.Column(((10, BLUE), (30, ORANGE)))], 300)
    [below], [above] = boxes(sheet.drawing(), BLUE), boxes(sheet.drawing(), ORANGE)
    assert below.top == above.bottom
    assert above.bottom - above.top == pytest.approx(3 * (below.bottom - below.top))


def test_of_counts_that_would_touch_the_taller_is_said() -> None:
    said = {one.text for one in words(columns([123_456, *[123_455] * 22, 999_999]))}
    assert "999k" in said
    assert "1,234" not in said


def test_an_alarm_and_a_shade_are_never_left_out() -> None:
    sheet = charts.Sheet()
    crowd = [charts.Column(((9_999, BLUE),), said="9,999", alarm="2", is_shaded=True) for _ in range(40)]
    sheet.columns("Calls", crowd, 300)
    alarms = [one for one in words(sheet.drawing()) if one.colour == charts.ALARM]
    assert [one.text for one in alarms] == ["▼", "2"] * 40
    assert all(one.y > 0 for one in alarms)
    assert len(boxes(sheet.drawing(), charts.SHADE)) == 40


def test_bars_are_as_long_as_their_counts_and_name_them() -> None:
    sheet = charts.Sheet()
    sheet.bars("What came of them", [("Spoke", 84, BLUE), ("Busy", 21, BLUE), ("Dead number", 0, BLUE)])
    long, short, none = boxes(sheet.drawing(), BLUE)
    assert long.right - long.left == pytest.approx(4 * (short.right - short.left))
    assert none.right == none.left
    assert {"Spoke", "84", "Busy", "21", "Dead number", "0"} < {one.text for one in words(sheet.drawing())}
    assert all(ground(one)[0] >= -1 and ground(one)[2] <= charts.WIDTH + 1 for one in words(sheet.drawing()))


def test_a_key_says_what_each_colour_means_in_as_many_lines_as_it_takes() -> None:
    sheet = charts.Sheet()
    sheet.key({f"what the colour {place} means": f"#00000{place}" for place in range(6)})
    drawn = sheet.drawing()
    for place in range(6):
        [box], [text] = boxes(drawn, f"#00000{place}"), [one for one in words(drawn) if f" {place} " in one.text]
        assert box.right < text.x < box.right + 20
        assert box.top < text.y <= box.bottom
        assert ground(text)[2] <= drawn.width


def test_a_picture_is_1200_wide_and_has_what_was_laid_out() -> None:
    drawn = columns([40, 10])
    image = Image.open(BytesIO(charts.paint(drawn)))
    assert image.size == (1200, drawn.height + 24)
    tall, short = boxes(drawn, BLUE)
    assert image.getpixel((int(tall.left) + 20, int(tall.top) + 20)) == (0x00, 0x72, 0xB2)
    assert image.getpixel((int(short.left) + 20, int(short.top) - 40)) == (255, 255, 255)


def test_words_in_every_script_of_europe_are_drawn_as_themselves() -> None:
    """A letter that the font lacks is drawn as a box, and all boxes are alike."""
    letters = "ÀÆĆĐĞĦĲĽŁŊŒŘŞȚẞÞ" + "ΑΩψώ" + "ЖЋІҐЪ" + "ԱՖ" + "აჰ" + "€£▼"
    missing, *drawn = (bytes(charts._font(30, False).getmask(one)) for one in ("\U0010fffd", *letters))
    assert missing not in drawn
