"""Fetches a calendar: from a file, or by HTTP from where we may go, within limits of time and size."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from services.notifier.domain.on_call.schedule import Feed
from shared.errors import InputError

MOST_BYTES: Final = 2 * 1024 * 1024
LONGEST_S: Final = 20.0
_SILENCE_S: Final = 5.0
_HOPS: Final = 4
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_OK: Final = 200
_PIECE: Final = 64 * 1024
_HEADERS: Final = {"Accept": "text/calendar, */*;q=0.1", "User-Agent": "Vigie", "Accept-Encoding": "identity"}


def fetch(feed: Feed, folder: Path) -> str:
    """The text of a calendar.

    Args:
        folder: where files are looked for.

    Raises:
        InputError: it can't be had. The address is not in the error: whoever knows it can often read the calendar.
    """
    content = _from_file(folder / feed.where) if feed.is_file else _from_address(feed)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("the calendar is no text in UTF-8") from None


def _from_file(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            content = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(f"the calendar's file can't be read: {error.strerror}") from None
    return _of_allowed_size(content)


def _from_address(feed: Feed) -> bytes:
    address, ends = feed.where, time.monotonic() + LONGEST_S
    for _ in range(_HOPS):
        try:
            found = _ask(urlsplit(address), feed.allow_private, ends)
        except (OSError, HTTPException, ValueError) as error:
            raise InputError(f"the calendar can't be fetched: {type(error).__name__}") from None
        if isinstance(found, bytes):
            return found
        address = urljoin(address, found)
    raise InputError("the calendar can't be fetched: it moves on and on")


def _ask(where: SplitResult, allow_private: bool, ends: float) -> bytes | str:
    """The calendar, or the address that it moved to."""
    if where.scheme not in ("http", "https") or not where.hostname:
        raise InputError("the calendar moved to what is no address by HTTP")
    path = f"{where.path or '/'}?{where.query}" if where.query else where.path or "/"
    with closing(_connected(where, allow_private)) as link:
        link.request("GET", path, headers=_HEADERS)
        answer = link.getresponse()
        if answer.status in _MOVED and (moved := answer.getheader("Location")):
            return moved
        if answer.status != _OK:
            raise InputError(f"the calendar can't be fetched: HTTP {answer.status}")
        return _of_allowed_size(b"".join(_pieces(answer, ends)))


def _connected(where: SplitResult, allow_private: bool) -> HTTPConnection:
    """A connection to an address that was judged itself: a name may stand for another one the next time."""
    host = str(where.hostname)
    port = where.port or (443 if where.scheme == "https" else 80)
    link = HTTPConnection(host, port, timeout=_SILENCE_S)
    link.sock = _opened(host, port, allow_private)
    if where.scheme == "https":
        link.default_port = port
        try:
            link.sock = ssl.create_default_context().wrap_socket(link.sock, server_hostname=host)
        except OSError:
            link.sock.close()
            raise
    return link


def _opened(host: str, port: int, allow_private: bool) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(item[4][0]) for item in found]
    if not allow_private and not all(_is_public(address) for address in addresses):
        raise InputError("the calendar's address is one of our own network: allow_private: true lets us go there")
    return socket.create_connection((addresses[0], port), timeout=_SILENCE_S)


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(parsed, "ipv4_mapped", None) or parsed
    return inner.is_global and not inner.is_multicast


def _pieces(answer: HTTPResponse, ends: float) -> Iterator[bytes]:
    taken = 0
    while piece := answer.read1(_PIECE):
        taken += len(piece)
        if time.monotonic() > ends:
            raise InputError(f"the calendar did not come within {LONGEST_S:g} s")
        yield piece
        if taken > MOST_BYTES:
            return
    if answer.length:
        raise InputError("the calendar broke off before its end")


def _of_allowed_size(content: bytes) -> bytes:
    if len(content) > MOST_BYTES:
        raise InputError(f"the calendar is larger than {MOST_BYTES // 1024} kB")
    return content
