"""A batch from MQTT is stored once and told once, and means the same on both databases."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from services.telemetry.use_cases import show_history
from shared.model.uplinks import Uplink
from shared.runtime.database import Database
from tests.wire.telemetry.levels import NOW, level, published, take

EARLIER = NOW - timedelta(minutes=1)


def test_a_batch_is_stored_and_told(on_each: Database) -> None:
    outcome = take(on_each, [level(1000), level(2000, gauge=1), level(900, time=EARLIER)])
    assert (outcome.accepted, outcome.duplicates, outcome.quarantined, outcome.rejections) == (3, 0, 0, ())
    assert sorted((item.point, item.value) for item in published(on_each)) == [("p0", 0.9), ("p0", 1.0), ("p1", 2.0)]
    series = show_history.history(on_each, "p0", "level", EARLIER, NOW, 10)
    assert [(row["time"], row["value"]) for row in series] == [(EARLIER, 0.9), (NOW, 1.0)]


def test_what_comes_again_is_counted_and_told_no_second_time(on_each: Database) -> None:
    take(on_each, [level(1000), level(2000, gauge=1)])
    outcome = take(on_each, [level(1000), level(2000, gauge=1), level(3000, gauge=2)])
    assert (outcome.accepted, outcome.duplicates) == (1, 2)
    assert sorted(item.point for item in published(on_each)) == ["p0", "p1", "p2"]
    found = show_history.summary(on_each)
    assert (found["observations"], found["duplicates"]) == (3, 2)


def test_of_several_in_a_batch_the_first_counts(on_each: Database) -> None:
    outcome = take(on_each, [level(1000), level(1000), level(1500)])
    assert (outcome.accepted, outcome.duplicates, outcome.quarantined) == (1, 1, 1)
    assert [item.value for item in published(on_each)] == [1.0]


def test_a_contradiction_is_put_aside_once_and_the_first_stays(on_each: Database) -> None:
    take(on_each, [level(1000)])
    for _ in range(2):
        assert take(on_each, [level(1500)]).quarantined == 1
    assert [row["value"] for row in show_history.latest(on_each, None)] == [1.0]
    with on_each.transaction() as transaction:
        aside = transaction.connection.exec_driver_sql("SELECT value, stored_value FROM quarantine").all()
    assert [tuple(row) for row in aside] == [(1.5, 1.0)]


def test_the_latest_value_is_the_newest_in_whatever_order_they_come(on_each: Database) -> None:
    for uplinks in ([level(1000, time=EARLIER)], [level(2000)], [level(500, time=EARLIER - timedelta(minutes=1))]):
        take(on_each, uplinks)
    (found,) = show_history.latest(on_each, ["p0"])
    assert (found["time"], found["value"], found["unit"], found["quality"]) == (NOW, 2.0, "m", "good")


def test_a_batch_of_long_messages_is_stored_in_a_few_transactions(on_each: Database) -> None:
    commits: list[bool] = []
    on_each.on_commit(commits.append)
    long = [
        {"device": "d0", "time": (NOW - timedelta(seconds=second)).isoformat(), "values": {"hauteur": 1}}
        for second in range(6_000)
    ]
    messages = [Uplink("vigie.gemapi.observations", json.dumps(long[start::3]).encode()) for start in range(3)]
    assert take(on_each, [*messages, *messages]).accepted == 6_000
    # On PostgreSQL the month was made before, in a transaction of its own.
    assert commits[-2:] == [True, False]
    assert len(commits) <= 3


def test_an_event_that_is_no_uplink_is_passed_over(on_each: Database) -> None:
    outcome = take(on_each, [Uplink("vigie.gemapi.chirpstack.application.1.device.2.event.join", b"{}")])
    assert outcome.rejections == ()
    assert show_history.summary(on_each) == {"observations": 0, "duplicates": 0, "quarantined": 0, "rejected": {}}


@pytest.mark.parametrize(
    ("bad", "reason", "says"),
    [
        pytest.param(level(1, topic="vigie.dechets.observations"), "wrong-key", "not that of 'd0'", id="not its own"),
        pytest.param(level(1, topic="vigie.nobody.observations"), "wrong-key", "no directorate 'nobody'", id="nobody"),
        pytest.param(level(1, gauge=999), "unknown-device", "d999", id="unknown device"),
        pytest.param(level(1, topic="vigie.gemapi.gossip"), "unreadable", "vigie/gemapi/gossip", id="unknown topic"),
        pytest.param(Uplink("vigie.gemapi.observations", b"\x00{"), "unreadable", "not JSON", id="not JSON"),
        pytest.param(Uplink("vigie.gemapi.observations", b" " * 1_048_577), "too-large", "1048576", id="too large"),
    ],
)
def test_a_bad_message_is_refused_with_its_reason_and_harms_no_other(
    on_each: Database, bad: Uplink, reason: str, says: str
) -> None:
    outcome = take(on_each, [level(1000, gauge=1), bad, level(1000, gauge=2)])
    assert outcome.accepted == 2
    (refused,) = outcome.rejections
    assert refused.reason == reason
    assert says in refused.detail
    assert show_history.summary(on_each)["rejected"] == {reason: 1}
    with on_each.transaction() as transaction:
        kept = transaction.connection.exec_driver_sql("SELECT payload FROM rejection").scalar_one()
    assert kept == bad.body[:2000].decode().replace("\x00", "")
