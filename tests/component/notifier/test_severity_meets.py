"""Changes of severity where the carrier fails, where somebody did not ask, in digests, and in tables of before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.notifier.domain.composing.composing import Composer
from services.notifier.use_cases import show
from services.notifier.use_cases.deliver_due import next_due
from services.notifier.use_cases.send_digests import send_digests
from services.notifier.use_cases.take_alerts import Taken, take_alerts
from shared.errors import DeliveryDelayed, DeliveryRefused
from shared.model.alerts import AlertChanged, AlertStatus, NotifyRequest
from shared.runtime.database import Database
from tests.component.notifier.conftest import START

Rows = Callable[[str], list[dict[str, Any]]]
Take = Callable[..., Taken]
HOUR = timedelta(hours=1)
MORNING = datetime(2022, 1, 10, 4, 0, tzinfo=UTC)
MAIL = (NotifyRequest(team="collecte", message="m"),)


def daily(words: str, team: str = "collecte") -> tuple[NotifyRequest, ...]:
    return (NotifyRequest(team=team, message=words, digest="05:00"),)


@pytest.fixture
def take(database: Database, composer: Composer, received: Any, alert_of: Callable[..., AlertChanged]) -> Take:
    """A function that takes an alert at some hour after the start: severity, and what else is said."""

    def act(severity: str, hours: float, **said: Any) -> Taken:
        alert = alert_of(**{"severity": severity, "since": START, "at": START + hours * HOUR, "notify": MAIL} | said)
        return take_alerts(database, composer, received(alert), alert.at)

    return act


def heard(channel: Any) -> list[str]:
    """The first word of each subject: the severity, or what became of it."""
    return [parcel.subject[1 : parcel.subject.index("]")] for parcel in channel.carried]


def test_a_change_says_what_it_led_to(take: Take) -> None:
    assert take("yellow", 0) == Taken(opened=1, resolved=0, queued=1)
    assert take("red", 1, was="yellow") == Taken(opened=0, resolved=0, queued=1, worsened=1)
    assert take("minor", 2, was="red") == Taken(opened=0, resolved=0, queued=1, eased=1)


def test_a_rise_waits_for_what_comes_before_it_and_makes_it_due(
    database: Database, take: Take, deliver: Any, channel: Any
) -> None:
    take("yellow", 0)
    channel.script = [DeliveryDelayed("x", 3600)]
    deliver(START)
    assert next_due(database) == START + HOUR
    take("red", 0.25, was="yellow")
    deliver(START + HOUR / 4)
    assert heard(channel) == ["jaune", "aggravation, rouge"]


def test_a_fall_waits_for_what_comes_before_it_and_hurries_nobody(
    database: Database, take: Take, deliver: Any, channel: Any
) -> None:
    take("red", 0)
    channel.script = [DeliveryDelayed("x", 3600)]
    deliver(START)
    take("yellow", 0.25, was="red")
    deliver(START + HOUR / 4)
    assert (heard(channel), next_due(database)) == ([], START + HOUR)
    deliver(START + HOUR)
    assert heard(channel) == ["rouge", "amélioration, jaune"]


def test_a_rise_is_told_to_who_could_not_be_told_of_the_level_before(take: Take, deliver: Any, channel: Any) -> None:
    take("yellow", 0)
    channel.script = [DeliveryRefused("x")]
    deliver(START)
    take("red", 1, was="yellow")
    take("red", 2, status=AlertStatus.RESOLVED)
    deliver(START + 2 * HOUR)
    assert heard(channel) == ["aggravation, rouge", "fin d'alerte"]


def test_an_end_is_told_to_who_heard_of_the_first_level_only(take: Take, deliver: Any, channel: Any) -> None:
    take("yellow", 0)
    deliver(START)
    channel.script = [DeliveryRefused("x")]
    take("red", 1, was="yellow")
    deliver(START + HOUR)
    take("red", 2, status=AlertStatus.RESOLVED)
    deliver(START + 2 * HOUR)
    assert heard(channel) == ["jaune", "fin d'alerte"]


@pytest.mark.parametrize(
    ("first", "said"), [("jaune", {}), ("aggravation, jaune", {"was": "info"})], ids=["fire", "rise"]
)
def test_an_end_that_waits_for_a_level_that_fails_is_told_to_who_heard_of_one_before(
    take: Take, deliver: Any, channel: Any, first: str, said: dict[str, Any]
) -> None:
    take("yellow", 0, **said)
    deliver(START)
    take("red", 1, was="yellow")
    take("red", 2, status=AlertStatus.RESOLVED)
    channel.script = [DeliveryRefused("x")]
    deliver(START + 2 * HOUR)
    assert heard(channel) == [first, "fin d'alerte"]


@pytest.mark.parametrize("at_once", [True, False], ids=["all-waiting", "one-by-one"])
def test_what_eases_or_ends_is_not_told_to_who_was_told_of_nothing_and_nothing_waits_for_ever(
    database: Database, take: Take, deliver: Any, channel: Any, rows: Rows, at_once: bool
) -> None:
    channel.script = [DeliveryRefused("x")]
    take("red", 0)
    for hours, severity, said in ((1, "yellow", {"was": "red"}), (2, "yellow", {"status": AlertStatus.RESOLVED})):
        if not at_once:
            deliver(START + hours * HOUR)
        take(severity, hours, **said)
    deliver(START + 2 * HOUR)
    states = sorted((row["kind"], row["state"], row["reason"]) for row in rows("notification"))
    assert states == [
        ("ease", "failed", "fire-not-told"),
        ("fire", "failed", "refused"),
        ("resolve", "failed", "fire-not-told"),
    ]
    assert next_due(database) is None


def test_a_rise_after_a_fall_that_was_not_told_goes_out(take: Take, deliver: Any, channel: Any) -> None:
    channel.script = [DeliveryRefused("x")]
    take("orange", 0)
    take("yellow", 1, was="orange")
    take("red", 2, was="yellow")
    deliver(START + 2 * HOUR)
    assert heard(channel) == ["aggravation, rouge"]


def test_a_level_that_nobody_asked_for_moves_the_incident_and_tells_nobody(take: Take, rows: Rows) -> None:
    take("yellow", 0)
    assert take("red", 1, was="yellow", notify=()) == Taken(0, 0, 0)
    (incident,) = rows("incident")
    assert (incident["severity"], incident["worst"]) == ("red", "red")


def test_an_incident_begins_with_the_first_level_that_somebody_asked_for(take: Take, rows: Rows) -> None:
    assert take("yellow", 0, notify=()) == Taken(0, 0, 0)
    assert take("red", 1, was="yellow") == Taken(opened=1, resolved=0, queued=1, worsened=1)
    (incident,) = rows("incident")
    assert (incident["severity"], incident["opened_at"]) == ("red", "2022-01-10 01:45:00.000000")
    take("red", 2, status=AlertStatus.RESOLVED)
    assert [row["status"] for row in rows("incident")] == ["resolved"]


def test_a_change_that_is_older_than_what_is_known_changes_nothing(take: Take, rows: Rows) -> None:
    take("yellow", 0)
    take("red", 2, was="orange")
    before = rows("incident"), rows("incident_alert"), rows("notification")
    assert take("orange", 1, was="yellow") == Taken(0, 0, 0)
    take("red", 3, status=AlertStatus.RESOLVED)
    over = rows("incident")
    assert take("critical", 2.5, was="red") == Taken(0, 0, 0)
    assert (before[0][0]["severity"], rows("incident")) == ("red", over)


def test_a_change_in_a_digest_is_its_line_and_nobody_is_told_at_once(
    database: Database, composer: Composer, take: Take, deliver: Any, channel: Any, rows: Rows
) -> None:
    take("yellow", 0, notify=daily("Toulouse : 80 %"))
    assert take("red", 1, was="yellow", notify=daily("Toulouse : 99 %")) == Taken(0, 0, 0)
    assert [(row["firing"], row["severity"]) for row in rows("incident")] == [(1, "red")]
    send_digests(database, composer, MORNING)
    deliver(MORNING)
    (mail,) = channel.carried
    assert "- Toulouse : 99 % (depuis le 10/01 02:45, rouge depuis le 10/01 03:45)\n" in mail.body
    assert "80 %" not in mail.body
    assert next_due(database) is None


def test_a_fall_whose_beginning_never_came_is_in_the_digest(
    database: Database, composer: Composer, take: Take, deliver: Any, channel: Any
) -> None:
    take("minor", 0, was="yellow", notify=daily("Toulouse : 80 %"))
    send_digests(database, composer, MORNING)
    deliver(MORNING)
    assert ["- Toulouse : 80 %" in parcel.body for parcel in channel.carried] == [True]


def test_a_digest_of_others_says_the_new_severity_in_its_old_words(
    database: Database, composer: Composer, take: Take, deliver: Any, channel: Any
) -> None:
    take("yellow", 0, notify=daily("Toulouse : 80 %"))
    take("red", 1, was="yellow", notify=daily("Toulouse : 99 %", "exploitation"))
    send_digests(database, composer, MORNING)
    deliver(MORNING)
    said = {parcel.recipient.split(",")[0]: parcel.body for parcel in channel.carried}
    assert "- Toulouse : 80 % (depuis le 10/01 02:45, rouge depuis le 10/01 03:45)\n" in said["Hélène"]
    assert "- Toulouse : 99 % (depuis le 10/01 02:45, rouge depuis le 10/01 03:45)\n" in said["Exploitation"]


@pytest.mark.parametrize(
    ("severity", "mails"), [pytest.param("red", 2, id="rise"), pytest.param("minor", 1, id="fall")]
)
def test_after_its_digest_a_rise_is_in_the_next_one_and_a_fall_is_not(
    database: Database, composer: Composer, take: Take, deliver: Any, channel: Any, severity: str, mails: int
) -> None:
    take("yellow", 0, notify=daily("Toulouse : 80 %"))
    send_digests(database, composer, MORNING)
    take(severity, 5, was="yellow", notify=daily("Toulouse : 99 %"))
    tomorrow = MORNING + timedelta(days=1)
    send_digests(database, composer, tomorrow)
    deliver(tomorrow)
    assert len(channel.carried) == mails


def test_an_alert_told_at_once_and_by_digest_keeps_both_in_step(take: Take, rows: Rows) -> None:
    take("yellow", 0, notify=(*MAIL, *daily("80 %", "gemapi")))
    assert take("red", 1, was="yellow", notify=(*MAIL, *daily("99 %", "gemapi"))).queued == 1
    assert [row["severity"] for row in rows("incident")] == ["red", "red"]
    assert {(row["severity"], row["message"]) for row in rows("incident_alert")} == {("red", "m"), ("red", "99 %")}


def test_what_was_stored_before_severities_were_kept_goes_on(
    database: Database, take: Take, deliver: Any, channel: Any, rows: Rows
) -> None:
    take("orange", 0)
    with database.transaction() as transaction:
        transaction.connection.exec_driver_sql("UPDATE incident SET worst = NULL")
        transaction.connection.exec_driver_sql("UPDATE incident_alert SET severity = NULL, severity_at = NULL")
    assert show.incidents(database, 1)[0]["worst"] == "orange"
    take("yellow", 1, was="orange")
    take("red", 2, was="yellow")
    deliver(START + 2 * HOUR)
    assert heard(channel) == ["orange", "amélioration, jaune", "aggravation, rouge"]
    assert [(row["severity"], row["worst"]) for row in rows("incident")] == [("red", "red")]
