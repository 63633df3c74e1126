"""Spoils bytes, whatever they mean: bits, ends, pieces, characters, sizes."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

_PIECES: Final = (
    b"\x00", b"\xff", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc0\xaf", b"\xef\xbb\xbf", b"\xe2\x80\xa8", b"\r", b"\n",
    b'"', b"'", b";", b",", b"{", b"}", b"[", b"]", b":", b"\\", b"\\u0000", b"\\ud800", b"NaN", b"Infinity", b"-",
    b"1e999", b"-0", b"9" * 400, b"=", b"/*", b"<!DOCTYPE x>", b"%s%n", b"'; DROP TABLE observation;--", b"null",
    b"\xe2\x80\xae", b"0x10", b"1_000", b"\x1b[2J", b"+", b"\xd9\xa1\xd9\xa2",
)  # fmt: skip


def spoil(body: bytes, chance: random.Random) -> bytes:
    """The body with one thing wrong."""
    ways, weights = zip(*_WAYS, strict=True)
    (way,) = chance.choices(ways, weights)
    found: bytes = way(body, chance)
    return found


def _place(body: bytes, chance: random.Random) -> int:
    return chance.randrange(len(body) + 1)


def _flip(body: bytes, chance: random.Random) -> bytes:
    if not body:
        return b"\x01"
    spoilt = bytearray(body)
    for _ in range(chance.choice((1, 1, 1, 8))):
        spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
    return bytes(spoilt)


def _cut(body: bytes, chance: random.Random) -> bytes:
    return body[: _place(body, chance)]


def _behead(body: bytes, chance: random.Random) -> bytes:
    return body[_place(body, chance) :]


def _insert(body: bytes, chance: random.Random) -> bytes:
    place = _place(body, chance)
    return body[:place] + chance.choice(_PIECES) + body[place:]


def _remove(body: bytes, chance: random.Random) -> bytes:
    place = _place(body, chance)
    return body[:place] + body[place + chance.randrange(1, 40) :]


def _repeat(body: bytes, chance: random.Random) -> bytes:
    start, length = _place(body, chance), chance.randrange(1, 80)
    return body[:start] + body[start : start + length] * chance.choice((2, 3, 50)) + body[start + length :]


def _recode(body: bytes, chance: random.Random) -> bytes:
    text = body.decode("utf-8", "replace")
    return text.encode(chance.choice(("utf-16", "utf-32", "utf-8-sig", "utf-7", "cp500")), "replace")


def _random(_body: bytes, chance: random.Random) -> bytes:
    return chance.randbytes(chance.choice((0, 1, 7, 60, 3000)))


def _huge(body: bytes, chance: random.Random) -> bytes:
    filling = chance.choice((b" ", b"[", b'{"a":', b"9", b"1,", b"\n", b'"', b"\x00", b"a,", b"[]", b"\n,"))
    times = chance.choice((70_000, 400_000, 1_100_000)) // len(filling)
    place = _place(body, chance)
    return chance.choice((body[:place] + filling * times + body[place:], b"[" + filling * times + b"1]"))


_WAYS: Final[tuple[tuple[Callable[[bytes, random.Random], bytes], float], ...]] = (
    (_flip, 10), (_cut, 6), (_behead, 3), (_insert, 10), (_remove, 5), (_repeat, 4), (_recode, 2), (_random, 2),
    (_huge, 0.15),
)  # fmt: skip
