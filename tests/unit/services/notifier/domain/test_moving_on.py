"""Where a notice goes that did not reach its person."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from services.notifier.domain.channel import Carriers, Medium
from services.notifier.domain.moving_on import Next, next_way
from services.notifier.domain.notification import Kind, Notification
from services.notifier.domain.team import Person, Team, Teams
from shared.model.incidents import NotificationState
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


def test_a_way_that_carried_the_same_already_is_none(text_of: Any) -> None:
    missed, mail = text_of(criticality="normal"), text_of(id="mail", medium=Medium.EMAIL)
    assert way(missed, [missed, mail], teams_of(CAMILLE)) == (
        Next.ANOTHER_PERSON,
        ("ops", "email", "ops@example.org"),
    )


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
