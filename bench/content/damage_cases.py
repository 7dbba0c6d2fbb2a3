"""What bench/content/damage does to images, disks, backups and files. Every damage is a function of (bytes, random.Random)."""
import os
import shutil
import struct
import subprocess
import uuid
import zlib

PIECE = 4096
SECTOR = 512


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, **options).stdout


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


# Making file systems, without mounting.

def make_ext4(tree, path, size, block):
    run("mkfs.ext4", "-q", "-F", "-b", str(block), "-d", tree, path, f"{size // 1024}k")


def make_ntfs(tree, path, size):
    with open(path, "wb") as file:
        file.truncate(size)
    run("mkntfs", "-F", "-q", "-f", "-p", "0", "-H", "255", "-S", "63", path)
    for name in sorted(os.listdir(tree)):
        run("ntfscp", "-f", "-q", path, os.path.join(tree, name), name)


START = 2048 * SECTOR  # of the one partition


def mbr(partition_type, sectors):
    entry = struct.pack("<B3sB3sII", 0, b"\0\2\0", partition_type, b"\xff\xff\xff", START // SECTOR if partition_type != 0xee else 1, sectors)
    return bytes(446) + entry + bytes(48) + b"\x55\xaa"


def mbr_disk(volume):
    return mbr(0x83, len(volume) // SECTOR) + bytes(START - SECTOR) + volume


def gpt_disk(volume):
    """UEFI 2.10, 5.3: a header and 128 entries in front, the entries and a header behind."""
    sectors = START // SECTOR + len(volume) // SECTOR + 33
    first, last = START // SECTOR, START // SECTOR + len(volume) // SECTOR - 1
    linux = uuid.UUID("0fc63daf-8483-4772-8e79-3d69d8477de4").bytes_le
    entry = linux + uuid.UUID(int=2).bytes_le + struct.pack("<QQQ", first, last, 0) + "files".encode("utf-16le").ljust(72, b"\0")
    entries = entry + bytes(127 * 128)

    def header(own, other, table):
        def fields(crc):
            return b"EFI PART" + struct.pack("<IIIIQQQQ16sQIII", 0x10000, 92, crc, 0, own, other, 34, sectors - 34, uuid.UUID(int=1).bytes_le, table, 128, 128, zlib.crc32(entries))
        return fields(zlib.crc32(fields(0))).ljust(SECTOR, b"\0")
    front = mbr(0xee, sectors - 1) + header(1, sectors - 1, 2) + entries
    return front.ljust(START, b"\0") + volume + entries + header(sectors - 1, 1, sectors - 33)


# Damage to whole images.

def random_regions(share, region):
    def damage(image, rng):
        for at in range(0, len(image), region):
            if rng.random() < share:
                image[at:at + region] = rng.randbytes(min(region, len(image) - at))
    return damage


def zero(start, end):
    def damage(image, _):
        first, last = (at if at >= 0 else len(image) + at for at in (start, end))
        last = min(last, len(image))
        image[first:last] = bytes(last - first)
    return damage


def both(*damages):
    def damage(image, rng):
        for one in damages:
            one(image, rng)
    return damage


def every_nth_mib(n):
    def damage(image, _):
        for at in range((n - 1) << 20, len(image), n << 20):
            image[at:at + (1 << 20)] = bytes(min(1 << 20, len(image) - at))
    return damage


def all_but(kept):
    """All metadata: everything that is not a piece of a file."""
    def damage(image, _):
        cleared = bytearray(len(image))
        for place, piece in kept:
            cleared[place:place + len(piece)] = piece
        image[:] = cleared
    return damage


def mft_and_mirror(image, _):
    at = image.find(b"FILE")
    while at >= 0:
        if at % 1024 == 0:
            image[at:at + 1024] = bytes(1024)
        at = image.find(b"FILE", at + 4)


def cut_off(share):
    def damage(image, _):
        del image[int(len(image) * share) // SECTOR * SECTOR:]
    return damage


# Damage to files, in place on an image or in a directory.

def cipher(data, rng):
    return bytes(a ^ b for a, b in zip(data, rng.randbytes(len(data))))


def head(data, rng):
    return cipher(data[:2 * PIECE], rng) + data[2 * PIECE:]


def strided(n, m):
    def change(data, rng):
        out = bytearray(data)
        for at in range(0, len(data), m * PIECE):
            out[at:at + n * PIECE] = cipher(data[at:at + n * PIECE], rng)
        return bytes(out)
    return change


def every_second_16(data, rng):
    out = bytearray(data)
    for at in range(0, len(data), 32):
        out[at:at + 16] = cipher(data[at:at + 16], rng)
    return bytes(out)


def tamper(data, rng):
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


def in_files(change, share, contents, extents):
    """Changes that share of the files where their pieces lie on the image."""
    def damage(image, rng):
        for name in sorted(contents):
            if rng.random() >= share or not contents[name]:
                continue
            changed = change(contents[name], rng)
            for offset, place, length in extents[name]:
                part = changed[offset:offset + length]
                image[place:place + len(part)] = part
    return damage


# Damage through the file system itself, on a copy at `path`.

def deleted(share, names, refill):
    """ext4: deletes that share of the files, and writes as many bytes anew as `refill` says of them (debugfs writes into what is free)."""
    def damage(path, work, rng):
        victims = [name for name in sorted(names) if rng.random() < share]
        commands = os.path.join(work, "debugfs.commands")
        lines = [f"rm /{name}" for name in victims]
        new = os.path.join(work, "refill")
        shutil.rmtree(new, ignore_errors=True)
        os.makedirs(new)
        left = int(sum(names[name] for name in victims) * refill)
        number = 0
        while left > 0:
            size = min(left, rng.randint(1000, 300_000))
            write(os.path.join(new, f"n{number}"), rng.randbytes(size))
            lines.append(f"write {new}/n{number} n{number}")
            left, number = left - size, number + 1
        write(commands, "\n".join(lines + [""]).encode())
        run("debugfs", "-w", "-f", commands, path)
    return damage


def formatted_and_refilled(make, share):
    """Formats the volume again over what lies there (quickly, as installers do) and fills that share of it with other files."""
    def damage(path, work, rng):
        size = os.path.getsize(path)
        tree = os.path.join(work, "refill")
        shutil.rmtree(tree, ignore_errors=True)
        os.makedirs(tree)
        for i in range(int(size * share) // 200_000):
            write(os.path.join(tree, f"n{i}"), rng.randbytes(200_000))
        fresh = os.path.join(work, "fresh.img")
        if os.path.exists(fresh):
            os.remove(fresh)
        make(tree, fresh)
        # What the new file system wrote lies over the old; what it did not write keeps the old.
        old, new = bytearray(read(path)), read(fresh)
        for at in range(0, size, PIECE):
            if any(new[at:at + PIECE]):
                old[at:at + PIECE] = new[at:at + PIECE]
        write(path, bytes(old))
    return damage


# Damage to a file of a directory: pattern expected, new name, new content, least size for which the pattern can be told.
FILE_DAMAGES = [
    ("whole_file", lambda n: n + ".locked", cipher, 1024),
    ("head_only", lambda n: n, head, 5 * PIECE),
    ("n_of_m", lambda n: n + ".enc", strided(1, 4), 13 * PIECE),
    ("every_second_16_bytes", lambda n: n, every_second_16, 2 * PIECE),
    ("zeroed", lambda n: n, lambda d, r: bytes(len(d)), 1),
    ("truncated", lambda n: n, lambda d, r: d[:len(d) // 2], 2 * PIECE),
    ("altered", lambda n: n, tamper, 64 * 1024),
    ("renamed", lambda n: "moved-" + n, lambda d, r: d, 1),
]
