"""Where a notice goes that did not reach its person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.notifier.domain.channel import Carriers, Medium
from services.notifier.domain.delivering.notification import Kind, Notification
from services.notifier.domain.escalation.moving_on import Next, next_way
from services.notifier.domain.on_call.roster import Roster
from services.notifier.domain.on_call.schedule import Schedule
from services.notifier.domain.on_call.shift import Shift, Span
from services.notifier.domain.people.preferring import Preference
from services.notifier.domain.people.routing import Occasion
from services.notifier.domain.people.team import Person, Team, Teams
from shared.model.incidents import NotificationState
from tests.alerts import START
from tests.doubles.channel import ScriptedChannel

CAMILLE = Person(id="camille", name="Camille", role="cadre", phone="+33639980101", email="camille@example.org")
IDIR = Person(id="idir", name="Idir", role="technicien", phone="+33639980102")
OPS = Person(id="ops", name="Exploitation", role="plateforme", email="ops@example.org")
EVERY = Carriers(dict.fromkeys(Medium, ScriptedChannel()))
NO_CALLS = Carriers({**dict.fromkeys(Medium, ScriptedChannel()), Medium.VOICE: ScriptedChannel(name="outbox")})
NOBODY: frozenset[str] = frozenset()


def teams_of(*members: Person, channels: tuple[Medium, ...] = (Medium.SMS,)) -> Teams:
    duty = Team(id="astreinte", title="A", channels=channels, members=members)
    fallback = Team(id="exploitation", title="E", channels=(Medium.EMAIL,), members=(OPS,))
    return Teams({"astreinte": duty, "exploitation": fallback}, fallback)


@pytest.fixture
def text_of(notification_of: Callable[..., Notification]) -> Callable[..., Notification]:
    """A function that makes a text that was sent."""

    def make(person: str = "camille", **said: Any) -> Notification:
        valid = {"id": f"{person}-sms", "person": person, "state": NotificationState.SENT, "channel": "sms_twilio"}
        return notification_of(**(valid | said))

    return make


def way(missed: Notification, told: list[Notification], teams: Teams, carriers: Carriers = EVERY) -> tuple[Any, ...]:
    found = next_way(missed, frozenset({missed.id}), told, teams, carriers)
    to = found.recipient
    return (found.next, None if to is None else (to.person, to.medium.value, to.address))


@pytest.mark.parametrize(
    ("criticality", "carriers", "expected"),
    [
        pytest.param("vital", EVERY, ("camille", "voice", "+33639980101"), id="a-vital-one-is-called"),
        pytest.param("normal", EVERY, ("camille", "email", "camille@example.org"), id="others-only-by-mail"),
        pytest.param("vital", NO_CALLS, ("camille", "email", "camille@example.org"), id="nothing-makes-calls"),
    ],
)
def test_it_goes_another_way_to_the_same_person(
    text_of: Any, criticality: str, carriers: Carriers, expected: tuple[str, ...]
) -> None:
    missed = text_of(criticality=criticality)
    assert way(missed, [missed], teams_of(CAMILLE), carriers) == (Next.ANOTHER_WAY, expected)


def test_a_team_that_is_called_is_called_for_whatever_it_is(text_of: Any) -> None:
    missed = text_of(criticality="normal")
    teams = teams_of(CAMILLE, channels=(Medium.SMS, Medium.VOICE))
    assert way(missed, [missed], teams)[1] == ("camille", "voice", "+33639980101")


def test_who_was_reached_another_way_is_told_and_nobody_else_is_woken(text_of: Any) -> None:
    missed, mail = text_of(criticality="normal"), text_of(id="mail", medium=Medium.EMAIL)
    assert way(missed, [missed, mail], teams_of(CAMILLE, IDIR)) == (Next.TOLD_OTHERWISE, None)
    lost = replace(mail, state=NotificationState.FAILED)
    assert way(missed, [missed, lost], teams_of(CAMILLE, IDIR))[1] == ("idir", "sms", "+33639980102")


def test_of_what_is_vital_a_mail_wakes_nobody_and_a_text_not_whom_a_call_did_not(text_of: Any) -> None:
    text, mail = text_of(), text_of(id="mail", medium=Medium.EMAIL)
    call = text_of(id="call", medium=Medium.VOICE)
    assert way(text, [text, mail], teams_of(CAMILLE, IDIR), NO_CALLS)[1] == ("idir", "sms", "+33639980102")
    assert way(call, [text, mail, call], teams_of(CAMILLE, IDIR))[1] == ("idir", "sms", "+33639980102")
    assert way(text, [text, mail, call], teams_of(CAMILLE, IDIR)) == (Next.TOLD_OTHERWISE, None)


def test_of_an_end_that_came_by_mail_nothing_is_left_to_tell(text_of: Any) -> None:
    missed = text_of(kind=Kind.RESOLVE)
    mail = text_of(id="mail", kind=Kind.RESOLVE, medium=Medium.EMAIL)
    assert way(missed, [missed, mail], teams_of(CAMILLE, IDIR)) == (Next.TOLD_OTHERWISE, None)


@dataclass(frozen=True)
class Always:
    """A plan in which the same people are always on duty."""

    people: tuple[str, ...]

    def shifts(self, span: Span, zone: ZoneInfo) -> list[Shift]:
        return [Shift(span, self.people, "")]


def on_call(*layers: tuple[str, ...], severity: str = "orange") -> Occasion:
    """From the lowest layer up."""
    plans = tuple(Always(people) for people in layers)
    schedule = Schedule(id="garde", title="G", owner="gemapi", plans=plans)
    return Occasion(START, severity, Roster({"garde": schedule}))


ZOE = Person(
    id="zoe", name="Zoé", role="cadre", phone="+33639980103", email="zoe@example.org",
    channels=(Preference(media=(Medium.EMAIL,), severities=frozenset({"orange"})),),
)  # fmt: skip


@pytest.mark.parametrize(
    ("layers", "criticality", "expected"),
    [
        pytest.param([("camille",)], "vital", ("ops", "email"), id="who-is-off-duty-sleeps"),
        pytest.param([("camille", "zoe")], "normal", ("zoe", "email"), id="on-duty-as-wanted-at-that-hour"),
        pytest.param([("zoe",), ("camille",)], "normal", ("ops", "email"), id="the-layer-beneath-is-relieved"),
        pytest.param([("idir",), ("camille",)], "vital", ("idir", "sms"), id="but-not-from-what-is-vital"),
        pytest.param([], "vital", ("idir", "sms"), id="nobody-on-duty-so-the-members"),
    ],
)
def test_the_next_person_is_one_who_is_on_duty(
    text_of: Any, layers: list[tuple[str, ...]], criticality: str, expected: tuple[str, str]
) -> None:
    missed, mail = text_of(criticality=criticality), text_of(id="mail", medium=Medium.EMAIL)
    teams = teams_of(CAMILLE, IDIR)
    duty = replace(teams.by_id["astreinte"], on_call="garde")
    people = {one.id: one for one in (CAMILLE, IDIR, ZOE)}
    teams = replace(teams, by_id={**teams.by_id, "astreinte": duty}, people=people)
    both = frozenset({missed.id, mail.id})
    found = next_way(missed, both, [missed, mail], teams, NO_CALLS, on_call(*layers)).recipient
    assert found is not None
    assert (found.person, found.medium.value) == expected


def test_a_way_that_carried_something_earlier_is_one(text_of: Any, start: Any) -> None:
    missed = text_of(criticality="normal", kind=Kind.WORSEN, queued_at=start + timedelta(hours=1))
    earlier = text_of(id="mail", medium=Medium.EMAIL)
    assert way(missed, [earlier, missed], teams_of(CAMILLE))[1] == ("camille", "email", "camille@example.org")


def test_it_goes_to_the_next_of_the_team_who_was_not_told(text_of: Any) -> None:
    missed = text_of(person="idir")
    assert way(missed, [missed], teams_of(IDIR, CAMILLE), NO_CALLS)[1] == ("camille", "sms", "+33639980101")


def test_where_the_others_were_told_that_is_enough_but_not_where_they_were_missed_too(text_of: Any) -> None:
    missed, other = text_of(person="idir"), text_of()
    told = [missed, other]
    assert way(missed, told, teams_of(IDIR, CAMILLE), NO_CALLS) == (Next.OTHERS_TOLD, None)
    both = next_way(missed, frozenset({missed.id, other.id}), told, teams_of(IDIR, CAMILLE), NO_CALLS)
    assert both.recipient is not None
    assert both.recipient.person == "ops"


def test_the_end_goes_to_nobody_else(text_of: Any) -> None:
    missed = text_of(person="idir", kind=Kind.RESOLVE)
    assert way(missed, [missed], teams_of(IDIR, CAMILLE), NO_CALLS) == (Next.NOBODY_LEFT, None)


def test_where_everybody_was_tried_it_ends(text_of: Any) -> None:
    missed, last = text_of(person="idir"), text_of(person="ops", id="ops-mail", medium=Medium.EMAIL)
    told = [missed, last]
    assert way(missed, told, teams_of(IDIR), NO_CALLS) == (Next.NOBODY_LEFT, None)
