"""A checkpoint is read as it was written and no other way, and its signature is the log's."""

from base64 import b64decode, b64encode

import pytest

from bot.services.proof import notes

ORIGIN = "nextcall/0f1e2d3c4b5a6978"
ROOT = bytes(range(32))
SHOWN = b64encode(ROOT).decode()


@pytest.mark.parametrize("size", [0, 1, 812, 10**12])
def test_a_note_says_what_was_signed(size: int) -> None:
    private = notes.new_private_key()
    key = notes.PublicKey(ORIGIN, notes.public_part(private))
    note = notes.sign(notes.Checkpoint(ORIGIN, size, ROOT), private)
    assert note.splitlines()[:4] == [ORIGIN, str(size), SHOWN, ""]
    for copied in (note, note.rstrip("\n")):  # who copies it from a page may lose the last end of line
        assert notes.verify(copied, key) == notes.Checkpoint(ORIGIN, size, ROOT)


def test_each_character_of_a_note_counts() -> None:
    """Also the last ones of a base64 text, of which two bits say nothing: one value has one spelling."""
    private = notes.new_private_key()
    key = notes.PublicKey(ORIGIN, notes.public_part(private))
    note = notes.sign(notes.Checkpoint(ORIGIN, 812, ROOT), private)
    for place, one in enumerate(note.rstrip("\n")):
        for other in {"A", "B", chr(ord(one) ^ 1), chr(ord(one) + 1)} - {one}:
            with pytest.raises(notes.NotANote):
                notes.verify(note[:place] + other + note[place + 1 :], key)


@pytest.mark.parametrize(
    "text",
    [
        f"{ORIGIN}\n812\n{SHOWN}",
        f"{ORIGIN}\n812\n{SHOWN}\nmore",
        f"\n812\n{SHOWN}\n\n",
        f"{ORIGIN}\n-1\n{SHOWN}\n\n",
        f"{ORIGIN}\n0812\n{SHOWN}\n\n",
        f"{ORIGIN}\n 812\n{SHOWN}\n\n",
        f"{ORIGIN}\nmany\n{SHOWN}\n\n",
        f"{ORIGIN}\n812\n{SHOWN[:5]}!{SHOWN[5:]}\n\n",
        f"{ORIGIN}\n812\n{SHOWN[:-1]}\n\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(notes.NotANote):
        notes.read(text)


def test_a_signature_line_is_read_strictly_and_those_of_others_are_passed_over() -> None:
    private = notes.new_private_key()
    key = notes.PublicKey(ORIGIN, notes.public_part(private))
    note = notes.sign(notes.Checkpoint(ORIGIN, 812, ROOT), private)
    text, _, line = note.partition("\n\n")
    other = f"\u2014 witness.example {b64encode(bytes(68)).decode()}"
    not_base64 = f"\u2014 {ORIGIN} {SHOWN[:5]}!"
    assert notes.verify(f"{text}\n\n{other}\n{not_base64}\n{line}", key).size == 812
    for forged in ("", other, line.replace(" ", "  "), line.replace("\u2014", "-"), f"{line.rstrip()} more"):
        with pytest.raises(notes.NotANote):
            notes.verify(f"{text}\n\n{forged}\n", key)


def test_neither_another_key_nor_another_name_is_this_logs() -> None:
    private, other = notes.new_private_key(), notes.new_private_key()
    key = notes.PublicKey(ORIGIN, notes.public_part(private))
    with pytest.raises(notes.NotANote):
        notes.verify(notes.sign(notes.Checkpoint(ORIGIN, 812, ROOT), other), key)
    renamed = notes.sign(notes.Checkpoint("nextcall/other", 812, ROOT), private)
    with pytest.raises(notes.NotANote):
        notes.verify(renamed, key)
    signed = notes.sign(notes.Checkpoint("nextcall/other", 812, ROOT), private).splitlines()[-1]
    assert b64decode(signed.split(" ")[2])[:4] != key.key_id
