"""Which incident an alert belongs to, over days, late alerts and both changes of the clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from services.notifier.domain.incidents.grouping import groups_of, own_incident
from shared.model.alerts import AlertChanged, NotifyRequest

AlertOf = Callable[..., AlertChanged]
DAILY = (NotifyRequest(team="collecte", message="pleine", digest="05:00"),)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_an_alert_told_at_once_has_an_incident_of_its_own(alert_of: AlertOf, start: datetime) -> None:
    (group,) = groups_of(alert_of(), start)
    assert (group.incident, group.sends_at) == (own_incident("alert-1"), None)


def test_an_alert_that_nobody_asked_for_has_none(alert_of: AlertOf, start: datetime) -> None:
    assert list(groups_of(alert_of(notify=()), start)) == []


def test_an_alert_may_be_told_at_once_and_in_a_digest(alert_of: AlertOf, start: datetime) -> None:
    groups = list(groups_of(alert_of(notify=(NotifyRequest(team="a", message="m"), *DAILY)), start))
    assert [group.sends_at is None for group in groups] == [True, False]


@pytest.mark.parametrize(
    ("at", "sends_at"),
    [
        pytest.param("2022-01-10 03:59", "2022-01-10 04:00", id="before"),
        pytest.param("2022-01-10 04:00", "2022-01-10 04:00", id="at-the-moment-itself"),
        pytest.param("2022-01-10 04:01", "2022-01-11 04:00", id="after"),
        pytest.param("2022-07-10 02:30", "2022-07-10 03:00", id="summer"),
        pytest.param("2022-03-26 12:00", "2022-03-27 03:00", id="night-of-23-hours"),
        pytest.param("2022-10-29 12:00", "2022-10-30 04:00", id="night-of-25-hours"),
    ],
)
def test_a_digest_takes_what_fired_up_to_its_hour_in_paris(alert_of: AlertOf, at: str, sends_at: str) -> None:
    (group,) = groups_of(alert_of(notify=DAILY, at=utc(at)), utc(at))
    assert group.sends_at == utc(sends_at)


def test_alerts_of_one_day_share_a_digest_and_those_of_the_next_do_not(alert_of: AlertOf) -> None:
    moments = [utc(text) for text in ("2022-01-10 05:00", "2022-01-11 03:00", "2022-01-11 05:00")]
    ids = [next(groups_of(alert_of(alert=str(at), notify=DAILY, at=at), at)).incident for at in moments]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize(
    "other", [{"rule": "other"}, {"notify": (NotifyRequest(team="b", message="", digest="05:00"),)}]
)
def test_digests_of_another_rule_or_team_are_apart(
    alert_of: AlertOf, start: datetime, other: dict[str, object]
) -> None:
    (one,) = groups_of(alert_of(notify=DAILY), start)
    (two,) = groups_of(alert_of(**({"notify": DAILY} | other)), start)
    assert one.incident != two.incident


def test_an_alert_that_comes_late_is_in_the_next_digest(alert_of: AlertOf) -> None:
    (group,) = groups_of(alert_of(notify=DAILY, at=utc("2022-01-10 03:00")), utc("2022-01-12 09:00"))
    assert group.sends_at == utc("2022-01-13 04:00")


def test_a_digest_that_was_decided_takes_nothing_more(alert_of: AlertOf) -> None:
    at = utc("2022-01-10 04:00")
    alert = alert_of(notify=DAILY, at=at)
    (today,) = groups_of(alert, at)
    (tomorrow,) = groups_of(alert, at, {today.incident})
    assert (today.sends_at, tomorrow.sends_at) == (at, utc("2022-01-11 04:00"))
