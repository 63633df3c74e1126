"""Bad input gets a clear answer and is counted, and harms nothing else."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from itertools import count
from typing import Any

import pytest

from services.console.city import City
from shared.runtime.clock import VirtualClock
from shared.runtime.settings import Settings
from tests.component.conftest import Running

NOW = datetime(2022, 1, 10, 12, 0, tzinfo=UTC)
GOOD = {"device": "O200004001", "time": "2022-01-10T11:45:00Z", "values": {"hauteur": 2018}}


@dataclass(frozen=True)
class Sender:
    """Posts to a running city with a key.

    Attributes:
        earlier: what had been counted when this sender came.
    """

    at_work: Any
    key: str | None
    earlier: Counter[str] = field(default_factory=Counter)

    def post(self, content: Any, key: str | None = None) -> tuple[int, dict[str, Any]]:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        link = HTTPConnection(*self.at_work.city.site.address, timeout=30)
        headers = {"Authorization": f"Bearer {key or self.key}"}
        link.request("POST", "/v1/observations", body, headers)
        answer = link.getresponse()
        found = json.loads(answer.read())
        link.close()
        self.at_work.city.timeline.settle()
        return answer.status, found

    def summary(self) -> dict[str, Any]:
        found: dict[str, Any] = self.at_work.rpc.telemetry.summary()
        return found

    def counted(self) -> Counter[str]:
        """What this sender's uplinks became, rejections by their reason."""
        found = self.summary()
        return Counter(found | found.pop("rejected")) - self.earlier


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sender]:
    city = City(replace(Settings(), listen="127.0.0.1:0"), tmp_path_factory.mktemp("city"), VirtualClock(NOW))
    with city.running() as rpc:
        key = rpc.device_registry.issue_key(actor={"id": "test"}, directorate="gemapi")
        city.timeline.settle()
        yield Sender(Running(city, rpc), key)


@pytest.fixture
def sender(first: Sender) -> Sender:
    """A sender to a city to which others have sent."""
    return replace(first, earlier=first.counted())


def observed(**changes: Any) -> dict[str, Any]:
    return {**GOOD, **changes}


TIMES = (datetime(2022, 1, 10, tzinfo=UTC) + timedelta(minutes=number) for number in count())


def good() -> dict[str, Any]:
    """One that is newer than any that was sent before."""
    return observed(time=next(TIMES).isoformat())


@pytest.mark.parametrize(
    ("content", "status", "reason", "says"),
    [
        pytest.param(b"{not json", 400, "unreadable", "not JSON", id="not JSON"),
        pytest.param(b" " * 5_000_000, 413, "too-large", "1048576 bytes", id="five megabytes"),
        pytest.param(observed(device="nobody"), 404, "unknown-device", "no device 'nobody'", id="unknown device"),
        pytest.param(observed(values={"hauteur": float("nan")}), 400, "not-a-number", "nan", id="NaN"),
        pytest.param(observed(values={"hauteur": "high"}), 400, "not-a-number", "'high'", id="text for a number"),
        pytest.param(observed(time="2099-01-01T00:00:00Z"), 400, "from-the-future", "clock", id="the year 2099"),
        pytest.param(observed(time="2022-01-10T11:45:00"), 400, "unreadable", "no offset", id="no time zone"),
        pytest.param(observed(device="\ud800"), 400, "unreadable", "characters", id="half a character"),
        pytest.param(observed(device="a\x00b"), 400, "unreadable", "characters", id="a NUL"),
        pytest.param(observed(values={"x": 1}), 400, "no-such-property", "hauteur", id="no such property"),
    ],
)
def test_what_can_be_no_observation_is_refused_with_its_reason_and_counted(
    sender: Sender, content: Any, status: int, reason: str, says: str
) -> None:
    answered, found = sender.post(content)
    assert answered == status
    assert [item["reason"] for item in found["rejected"]] == [reason]
    assert says in found["rejected"][0]["detail"]
    assert sender.counted() == {reason: 1}
    assert sender.at_work.rpc.telemetry.rejections()[0]["reason"] == reason
    # Nothing else is harmed.
    assert sender.post(good()) == (200, {"accepted": 1, "duplicates": 0, "quarantined": 0, "rejected": []})


def test_a_wrong_key_is_refused_whatever_it_sends(sender: Sender) -> None:
    for device in ("O200004001", "nobody"):
        status, found = sender.post(observed(device=device), key="wrong")
        assert (status, found["rejected"][0]["reason"]) == (401, "wrong-key")
    assert sender.counted() == {"wrong-key": 2}


def test_a_key_of_another_directorate_is_refused(sender: Sender) -> None:
    other = sender.at_work.rpc.device_registry.issue_key(actor={"id": "test"}, directorate="dechets")
    sender.at_work.city.timeline.settle()
    status, found = sender.post(GOOD, key=other)
    assert (status, found["rejected"][0]["reason"]) == (401, "wrong-key")


def test_the_same_observation_twice_is_taken_once_and_answered_as_well(sender: Sender) -> None:
    one = good()
    assert sender.post(one)[0] == 200
    assert sender.post(one) == (200, {"accepted": 0, "duplicates": 1, "quarantined": 0, "rejected": []})
    assert sender.counted() == {"observations": 1, "duplicates": 1}


def test_another_value_for_the_same_time_goes_to_quarantine_and_the_first_stays(sender: Sender) -> None:
    one = good()
    sender.post(one)
    assert sender.post(one | {"values": {"hauteur": 5000}})[1]["quarantined"] == 1
    (latest,) = sender.at_work.rpc.telemetry.latest(["garonne-toulouse"])
    assert latest["value"] == 2.018
    assert sender.counted() == {"observations": 1, "quarantined": 1}


def test_one_bad_observation_of_many_harms_no_other(sender: Sender) -> None:
    many = [good() for _ in range(4)]
    many[2] = observed(values={"hauteur": None, "other": 1}, time="2099-01-01T00:00:00Z")
    status, found = sender.post(many)
    assert status == 207
    assert found["accepted"] == 3
    assert [(item["index"], item["reason"]) for item in found["rejected"]] == [(2, "from-the-future")]


def test_a_value_out_of_range_is_stored_and_no_rule_believes_it(sender: Sender) -> None:
    fired = sender.at_work.rpc.rules_engine.summary()["fired"]
    assert sender.post(good() | {"values": {"hauteur": 90_000}})[1]["accepted"] == 1
    (latest,) = sender.at_work.rpc.telemetry.latest(["garonne-toulouse"])
    assert latest["quality"] == "out-of-range"
    assert sender.at_work.rpc.rules_engine.summary()["fired"] == fired
