"""Spoils JSON as JSON: types, numbers, texts, keys, depth, and the frames within it."""

from __future__ import annotations

import base64
import binascii
import json
import random
from collections.abc import Callable, Iterator
from typing import Any, Final

from tests.fuzz import bytewise

_FRAMES: Final = ("data", "frm_payload")
_NUMBERS: Final = (
    0, -1, 1, 0.1, -0.0, 255, 2**31, 2**32, 2**53 + 1, 2**63, 2**64, -(2**63) - 1, 10**25, 10**400, -(10**400),
    1e308, -1e308, 5e-324, float("nan"), float("inf"), float("-inf"),
)  # fmt: skip
_TEXTS: Final = (
    "", " ", "\x00", "\ud800", "a\udc00b", "\ufeff", "\u202e", "é" * 300, "null", "NaN", "-1", "1e5", "True", "==",
    "2023-05-22", "2023-05-22T07:57:05", "2023-05-22T07:57:05+99:99", "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00", "2023-05-22T24:00:00Z", "2023-W21-1T00:00:00Z", "2023-05-22T07:57:05.123456789Z",
    "1969-12-31T23:59:59Z", "0x10", "1000000000000010", "plain", "'; --", "\U0001f4a5", "a" * 501, "/" * 5,
)  # fmt: skip
_TYPES: Final = (None, True, False, [], {}, [[]], [None], {"": None}, [1, 2, 3], {"value": 1})

Place = tuple[Any, Any]
"""A container, and the key or index of something in it."""


def spoil(body: bytes, chance: random.Random) -> bytes:
    """The body with one thing wrong; what is no JSON any more is spoilt byte by byte."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return bytewise.spoil(body, chance)
    try:
        return _spoilt([content], chance)
    except RecursionError:
        # Nested twice: deeper than a writer of JSON goes.
        return bytewise.spoil(body, chance)


def _spoilt(root: list[Any], chance: random.Random) -> bytes:
    place = chance.choice(list(_places(root)))
    frames = [found for found in _places(root) if found[1] in _FRAMES and isinstance(found[0][found[1]], str)]
    if frames and chance.random() < 0.35:
        _frame(chance.choice(frames), chance)
    elif chance.random() < 0.06:
        return _as_text(root[0], chance)
    else:
        chance.choices([way for way, _ in _WAYS], [weight for _, weight in _WAYS])[0](place, chance)
    return json.dumps(root[0]).encode() if root else b""


def _places(container: Any) -> Iterator[Place]:
    keys = container.keys() if isinstance(container, dict) else range(len(container))
    for key in keys:
        yield container, key
        if isinstance(container[key], dict | list):
            yield from _places(container[key])


def _frame(place: Place, chance: random.Random) -> None:
    """What a radio, a network server or a careless relay may do to a frame."""
    container, key = place
    try:
        frame = base64.b64decode(container[key])
    except (binascii.Error, ValueError):
        frame = b"\x01\x75\x64"
    spoilt = chance.choice((
        frame[: chance.randrange(len(frame) + 1)],
        frame + chance.randbytes(chance.choice((1, 2, 30))),
        chance.randbytes(len(frame)),
        chance.randbytes(chance.choice((0, 1, 51, 242, 5000))),
        bytewise.spoil(frame, chance)[:6000],
        frame * chance.choice((2, 20)),
    ))  # fmt: skip
    text = base64.b64encode(spoilt).decode()
    container[key] = chance.choice((text, text, text, text, text.rstrip("="), text[:-1], f"{text}\n", frame.hex()))


def _number(place: Place, chance: random.Random) -> None:
    place[0][place[1]] = chance.choice(_NUMBERS)


def _text(place: Place, chance: random.Random) -> None:
    place[0][place[1]] = chance.choice(_TEXTS)


def _type(place: Place, chance: random.Random) -> None:
    # A copy: what is one object in two places could hold itself.
    place[0][place[1]] = json.loads(json.dumps(chance.choice(_TYPES)))


def _remove(place: Place, chance: random.Random) -> None:
    del place[0][place[1]]


def _rename(place: Place, chance: random.Random) -> None:
    container, key = place
    if isinstance(container, dict):
        container[chance.choice(_TEXTS)] = container.pop(key)


def _wrap(place: Place, chance: random.Random) -> None:
    container, key = place
    container[key] = chance.choice(([container[key]], {"value": container[key]}, str(container[key])[:5000]))


def _nest(place: Place, chance: random.Random) -> None:
    for _ in range(chance.choice((5, 50, 150))):
        _wrap_once(place, chance)


def _wrap_once(place: Place, chance: random.Random) -> None:
    container, key = place
    container[key] = [container[key]] if chance.random() < 0.5 else {"a": container[key]}


def _multiply(place: Place, chance: random.Random) -> None:
    container, key = place
    container[key] = [container[key]] * chance.choice((0, 2, 40))


def _endless(place: Place, chance: random.Random) -> None:
    place[0][place[1]] = chance.choice("a\u00e9=\u0000") * chance.choice((600, 5000, 200_000))


def _as_text(content: Any, chance: random.Random) -> bytes:
    """What no writer of JSON would write: the same key twice, or a depth that no reader follows."""
    text = json.dumps(content)
    if chance.random() < 0.5 and text.startswith("{") and text != "{}":
        twice = json.dumps(chance.choice(list(content)))
        return f"{{{twice}: {json.dumps(chance.choice(_TYPES))}, {text[1:-1]}, {twice}: 1}}".encode()
    depth = chance.choice((900, 5000, 100_000))
    return b"[" * depth + text.encode() + b"]" * chance.choice((depth, 0))


_WAYS: Final[tuple[tuple[Callable[[Place, random.Random], None], float], ...]] = (
    (_number, 8), (_text, 8), (_type, 6), (_remove, 4), (_rename, 2), (_wrap, 2), (_nest, 1), (_multiply, 1),
    (_endless, 0.3),
)  # fmt: skip
