"""Posts claims to a city's HTTP interface in portions, patiently, and keeps account of what became of them."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final
from urllib.parse import urlsplit

from services.telemetry.domain.claim import Claim
from services.telemetry.sources.csv_reading import Read
from shared.errors import InputError, VigieError

_TIMEOUT_S: Final = 60.0
_TRIES: Final = 6
_FIRST_WAIT_S: Final = 1.0
_MOST_ROWS: Final = 1_000
_MOST_BYTES: Final = 500_000
_SHOWN: Final = 20
_TAKEN: Final = frozenset({200, 207, 400, 401, 404})
"""Statuses of an answer that says what became of each row."""


class CityAway(VigieError):
    """The city did not answer, or was not ready, several times one after the other."""


@dataclass
class Account:
    """What became of a file.

    Attributes:
        refused: rows by reason.
        shown: the first few refusals, each with its line.
    """

    taken: int = 0
    duplicates: int = 0
    quarantined: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    shown: list[str] = field(default_factory=list)

    def refuse(self, reason: str, detail: str) -> None:
        """One more that was not taken."""
        self.refused[reason] += 1
        if len(self.shown) < _SHOWN:
            self.shown.append(f"{detail} [{reason}]")

    def figures(self) -> dict[str, Any]:
        """By name."""
        counted = {"taken": self.taken, "duplicates": self.duplicates, "quarantined": self.quarantined}
        return {**counted, "rejected": dict(sorted(self.refused.items()))}

    def in_french(self) -> str:
        """One line for people."""
        refused = sum(self.refused.values())
        return (
            f"{self.taken} observations prises · {self.duplicates} déjà connues · "
            f"{self.quarantined} en quarantaine · {refused} refusées"
        )


class Post:
    """Posts to one city; the connection is kept, and made again when it is lost.

    Raises:
        InputError: the address is none.
    """

    def __init__(self, url: str, key: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InputError(f"--url: '{url}' is no address such as http://127.0.0.1:8080")
        connection = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._link = connection(parts.hostname, parts.port, timeout=_TIMEOUT_S)
        self._path = f"{parts.path.rstrip('/')}/v1/observations"
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def send(self, rows: Sequence[Read], account: Account) -> None:
        """Post rows that could be read, and note what became of them.

        Raises:
            CityAway: nobody took them; to send them again changes nothing.
            InputError: the city does not know who sends them.
        """
        answer = self._answered(_body(rows))
        account.taken += answer["accepted"]
        account.duplicates += answer["duplicates"]
        account.quarantined += answer["quarantined"]
        for item in answer["rejected"]:
            if item["index"] is None:
                raise InputError(f"the city refuses all of it: {item['detail']}")
            account.refuse(item["reason"], f"line {rows[item['index']].line}: {item['detail']}")

    def _answered(self, body: bytes) -> dict[str, Any]:
        wait = _FIRST_WAIT_S
        for attempt in range(_TRIES):
            if attempt:
                time.sleep(wait)
                wait *= 2
            try:
                status, content = self._asked(body)
            except (OSError, HTTPException) as error:
                self._link.close()
                why = str(error) or type(error).__name__
                continue
            if status in _TAKEN:
                found: dict[str, Any] = json.loads(content)
                return found
            why = f"HTTP {status}: {content[:200].decode(errors='replace')}"
        raise CityAway(f"the city takes nothing ({why}); run this again later: what was taken is known")

    def _asked(self, body: bytes) -> tuple[int, bytes]:
        self._link.request("POST", self._path, body, self._headers)
        answer = self._link.getresponse()
        return answer.status, answer.read()


def portions(rows: Iterator[Read]) -> Iterator[list[Read]]:
    """The rows, so many at a time as a request holds."""
    portion: list[Read] = []
    size = 0
    for row in rows:
        portion.append(row)
        size += _size(row)
        if len(portion) >= _MOST_ROWS or size >= _MOST_BYTES:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


def _size(row: Read) -> int:
    return 100 + len(repr(row.found.values)) if isinstance(row.found, Claim) else 0


def _body(rows: Sequence[Read]) -> bytes:
    return json.dumps([_said(row.found) for row in rows if isinstance(row.found, Claim)]).encode()


def _said(claim: Claim) -> dict[str, Any]:
    return {"device": claim.device, "time": claim.time.isoformat(), "values": claim.values}
