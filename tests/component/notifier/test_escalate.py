"""Nobody takes an incident up: others are told, each once, whatever is killed in between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.escalation.escalating import Act, PutOff
from services.notifier.domain.escalation.escalation import Policies
from services.notifier.domain.escalation.loading_escalations import load_policies
from services.notifier.domain.incidents.acknowledging import Outcome, Way
from services.notifier.domain.ledger.ledger import Verdict
from services.notifier.domain.muting.silence_wanted import WantedSilence
from services.notifier.use_cases import show
from services.notifier.use_cases.acknowledge import Acknowledging, acknowledge, acknowledge_by_key, unacknowledge
from services.notifier.use_cases.deliver_due import deliver_due, next_due
from services.notifier.use_cases.escalate import escalate
from services.notifier.use_cases.silence import add_silence
from services.notifier.use_cases.take_alerts import take_alerts
from shared.actor import Actor
from shared.errors import DeliveryRefused, NotFound
from shared.model.alerts import AlertChanged, AlertStatus, Criticality, NotifyRequest
from shared.runtime.database import Database
from tests.doubles.channel import ScriptedChannel

AlertOf = Callable[..., AlertChanged]
Rows = Callable[[str], list[dict[str, Any]]]
MINUTE = timedelta(minutes=1)
POLICIES = """\
policies:
  - id: rouge
    title: Rouge
    applies_to: {severity: red}
    steps: [{after: 0 min, everyone_of: own}]
  - id: vitale
    title: Vitale
    applies_to: {criticality: vital}
    steps:
      - {after: 5 min, again: true, by: sms}
      - {after: 10 min, everyone_of: own}
    repeat: 1
    repeat_after: 20 min
    remind_after: 1 h
    unacknowledge_after: 2 h
"""


class Killed(BaseException):
    """The process dies here."""


class Desk:
    """The notifier with its policies, played by hand."""

    def __init__(self, database: Database, composer: Composer, received: Any) -> None:
        self.database, self.composer, self.received = database, composer, received
        self.policies: Policies = load_policies(POLICIES, "e.yaml", composer.teams)
        self.means = Acknowledging(composer, self.policies)

    def take(self, *alerts: AlertChanged) -> None:
        take_alerts(self.database, self.composer, self.received(*alerts), alerts[-1].at, policies=self.policies)

    def tick(self, now: datetime) -> list[Act]:
        done = escalate(self.database, self.composer, self.policies, now)
        deliver_due(self.database, self.composer.carriers, lambda: now)
        return done

    def run(self, until: datetime) -> Iterator[tuple[datetime, Act]]:
        """Everything on time."""
        while (due := next_due(self.database)) is not None and due <= until:
            for act in self.tick(due):
                yield due, act

    def incident(self) -> dict[str, Any]:
        (found,) = show.incidents(self.database, 10)
        return found


@pytest.fixture
def desk(database: Database, composer: Composer, received: Any) -> Desk:
    return Desk(database, composer, received)


@pytest.fixture
def opened(desk: Desk, alert_of: AlertOf, start: datetime) -> AlertChanged:
    """A vital alert fires; Camille is told by text and mail."""
    alert = alert_of()
    desk.take(alert)
    desk.tick(start)
    return alert


def told(channel: ScriptedChannel) -> list[tuple[str, str, str]]:
    """Medium, person and the beginning of each message."""
    return [
        (item.medium.value, item.recipient.partition(",")[0], (item.subject or item.body)[:40])
        for item in channel.carried
    ]


def verdicts(rows: Rows) -> Counter[str]:
    return Counter(row["verdict"] for row in rows("ledger"))


def test_without_a_policy_the_team_is_told_and_nobody_else(
    database: Database, composer: Composer, received: Any, alert_of: AlertOf, start: datetime, rows: Rows
) -> None:
    take_alerts(database, composer, received(alert_of()), start)
    assert escalate(database, composer, Policies(), start + timedelta(days=9)) == []
    assert rows("escalation") == []
    assert len(rows("notification")) == 2


def test_steps_are_told_in_time_and_repeated_and_the_ledger_knows_each_notice(
    desk: Desk, opened: AlertChanged, start: datetime, channel: ScriptedChannel, rows: Rows
) -> None:
    found = [((at - start) // MINUTE, act) for at, act in desk.run(start + timedelta(days=1))]
    assert found == [(5, Act.TELL), (15, Act.TELL), (35, Act.TELL), (45, Act.TELL)]
    assert [(medium, who) for medium, who, _ in told(channel)[2:]] == [
        ("sms", "Camille"), ("email", "Hélène"), ("sms", "Camille"), ("email", "Hélène"),
    ]  # fmt: skip
    assert "sans réponse depuis 5 min : Toulouse : 2,02 m" in channel.carried[2].body
    entries = [row for row in rows("ledger") if row["verdict"] == "escalated"]
    assert {row["by"] for row in entries} == {
        f"vitale: step {step} of 2, round {number}" for step in (1, 2) for number in (1, 2)
    }
    assert {row["notification"] for row in entries} == {
        row["id"] for row in rows("notification") if row["kind"] == "escalation"
    }
    assert rows("escalation")[0]["state"] == "exhausted"


def test_who_was_told_by_a_step_hears_of_the_end_once_and_nothing_more_comes(
    desk: Desk, opened: AlertChanged, alert_of: AlertOf, start: datetime, channel: ScriptedChannel, rows: Rows
) -> None:
    list(desk.run(start + 16 * MINUTE))
    over = start + 17 * MINUTE
    desk.take(alert_of(status=AlertStatus.RESOLVED, since=start, at=over))
    assert list(desk.run(over + timedelta(days=1))) == []
    ends = [item for item in told(channel) if "fin d'alerte" in item[2]]
    assert sorted(item[:2] for item in ends) == [("email", "Camille"), ("email", "Hélène"), ("sms", "Camille")]
    assert (rows("escalation")[0]["state"], rows("escalation")[0]["due_at"]) == ("ended", None)


def test_resolved_while_a_step_was_overdue_it_is_not_told(
    desk: Desk, opened: AlertChanged, alert_of: AlertOf, start: datetime, channel: ScriptedChannel
) -> None:
    desk.take(alert_of(status=AlertStatus.RESOLVED, since=start, at=start + timedelta(hours=1)))
    assert desk.tick(start + timedelta(hours=1)) == []
    assert not any("sans réponse" in text for *_, text in told(channel))


def test_away_for_hours_one_step_is_told_and_the_next_keeps_its_distance(
    desk: Desk, opened: AlertChanged, start: datetime
) -> None:
    back = start + timedelta(hours=3)
    assert desk.tick(back) == [Act.TELL]
    assert next_due(desk.database) == back + 10 * MINUTE


@contextmanager
def dying(monkeypatch: pytest.MonkeyPatch, where: Any, name: str) -> Iterator[None]:
    """The process dies in a transaction, after that call in it."""
    real = getattr(where, name)

    def cut(*args: Any, **said: Any) -> Any:
        real(*args, **said)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(where, name, cut)
        yield


def cuts() -> list[tuple[str, str]]:
    return [("notifications", "add"), ("ledger", "note"), ("escalations", "put")]


@pytest.mark.parametrize(("module", "call"), cuts())
def test_killed_in_any_step_at_any_point_everybody_gets_each_step_once(
    desk: Desk,
    opened: AlertChanged,
    start: datetime,
    channel: ScriptedChannel,
    monkeypatch: pytest.MonkeyPatch,
    module: str,
    call: str,
) -> None:
    from services.notifier.storage import escalations, ledger, notifications

    where = {
        "notifications": notifications.Notifications,
        "ledger": ledger.Ledger,
        "escalations": escalations.Escalations,
    }[module]
    while (due := next_due(desk.database)) is not None:
        with dying(monkeypatch, where, call), pytest.raises(Killed):
            escalate(desk.database, desk.composer, desk.policies, due)
        assert desk.tick(due) == [Act.TELL]
        # What comes again does nothing again.
        assert desk.tick(due) == []
    texts = Counter((item.recipient, item.medium, item.body) for item in channel.carried)
    assert len(texts) == 6
    assert set(texts.values()) == {1}


def test_killed_while_a_step_is_sent_it_is_not_sent_again(
    desk: Desk, opened: AlertChanged, start: datetime, channel: ScriptedChannel, rows: Rows
) -> None:
    escalate(desk.database, desk.composer, desk.policies, start + 5 * MINUTE)
    channel.script = [Killed()]
    with pytest.raises(Killed):
        deliver_due(desk.database, desk.composer.carriers, lambda: start + 5 * MINUTE)
    list(desk.run(start + 14 * MINUTE))
    # A vital notice in doubt is told again, and shown as such; nothing else is.
    assert Counter(row["state"] for row in rows("notification")) == {"sent": 3}
    assert sum(row["doubts"] for row in rows("notification")) == 1


def test_acknowledged_nobody_else_is_told_and_the_others_hear_who_takes_care(
    desk: Desk, opened: AlertChanged, start: datetime, channel: ScriptedChannel, rows: Rows
) -> None:
    list(desk.run(start + 15 * MINUTE))
    before = len(channel.carried)
    now = start + 16 * MINUTE
    code = desk.incident()["code"]
    done = acknowledge(desk.database, desk.means, code, "camille", Way.COMMAND, now, "sur\nplace")
    again = acknowledge(desk.database, desk.means, code, "helene", Way.EMAIL, now + MINUTE)
    assert (done.outcome, again.outcome, again.by) == (Outcome.DONE, Outcome.ALREADY, done.by)
    assert desk.tick(now) == []
    (mail,) = channel.carried[before:]
    assert (mail.recipient, mail.subject) == ("Hélène, responsable", f"[pris en compte] Garonne – Toulouse ({code})")
    assert "Pris en compte par Camille, cadre.\n\n« sur place »" in mail.body
    shown = desk.incident()
    assert (shown["acknowledged_by"], shown["comment"]) == ("Camille, cadre", "sur place")
    assert shown["acknowledged_at"] == "2022-01-10T02:01:00Z"
    assert verdicts(rows)["acknowledged"] == 1


def test_reminded_after_an_hour_and_after_two_everybody_hears_that_it_counts_no_more(
    desk: Desk, opened: AlertChanged, start: datetime, channel: ScriptedChannel, rows: Rows
) -> None:
    acknowledge_by_key(desk.database, desk.means, desk.incident()["incident"], "camille", start)
    before = len(channel.carried)
    found = [((at - start) // MINUTE, act) for at, act in desk.run(start + timedelta(hours=2, minutes=6))]
    assert found == [(60, Act.REMIND), (120, Act.UNACKNOWLEDGE), (125, Act.TELL)]
    heard = [(item.medium.value, item.body[:60]) for item in channel.carried[before:]]
    assert [medium for medium, _ in heard] == ["sms", "sms", "sms"]
    assert "rappel" in heard[0][1]
    assert "plus personne ne s'en occupe" in heard[1][1]
    assert desk.incident()["acknowledged_by"] is None
    assert (verdicts(rows)["reminded"], verdicts(rows)["unacknowledged"]) == (1, 1)


def test_taken_back_by_hand_the_steps_begin_again(
    desk: Desk, opened: AlertChanged, start: datetime, channel: ScriptedChannel
) -> None:
    name = desk.incident()["code"]
    acknowledge(desk.database, desk.means, name, "camille", Way.COMMAND, start)
    now = start + 30 * MINUTE
    assert unacknowledge(desk.database, desk.means, name, "operator:lucie", now).outcome is Outcome.DONE
    assert unacknowledge(desk.database, desk.means, name, "operator:lucie", now).outcome is Outcome.ALREADY
    assert [(at - now) // MINUTE for at, _ in desk.run(now + 16 * MINUTE)] == [5, 15]


def test_red_calls_for_another_policy_and_whoever_took_care_took_care_of_less(
    desk: Desk, opened: AlertChanged, alert_of: AlertOf, start: datetime, channel: ScriptedChannel, rows: Rows
) -> None:
    acknowledge(desk.database, desk.means, desk.incident()["code"], "camille", Way.SMS, start)
    worse = start + 10 * MINUTE
    request = (NotifyRequest(team="astreinte", message="Toulouse : 3,10 m"),)
    desk.take(alert_of(was="orange", severity="red", at=worse, since=start, notify=request))
    assert desk.tick(worse) == [Act.TELL]
    assert rows("escalation")[0]["policy"] == "rouge"
    assert desk.incident()["acknowledged_at"] is None
    assert [row["by"] for row in rows("ledger") if row["verdict"] == "unacknowledged"] == ["severity raised"]
    assert ("email", "Hélène") in [item[:2] for item in told(channel)]


def test_a_worse_alert_that_joins_the_incident_calls_for_another_policy_too(
    desk: Desk, alert_of: AlertOf, start: datetime, rows: Rows
) -> None:
    desk.take(alert_of(alert="a", labels={"dedup": "crue"}))
    desk.tick(start)
    acknowledge(desk.database, desk.means, desk.incident()["code"], "camille", Way.SMS, start)
    worse = start + 2 * MINUTE
    desk.take(alert_of(alert="b", point="b", severity="red", at=worse, since=worse, labels={"dedup": "crue"}))
    assert desk.tick(worse) == [Act.TELL]
    assert [row["policy"] for row in rows("escalation")] == ["rouge"]
    assert desk.incident()["acknowledged_at"] is None


def test_a_rise_that_nobody_may_be_told_of_now_calls_for_another_policy_too(
    desk: Desk, opened: AlertChanged, alert_of: AlertOf, start: datetime, rows: Rows
) -> None:
    wanted = WantedSilence(
        matchers=["severity = red"], owner="exploitation", reason="travaux", lasts="1 h", including_vital=True
    )
    add_silence(desk.database, desk.composer.teams, Actor(id="ops"), wanted, start)
    worse = start + 2 * MINUTE
    desk.take(alert_of(was="orange", severity="red", at=worse, since=start))
    assert rows("held")
    assert [row["policy"] for row in rows("escalation")] == ["rouge"]


def test_what_was_resolved_needs_nobody(desk: Desk, opened: AlertChanged, alert_of: AlertOf, start: datetime) -> None:
    desk.take(alert_of(status=AlertStatus.RESOLVED, since=start, at=start + MINUTE))
    done = acknowledge(desk.database, desk.means, desk.incident()["code"], "camille", Way.SMS, start + MINUTE)
    assert (done.outcome, done.by) == (Outcome.RESOLVED, None)
    with pytest.raises(NotFound):
        acknowledge(desk.database, desk.means, "V-ZZZZ", "camille", Way.SMS, start)


def test_what_is_not_vital_is_taken_note_of_by_mail_alone(
    desk: Desk, alert_of: AlertOf, start: datetime, channel: ScriptedChannel
) -> None:
    requests = (NotifyRequest(team="astreinte", message="m"), NotifyRequest(team="collecte", message="m"))
    desk.take(alert_of(criticality=Criticality.NORMAL, notify=requests))
    desk.tick(start)
    acknowledge(desk.database, desk.means, desk.incident()["code"], "helene", Way.COMMAND, start)
    desk.tick(start)
    assert told(channel)[-1][:2] == ("email", "Camille")
    assert [item[:2] for item in told(channel)].count(("sms", "Camille")) == 1


def test_a_step_goes_out_also_to_who_could_not_be_told_before(
    desk: Desk, alert_of: AlertOf, start: datetime, channel: ScriptedChannel
) -> None:
    desk.take(alert_of())
    channel.script = [DeliveryRefused("no"), DeliveryRefused("no")]
    desk.tick(start)
    assert channel.carried == []
    list(desk.run(start + 5 * MINUTE))
    assert [item[:2] for item in told(channel)] == [("sms", "Camille")]


def test_what_may_not_be_told_now_is_put_off_and_goes_on_where_it_stood(
    desk: Desk, opened: AlertChanged, start: datetime, channel: ScriptedChannel, rows: Rows
) -> None:
    ends, due = start + timedelta(hours=1), start + 5 * MINUTE

    def silence(_transaction: Any, _incident: Any, now: datetime) -> PutOff | None:
        return PutOff(ends, Verdict.SILENCED, "travaux") if now < ends else None

    assert escalate(desk.database, desk.composer, desk.policies, due, silence) == [Act.PUT_OFF]
    assert next_due(desk.database) == due + MINUTE, "the silence may be ended before its time"
    assert escalate(desk.database, desk.composer, desk.policies, ends, silence) == [Act.TELL]
    assert next_due(desk.database) == ends
    assert [row["by"] for row in rows("ledger") if row["verdict"] == "silenced"] == ["travaux"]
    assert rows("escalation")[0]["step"] == 1


def test_who_may_not_be_told_for_nobody_knows_how_long_is_asked_about_each_minute(
    desk: Desk, opened: AlertChanged, start: datetime, rows: Rows
) -> None:
    hushed = PutOff(None, Verdict.INHIBITED, "rouge au même point")
    for minute in range(5, 8):
        now = start + minute * MINUTE
        assert escalate(desk.database, desk.composer, desk.policies, now, lambda *_: hushed) == [Act.PUT_OFF]
    assert verdicts(rows)["inhibited"] == 1


def test_all_is_shown_of_one_incident(desk: Desk, opened: AlertChanged, start: datetime) -> None:
    list(desk.run(start + 6 * MINUTE))
    shown = show.incident_in_full(desk.database, desk.incident()["code"])
    assert [item["kind"] for item in shown["notifications"]] == ["fire", "fire", "escalation"]
    assert shown["escalation"]["policy"] == "vitale"
    assert [item["verdict"] for item in shown["ledger"]].count("escalated") == 1
    assert "39980101" not in str(shown)


def test_the_bus_hears_since_when_and_not_who(desk: Desk, opened: AlertChanged, start: datetime, rows: Rows) -> None:
    acknowledge(desk.database, desk.means, desk.incident()["code"], "camille", Way.COMMAND, start)
    last = [row["body"] for row in rows("outbox") if row["event"] == "incident_changed"][-1]
    assert b'"acknowledged_at":"2022-01-10T01:45:00Z"' in bytes(last)
    assert b"amille" not in bytes(last)
