"""Codes of incidents, and how alerts open and close them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from services.notifier.domain.grouping import groups_of
from services.notifier.domain.incident import code_of, derived_id
from services.notifier.domain.incident_book import IncidentBook
from shared.model.alerts import AlertChanged
from shared.model.incidents import IncidentStatus

AlertOf = Callable[..., AlertChanged]


def test_a_code_has_no_sign_that_is_taken_for_another() -> None:
    codes = {code_of(derived_id("alert", str(number))) for number in range(2000)}
    assert all(re.fullmatch(r"V-[2-9A-HJKMNP-TV-Z]{4}", code) for code in codes)
    assert len(codes) > 1990


def test_a_code_follows_from_the_id_alone() -> None:
    assert code_of("one") == code_of("one") != code_of("two")


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
