"""Who wants English gets every notice in English, whatever it is about and whichever way it came to be."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.delivering.budgets import Budgets, Price, Rate
from services.notifier.domain.escalation.loading_escalations import load_policies
from services.notifier.domain.escalation.reply import Inbound
from services.notifier.domain.incidents.acknowledging import Way
from services.notifier.domain.on_call.reading import load_schedules
from services.notifier.domain.on_call.roster import Roster
from services.notifier.domain.people.loading_teams import load_teams
from services.notifier.use_cases.acknowledge import Acknowledging, acknowledge
from services.notifier.use_cases.deliver_due import deliver_due
from services.notifier.use_cases.escalate import escalate
from services.notifier.use_cases.fold_due import Folding
from services.notifier.use_cases.send_folded import send_folded
from services.notifier.use_cases.take_alerts import take_alerts
from services.notifier.use_cases.take_reply import take_reply
from services.notifier.use_cases.watch_duty import begin_watch, watch_duty
from shared.model.alerts import AlertChanged, Criticality, NotifyRequest
from shared.runtime.database import Database
from tests.component.notifier.conftest import TEAMS
from tests.doubles.channel import ScriptedChannel

MINUTE = timedelta(minutes=1)
POLICIES = """\
policies:
  - id: vitale
    title: Vitale
    applies_to: {criticality: vital}
    steps:
      - {after: 5 min, team: astreinte, by: [voice, sms]}
      - {after: 10 min, person: helene}
    remind_after: 1 h
    unacknowledge_after: 2 h
"""
SCHEDULES = """\
schedules:
  - id: duty
    title: Duty
    owner: gemapi
    layers:
      - {name: days, rotation: daily, starts: 2022-01-03, people: [camille, ops]}
    overrides:
      - {person: ops, from: 2022-01-10 08:00, until: 2022-01-10 09:00, reason: swap}
  - id: short
    title: Short
    owner: gemapi
    layers:
      - {name: days, rotation: daily, starts: 2022-01-03, people: [camille], only: [{from: 08:00, to: 12:00}]}
"""
FRENCH = re.compile(r"[éèêàçûîôœÉÀ«»]| :|\b(le|la|les|des|du|est|par|pour|pas|depuis|vous|avis|fin)\b")


@pytest.fixture
def composer(composer: Composer) -> Composer:
    """Everybody reads English and has a name without a French word in it."""
    english = TEAMS.replace("}", ", language: en}", 3).replace("Hélène", "Helen").replace("plateforme", "platform")
    english = english.replace("title: Astreinte,", "title: Duty, on_call: duty,")
    english = english.replace("title: Collecte,", "title: Collection, on_call: short,")
    teams = load_teams(english, "teams.yaml")
    return replace(composer, teams=teams, roster=Roster(load_schedules(SCHEDULES, "s", teams.people, {"gemapi"})))


@pytest.fixture
def alert(alert_of: Callable[..., AlertChanged]) -> Callable[..., AlertChanged]:
    def make(name: str, **said: Any) -> AlertChanged:
        told = (NotifyRequest(team="astreinte", message="Toulouse 2.02 m"),)
        return alert_of(**{"alert": name, "point": name, "point_title": "Toulouse", "notify": told, **said})

    return make


def all_said(rows: Any) -> dict[tuple[str, str], str]:
    """All that was queued by kind and medium, which is all English."""
    found: dict[tuple[str, str], str] = {}
    for row in rows("notification"):
        said = f"{row['subject']}\n{row['body']}"
        found[row["kind"], row["medium"]] = found.get((row["kind"], row["medium"]), "") + said
        assert FRENCH.search(said) is None, said
        assert row["language"] == "en"
    return found


def test_whoever_is_told_further_and_takes_care_reads_english(
    database: Database, composer: Composer, received: Any, alert: Any, start: datetime, rows: Any
) -> None:
    means = Acknowledging(composer, load_policies(POLICIES, "p", composer.teams))
    take_alerts(database, composer, received(alert("a")), start, policies=means.policies)
    for minutes in (5, 15):
        escalate(database, composer, means.policies, start + minutes * MINUTE)
        deliver_due(database, composer.carriers, lambda now=start + minutes * MINUTE: now)
    acknowledge(
        database, means, next(row["id"] for row in rows("incident")), "helene", Way.COMMAND, start + 20 * MINUTE
    )
    for minutes in (80, 140):
        escalate(database, composer, means.policies, start + minutes * MINUTE)
    said = all_said(rows)
    assert {medium for kind, medium in said if kind == "escalation"} == {"voice", "sms", "email"}
    assert said["escalation", "voice"].startswith("\nThis is Vigie. Incident without an answer for")
    assert ", orange, no answer for" in said["escalation", "sms"]
    assert "Helen" in said["acknowledged", "sms"]
    assert "taken up by" in said["acknowledged", "sms"]
    assert "You took up this incident 1 h 00 min ago; it still lasts." in said["reminder", "email"]
    assert "is to be taken up again" in said["unacknowledged", "email"]


def test_whoever_owns_a_schedule_or_comes_on_duty_reads_english(
    database: Database, composer: Composer, received: Any, alert: Any, start: datetime, rows: Any
) -> None:
    take_alerts(database, composer, received(alert("a")), start)
    begin_watch(database, composer)
    watch_duty(database, composer, start)
    watch_duty(database, composer, start.replace(hour=7, minute=1))
    said = all_said(rows)
    assert "from Monday 10 January 2022 at 12:00 to Tuesday 11 January 2022 at 08:00" in said["on-call-gaps", "email"]
    for subject in ("You are on call now: Duty\n", "End of your duty: Duty\n"):
        assert subject in said["hand-over", "email"]
    assert "incidents opened" in said["hand-over", "email"]
    assert "Garonne – Toulouse, since 10/01 02:45" in said["hand-over", "email"]


def test_whose_colleague_is_reached_no_more_reads_english(
    database: Database, composer: Composer, start: datetime, rows: Any
) -> None:
    means = Acknowledging(composer, load_policies(POLICIES, "p", composer.teams))
    take_reply(database, means, Inbound(reference="SM1", number="+33639980101", text="STOP"), start)
    said = all_said(rows)["opted-out", "email"]
    assert said.startswith("[reachability] Camille, cadre gets no more text messages\n")
    assert "since Monday 10 January 2022 at 02:45" in said


def test_what_is_folded_and_what_it_costs_is_told_in_english(
    database: Database, composer: Composer, received: Any, alert: Any, start: datetime, rows: Any
) -> None:
    budgets = Budgets(
        prices=(Price(medium="sms", channel=None, to="+33", amount=9_000_000),),
        monthly={"gemapi": 10_000_000},
        limits={"sms": (Rate(1, 15 * MINUTE),), "email": ()},
        digest_every=30 * MINUTE,
    )
    composer = replace(composer, budgets=budgets)
    normal = [alert(name, criticality=Criticality.NORMAL) for name in "abc"]
    take_alerts(database, composer, received(*normal), start)
    deliver_due(database, composer.carriers, lambda: start, folding=Folding(composer))
    send_folded(database, composer, start + 30 * MINUTE)
    said = all_said(rows)
    assert said["more-follow", "sms"].startswith(
        "\nVigie: more notices follow by mail on 10/01 03:15. Open incidents: "
    )
    assert "As of Monday 10 January 2022 at 03:15 (Paris time)" in said["folded-digest", "email"]
    assert "Messages of gemapi: 90 % of the budget of January 2022\n" in said["budget-warning", "email"]
    assert "has spent €9.00 on text messages and calls, of €10.00 for January 2022." in said["budget-warning", "email"]


def test_a_notice_in_french_would_be_seen(channel: ScriptedChannel) -> None:
    assert FRENCH.search("Vigie V-7K3Q, orange : m") is not None
    assert FRENCH.search("Depuis le lundi") is not None
