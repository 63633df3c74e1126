"""Calendars as three agenda programs write them, made by hand from their formats; and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.notifier.domain.on_call.shift import Span
from services.notifier.domain.people.team import Person
from services.notifier.sources.ical import CalendarPlan, read_calendar
from shared.civil_time import PARIS, short_local
from shared.errors import InputError

AGENDAS = Path(__file__).parent / "agendas"
PEOPLE = [
    Person(id="camille-roux", name="Camille Roux", role="cadre", email="camille.roux@example.org"),
    Person(id="idir-benali", name="Idir Benali", role="technicien", email="idir.benali@example.org"),
    Person(id="helene-marty", name="Hélène Marty", role="responsable", email="helene.marty@example.org"),
    Person(id="camille", name="Camille", role="stagiaire", email="camille@example.org"),
]
OCTOBER = Span(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 11, 15, tzinfo=UTC))
BARE = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{}END:VCALENDAR\r\n"
EVENT = "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n{}\r\nEND:VEVENT\r\n"


def shown(plan: CalendarPlan) -> list[tuple[str, str, tuple[str, ...]]]:
    """The shifts of October and what follows, by the clocks of Paris."""
    return [
        (short_local(shift.span.start), short_local(shift.span.end), shift.people)
        for shift in plan.shifts(OCTOBER, PARIS)
    ]


def agenda(name: str) -> CalendarPlan:
    return read_calendar((AGENDAS / f"{name}.ics").read_bytes().decode(), PEOPLE)


def event(*lines: str) -> str:
    return BARE.format(EVENT.format("\r\n".join(lines)))


def test_google_folds_lines_names_guests_and_leaves_a_week_out() -> None:
    assert shown(agenda("google")) == [
        ("05/10 08:00", "12/10 08:00", ("camille-roux",)),
        ("24/10 00:00", "26/10 00:00", ("idir-benali",)),
        ("02/11 08:00", "09/11 08:00", ("camille-roux",)),
    ]


def test_outlook_names_zones_in_its_own_way_and_moves_a_night() -> None:
    assert shown(agenda("outlook")) == [
        ("21/10 18:00", "22/10 08:00", ("camille-roux",)),
        ("22/10 18:00", "23/10 08:00", ("camille-roux",)),
        ("24/10 20:00", "25/10 08:00", ("idir-benali",)),
        ("25/10 18:00", "26/10 08:00", ("camille-roux",)),
        ("26/10 18:00", "27/10 08:00", ("camille-roux",)),
        ("27/10 18:00", "28/10 08:00", ("camille-roux",)),
        ("28/10 18:00", "29/10 08:00", ("camille-roux",)),
        ("29/10 18:00", "30/10 08:00", ("camille-roux",)),
        ("30/10 18:00", "31/10 08:00", ("camille-roux",)),
        ("31/10 18:00", "01/11 00:00", ("camille-roux",)),
        ("01/11 00:00", "01/11 08:00", ("camille-roux", "idir-benali")),
        ("01/11 08:00", "02/11 00:00", ("idir-benali",)),
    ]


def test_nextcloud_names_zones_by_a_path_and_excludes_without_any() -> None:
    assert shown(agenda("nextcloud")) == [
        ("23/10 18:00", "24/10 08:00", ("camille-roux",)),
        ("24/10 18:00", "25/10 08:00", ("helene-marty",)),
        ("25/10 18:00", "26/10 08:00", ("camille-roux",)),
        ("26/10 18:00", "27/10 08:00", ("camille-roux",)),
    ]


def test_the_night_in_which_clocks_are_set_back_lasts_an_hour_more() -> None:
    night = next(s for s in agenda("nextcloud").shifts(OCTOBER, PARIS) if s.people == ("helene-marty",))
    assert night.span == Span(datetime(2026, 10, 24, 16, tzinfo=UTC), datetime(2026, 10, 25, 7, tzinfo=UTC))


def test_an_event_that_names_nobody_known_is_told_and_puts_nobody_on_duty() -> None:
    plan = read_calendar(event("DTSTART:20261020T080000Z", "DTEND:20261021T080000Z", "SUMMARY:Camilleri"), PEOPLE)
    assert (shown(plan), plan.strangers(OCTOBER)) == ([], ["Camilleri"])


def test_the_longer_of_two_names_is_meant_and_accents_may_be_missing() -> None:
    lines = ("DTSTART:20261020T080000Z", "DTEND:20261021T080000Z")
    names = {"Astreinte CAMILLE ROUX": ("camille-roux",), "Camille": ("camille",), "helene marty": ("helene-marty",)}
    found = {name: shown(read_calendar(event(*lines, f"SUMMARY:{name}"), PEOPLE))[0][2] for name in names}
    assert found == names


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("<html>Sign in</html>", id="a-page-to-sign-in"),
        pytest.param("BEGIN:VEVENT\r\nEND:VEVENT\r\n", id="an-event-alone"),
        pytest.param("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", id="cut-off"),
        pytest.param(event("DTSTART:20261020T080000Z", "RRULE:FREQ=SECONDLY"), id="every-second"),
        pytest.param(event("DTSTART:20261020T080000Z", "RRULE:FREQ=DAILY;BYMINUTE=1,2,3"), id="every-minute"),
        pytest.param(event("DTSTART:20261020T080000Z", "RRULE:FREQ=DAILY;INTERVAL=0"), id="after-no-time"),
        pytest.param(event("DTSTART:00010101T080000Z", "RRULE:FREQ=DAILY"), id="for-ever"),
        pytest.param(event("DTSTART:soon", "SUMMARY:Camille Roux"), id="no-time"),
        pytest.param(BARE.format(EVENT.format("DTSTART:20261020T080000Z") * 5_001), id="too-many"),
    ],
)
def test_what_is_no_calendar_of_duty_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        read_calendar(text, PEOPLE).try_out(OCTOBER.start)
    assert "Camille" not in str(caught.value)
