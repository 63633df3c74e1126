"""How alerts open and close incidents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.notifier.domain.incidents.grouping import groups_of
from services.notifier.domain.incidents.incident_book import IncidentBook
from shared.model.alerts import AlertChanged, NotifyRequest
from shared.model.incidents import IncidentStatus

AlertOf = Callable[..., AlertChanged]


def test_an_incident_is_open_until_its_last_alert_is_resolved(alert_of: AlertOf, start: datetime) -> None:
    later = start + timedelta(hours=1)
    first, second = (alert_of(alert=name) for name in ("a", "b"))
    group = next(groups_of(first, start))
    book = IncidentBook((), ())
    book.take_in(first, group)
    assert book.take_in(second, group).firing == 2
    left = book.take_out(alert_of(alert="a", at=later))
    assert [(item.status, item.firing) for item in left] == [(IncidentStatus.OPEN, 1)]
    closed = book.take_out(alert_of(alert="b", at=later))
    assert [(item.status, item.resolved_at) for item in closed] == [(IncidentStatus.RESOLVED, later)]


def test_a_resolved_alert_leaves_only_once(alert_of: AlertOf, start: datetime) -> None:
    alert = alert_of()
    book = IncidentBook((), ())
    book.take_in(alert, next(groups_of(alert, start)))
    assert len(book.take_out(alert)) == 1
    assert book.take_out(alert) == []


def test_an_alert_after_the_last_opens_the_incident_again(alert_of: AlertOf, start: datetime) -> None:
    first, second = (alert_of(alert=name) for name in ("a", "b"))
    group = next(groups_of(first, start))
    book = IncidentBook((), ())
    book.take_in(first, group)
    book.take_out(first)
    again = book.take_in(second, group)
    assert (again.status, again.resolved_at, again.firing) == (IncidentStatus.OPEN, None, 1)


def test_a_book_tells_new_from_changed(alert_of: AlertOf, start: datetime) -> None:
    alert = alert_of()
    group = next(groups_of(alert, start))
    before = IncidentBook((), ())
    before.take_in(alert, group)
    (incidents, places), nothing = before.new(), before.changed()
    assert [len(incidents), len(places), nothing] == [1, 1, ([], [])]
    after = IncidentBook(incidents, places)
    after.take_out(alert)
    assert after.new() == ([], [])
    assert [len(items) for items in after.changed()] == [1, 1]


def book_with(alert: AlertChanged) -> IncidentBook:
    """A book in which an alert has just begun to fire."""
    book = IncidentBook((), ())
    for group in groups_of(alert, alert.at):
        book.take_in(alert, group)
    return book


def changed(alert_of: AlertOf, start: datetime, was: str, severity: str, hours: float = 1, **said: Any) -> AlertChanged:
    return alert_of(was=was, severity=severity, since=start, at=start + timedelta(hours=hours), **said)


def test_a_change_of_severity_leaves_one_incident_and_its_worst_is_kept(alert_of: AlertOf, start: datetime) -> None:
    book = book_with(alert_of(severity="yellow"))
    for was, severity, worst, hours in (("yellow", "red", "red", 1), ("red", "minor", "red", 2)):
        (incident,) = book.change(changed(alert_of, start, was, severity, hours), ())
        assert (incident.severity, incident.worst, incident.firing) == (severity, worst, 1)
        assert (incident.status, incident.opened_at) == (IncidentStatus.OPEN, start)
    (incidents, places) = book.new()
    assert [place.severity for place in places] == ["minor"]
    assert len(incidents) == 1


def test_an_incident_stored_without_its_worst_has_had_at_least_its_own(alert_of: AlertOf, start: datetime) -> None:
    opened = next(groups_of(alert_of(), start)).opened(alert_of(severity="red"))
    assert (opened.worst, opened.with_severity("yellow", "vital", alone=True).worst) == (None, "red")


@pytest.mark.parametrize(
    ("said", "is_news"),
    [
        pytest.param(("orange", "red", 2), True, id="later"),
        pytest.param(("yellow", "orange", 1), False, id="the-same-again"),
        pytest.param(("yellow", "red", 0.5), False, id="older"),
        pytest.param(("orange", "red", 1), True, id="of-the-same-instant-and-goes-on"),
        pytest.param(("info", "red", 1), False, id="of-the-same-instant-and-does-not"),
    ],
)
def test_only_what_is_later_than_what_is_known_is_news(
    alert_of: AlertOf, start: datetime, said: tuple[str, str, float], is_news: bool
) -> None:
    book = book_with(alert_of(severity="yellow"))
    book.change(changed(alert_of, start, "yellow", "orange"), ())
    assert book.awaits(changed(alert_of, start, *said)) is is_news


def test_a_change_after_the_end_is_no_news(alert_of: AlertOf, start: datetime) -> None:
    book = book_with(alert_of(severity="yellow"))
    book.take_out(alert_of(at=start + timedelta(hours=1)))
    assert not book.awaits(changed(alert_of, start, "yellow", "red", 2))


def test_a_digest_keeps_the_worst_of_its_alerts_and_each_line_has_its_own(alert_of: AlertOf, start: datetime) -> None:
    def asks(words: str) -> tuple[NotifyRequest, ...]:
        return (NotifyRequest(team="collecte", message=words, digest="05:00"),)

    book = IncidentBook((), ())
    for name in "ab":
        alert = alert_of(alert=name, severity="yellow", notify=asks("jaune"))
        book.take_in(alert, next(groups_of(alert, start)))
    for was, severity, hours in (("yellow", "red", 1), ("red", "info", 2)):
        change = changed(alert_of, start, was, severity, hours, alert="a", notify=asks(severity))
        (incident,) = book.change(change, groups_of(change, change.at))
        assert (incident.severity, incident.firing) == ("red", 2)
    assert [(place.severity, place.message) for place in book.new()[1]] == [("info", "info"), ("yellow", "jaune")]


def test_a_digest_whose_people_were_not_asked_again_keeps_their_words(alert_of: AlertOf, start: datetime) -> None:
    daily = (NotifyRequest(team="collecte", message="jaune", digest="05:00"),)
    book = book_with(alert_of(severity="yellow", notify=daily))
    book.change(changed(alert_of, start, "yellow", "red"), ())
    assert [(place.severity, place.message) for place in book.new()[1]] == [("red", "jaune")]
