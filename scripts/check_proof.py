#!/usr/bin/env python3
"""Checks a proof bundle of `prova damage --proof`, independently of prova: Python's standard library, nothing else.

    scripts/check_proof.py BUNDLE [--public-key HEX] [--source NUMBER=PATH]...

Checks the seal and both Ed25519 signatures, that the inventory's root is made of its parts, that the files are exactly those that were
inventoried (every leaf, up to the signed Merkle root), and that totals and verdicts agree. With --source, the extents in that raw
image or directory are read again and hashed. Exit 0: accepted. Exit 1: refused. Format: docs/formats/proof.md.
"""
import argparse
import hashlib
import json
import os
import struct
import sys

VERDICTS = ["intact", "moved", "survives_on_disk", "survives_in_backup", "survives_in_copy", "partial", "not_found"]
WHOLE = set(VERDICTS[:5])


class Refused(Exception):
    pass


def require(holds, reason):
    if not holds:
        raise Refused(reason)


# --- Ed25519 verification, RFC 8032 section 5.1.7, in extended homogeneous coordinates (section 5.1.4) ---
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * SQRT_M1 % P
    if (x * x - x2) % P:
        return None
    return P - x if x & 1 != sign else x


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def decompress(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    x = recover_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y, 1, recover_x(BASE_Y, 0) * BASE_Y % P)


def ed25519_holds(public_key, message, signature):
    a, r = decompress(public_key), decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % L
    left, right = multiply(s, BASE), add(r, multiply(k, a))
    return (left[0] * right[2] - right[0] * left[2]) % P == 0 and (left[1] * right[2] - right[1] * left[2]) % P == 0


# --- The bundle ---
def from_hex(text, size, name):
    require(isinstance(text, str) and len(text) == 2 * size and all(c in "0123456789abcdef" for c in text), f"{name} is not {size} bytes of lower-case hex")
    return bytes.fromhex(text)


def name_bytes(text):
    """Names are bytes: U+F780 .. U+F7FF stand for the bytes 0x80 .. 0xff."""
    return b"".join(bytes([ord(c) - 0xF700]) if 0xF780 <= ord(c) <= 0xF7FF else c.encode("utf-8") for c in text)


def merkle_root(leaves):
    """RFC 6962, 2.1."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    while len(leaves) > 1:
        pairs = [hashlib.sha256(b"\x01" + leaves[i] + leaves[i + 1]).digest() for i in range(0, len(leaves) - 1, 2)]
        leaves = pairs + leaves[len(leaves) - len(leaves) % 2:]
    return leaves[0]


def unsealed(bundle):
    require(bundle.endswith(b"\n"), "the bundle does not end with a whole line")
    start = bundle.rfind(b"\n", 0, len(bundle) - 1) + 1
    require(start > 0, "the bundle has only one line")
    body, last = bundle[:start], bundle[start:]
    line = json.loads(last)
    seal = from_hex(line["seal"], 32, "seal")
    signer = from_hex(line["public_key"], 32, "public_key")
    signature = from_hex(line["signature"], 64, "signature")
    written = '{"seal":"%s","public_key":"%s","signature":"%s"}\n' % (seal.hex(), signer.hex(), signature.hex())
    require(written.encode() == last, "the seal is not written as seals are")
    require(hashlib.sha256(body).digest() == seal, "the seal does not fit what it seals")
    require(ed25519_holds(signer, b"prova proof 1\n" + seal, signature), "the seal's signature does not hold")
    return body.decode("utf-8").split("\n")[:-1], signer


def check_inventory(part, signer, expected):
    header, table = from_hex(part["header"], 64, "header"), from_hex(part["table"], 56 * 15, "table")
    files_root, root = from_hex(part["files_root"], 32, "files_root"), from_hex(part["root"], 32, "root")
    public_key = from_hex(part["public_key"], 32, "public_key")
    require(header[:8] == b"PROVAINV", "the header is not an inventory's")
    require(header[8] in (2, 3) and header[9:12] == bytes(3), f"is about an inventory of format {header[8]}, 2 and 3 are known; check it with the prova that made it")
    require(hashlib.sha256(b"prova inventory root 1\n" + header + table + files_root).digest() == root, "the inventory's root does not fit its parts")
    require(ed25519_holds(public_key, b"prova inventory signature 1\n" + root, from_hex(part["signature"], 64, "signature")), "the inventory's signature does not hold")
    require(signer == public_key, "bundle and inventory were signed with different keys")
    require(expected is None or expected == part["public_key"], "another signer was expected")
    for name, entry in (("meta", 0), ("unread", 14)):
        require(hashlib.sha256(part[name].encode("utf-8")).digest() == table[56 * entry + 24:56 * entry + 56], f"the {name} section is not the inventory's")
    return struct.unpack_from("<Q", header, 16)[0], files_root, json.loads(part["meta"])


def leaf(line):
    system, path = name_bytes(line["system"]), name_bytes(line["path"])
    content = struct.pack("<QqI", line["size"], line["mtime_ns"], line["mode"]) + from_hex(line["sha256"], 32, "sha256")
    content += struct.pack("<I", len(system)) + system + struct.pack("<I", len(path)) + path
    return hashlib.sha256(b"\x00" + from_hex(line["salt"], 32, "salt") + content).digest()


def resident_data(record):
    """The resident $DATA of an NTFS file record, fixups undone."""
    record = bytearray(record)
    array, count = struct.unpack_from("<HH", record, 4)
    for sector in range(1, count):
        record[sector * 512 - 2:sector * 512] = record[array + 2 * sector:array + 2 * sector + 2]
    at = struct.unpack_from("<H", record, 20)[0]
    while at + 24 <= len(record):
        kind, length = struct.unpack_from("<II", record, at)
        require(kind != 0xFFFFFFFF and length >= 24, "a file record has no data")
        if kind == 0x80 and record[at + 9] == 0:
            size, content = struct.unpack_from("<IH", record, at + 16)
            return bytes(record[at + content:at + content + size])
        at += length
    raise Refused("a file record has no data")


def read_again(line, roots):
    """The SHA-256 of the file's extents as they lie in the given sources, or None when a source is not given."""
    digest, extents = hashlib.sha256(), line["extents"]
    copies = [c for c in line["copies"] if c[0] in roots and os.path.isdir(roots[c[0]])]
    if not extents and copies and line["size"]:
        extents = [[0, line["size"], "stored", copies[0][0], 0, copies[0][1]]]
    if not extents or any(e[2] != "constant" and e[3] not in roots for e in extents):
        return None
    for _, length, kind, source, place, path in extents:
        if kind == "constant":
            digest.update(bytes([place]) * length)
            continue
        where = os.fsencode(roots[source])
        with open(where if path is None else os.path.join(where, name_bytes(path)), "rb") as file:
            file.seek(place)
            if kind == "mft_record":
                digest.update(resident_data(file.read(1024)))
            while kind == "stored" and length > 0:
                piece = file.read(min(length, 1 << 20))
                require(piece, "a source ends early")
                digest.update(piece)
                length -= len(piece)
    return digest.hexdigest()


def count(line, totals):
    verdict, size = line["verdict"], line["size"]
    require(verdict in VERDICTS, f"unknown verdict {verdict}")
    totals[verdict][0] += 1
    totals[verdict][1] += size
    require(line["survived_bytes"] <= size, "more bytes survive than there were")


def check_file(line, roots, totals):
    verdict, size = line["verdict"], line["size"]
    count(line, totals)
    if verdict not in WHOLE:
        require(line["rehash"] is None, "a file that is not whole has a re-hash")
        return False
    require(line["rehash"] == line["sha256"], "a whole file was re-hashed to something else")
    at = 0
    for extent in line["extents"]:
        require(extent[0] == at, "the extents of a whole file leave a gap")
        at += extent[1]
    require(at == size or line["copies"], "a whole file is not covered by its extents")
    found = read_again(line, roots)
    require(found is None or found == line["sha256"], "read again, a file is not what it was: " + line["path"])
    return found is not None


def check(bundle, expected, roots):
    lines, signer = unsealed(bundle)
    head = json.loads(lines[0])
    require(head["schema"] == "prova/proof/1", "is not a proof bundle of a known version")
    files, files_root, meta = check_inventory(head["inventory"], signer, expected)
    at = 1
    while lines[at].startswith('{"source":'):
        require(json.loads(lines[at])["source"] == at - 1, "sources are not in order")
        at += 1
    leaves, totals, reread, withheld = [], {verdict: [0, 0] for verdict in VERDICTS}, 0, 0
    while lines[at].startswith('{"file":'):
        line = json.loads(lines[at])
        require(line["file"] == len(leaves), "files are not in order")
        at += 1
        if "withheld" in line:  # Redacted: the leaf says that it was inventoried; the verdict is the signer's word.
            require(len(line) == 5, "a withheld file says more than it should")
            leaves.append(from_hex(line["withheld"], 32, "withheld"))
            count(line, totals)
            withheld += 1
            continue
        leaves.append(leaf(line))
        reread += check_file(line, roots, totals)
    require(json.loads(lines[at])["totals"] == totals, "the totals are not the sum of the files")
    require(at + 1 == len(lines), "lines behind the totals")
    require(len(leaves) == files and merkle_root(leaves) == files_root, "the files are not those that were inventoried")
    note = f", {withheld} withheld (their verdicts are the signer's word)" if withheld else ""
    return f"accepted   {files} files, {reread} read again here{note}\n{head['sentence']}\ninventory  of {meta['created']}, root {head['inventory']['root']}\nscanned    {head['scanned']}"


def main():
    parser = argparse.ArgumentParser(description="Checks a proof bundle of prova, independently of prova.")
    parser.add_argument("bundle")
    parser.add_argument("--public-key")
    parser.add_argument("--source", action="append", default=[], metavar="NUMBER=PATH")
    arguments = parser.parse_args()
    roots = {int(number): path for number, path in (one.split("=", 1) for one in arguments.source)}
    with open(arguments.bundle, "rb") as file:
        bundle = file.read()
    try:
        accepted = check(bundle, arguments.public_key, roots)
    except Refused as refused:
        print(f"REFUSED  {refused}")
        return 1
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, struct.error, OSError) as error:
        print(f"REFUSED  cannot be read: {error!r}")
        return 1
    print(accepted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
