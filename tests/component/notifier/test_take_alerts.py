"""Alerts become incidents, and notices for those who asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.notifier.domain.composing.composing import Composer
from services.notifier.use_cases import show
from services.notifier.use_cases.take_alerts import Taken, take_alerts, urgent_first
from shared.errors import DeliveryDelayed, DeliveryRefused, DeliveryUncertain
from shared.model.alerts import AlertChanged, AlertStatus, Criticality, NotifyRequest
from shared.runtime.database import Database, open_sqlite
from shared.runtime.migrating import upgrade

AlertOf = Callable[..., AlertChanged]
Rows = Callable[[str], list[dict[str, Any]]]
DAILY = (NotifyRequest(team="collecte", message="pleine", digest="05:00"),)


@pytest.fixture
def take(database: Database, composer: Composer, received: Any) -> Callable[..., Taken]:
    """A function that takes alerts as one batch, at the time of the last."""
    return lambda *alerts: take_alerts(database, composer, received(*alerts), alerts[-1].at)


def ended(alert_of: AlertOf, start: datetime, **said: Any) -> AlertChanged:
    return alert_of(status=AlertStatus.RESOLVED, since=start, at=start + timedelta(hours=2), **said)


def test_a_fire_opens_an_incident_and_tells_the_team_over_each_medium(take: Any, alert_of: AlertOf, rows: Rows) -> None:
    assert take(alert_of()) == Taken(opened=1, resolved=0, queued=2)
    (incident,) = rows("incident")
    assert (incident["status"], incident["firing"], incident["title"]) == ("open", 1, "Garonne – Toulouse")
    notices = rows("notification")
    assert sorted((item["medium"], item["state"], item["reason"]) for item in notices) == [
        ("email", "queued", "routed"),
        ("sms", "queued", "routed"),
    ]
    assert all(incident["code"] in item["subject"] + item["body"] for item in notices)


def test_what_happened_is_published_without_addresses_or_names(take: Any, alert_of: AlertOf, rows: Rows) -> None:
    take(alert_of())
    outbox = rows("outbox")
    assert sorted(row["event"] for row in outbox) == ["incident_changed", *["notification_changed"] * 2]
    text = "".join(bytes(row["body"]).decode() for row in outbox)
    assert "trace-1" in text
    assert not any(word in text for word in ("+336", "example.org", "Camille"))


def test_a_message_that_comes_again_changes_nothing(
    database: Database, composer: Composer, alert_of: AlertOf, received: Any, rows: Rows, start: datetime
) -> None:
    batch = received(alert_of())
    take_alerts(database, composer, batch, start)
    before = rows("incident"), rows("notification"), len(rows("outbox"))
    assert take_alerts(database, composer, batch, start) == Taken(0, 0, 0)
    assert (rows("incident"), rows("notification"), len(rows("outbox"))) == before


def test_an_alert_that_is_computed_again_changes_nothing(take: Any, alert_of: AlertOf, rows: Rows) -> None:
    take(alert_of())
    assert take(alert_of(), alert_of()) == Taken(0, 0, 0)
    assert rows("incident")[0]["firing"] == 1


def test_those_told_of_the_fire_are_told_of_its_end(
    take: Any, deliver: Any, alert_of: AlertOf, channel: Any, start: datetime
) -> None:
    take(alert_of())
    deliver(start)
    take(ended(alert_of, start))
    deliver(start + timedelta(hours=2))
    told = [
        (parcel.medium, parcel.address, "fin d'alerte" in parcel.subject + parcel.body) for parcel in channel.carried
    ]
    assert sorted(told[:2]) == [("email", "camille@example.org", False), ("sms", "+33639980101", False)]
    assert sorted(told[2:]) == [("email", "camille@example.org", True), ("sms", "+33639980101", True)]


def test_an_end_in_the_same_batch_waits_for_its_fire(
    take: Any, deliver: Any, alert_of: AlertOf, channel: Any, rows: Rows, start: datetime
) -> None:
    assert take(alert_of(), ended(alert_of, start)) == Taken(opened=1, resolved=1, queued=4)
    assert sum(row["reason"] == "waits-for-fire" and row["due_at"] is None for row in rows("notification")) == 2
    deliver(start + timedelta(hours=2))
    for medium in ("sms", "email"):
        texts = [parcel.subject + parcel.body for parcel in channel.carried if parcel.medium == medium]
        assert ["fin d'alerte" in text for text in texts] == [False, True]


@pytest.mark.parametrize(
    ("fault", "states"),
    [
        pytest.param(DeliveryDelayed, ["queued/delayed", "queued/waits-for-fire"], id="delayed"),
        pytest.param(DeliveryRefused, ["failed/fire-not-told", "failed/refused"], id="refused"),
        pytest.param(DeliveryUncertain, ["sent/accepted", "uncertain/no-answer"], id="uncertain"),
    ],
)
def test_an_end_follows_what_became_of_the_fire(
    take: Any,
    deliver: Any,
    alert_of: AlertOf,
    channel: Any,
    rows: Rows,
    start: datetime,
    fault: Any,
    states: list[str],
) -> None:
    mail = (NotifyRequest(team="collecte", message="m"),)
    take(alert_of(notify=mail, criticality=Criticality.NORMAL))
    channel.script = [fault("x")]
    take(ended(alert_of, start, notify=mail))
    deliver(start + timedelta(hours=2))
    assert sorted(f"{row['state']}/{row['reason']}" for row in rows("notification")) == states


def test_a_fire_that_is_sent_late_is_still_followed_by_its_end(
    take: Any, deliver: Any, alert_of: AlertOf, channel: Any, start: datetime
) -> None:
    mail = (NotifyRequest(team="collecte", message="m"),)
    take(alert_of(notify=mail))
    channel.script = [DeliveryDelayed("x")]
    deliver(start)
    take(ended(alert_of, start, notify=mail))
    deliver(start + timedelta(hours=2))
    assert ["fin d'alerte" in parcel.subject for parcel in channel.carried] == [False, True]


def test_an_end_without_beginning_is_shown_as_over_and_told_to_nobody(
    take: Any, alert_of: AlertOf, rows: Rows, start: datetime
) -> None:
    take(ended(alert_of, start))
    take(alert_of())
    assert [(row["status"], row["firing"]) for row in rows("incident")] == [("resolved", 0)]
    assert rows("notification") == []


def test_a_team_that_is_gone_is_told_through_the_fallback(take: Any, alert_of: AlertOf, rows: Rows) -> None:
    take(alert_of(notify=(NotifyRequest(team="gone", message="m"),)))
    (notice,) = rows("notification")
    assert (notice["person"], notice["team"], notice["route"]) == ("ops", "exploitation", "team-unknown")
    assert "« gone »" in notice["body"]


def test_a_person_in_two_teams_is_told_once(take: Any, alert_of: AlertOf) -> None:
    both = tuple(NotifyRequest(team=team, message="m") for team in ("collecte", "gemapi"))
    assert take(alert_of(notify=both)).queued == 1


def test_an_alert_that_nobody_asked_for_leaves_no_incident(take: Any, alert_of: AlertOf, rows: Rows) -> None:
    assert take(alert_of(notify=())) == Taken(0, 0, 0)
    assert rows("incident") == []


def test_an_alert_about_several_points_is_told_by_its_title_and_is_one_incident(
    take: Any, alert_of: AlertOf, rows: Rows, start: datetime
) -> None:
    huveaune = {"point": "area:huveaune", "point_title": "Bassin de l'Huveaune", "points": ("aubagne", "gemenos")}
    take(alert_of(**huveaune), ended(alert_of, start, **huveaune))
    assert [row["title"] for row in rows("incident")] == ["Garonne – Bassin de l'Huveaune"]
    notices = rows("notification")
    assert len(notices) == 4
    assert all("Huveaune" in row["subject"] + row["body"] for row in notices if row["kind"] == "resolve")
    assert not any("area:" in row["subject"] + row["body"] for row in notices)


def test_alerts_of_a_digest_share_an_incident_and_are_not_told_at_once(
    take: Any, alert_of: AlertOf, rows: Rows
) -> None:
    take(*(alert_of(alert=name, point=name, notify=DAILY) for name in "abc"))
    assert [(row["firing"], row["title"]) for row in rows("incident")] == [
        (3, "Garonne – récapitulatif du 10/01 05:00")
    ]
    assert len(rows("digest")) == 1
    assert rows("notification") == []


def test_a_batch_gives_the_same_rows_as_its_alerts_one_by_one(
    tmp_path: Path, composer: Composer, alert_of: AlertOf, received: Any, start: datetime
) -> None:
    alerts = [alert_of(alert=name, notify=(*alert_of().notify, *DAILY)) for name in "abc"]
    alerts += [ended(alert_of, start, alert=name, notify=alerts[0].notify) for name in "ab"]
    shown = []
    for name, batches in (("together", [alerts]), ("apart", [[alert] for alert in alerts])):
        database = open_sqlite(tmp_path / f"{name}.sqlite")
        upgrade(database, "services.notifier.storage", "notifier")
        for batch in batches:
            take_alerts(database, composer, received(*batch), start)
        shown.append((show.incidents(database, 50), show.notifications(database, 50)))
        database.engine.dispose()
    assert shown[0] == shown[1]


def test_of_a_batch_the_vital_alerts_are_taken_first_and_of_one_alert_nothing_overtakes(
    alert_of: Callable[..., AlertChanged], received: Any
) -> None:
    normal, vital = Criticality.NORMAL, Criticality.VITAL
    said = [("a", normal), ("b", vital), ("c", normal), ("c", vital), ("b", vital)]
    batch = received(*(alert_of(alert=name, criticality=criticality) for name, criticality in said))
    parts = [[item.message.alert for item in part] for part in urgent_first(batch)]
    assert parts == [["b", "b"], ["a", "c", "c"]]
    assert urgent_first([]) == []
