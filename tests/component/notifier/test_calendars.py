"""Calendars are fetched over real HTTP; what can't be had or read leaves the last good copy in force."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from services.notifier.domain.on_call.roster import Roster
from services.notifier.domain.on_call.schedule import Feed, Schedule
from services.notifier.domain.people.team import Person
from services.notifier.sources import feeds
from services.notifier.sources.feeds import fetch
from services.notifier.storage.calendars import Calendars
from services.notifier.use_cases.fetch_calendars import EVERY, Fetched, KnownCalendars, fetch_calendars
from shared.errors import InputError
from shared.runtime.database import Database

PEOPLE = {"camille": Person(id="camille", name="Camille", role="", email="camille@example.org")}
CALENDAR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20220101T000000Z\r\n"
    "DTSTART:20220110T070000Z\r\nDTEND:20220111T070000Z\r\nSUMMARY:Camille\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
NOW = datetime(2022, 1, 10, 8, tzinfo=UTC)


@dataclass
class Agenda:
    """A server of calendars."""

    address: str
    answers: dict[str, tuple[int, bytes, dict[str, str]]] = field(default_factory=dict)


@pytest.fixture
def agenda() -> Iterator[Agenda]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, content, headers = found.answers.get(self.path, (404, b"", {}))
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(content))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found = Agenda(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def feed(agenda: Agenda) -> Feed:
    agenda.answers["/secret.ics"] = (200, CALENDAR.encode(), {})
    return Feed(f"{agenda.address}/secret.ics", allow_private=True)


@pytest.fixture
def roster(feed: Feed) -> Roster:
    return Roster({"dechets": Schedule(id="dechets", title="", owner="", feed=feed)})


@pytest.fixture
def take(database: Database, roster: Roster) -> Callable[[datetime], list[Fetched]]:
    return lambda now: fetch_calendars(database, roster, PEOPLE, partial(fetch, folder=Path()), now)


def test_who_is_on_call_goes_by_the_calendar_that_was_fetched(
    database: Database, roster: Roster, take: Callable[[datetime], list[Fetched]]
) -> None:
    known = KnownCalendars(roster, PEOPLE)
    assert known.roster(database).on_duty("dechets", NOW) == ()
    assert (take(NOW), take(NOW), take(NOW + EVERY)) == ([Fetched.NEW], [], [Fetched.UNCHANGED])
    assert known.roster(database).on_duty("dechets", NOW) == ("camille",)
    assert known.roster(database).on_duty("dechets", NOW + timedelta(days=1)) == ()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param((500, b"", {}), id="broken"),
        pytest.param((404, b"", {}), id="gone"),
        pytest.param((200, b"", {}), id="empty"),
        pytest.param((200, b"<html>Sign in</html>", {}), id="a-page-to-sign-in"),
        pytest.param((200, CALENDAR.encode()[:150], {}), id="cut-off"),
        pytest.param((200, CALENDAR.encode(), {"Content-Length": "9999"}), id="breaks-off"),
        pytest.param((200, b"x" * (feeds.MOST_BYTES + 1), {}), id="too-large"),
        pytest.param((302, b"", {"Location": "/secret.ics"}), id="goes-round"),
        pytest.param((302, b"", {"Location": "file:///etc/passwd"}), id="leads-elsewhere"),
    ],
)
def test_what_cannot_be_had_leaves_the_last_good_copy_and_is_shown(
    answer: tuple[int, bytes, dict[str, str]], agenda: Agenda, database: Database, roster: Roster,
    take: Callable[[datetime], list[Fetched]], caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    take(NOW)
    agenda.answers["/secret.ics"] = answer
    assert take(NOW + EVERY) == [Fetched.FAILED]
    assert KnownCalendars(roster, PEOPLE).roster(database).on_duty("dechets", NOW) == ("camille",)
    with database.transaction() as transaction:
        kept = Calendars(transaction).all()["dechets"]
    assert (kept.failures, kept.fetched_at, kept.due_at) == (1, NOW, NOW + EVERY + timedelta(minutes=1))
    assert kept.failure
    assert "calendar" in caplog.text
    assert "secret" not in caplog.text + str(kept)


def test_a_calendar_that_moved_is_followed(agenda: Agenda, feed: Feed) -> None:
    agenda.answers |= {"/secret.ics": (301, b"", {"Location": "/new.ics"}), "/new.ics": (200, CALENDAR.encode(), {})}
    assert fetch(feed, Path()) == CALENDAR


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.1.2.3", "[::ffff:127.0.0.1]"]
)
def test_our_own_network_is_not_asked_unless_allowed(host: str) -> None:
    with pytest.raises(InputError, match="allow_private"):
        fetch(Feed(f"http://{host}:9/secret.ics"), Path())


def test_a_calendar_that_drips_is_given_up(agenda: Agenda, feed: Feed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "LONGEST_S", -1.0)
    with pytest.raises(InputError, match="did not come within"):
        fetch(feed, Path())


def test_a_file_is_read_beside_the_schedules(tmp_path: Path) -> None:
    (tmp_path / "duty.ics").write_text(CALENDAR, encoding="utf-8", newline="")
    assert fetch(Feed("duty.ics"), tmp_path) == CALENDAR
    with pytest.raises(InputError, match="can't be read"):
        fetch(Feed("other.ics"), tmp_path)


def test_the_calendar_of_a_schedule_that_is_no_more_is_forgotten(
    database: Database, take: Callable[[datetime], list[Fetched]]
) -> None:
    take(NOW)
    fetch_calendars(database, Roster(), PEOPLE, lambda _: "", NOW)
    with database.transaction() as transaction:
        assert Calendars(transaction).all() == {}
