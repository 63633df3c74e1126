"""Notices beyond a limit are folded: in the ledger, in one digest for their person, and never dropped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.notifier.domain.channel import Medium, Sighting
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.delivering.budgets import Budgets, Price, Rate
from services.notifier.domain.delivering.spending import Spending
from services.notifier.domain.people.loading_teams import load_teams
from services.notifier.storage.spendings import Spendings
from services.notifier.use_cases.deliver_due import deliver_due, next_due
from services.notifier.use_cases.fold_due import Folding
from services.notifier.use_cases.send_folded import send_folded
from services.notifier.use_cases.show_spending import spending
from services.notifier.use_cases.take_alerts import take_alerts
from shared.model.alerts import AlertChanged, AlertStatus, Criticality, NotifyRequest
from shared.runtime.database import Database
from tests.component.notifier.conftest import TEAMS
from tests.doubles.channel import ScriptedChannel

QUARTER = timedelta(minutes=15)
TWO = Budgets(limits={"sms": (Rate(2, QUARTER),), "email": ()}, digest_every=timedelta(minutes=30))
MONEY = Budgets(
    prices=(Price(medium="sms", channel=None, to="+33", amount=1_000_000),), monthly={"gemapi": 100_000_000}, limits={}
)
MUTE = TEAMS.replace(", email: camille@example.org", "").replace("channels: [sms, email]", "channels: [sms]")


class Town:
    """A notifier at work: alerts come, what is due goes."""

    def __init__(self, database: Database, composer: Composer, channel: ScriptedChannel, received: Any) -> None:
        self.database, self.composer, self.channel, self._received = database, composer, channel, received

    def take(self, now: datetime, *alerts: AlertChanged) -> None:
        take_alerts(self.database, self.composer, self._received(*alerts), now)
        self.deliver(now)

    def deliver(self, now: datetime) -> None:
        send_folded(self.database, self.composer, now)
        deliver_due(self.database, self.composer.carriers, lambda: now, folding=Folding(self.composer))

    def told(self, medium: Medium) -> list[str]:
        """What was carried: the beginnings of texts, the subjects of mails."""
        return [item.subject or item.body for item in self.channel.carried if item.medium is medium]


@pytest.fixture
def town_of(database: Database, composer: Composer, channel: ScriptedChannel, received: Any) -> Callable[..., Town]:
    return lambda budgets, teams=TEAMS: Town(
        database, replace(composer, budgets=budgets, teams=load_teams(teams, "teams.yaml")), channel, received
    )


@pytest.fixture
def alert(alert_of: Callable[..., AlertChanged], start: datetime) -> Callable[..., AlertChanged]:
    """A normal alert of a number, of a rule of its own: no storm. The message names it."""

    def make(number: int, **said: Any) -> AlertChanged:
        told = (NotifyRequest(team="astreinte", message=f"alerte {number}"),)
        valid = {
            "alert": f"a-{number}",
            "criticality": Criticality.NORMAL,
            "notify": told,
            "point": f"p-{number}",
            "rule": f"r-{number}",
        }
        return alert_of(**(valid | said))

    return make


def test_beyond_the_limit_a_person_gets_one_text_that_more_follow_and_one_digest_with_all_of_it(
    town_of: Any, alert: Any, start: datetime, rows: Any
) -> None:
    town = town_of(TWO)
    for number in range(2):
        town.take(start, alert(number))
    town.take(start, *(alert(number) for number in range(2, 6)))
    texts = town.told(Medium.SMS)
    assert len(texts) == 3
    assert texts[2] == (
        "Vigie : d'autres avis suivent par courriel le 10/01 03:15. Incidents en cours : 6. "
        "Les alertes vitales continuent d'arriver par SMS."
    )
    assert len(town.told(Medium.EMAIL)) == 6
    assert next_due(town.database) == start + timedelta(minutes=30)
    town.take(start + timedelta(minutes=5), alert(6))
    assert len(town.told(Medium.SMS)) == 3

    town.deliver(start + timedelta(minutes=30))
    digest = [item for item in town.channel.carried if item.medium is Medium.EMAIL][-1]
    assert digest.subject == "5 avis regroupés, 5 incidents en cours"
    for number in range(2, 7):
        assert f"alerte {number}" in digest.body
    assert "alerte 1 " not in digest.body
    assert "alerte 0 " not in digest.body
    assert next_due(town.database) is None
    states = [row["state"] for row in rows("notification") if row["kind"] == "fire" and row["medium"] == "sms"]
    assert sorted(states) == ["folded"] * 5 + ["sent"] * 2
    noted = [row for row in rows("ledger") if row["verdict"] == "folded"]
    assert {(row["by"], row["person"]) for row in noted} == {("sms: 2 in 15 min", "camille")}
    assert len(noted) == 5


def test_a_vital_alert_goes_and_counts(town_of: Any, alert: Any, start: datetime) -> None:
    town = town_of(TWO)
    town.take(start, *(alert(number, criticality=Criticality.VITAL) for number in range(4)))
    assert len(town.told(Medium.SMS)) == 4
    town.take(start, alert(4), alert(5, criticality=Criticality.VITAL))
    assert ["alerte 5" in text for text in town.told(Medium.SMS)[4:]] == [True, False]
    assert "d'autres avis suivent" in town.told(Medium.SMS)[5]


def test_the_end_of_what_was_folded_is_folded_too_and_of_what_was_told_is_told(
    town_of: Any, alert: Any, start: datetime, rows: Any
) -> None:
    town = town_of(TWO)
    town.take(start, *(alert(number) for number in range(3)))
    later = start + timedelta(hours=1)
    town.take(later, *(alert(number, status=AlertStatus.RESOLVED, at=later) for number in range(3)))
    ends = [row for row in rows("notification") if row["kind"] == "resolve" and row["medium"] == "sms"]
    assert sorted(row["state"] for row in ends) == ["folded", "sent", "sent"]
    causes = sorted(row["cause"] for row in rows("folded"))
    assert causes == ["follows-folded", "interruptions"]
    town.deliver(later + timedelta(minutes=30))
    assert town.told(Medium.EMAIL)[-1] == "1 avis regroupé, 0 incident en cours"


def test_the_end_in_time_for_the_digest_stands_in_it(town_of: Any, alert: Any, start: datetime) -> None:
    town = town_of(TWO)
    for number in range(3):
        town.take(start, alert(number))
    later = start + timedelta(minutes=20)
    town.take(later, alert(2, status=AlertStatus.RESOLVED, at=later))
    town.deliver(start + timedelta(minutes=30))
    digest = town.channel.carried[-1]
    assert digest.subject == "2 avis regroupés, 0 incident en cours"
    assert "fin d'alerte" in digest.body


def test_what_worsens_after_it_was_folded_is_judged_for_itself(town_of: Any, alert: Any, start: datetime) -> None:
    town = town_of(TWO)
    for number in range(3):
        town.take(start, alert(number))
    later = start + QUARTER
    town.take(later, alert(2, severity="red", was="orange", at=later, since=start))
    assert "aggravation, rouge" in town.told(Medium.SMS)[-1]
    after = later + QUARTER
    town.take(after, alert(2, status=AlertStatus.RESOLVED, at=after, since=start))
    assert "fin d'alerte" in town.told(Medium.SMS)[-1]


def test_who_has_no_mailbox_gets_the_digest_as_one_text(town_of: Any, alert: Any, start: datetime) -> None:
    town = town_of(TWO, MUTE)
    town.take(start, *(alert(number) for number in range(5)))
    assert "en un SMS" in town.told(Medium.SMS)[2]
    town.deliver(start + timedelta(minutes=30))
    assert town.told(Medium.EMAIL) == []
    texts = town.told(Medium.SMS)
    assert len(texts) == 4
    assert texts[3].startswith("Vigie : 3 avis regroupés, 3 incidents en cours : V-")


def test_what_was_kept_for_somebody_who_is_gone_goes_to_the_fallback(town_of: Any, alert: Any, start: datetime) -> None:
    town_of(TWO).take(start, *(alert(number) for number in range(3)))
    others = "\n".join(line for line in TEAMS.splitlines() if "id: camille" not in line)
    gone = town_of(TWO, others.replace("members: [camille]", "members: [helene]").replace("[sms, email]", "[email]"))
    gone.deliver(start + timedelta(minutes=30))
    digest = gone.channel.carried[-1]
    assert digest.address == "ops@example.org"
    assert "Message destiné à « camille », que les équipes ne connaissent plus." in digest.body


def test_a_storm_is_folded_in_few_transactions(town_of: Any, alert: Any, start: datetime, rows: Any) -> None:
    town = town_of(replace(TWO, limits={"sms": (Rate(2, QUARTER),), "email": (Rate(3, QUARTER),)}))
    take_alerts(town.database, town.composer, town._received(*(alert(number) for number in range(400))), start)
    commits: list[bool] = []
    town.database.on_commit(commits.append)
    town.deliver(start)
    # 800 notices: two texts and three mails go, at two transactions each; and so does the text that more follow.
    assert len(commits) <= 20
    assert (len(town.told(Medium.SMS)), len(town.told(Medium.EMAIL))) == (3, 3)
    town.deliver(start + timedelta(minutes=30))
    number = len({row["incident"] for row in rows("notification") if row["state"] == "folded"})
    assert town.told(Medium.EMAIL)[3:] == [f"{number} avis regroupés, {number} incidents en cours"]


WARNED = "Messages de gemapi : {0} % du budget de janvier 2022"
SPENT = "Messages de gemapi : budget de janvier 2022 épuisé"


@pytest.mark.parametrize(
    ("before", "subjects", "goes"),
    [
        pytest.param(78, [], True, id="reaches-79"),
        pytest.param(79, [WARNED.format(80)], True, id="reaches-80"),
        pytest.param(98, [WARNED.format(99)], True, id="reaches-99"),
        pytest.param(99, [SPENT], True, id="reaches-100"),
        pytest.param(100, [], False, id="was-at-100"),
    ],
)
def test_owners_are_told_at_80_percent_and_at_100_what_is_not_vital_is_folded(
    town_of: Any, alert: Any, start: datetime, before: int, subjects: list[str], goes: bool
) -> None:
    town = town_of(MONEY)
    spent_before(town.database, start, before)
    town.take(start, alert(1))
    assert len(town.told(Medium.SMS)) == goes
    assert town.told(Medium.EMAIL)[1:] == subjects
    assert shares(town) == [(before + goes, {} if goes else {"budget": 1})]
    town.take(start, alert(2, criticality=Criticality.VITAL))
    assert "alerte 2" in town.told(Medium.SMS)[-1]


def test_owners_are_told_once_a_month_for_each_mark(town_of: Any, alert: Any, start: datetime) -> None:
    town = town_of(MONEY)
    spent_before(town.database, start, 78)
    for number in range(25):
        # Not all at once: that would be a storm.
        town.take(start + timedelta(seconds=10 * number), alert(number))
    assert len(town.told(Medium.SMS)) == 22
    assert [text for text in town.told(Medium.EMAIL) if "Messages" in text] == [WARNED.format(80), SPENT]
    letter = next(item for item in town.channel.carried if item.subject == SPENT)
    assert letter.address == "helene@example.org"
    assert "a dépensé 100,00 € en SMS et appels, sur 100,00 € pour janvier 2022." in letter.body


def spent_before(database: Database, at: datetime, much: int) -> None:
    """Somebody else was told before, for so many euros."""
    item = Spending(
        id="before", notification="n-0", directorate="gemapi", month="2022-01", person="idir", medium="sms",
        channel="scripted", segments=much, price=much * 1_000_000, at=at,
    )  # fmt: skip
    with database.transaction() as transaction:
        Spendings(transaction).note(item)


def shares(town: Town) -> list[tuple[int, dict[str, int]]]:
    """What is shown of each directorate: its share, and what was folded."""
    shown = spending(town.database, town.composer.budgets, "2022-01", datetime.now(UTC))
    return [(row["share"], row["folded_by"]) for row in shown]


def test_a_new_month_begins_at_midnight_in_paris(town_of: Any, alert: Any, start: datetime) -> None:
    town = town_of(MONEY)
    spent_before(town.database, start, 100)
    midnight = start.replace(day=31, hour=23, minute=0)
    town.take(midnight - timedelta(seconds=1), alert(1))
    assert town.told(Medium.SMS) == []
    town.take(midnight, alert(2))
    assert "alerte 2" in town.told(Medium.SMS)[0]


def test_an_attempt_counts_once_also_if_its_end_was_not_noted(
    town_of: Any, alert: Any, start: datetime, channel: ScriptedChannel, rows: Any
) -> None:
    town = town_of(MONEY, MUTE)
    channel.script = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        town.take(start, alert(1))
    channel.sighting = Sighting.SENT
    town.deliver(start)
    assert [row["state"] for row in rows("notification")] == ["sent"]
    town.deliver(start)
    assert [(row["segments"], row["price"]) for row in rows("spending")] == [(1, 1_000_000)]
