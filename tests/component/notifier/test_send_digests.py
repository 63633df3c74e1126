"""One mail a day, of what still asks for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.composing.digesting import DigestReason
from services.notifier.use_cases.deliver_due import deliver_due, next_due
from services.notifier.use_cases.send_digests import send_digests
from services.notifier.use_cases.take_alerts import take_alerts
from shared.model.alerts import AlertChanged, AlertStatus, NotifyRequest
from shared.runtime.database import Database

MORNING = datetime(2022, 1, 10, 4, 0, tzinfo=UTC)
Take = Callable[[str, AlertStatus, datetime], None]


@pytest.fixture
def take(database: Database, composer: Composer, alert_of: Callable[..., AlertChanged], received: Any) -> Take:
    def act(point: str, status: AlertStatus, at: datetime) -> None:
        request = NotifyRequest(team="collecte", message=f"{point} : 80 %", digest="05:00")
        alert = alert_of(alert=point, point=point, point_title=point, status=status, at=at, notify=(request,))
        take_alerts(database, composer, received(alert), at)

    return act


def test_the_mail_goes_out_at_its_hour_and_lists_what_still_fires(
    database: Database, composer: Composer, channel: Any, take: Take, start: datetime
) -> None:
    for point in ("Aldi", "Bois", "Cap"):
        take(point, AlertStatus.FIRING, start)
    take("Bois", AlertStatus.RESOLVED, start + timedelta(hours=1))
    assert next_due(database) == MORNING
    assert send_digests(database, composer, MORNING - timedelta(seconds=1)) == []
    assert send_digests(database, composer, MORNING) == [DigestReason.SOME_FIRE]
    deliver_due(database, composer.carriers, lambda: MORNING)
    (mail,) = channel.carried
    firing, _, resolved = mail.body.partition("Terminé entre-temps")
    assert (mail.address, "2 lieux" in mail.subject) == ("helene@example.org", True)
    assert [point in firing for point in ("Aldi", "Bois", "Cap")] == [True, False, True]
    assert "Bois" in resolved


def test_a_digest_is_sent_once(database: Database, composer: Composer, take: Take, start: datetime) -> None:
    take("Aldi", AlertStatus.FIRING, start)
    send_digests(database, composer, MORNING)
    assert send_digests(database, composer, MORNING + timedelta(days=3)) == []
    deliver_due(database, composer.carriers, lambda: MORNING)
    assert next_due(database) is None


def test_a_day_whose_alerts_are_all_resolved_gives_no_mail(
    database: Database, composer: Composer, channel: Any, rows: Any, take: Take, start: datetime
) -> None:
    take("Aldi", AlertStatus.FIRING, start)
    take("Aldi", AlertStatus.RESOLVED, start + timedelta(hours=1))
    assert send_digests(database, composer, MORNING) == [DigestReason.ALL_RESOLVED]
    deliver_due(database, composer.carriers, lambda: MORNING)
    assert channel.carried == []
    assert [row["reason"] for row in rows("digest")] == ["all-resolved"]


def test_what_fires_for_days_is_in_the_digest_of_its_first_day_only(
    database: Database, composer: Composer, channel: Any, take: Take, start: datetime
) -> None:
    take("Aldi", AlertStatus.FIRING, start)
    send_digests(database, composer, MORNING)
    take("Bois", AlertStatus.FIRING, MORNING + timedelta(hours=5))
    tomorrow = MORNING + timedelta(days=1)
    send_digests(database, composer, tomorrow)
    deliver_due(database, composer.carriers, lambda: tomorrow)
    assert [("Aldi" in mail.body, "Bois" in mail.body) for mail in channel.carried] == [(True, False), (False, True)]


def test_an_alert_of_the_digests_own_instant_is_in_it_or_in_the_next(
    database: Database, composer: Composer, channel: Any, take: Take
) -> None:
    take("Aldi", AlertStatus.FIRING, MORNING)
    send_digests(database, composer, MORNING)
    take("Bois", AlertStatus.FIRING, MORNING)
    assert next_due(database) == MORNING
    deliver_due(database, composer.carriers, lambda: MORNING)
    assert next_due(database) == MORNING + timedelta(days=1)
    assert [("Aldi" in mail.body, "Bois" in mail.body) for mail in channel.carried] == [(True, False)]


def test_the_end_of_an_alert_in_a_digest_is_told_to_nobody(
    database: Database, composer: Composer, channel: Any, rows: Any, take: Take, start: datetime
) -> None:
    take("Aldi", AlertStatus.FIRING, start)
    send_digests(database, composer, MORNING)
    take("Aldi", AlertStatus.RESOLVED, MORNING + timedelta(hours=9))
    deliver_due(database, composer.carriers, lambda: MORNING + timedelta(hours=9))
    assert len(channel.carried) == 1
    assert [row["status"] for row in rows("incident")] == ["resolved"]
