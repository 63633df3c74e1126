"""What was kept of people is forgotten in time, once a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from sqlalchemy import Column, LargeBinary, Table, Text, insert, select

from services.notifier.domain.muting.silence_wanted import WantedSilence
from services.notifier.domain.people.retention import Retention
from services.notifier.storage.tables import METADATA
from services.notifier.use_cases.forget import forget_daily
from services.notifier.use_cases.silence import add_silence
from shared.actor import SYSTEM
from shared.runtime.database import Database
from shared.runtime.message_tables import Utc
from tests.component.notifier.playing import Play

DAY = 86_400
RETENTION = Retention(ledger=400, addresses=90)
MARK: Final = "Marguerite +33639980199"

IMPERSONAL: Final = {
    "alert": "alert key rule incident role body",
    "bundle": "key incident title sort",
    "carrier_trouble": "channel",
    "chore": "name",
    "digest": "incident rule rule_title team reason",
    "escalation": "incident policy state",
    "flapping": "key incident",
    "folded": "notification folder cause",
    "folder": "id team",
    "held": "incident alert verdict by source told_severity body",
    "inbox": "event_id",
    "incident": "id code status title rule owner severity criticality worst",
    "incident_alert": "incident alert point point_title message severity",
    "lease": "holder",
    "ledger": "id verdict incident alert notification team trace",
    "notification": "id kind incident criticality team medium channel route state reason after reference trace"
    " language",
    "on_call_gap": "id schedule stage",
    "outbox": "event_id event routing_key body",
    "outbox_message": "notification medium",
    "receipt": "reference status",
    "registry_copy": "inventory",
    "replica": "id",
    "reply": "reference meaning incident",
    "secret": "name value",
    "silence": "id",
    "spending": "id notification directorate month medium channel",
    "acknowledgement": "incident way",
    "audit": "act subject",
    "parked": "event_id queue",
    "on_call_duty": "schedule",
    "on_call_feed": "schedule source digest failure",
}
"""The columns of text that hold nothing about a person: ids, words from closed lists, words of rules, which are public
in the city. A new column is held to be about people until it stands here: see ``test_no_column...``. Messages in the
outbox are dropped soon after they were sent (``shared.runtime.message_store``)."""

REPLACED: Final = {"on_call_duty": "people", "on_call_feed": "content"}
"""What is only ever true now: replaced when it changes, dropped at the start once nobody names the schedule."""

SETTLED: Final = {"state": "sent", "status": "resolved", "medium": "sms", "kind": "fire"}


def forget(play: Play) -> bool:
    return forget_daily(play.database, RETENTION, play.now)


def test_addresses_and_texts_go_first_and_people_later_and_that_somebody_was_told_stays(play: Play, rows: Any) -> None:
    asked = WantedSilence(matchers=["point=z"], owner="helene", reason="travaux", lasts="1 h")
    add_silence(play.database, play.composer.teams, SYSTEM, asked, play.now)
    alert = play.fires()
    play.take(alert)
    play.at(10).take(play.resolves(alert))
    forget(play.at(80 * DAY))
    assert all(row["address"] and row["body"] and row["person"] for row in rows("notification"))
    forget(play.at(92 * DAY))
    assert {(row["address"], row["subject"], row["body"]) for row in rows("notification")} == {("", "", "")}
    assert {row["person"] for row in rows("notification")} == {"camille", "helene"}
    assert {row["person"] for row in rows("ledger")} == {"camille", "helene"}
    forget(play.at(402 * DAY))
    assert {row["person"] for row in rows("ledger")} == {""}
    assert {(row["person"], row["recipient"], row["state"]) for row in rows("notification")} == {("", "", "sent")}
    assert (rows("silence"), rows("alert")) == ([], [])
    assert len(rows("incident")) == 1


def test_of_what_lasts_the_addresses_stay_and_its_end_is_told(play: Play) -> None:
    alert = play.fires()
    play.take(alert)
    forget(play.at(500 * DAY))
    play.arrived()
    play.take(play.resolves(alert))
    assert len(play.at(500 * DAY + 1).arrived()) == 1


def test_it_is_done_once_a_day_at_half_past_three_in_paris(play: Play, rows: Any) -> None:
    assert [forget(play), forget(play), forget(play.at(45 * 60 - 1)), forget(play.at(45 * 60))] == [
        True,
        False,
        False,
        True,
    ]
    (chore,) = rows("chore")
    assert datetime.fromisoformat(chore["due_at"]).replace(tzinfo=UTC) == play.now + timedelta(days=1)


def texts(table: Table) -> set[str]:
    return {column.name for column in table.columns if isinstance(column.type, Text | LargeBinary)}


def personal(table: Table) -> set[str]:
    """The columns that may hold something about a person."""
    return texts(table) - set(IMPERSONAL.get(table.name, "").split()) - {REPLACED.get(table.name)}


def old_row(table: Table, moment: datetime) -> dict[str, Any]:
    """A row of that moment, over and done with, that names a person wherever it can."""
    return {column.name: _old_value(column, moment, column.name in personal(table)) for column in table.columns}


def _old_value(column: Column[Any], moment: datetime, is_personal: bool) -> Any:
    if isinstance(column.type, LargeBinary):
        return MARK.encode()
    if isinstance(column.type, Text):
        return MARK if is_personal else SETTLED.get(column.name, "x")
    if column.name in ("created", "sent", "handled", "parked"):
        return moment.timestamp()
    if isinstance(column.type, Utc):
        return None if column.name in ("due_at", "reminder_at") and column.nullable else moment
    return 0


def kept(database: Database, table: Table) -> str:
    """What is still there of the columns that may be about people."""
    with database.transaction() as transaction:
        rows = transaction.connection.execute(select(table)).mappings()
        return str([[row[column.name] for column in table.columns if column.name in personal(table)] for row in rows])


TABLES: Final = [table for table in METADATA.sorted_tables if personal(table)]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_no_column_keeps_a_person_longer_than_the_ledger(table: Table, database: Database, play: Play) -> None:
    with database.transaction() as transaction:
        transaction.connection.execute(insert(table), old_row(table, play.now))
    assert MARK in kept(database, table)
    forget(play.at(399 * DAY))
    forget(play.at(402 * DAY))
    assert MARK not in kept(database, table)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_what_is_younger_than_the_ledger_is_kept_but_for_addresses_and_texts(
    table: Table, database: Database, play: Play
) -> None:
    with database.transaction() as transaction:
        transaction.connection.execute(insert(table), old_row(table, play.now))
    forget(play.at(89 * DAY))
    assert MARK in kept(database, table)
    forget(play.at(92 * DAY))
    gone = {"outbox_message": True, "notification": False, "reply": False}.get(table.name, False)
    assert (MARK not in kept(database, table)) is gone
    assert "answer" not in personal(table) or MARK not in str(column(database, table, "answer"))


def column(database: Database, table: Table, name: str) -> list[Any]:
    with database.transaction() as transaction:
        return list(transaction.connection.scalars(select(table.c[name])))


def test_the_lists_of_columns_name_no_column_that_is_not_there() -> None:
    for name, words in (IMPERSONAL | REPLACED).items():
        assert set(words.split()) <= texts(METADATA.tables[name]), name


def test_who_takes_care_of_what_lasts_is_known_as_long_as_it_lasts(database: Database, play: Play) -> None:
    incident, taken = METADATA.tables["incident"], METADATA.tables["acknowledgement"]
    with database.transaction() as transaction:
        transaction.connection.execute(insert(incident), old_row(incident, play.now) | {"status": "open"})
        transaction.connection.execute(insert(taken), old_row(taken, play.now) | {"withdrawn_at": None})
    forget(play.at(402 * DAY))
    assert MARK in kept(database, taken)


def test_who_wants_no_texts_is_known_as_long_as_that_is_so(database: Database, play: Play) -> None:
    stopped = METADATA.tables["opt_out"]
    with database.transaction() as transaction:
        transaction.connection.execute(insert(stopped), old_row(stopped, play.now) | {"withdrawn_at": None})
    forget(play.at(402 * DAY))
    assert MARK in kept(database, stopped)


def test_a_silence_that_is_in_force_is_not_forgotten(database: Database, play: Play) -> None:
    silence = METADATA.tables["silence"]
    lasts = old_row(silence, play.now) | {"ended_at": None, "ends_at": play.now + timedelta(days=500)}
    with database.transaction() as transaction:
        transaction.connection.execute(insert(silence), lasts)
    forget(play.at(402 * DAY))
    assert MARK in kept(database, silence)
