"""Checkpoints as signed notes: C2SP `tlog-checkpoint` and `signed-note`, signed with Ed25519."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ED25519 = b"\x01"
_DASH = "\u2014"  # begins a signature line
_KEY_ID = 4  # bytes
_PACK = "nextcall proof pack/1"


class NotANote(ValueError):
    """The text is no checkpoint, or its signature is not the log's."""


class KeyDamaged(ValueError):
    """What the record has as the log's signing key is none: nothing can be signed, and no signature checked."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log at one moment: its name, how many leaves it had, and the root over them."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What verifies a log's checkpoints. `shown`: as signed notes' verifiers write it."""

    name: str
    raw: bytes  # 32 bytes

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.raw).digest()[:_KEY_ID]

    @property
    def shown(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64encode(_ED25519 + self.raw).decode()}"


def new_private_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_key(origin: str, private_key: bytes) -> PublicKey:
    """Raises KeyDamaged."""
    return PublicKey(origin, _read_key(private_key).public_key().public_bytes_raw())


def whole_key(origin: str, private_key: bytes) -> PublicKey | None:
    """None: the key is damaged."""
    try:
        return public_key(origin, private_key)
    except KeyDamaged:
        return None


def _read_key(raw: bytes) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(raw)
    except (TypeError, ValueError) as error:
        raise KeyDamaged("the log's signing key is not 32 bytes") from error


def sign(checkpoint: Checkpoint, private_key: bytes) -> str:
    """The signed note. Raises KeyDamaged."""
    signed = _read_key(private_key).sign(checkpoint.text.encode())
    key = public_key(checkpoint.origin, private_key)
    return f"{checkpoint.text}\n{_DASH} {key.name} {b64encode(key.key_id + signed).decode()}\n"


def sign_pack(canonical: bytes, private_key: bytes) -> str:
    """The signature of a proof pack in base64. Its first line differs from every log's name, which begins a checkpoint.

    Raises KeyDamaged.
    """
    text = f"{_PACK}\n{sha256(canonical).hexdigest()}\n"
    return b64encode(_read_key(private_key).sign(text.encode())).decode()


def read(note: str) -> Checkpoint:
    """The checkpoint of a note, whoever signed it. Raises NotANote."""
    lines = note.split("\n")
    if len(lines) < len("osr") + 1 or "" not in lines:
        raise NotANote("it has no three lines with an empty line after them")
    try:
        size, root = int(lines[1]), _from_base64(lines[2])
    except ValueError as error:
        raise NotANote("its second line is no number, or its third no base64") from error
    if str(size) != lines[1] or size < 0 or not lines[0]:
        raise NotANote("its first line is empty, or its second no size")
    return Checkpoint(lines[0], size, root)


def read_kept(text: str, origin: str) -> Checkpoint:
    """A checkpoint that somebody kept: a signed note, or what a digest says (see `is_mark`). Raises NotANote."""
    if not is_mark(text):
        return read(text)
    size, root = text.split()
    return read(f"{origin or '?'}\n{size.replace(',', '').replace('.', '')}\n{root}\n\n")


def is_mark(text: str) -> bool:
    """Whether it is what a digest says of the log: size and root, separated by a space."""
    return len(text.split()) == len(("size", "root"))


def verify(note: str, key: PublicKey) -> Checkpoint:
    """The checkpoint of a note that this key signed. Raises NotANote."""
    found = read(note)
    text, _, signatures = note.partition("\n\n")
    for line in signatures.splitlines():
        if (signature := _signature(line, key)) is None:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, f"{text}\n".encode())
        except InvalidSignature:
            continue
        if found.origin == key.name:
            return found
    raise NotANote("it is not signed with this log's key")


def _signature(line: str, key: PublicKey) -> bytes | None:
    words = line.split(" ")
    if len(words) != len("dns") or words[:2] != [_DASH, key.name]:
        return None
    try:
        signed = _from_base64(words[2])
    except ValueError:
        return None
    return signed[_KEY_ID:] if signed[:_KEY_ID] == key.key_id else None


def _from_base64(text: str) -> bytes:
    """Raises ValueError for what is no base64, and for one that is not written in the one right way."""
    found = b64decode(text, validate=True)
    if b64encode(found).decode() != text:
        raise ValueError("bits that say nothing are set")
    return found
