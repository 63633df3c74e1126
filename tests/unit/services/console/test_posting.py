"""History is posted patiently: a city that is away for a moment is asked again, and what it refuses is told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from services.console import posting
from services.console.posting import Account, CityAway, Post, portions
from services.telemetry.domain.claim import Claim
from services.telemetry.sources.csv_reading import Read
from shared.errors import InputError
from tests.doubles.http_server import Answer, HttpServer, Request

TAKEN = {"accepted": 2, "duplicates": 1, "quarantined": 0, "rejected": []}
ROWS = [Read(line, Claim("d", datetime(2026, 1, 1, tzinfo=UTC), {"a": line}, "")) for line in (7, 9)]


class City:
    """Gives its answers one after the other, the last one for ever."""

    def __init__(self, answers: Sequence[tuple[int, object] | None]) -> None:
        self._answers = list(answers)
        self.asked: list[Request] = []

    def __call__(self, request: Request) -> Answer | None:
        self.asked.append(request)
        found = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return None if found is None else Answer(found[0], json.dumps(found[1]).encode(), {})


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "_FIRST_WAIT_S", 0.0)


@pytest.fixture
def account() -> Account:
    return Account()


def post(city: City, account: Account) -> None:
    faults: list[str] = []
    server = HttpServer(city, faults.append)
    try:
        Post(f"{server.url}/prefix/", "secret").send(ROWS, account)
    finally:
        server.stop()
    assert faults == []


def test_a_city_that_is_away_for_a_moment_is_asked_again(account: Account) -> None:
    city = City([(503, {}), None, (200, TAKEN)])
    post(city, account)
    assert (account.taken, account.duplicates) == (2, 1)
    assert [request.target for request in city.asked] == ["/prefix/v1/observations"] * 3
    assert city.asked[0].body == city.asked[2].body
    assert city.asked[0].headers["Authorization"] == "Bearer secret"


def test_a_city_that_stays_away_is_given_up(account: Account) -> None:
    with pytest.raises(CityAway, match="HTTP 503"):
        post(City([(503, {})]), account)


def test_a_refusal_is_told_with_the_line_of_its_row(account: Account) -> None:
    refused = {"index": 1, "device": "d", "reason": "not-a-number", "detail": "a is 'x'"}
    post(City([(207, {**TAKEN, "rejected": [refused]})]), account)
    assert account.shown == ["line 9: a is 'x' [not-a-number]"]
    assert account.figures()["rejected"] == {"not-a-number": 1}


def test_a_sender_that_nobody_knows_is_told_so(account: Account) -> None:
    refused = {"index": None, "device": None, "reason": "wrong-key", "detail": "no key"}
    with pytest.raises(InputError, match="refuses all of it: no key"):
        post(City([(401, {**TAKEN, "rejected": [refused]})]), account)


def test_a_long_file_goes_in_portions() -> None:
    assert [len(some) for some in portions(iter(ROWS * 1_250))] == [1_000, 1_000, 500]
    wide = [Read(1, Claim("d", datetime(2026, 1, 1, tzinfo=UTC), {"a": "x" * 200_000}, ""))] * 6
    assert [len(some) for some in portions(iter(wide))] == [3, 3]
