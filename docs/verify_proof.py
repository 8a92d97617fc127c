#!/usr/bin/env python3
"""Checks a proof pack of Nextcall offline. Needs Python 3.9 or newer and nothing else: no network, package or database.

    python3 -S -I verify_proof.py --key 'nextcall/1f2e...+89abcdef+AQID...' [--published FILE] proof-447700900801.json

KEY is the log's public key (`nextcall evidence checkpoint --key`), from where the pack's author could not change it.
FILE has an earlier checkpoint: a digest's line (Log: SIZE entries, root ROOT), or the signed text of a checkpoint.
It checks that the pack and its checkpoint (C2SP tlog-checkpoint) are signed with that key (Ed25519, RFC 8032); that
every statement's leaf is in the checkpoint's tree (RFC 9162) and says or commits to every value shown; that no row
differs from its leaf; and that the tree continues that of FILE. Exit status: 0 all holds, 1 not, 2 unreadable.
"""

import argparse
import base64
import hashlib
import json
import pathlib
import re
import sys

MARK = re.compile(r"[^\d\n]*([\d.,]+)[^\d\n]*?([A-Za-z0-9+/]{43}=)`?\n?")
KEY_LINE = "(key|key-lost) (\\S+) (\\S+)\n"  # of a checkpoint from which on another key signs
INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d\.\d{6})Z")
MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError)
WHY_UNPROVEN = {"not_stated": "of kinds that the log leaves out", "waiting": "not in the log yet"}


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
    a, b = (one[1] - one[0]) * (other[1] - other[0]) % P, (one[1] + one[0]) * (other[1] + other[0]) % P
    c, d = 2 * one[3] * other[3] * D % P, 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(factor, point):
    found = times(factor >> 1, add_points(point, point)) if factor else (0, 1, 1, 0)
    return add_points(found, point) if factor & 1 else found


def point_of(encoded):
    """The point that 32 bytes encode."""
    sign, y = divmod(int.from_bytes(encoded, "little"), 1 << 255)
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    require(y < P and not (x * x - square) % P and (x or not sign), "the signature or the key is no point of the curve")
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


def read_checkpoint(note, *keys):
    """Size and root of a checkpoint, once its signature with one of the keys is checked."""
    name = keys[0][0]
    line = f"\u2014 {re.escape(name)} (.+)\n"
    found = re.fullmatch(f"({re.escape(name)}\n([0-9]+)\n(.+)\n(?:{KEY_LINE})?)\n((?:{line})+)", note)
    require(found, f"the checkpoint is not one of the log {name}")
    signed = {one[:4]: one[4:] for one in map(from_base64, re.findall(line, found[7]))}
    ours = [is_signed(raw, signed[key_id], found[1].encode()) for _, key_id, raw in keys if key_id in signed]
    require(ours and all(ours), "the checkpoint is not signed with this key")
    return int(found[2]), from_base64(found[3])


def keys_from(pack, key):
    """The keys from the one given to the one that signs now: each signed a checkpoint that names the next."""
    keys = [key]
    for note in pack["log"].get("key_changes", ()):
        kind, was, now = re.search(f"\n{KEY_LINE}\n", note).groups()
        if kind == "key" and read_key(was) == keys[-1]:
            read_checkpoint(note, keys[-1], read_key(now))
            keys.append(read_key(now))
    return keys


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def roots_of(number, size, hashed, path):
    """Roots of the tree that ends with leaf `number` and of that of `size`, by its inclusion path (RFC 9162, 2.1.3)."""
    if size == 1:
        return hashed, hashed
    middle, beside = 1 << (size - 1).bit_length() - 1, path.pop()
    if number < middle:
        ending, whole = roots_of(number, middle, hashed, path)
        return ending, node(whole, beside)
    ending, whole = roots_of(number - middle, size - middle, hashed, path)
    return node(beside, ending), node(beside, whole)


def check_published(text, pack, keys, size, root):
    """Raises Fault unless the tree begins with the one whose checkpoint was published."""
    mark = MARK.fullmatch(text)
    before, known = (int(re.sub("[.,]", "", mark[1])), from_base64(mark[2])) if mark else read_checkpoint(text, *keys)
    last = next((one for one in pack["log"]["published"] if one["size"] == before), None)
    require(last, f"the pack has no path from the checkpoint of {before} leaves: ask for one with it (export --kept)")
    path = [bytes.fromhex(each) for each in last["path"]]
    found = 0 < before <= size and roots_of(before - 1, size, bytes.fromhex(last["hash"]), path)
    require(found == (known, root) and not path, "the log of the pack does not continue it")


def check_statement(one, pack, known, size, root):
    """Raises Fault unless the statement's leaf is in the tree and says every value shown."""
    proof, why = one["proof"], one["unproven"]
    if proof is None:
        require(why != "differs", "it DIFFERS from the log: changed just before, or altered; get a new pack")
        require(not one["values"] and why in WHY_UNPROVEN, "it shows values without a proof")
        return
    leaf, hashed = json.loads(proof["leaf"]), hashlib.sha256(b"\x00" + proof["leaf"].encode()).digest()
    path = [bytes.fromhex(each) for each in proof["path"]]
    is_in = 0 <= leaf["n"] == proof["number"] < size and roots_of(leaf["n"], size, hashed, path)[1] == root
    require(is_in and not path, "its leaf is not in the tree of the checkpoint")
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


def check_whole(pack, key):
    """Raises Fault unless everything in the pack but the signature itself is as the log's key signed it."""
    rest = {name: one for name, one in pack.items() if name != "signature"}
    digest = hashlib.sha256(json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    text = f"nextcall proof pack/1\n{digest}\n".encode()
    require(is_signed(key, from_base64(pack["signature"]), text), "something in it was changed after it was made")


def faults_of(pack, key, published=None):
    """One sentence for each check that fails. Raises Fault for the checkpoint."""
    keys = keys_from(pack, key)
    size, root = read_checkpoint(pack["log"]["note"], keys[-1])
    known = {(one["record"]["table"], one["record"]["id"]) for one in pack["statements"]}
    checks = [("the pack is not as the log signed it", check_whole, pack, keys[-1][2])]
    if published is not None:
        checks.append(("the published checkpoint", check_published, published, pack, keys, size, root))
    named = [("{table} {id}".format(**one["record"]), one) for one in pack["statements"]]
    checks += [(name, check_statement, one, pack, known, size, root) for name, one in named]
    for what, check, *given in checks:
        try:
            check(*given)
        except (Fault, *MALFORMED) as fault:
            yield f"{what}: {fault if isinstance(fault, Fault) else f'it is not well formed ({fault!r})'}"


def main():
    asked = argparse.ArgumentParser(description="Checks a proof pack of Nextcall offline.")
    asked.add_argument("--key", required=True, help="the log's public key (NAME+ID+KEY), from elsewhere than the pack")
    asked.add_argument("--published", type=pathlib.Path, help="a file with a checkpoint that was published earlier")
    asked.add_argument("pack", type=pathlib.Path, help="the pack's JSON file")
    options = asked.parse_args()
    what, hint = "The key", "it whole, as NAME+ID+KEY (`nextcall evidence checkpoint --key` prints it)"
    try:
        key, what, hint = read_key(options.key), options.published, "the file of a checkpoint"
        published = options.published and options.published.read_text("utf-8")
        what, hint = options.pack, "the JSON file of a proof pack, not its PDF or page"
        pack = json.loads(options.pack.read_text("utf-8"), object_pairs_hook=each_once)
    except (OSError, ValueError, Fault, RecursionError) as fault:
        print(f"{what} cannot be read{f': {fault}' if isinstance(fault, Fault) else ''}. Give {hint}.")
        return 2
    try:
        faults = list(faults_of(pack, key, published))
    except (Fault, *MALFORMED) as fault:
        faults = [str(fault)]
    if faults:
        print("\n".join(f"FAILED: {one}" for one in faults))
        return 1
    continues = ", and it continues the one published before" if published else ""
    by = "the key you gave" if len(keys_from(pack, key)) == 1 else "a key that the one you gave leads to"
    print(f"Checkpoint of {pack['log']['note'].splitlines()[1]} leaves: signed with {by}{continues}.")
    proven = sum(one["proof"] is not None for one in pack["statements"])
    print(f"{proven} statements about {pack['number']}: each is in the log, and shows what its leaf says.")
    for why, says in WHY_UNPROVEN.items():
        if count := sum(one["unproven"] == why for one in pack["statements"]):
            print(f"Not proven: {count} {says}.")
    print("The rest (`beside`, reviews, names of campaigns): not in the log, but as Nextcall signed it with this key.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
