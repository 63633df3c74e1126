"""What does not arrive is told another way, once, whatever comes first and however often."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.notifier.domain.channel import Medium
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.delivering.receipt import receipt_of
from services.notifier.domain.on_call.reading import load_schedules
from services.notifier.domain.on_call.roster import Roster
from services.notifier.domain.people.loading_teams import load_teams
from services.notifier.use_cases import show
from services.notifier.use_cases.deliver_due import deliver_due
from services.notifier.use_cases.show_carriers import show_opt_outs
from services.notifier.use_cases.take_alerts import take_alerts
from services.notifier.use_cases.take_receipt import take_receipt
from shared.errors import DeliveryRefused, OptedOut
from shared.model.alerts import AlertChanged, AlertStatus, Criticality, NotifyRequest
from shared.runtime.database import Database
from tests.doubles.channel import ScriptedChannel

TEAMS = """\
fallback: exploitation
people:
  - {id: camille, name: Camille, role: cadre, phone: "+33639980101", email: camille@example.org, language: en}
  - {id: idir, name: Idir, role: technicien, phone: "+33639980102"}
  - {id: nadia, name: Nadia, role: cadre, phone: "+33639980103"}
  - {id: ops, name: Exploitation, role: plateforme, email: ops@example.org}
teams:
  - {id: astreinte, title: Astreinte, channels: [sms], members: [camille]}
  - {id: binome, title: Binôme, channels: [sms], members: [idir]}
  - {id: nuit, title: Nuit, channels: [sms], members: [idir], on_call: nuits}
  - {id: exploitation, title: Exploitation, channels: [email], members: [ops]}
"""


SCHEDULES = """\
schedules:
  - id: nuits
    title: Nuits
    owner: exploitation
    layers:
      - {name: nuits, rotation: daily, starts: 2022-01-03, people: [nadia], only: [{from: 08:00, to: 08:00}]}
"""
SHOWN = {"astreinte": "Camille, cadre", "nuit": "Nadia, cadre"}
TITLES = {"astreinte": "Astreinte", "nuit": "Nuit"}


class Duty:
    """Texts to people on duty, and what becomes of them."""

    def __init__(self, database: Database, composer: Composer, alert_of: Any, received: Any, start: datetime) -> None:
        teams = load_teams(TEAMS, "teams.yaml")
        schedules = load_schedules(SCHEDULES, "on-call.yaml", teams.people, set(teams.by_id))
        self.composer = replace(composer, teams=teams, roster=Roster(schedules))
        self._database, self._alert_of, self._received, self._start = database, alert_of, received, start

    def tell(self, team: str = "astreinte", after_s: float = 0, **said: Any) -> None:
        """An alert, and whatever is due."""
        now = self._start + timedelta(seconds=after_s)
        request = (NotifyRequest(team=team, message="Toulouse : 2,02 m"),)
        alert = self._alert_of(**({"notify": request, "since": self._start, "at": now} | said))
        take_alerts(self._database, self.composer, self._received(alert), now)
        self.deliver(after_s)

    def deliver(self, after_s: float = 0) -> None:
        now = self._start + timedelta(seconds=after_s)
        deliver_due(self._database, self.composer.carriers, lambda: now, composer=self.composer)

    def report(self, status: str, code: int | None = None, reference: str = "ref-1", after_s: float = 60) -> None:
        """What the carrier says, and whatever is due then."""
        now = self._start + timedelta(seconds=after_s)
        take_receipt(self._database, receipt_of(reference, status, code, now), self.composer)
        self.deliver(after_s)


@pytest.fixture
def duty(
    database: Database, composer: Composer, alert_of: Callable[..., AlertChanged], received: Any, start: datetime
) -> Duty:
    return Duty(database, composer, alert_of, received, start)


@pytest.fixture
def ledger(rows: Any) -> Callable[[str], list[str]]:
    """A function that reads the reasons of a verdict."""
    return lambda verdict: [row["by"] for row in rows("ledger") if row["verdict"] == verdict]


def told(channel: ScriptedChannel) -> list[tuple[str, str]]:
    return [(parcel.recipient.partition(",")[0], parcel.medium.value) for parcel in channel.carried]


def test_a_vital_text_that_was_not_delivered_becomes_a_call(duty: Duty, channel: ScriptedChannel, ledger: Any) -> None:
    duty.tell()
    duty.report("sent")
    duty.report("undelivered", 30003)
    duty.report("undelivered", 30003)
    assert told(channel) == [("Camille", "sms"), ("Camille", "voice")]
    said = channel.carried[-1].body
    assert "orange: Toulouse : 2,02 m" in said
    assert "the telephone is off or out of reach (30003)" in said
    assert ledger("undelivered") == ["scripted : le téléphone est éteint ou hors de portée (30003)"]
    assert ledger("moved-on") == [
        "sms → voice, Camille, cadre : le téléphone est éteint ou hors de portée (30003)",
    ]


def test_what_arrived_is_noted_and_nobody_else_is_told(duty: Duty, channel: ScriptedChannel, ledger: Any) -> None:
    duty.tell()
    duty.report("delivered")
    duty.report("undelivered", 30003)
    assert told(channel) == [("Camille", "sms")]
    assert len(ledger("delivered")) == 1
    assert ledger("undelivered") == []


def test_way_after_way_and_person_after_person(duty: Duty, channel: ScriptedChannel, ledger: Any) -> None:
    duty.tell()
    duty.report("undelivered", 30003)
    duty.report("no-answer", reference="ref-2", after_s=120)
    assert told(channel)[1:] == [("Camille", "voice"), ("Camille", "email")]
    assert "nobody answered" in channel.carried[-1].body


def test_where_the_person_has_no_other_way_the_fallback_is_told_for_whom_it_was(
    duty: Duty, channel: ScriptedChannel
) -> None:
    duty.tell("binome", criticality=Criticality.NORMAL)
    duty.report("failed", 30005)
    assert told(channel) == [("Idir", "sms"), ("Exploitation", "email")]
    assert "Ce message était destiné à Idir, technicien." in channel.carried[-1].body
    assert "ce numéro n'est plus attribué (30005)" in channel.carried[-1].body


def test_a_receipt_that_was_faster_than_our_note_of_the_reference_counts(
    duty: Duty, channel: ScriptedChannel, database: Database, ledger: Any
) -> None:
    duty.report("undelivered", 30003, after_s=0)
    duty.tell()
    duty.deliver(1)
    assert told(channel) == [("Camille", "sms"), ("Camille", "voice")]
    assert len(ledger("undelivered")) == 1
    words = {item["medium"]: item["receipt_words"] for item in show.notifications(database, 10)}
    assert words == {"sms": "le téléphone est éteint ou hors de portée (30003)", "voice": None}


def test_what_no_carrier_takes_goes_another_way_at_once(duty: Duty, channel: ScriptedChannel, ledger: Any) -> None:
    channel.script = [DeliveryRefused("no such number")]
    duty.tell()
    assert told(channel) == [("Camille", "voice")]
    assert ledger("moved-on") == ["sms → voice, Camille, cadre : l'opérateur l'a refusé"]


@pytest.mark.parametrize("how", ["refused", "reported"])
def test_who_answered_stop_is_texted_no_more_and_told_another_way(
    duty: Duty, channel: ScriptedChannel, database: Database, ledger: Any, start: datetime, how: str
) -> None:
    if how == "refused":
        channel.script = [OptedOut("21610")]
    duty.tell(alert="a-1", point="a")
    if how == "reported":
        duty.report("failed", 21610)
    before = len(channel.carried)
    duty.tell(alert="a-2", point="b", after_s=300)
    assert told(channel)[before:] == [("Camille", "voice")]
    assert ledger("opted-out") == ["STOP"]
    (shown,) = show_opt_outs(database, duty.composer.teams)
    assert (shown["person"], shown["recipient"]) == ("camille", "Camille, cadre")
    assert "39980101" not in str(shown)


@pytest.mark.parametrize("how", ["refused", "reported", "both"])
@pytest.mark.parametrize("team", ["astreinte", "nuit"], ids=["a-member", "on-call-and-no-member"])
def test_who_answers_for_the_team_is_told_once_that_a_person_answered_stop(
    duty: Duty, channel: ScriptedChannel, how: str, team: str
) -> None:
    if how != "reported":
        channel.script = [OptedOut("21610")]
    duty.tell(team, alert="a-1", point="a")
    if how != "refused":
        duty.report("failed", 21610)
        duty.report("failed", 21610, after_s=90)
    duty.tell(team, alert="a-2", point="b", after_s=300)
    mails = [(item.recipient, item.subject, item.body) for item in channel.carried if item.medium is Medium.EMAIL]
    wanted = f"[joignabilité] {SHOWN[team]} ne reçoit plus de SMS"
    told_of = [(who, body) for who, subject, body in mails if subject == wanted]
    assert [who for who, _ in told_of] == ["Exploitation, plateforme"]
    assert f"- {TITLES[team]}\n" in told_of[0][1]
    assert "+336" not in told_of[0][1]


def test_a_call_is_not_followed_by_another_call_to_say_that_it_is_over(duty: Duty, channel: ScriptedChannel) -> None:
    duty.tell()
    duty.report("undelivered", 30003)
    duty.tell(after_s=600, status=AlertStatus.RESOLVED, notify=())
    assert told(channel)[2:] == [("Camille", "sms")]
    assert channel.carried[-1].body.startswith("Vigie V-")
    assert "alert over" in channel.carried[-1].body


def test_what_is_over_is_told_to_nobody_else(duty: Duty, channel: ScriptedChannel) -> None:
    duty.tell()
    duty.tell(after_s=30, status=AlertStatus.RESOLVED, notify=())
    duty.report("undelivered", 30003)
    assert told(channel) == [("Camille", "sms"), ("Camille", "sms")]


def test_an_undelivered_text_of_a_team_of_old_is_told_to_the_fallback(
    duty: Duty, channel: ScriptedChannel, composer: Composer, start: datetime
) -> None:
    duty.tell(criticality=Criticality.NORMAL)
    gone = TEAMS.replace("astreinte", "autre").replace("camille", "zoe")
    duty.composer = replace(duty.composer, teams=load_teams(gone, "teams.yaml"))
    duty.report("undelivered", 30003)
    assert told(channel)[1:] == [("Exploitation", "email")]
    assert Medium.EMAIL in channel.media


ON_CALL = """\
schedules:
  - id: garde
    title: Garde
    owner: exploitation
    layers:
      - {name: jours, rotation: daily, starts: 2022-01-03, people: [camille]}
"""
SHIFTS = TEAMS.replace("members: [camille]", "members: [idir, camille], on_call: garde")


def test_who_is_off_duty_is_not_woken_in_place_of_who_is_on_duty(duty: Duty, channel: ScriptedChannel) -> None:
    teams = load_teams(SHIFTS, "teams.yaml")
    schedules = load_schedules(ON_CALL, "o.yaml", teams.people, teams.by_id)
    duty.composer = replace(duty.composer, teams=teams, roster=Roster(schedules))
    channel.script = [None, *(DeliveryRefused("no") for _ in range(2))]
    duty.tell()
    duty.report("undelivered", 30003)
    assert told(channel) == [("Camille", "sms"), ("Exploitation", "email")]


def test_the_ledger_says_that_who_missed_a_text_was_told_by_mail(
    duty: Duty, channel: ScriptedChannel, ledger: Any
) -> None:
    both = TEAMS.replace("channels: [sms], members: [camille]", "channels: [sms, email], members: [camille, idir]")
    duty.composer = replace(duty.composer, teams=load_teams(both, "teams.yaml"))
    duty.tell(criticality=Criticality.NORMAL)
    before = told(channel)
    texts = [number for number, item in enumerate(channel.carried, 1) if item.medium is Medium.SMS]
    first = next(number for number in texts if told(channel)[number - 1][0] == "Camille")
    duty.report("undelivered", 30003, reference=f"ref-{first}")
    assert told(channel) == before
    assert ledger("moved-on") == [
        "la personne est prévenue autrement : le téléphone est éteint ou hors de portée (30003)"
    ]
