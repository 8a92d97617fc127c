"""Checkpoints as signed notes: C2SP `tlog-checkpoint` and `signed-note`, signed with Ed25519."""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

_ED25519 = b"\x01"
_DASH = "\u2014"  # begins a signature line
_KEY_ID, _RAW = 4, 32  # bytes
# The first word of a checkpoint's line that names a new key, signed when keys change; the second: the earlier is lost.
_KEY_LINES = ("key", "key-lost")
_PACK = "nextcall proof pack/1"
_PEM = re.compile(rb"-----BEGIN PRIVATE KEY-----[^-]*-----END PRIVATE KEY-----")


class NotANote(ValueError):
    """The text is no checkpoint, or its signature is not the log's."""


class KeyDamaged(ValueError):
    """What the record has as the log's public key is none: no signature can be checked."""


class KeyAway(Exception):
    """None of the private keys here belongs to the log: this process cannot sign it."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log at one moment: its name, how many leaves it had, and the root over them.

    `was`, `now`: keys as `PublicKey.shown`, where another signs the log from here on. `is_lost`: the earlier one is
    gone, and does not sign this.
    """

    origin: str
    size: int
    root: bytes
    was: str = ""
    now: str = ""
    is_lost: bool = False

    @property
    def text(self) -> str:
        extension = f"{_KEY_LINES[self.is_lost]} {self.was} {self.now}\n" if self.now else ""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n{extension}"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """What verifies a log's checkpoints. `shown`: as signed notes' verifiers write it. Raises KeyDamaged."""

    name: str
    raw: bytes  # 32 bytes

    def __post_init__(self) -> None:
        if len(self.raw) != _RAW:
            raise KeyDamaged(f"the log's public key is not {_RAW} bytes")

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.raw).digest()[:_KEY_ID]

    @property
    def shown(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64encode(_ED25519 + self.raw).decode()}"


def read_key(shown: str) -> PublicKey:
    """A key as `PublicKey.shown` writes it. Raises KeyDamaged."""
    name, _, rest = shown.partition("+")
    try:
        raw = _from_base64(rest.partition("+")[2])
    except ValueError as error:
        raise KeyDamaged("it is no base64") from error
    return PublicKey(name, raw.removeprefix(_ED25519))


def new_private_key() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes_raw()


def public_part(private_key: bytes) -> bytes:
    """The 32 bytes of the public key. Raises KeyDamaged."""
    try:
        return Ed25519PrivateKey.from_private_bytes(private_key).public_key().public_bytes_raw()
    except ValueError as error:
        raise KeyDamaged(f"the log's private key is not {_RAW} bytes") from error


def as_pem(private_key: bytes) -> bytes:
    """As `openssl genpkey -algorithm ed25519` writes it: PKCS #8, unencrypted."""
    key = Ed25519PrivateKey.from_private_bytes(private_key)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def keys_in(pem: bytes) -> list[bytes]:
    """The private keys of a file, in their order. What is no whole Ed25519 key is passed over."""
    found = []
    for block in _PEM.findall(pem):
        try:
            key = load_pem_private_key(block, password=None)
        except ValueError:
            continue
        if isinstance(key, Ed25519PrivateKey):
            found.append(key.private_bytes_raw())
    return found


def sign(checkpoint: Checkpoint, *private_keys: bytes) -> str:
    """The note, signed with each of the keys in turn."""
    lines = []
    for one in private_keys:
        key = PublicKey(checkpoint.origin, public_part(one))
        signed = Ed25519PrivateKey.from_private_bytes(one).sign(checkpoint.text.encode())
        lines.append(f"{_DASH} {key.name} {b64encode(key.key_id + signed).decode()}\n")
    return f"{checkpoint.text}\n{''.join(lines)}"


def sign_pack(canonical: bytes, private_key: bytes) -> str:
    """The signature of a proof pack in base64. Its first line is no log's name, which begins a checkpoint."""
    text = f"{_PACK}\n{sha256(canonical).hexdigest()}\n"
    return b64encode(Ed25519PrivateKey.from_private_bytes(private_key).sign(text.encode())).decode()


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
    words = lines[3].split(" ")
    if len(words) != len("kwn") or words[0] not in _KEY_LINES:
        return Checkpoint(lines[0], size, root)
    return Checkpoint(lines[0], size, root, words[1], words[2], is_lost=words[0] == _KEY_LINES[True])


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


def is_signed(note: str, key: PublicKey) -> bool:
    try:
        verify(note, key)
    except NotANote:
        return False
    return True


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
