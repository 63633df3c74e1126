"""What all messages have in common, and the way they become bytes."""

from __future__ import annotations

from typing import TypeVar

import msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """The root of the messages.

    Attributes:
        version: of the shape; a reader takes any version whose known fields it can read.
    """

    version: int = 1


M = TypeVar("M", bound=Message)


def encode(message: Message) -> bytes:
    """JSON, times in RFC 3339."""
    return msgspec.json.encode(message)


def decode(body: bytes, kind: type[M]) -> M:
    """Read a message; fields it doesn't know are passed over.

    Raises:
        msgspec.DecodeError: not JSON, or not of this shape.
    """
    return msgspec.json.decode(body, type=kind)
