#!/usr/bin/env python3
"""Checks a proof pack of Nextcall offline. Needs Python 3.9 or newer and nothing else: no network, package or database.

    python3 -S -I verify_proof.py --key 'nextcall/1f2e...+89abcdef+AQID...' proof-447700900801.json

KEY is the log's public key (`nextcall evidence checkpoint --key`). Take it from where the pack's author could not change
it since: a letter, your own file of an earlier case. A key that came with the pack proves only that it agrees with itself.

It checks that the pack as a whole and the checkpoint (C2SP tlog-checkpoint) are signed with that key (Ed25519, RFC 8032);
that every statement's leaf is in the tree of that checkpoint (RFC 9162) and says or commits to every value shown; and that
no row differs from its leaf. Exit status: 0 if all of that holds, 1 if any does not, 2 if file or key cannot be read.
"""

import argparse
import base64
import hashlib
import json
import re
import sys

INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d\.\d{6})Z")
MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError)
WHY_UNPROVEN = {
    "not_stated": "are of kinds that the log leaves out",
    "waiting": "were not in the log yet when the pack was made",
}


class Fault(Exception):
    """Something does not hold. Its text says what."""


def require(holds, otherwise):
    if not holds:
        raise Fault(otherwise)


# -- Ed25519, after RFC 8032 section 5.1: points are (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z
P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def add_points(one, other):
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(factor, point):
    found = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            found = add_points(found, point)
        point, factor = add_points(point, point), factor >> 1
    return found


def point_of(encoded):
    """The point that 32 bytes encode."""
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    is_point = y < P and not (x * x - square) % P and (x or not sign)
    require(is_point, "the signature or the key is no point of the curve")
    x = P - x if x & 1 != sign else x
    return (x, y, 1, x * y % P)


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(key, signature, text):
    """Whether the 64 bytes are the signature of the text under the 32 bytes of the public key."""
    s = int.from_bytes(signature[32:], "little")
    require(len(signature) == 64 and s < ORDER, "it is no Ed25519 signature")
    hashed = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little") % ORDER
    x, y, z, _ = times(s, BASE)
    u, v, w, _ = add_points(point_of(signature[:32]), times(hashed, point_of(key)))
    return not (x * w - u * z) % P and not (y * w - v * z) % P


# -- the checkpoint. Encodings are read strictly: one value has one spelling
def from_base64(text):
    found = base64.b64decode(text, validate=True)
    require(base64.b64encode(found).decode() == text, "base64 is not written in the one right way")
    return found


def each_once(pairs):
    require(len(dict(pairs)) == len(pairs), "a name stands twice in it")
    return dict(pairs)


def read_key(shown):
    """Name, id and 32 bytes of a key written NAME+ID+BASE64, as signed notes write it."""
    name, key_id, encoded = shown.strip().split("+", 2)
    raw = from_base64(encoded)  # its first byte names the kind of key
    require(raw[:1] == b"\x01" and len(raw) == 33, "it is no Ed25519 key")
    expected = hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4]
    require(expected.hex() == key_id, "the key's id does not belong to it: a character is wrong or missing")
    return name, expected, raw[1:]


def read_checkpoint(note, key):
    """Size and root of a checkpoint, once its signature is checked."""
    name, key_id, raw = key
    text, _, signature = note.partition("\n\n")
    lines, begins = text.split("\n"), f"\u2014 {name} "
    require(len(lines) == 3 and lines[0] == name, f"the checkpoint is not one of the log {name}")
    require(signature.startswith(begins), f"the checkpoint has no signature of the log {name}")
    signed = from_base64(signature[len(begins) :].rstrip("\n"))
    is_ours = signed[:4] == key_id and is_signed(raw, signed[4:], (text + "\n").encode())
    require(is_ours, "the checkpoint is not signed with this key")
    return int(lines[1]), from_base64(lines[2])


def is_included(number, size, hashed, path, root):
    """RFC 9162, section 2.1.3.2."""
    last = size - 1
    for one in path:
        if not last:
            return False
        if number & 1 or number == last:
            hashed = hashlib.sha256(b"\x01" + one + hashed).digest()
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            hashed = hashlib.sha256(b"\x01" + hashed + one).digest()
        number, last = number >> 1, last >> 1
    return not last and hashed == root


def check_statement(one, pack, known, size, root):
    """Raises Fault unless the statement's leaf is in the tree and says every value shown."""
    proof, text = one["proof"], one["proof"]["leaf"]
    leaf, hashed = json.loads(text), hashlib.sha256(b"\x00" + text.encode()).digest()
    path = [bytes.fromhex(each) for each in proof["path"]]
    is_in = 0 <= leaf["n"] == proof["number"] < size and is_included(leaf["n"], size, hashed, path, root)
    require(is_in, "its leaf is not in the tree of the checkpoint")
    said = said_of(leaf, proof)
    require([said["table"], said["row"]] == [one["record"]["table"], one["record"]["id"]], "its leaf is of another row")
    opened = {each["column"]: each["text"] for each in proof["openings"]}
    for each in proof["openings"]:
        digest = hashlib.sha256(bytes.fromhex(each["key"]) + each["text"].encode()).hexdigest()
        require(digest == said["sealed"][each["column"]], f"{each['column']} is not what its leaf commits to")
    check_number(said, opened, pack, known)
    for column, value in one["values"].items():
        if column in said["is"]:
            require(is_same(value, said["is"][column]), f"{column} is not what its leaf says")
        else:
            text = opened[column]
            require(value == text or is_same(value, json.loads(text)), f"{column} is not what its leaf commits to")
    require(one["at"] in one["values"].values(), "its moment is none that its leaf says")


def said_of(leaf, proof):
    """What a leaf says of the row. If it bundles many rows, it holds the hash of what it says of each."""
    if "statement" in leaf:
        require(not proof["statement"], "it is stated twice")
        return leaf["statement"]
    said = json.loads(proof["statement"])
    digest = hashlib.sha256(proof["statement"].encode()).hexdigest()
    is_in = [said["row"], digest] in [each[:2] for each in leaf["rows"]]
    require(is_in and said["table"] == leaf["table"], "its leaf bundles other rows")
    return said


def check_number(said, opened, pack, known):
    """Raises Fault unless the leaf is about the pack's number, or about a call or card that is."""
    erased = pack["number_on_record"] if pack["number_on_record"].startswith("erased:") else pack["number"]
    if said["sealed"].get("number") is not None:
        require(opened.get("number") in ("", pack["number"], erased), "its leaf is not about this number")
    for column, table in (("lease_id", "lease"), ("attempt_id", "attempt")):
        link = said["is"].get(column) if said["table"] in ("decision", "outcomerecord") else None
        require(link is None or (table, link) in known, f"it is about {table} {link}, which is not in the pack")


def is_same(value, said):
    """Whether a value is what a leaf says, which writes instants as 2026-11-24 10:00:00.417003."""
    found = INSTANT.fullmatch(value) if isinstance(value, str) else None
    return (f"{found[1]} {found[2]}" if found else value) == said and isinstance(value, bool) == isinstance(said, bool)


def is_whole(pack, key):
    """Whether everything in the pack but the signature itself is as the log's key signed it."""
    rest = {name: one for name, one in pack.items() if name != "signature"}
    digest = hashlib.sha256(json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    try:
        return is_signed(key, from_base64(pack["signature"]), f"nextcall proof pack/1\n{digest}\n".encode())
    except (Fault, *MALFORMED):
        return False


def faults_of(pack, key):
    """One sentence for the pack as a whole, and for each statement that fails. Raises Fault for the checkpoint."""
    size, root = read_checkpoint(pack["log"]["note"], key)
    if not is_whole(pack, key[2]):
        yield "the pack is not as the log signed it: something in it was changed after it was made"
    known = {(one["record"]["table"], one["record"]["id"]) for one in pack["statements"]}
    for one in pack["statements"]:
        try:
            if one["proof"] is not None:
                check_statement(one, pack, known, size, root)
            elif one["unproven"] == "differs":
                raise Fault("it DIFFERS from the log: changed just before the pack was made, or altered; get a new one")
            elif one["values"] or one["unproven"] not in WHY_UNPROVEN:
                raise Fault("it shows values without a proof")
        except (Fault, *MALFORMED) as fault:
            says = fault if isinstance(fault, Fault) else f"it is not well formed ({fault!r})"
            yield f"{one['record']['table']} {one['record']['id']}: {says}"


def main():
    asked = argparse.ArgumentParser(description="Checks a proof pack of Nextcall offline.")
    asked.add_argument("--key", required=True, help="the log's public key (NAME+ID+KEY), from elsewhere than the pack")
    asked.add_argument("pack", help="the pack's JSON file")
    options = asked.parse_args()
    try:
        with open(options.pack, encoding="utf-8") as file:
            pack = json.load(file, object_pairs_hook=each_once)
        key = read_key(options.key)
    except (OSError, ValueError, Fault) as fault:
        print(f"The file or the key cannot be read: {fault}")
        return 2
    try:
        faults = list(faults_of(pack, key))
    except (Fault, *MALFORMED) as fault:
        faults = [str(fault)]
    for one in faults:
        print(f"FAILED: {one}")
    if faults:
        return 1
    print(f"Checkpoint of {pack['log']['note'].splitlines()[1]} leaves: signed with the key you gave.")
    proven = sum(one["proof"] is not None for one in pack["statements"])
    print(f"{proven} statements about {pack['number']}: each is in the log, and shows what its leaf says.")
    for why, says in WHY_UNPROVEN.items():
        if count := sum(one["unproven"] == why for one in pack["statements"]):
            print(f"Not proven: {count} statements {says}.")
    print("The rest (`beside`, reviews, names of campaigns): not in the log, but as Nextcall signed it with this key.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
