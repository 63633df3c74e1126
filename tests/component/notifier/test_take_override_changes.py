"""The owner of a rule hears when its lights have used up their time, and what limits cut."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.notifier.domain.composing.composing import Composer
from services.notifier.storage.incidents import Incidents
from services.notifier.use_cases.deliver_due import deliver_due
from services.notifier.use_cases.take_alerts import take_alerts
from services.notifier.use_cases.take_override_changes import take_override_changes
from shared.model.alerts import AlertChanged
from shared.model.lighting import OverrideChanged, OverrideState
from shared.runtime.database import Database

USED, AGAIN = OverrideState.USED_UP, OverrideState.GRANTED_AGAIN


@pytest.fixture
def event_of(start: datetime) -> Callable[..., OverrideChanged]:
    def make(state: OverrideState, **said: Any) -> OverrideChanged:
        valid: dict[str, Any] = {
            "override": "o-1",
            "state": state,
            "alert": "alert-1",
            "rule": "gemapi.garonne",
            "owner": "gemapi",
            "group": "berges",
            "level": 100,
            "reason": "crue",
            "at": start,
        }
        return OverrideChanged(**(valid | said))

    return make


@pytest.fixture
def take(database: Database, composer: Composer, received: Any, start: datetime) -> Callable[..., None]:
    """A function that takes each list of events as one batch."""

    def act(*batches: list[OverrideChanged]) -> None:
        for batch in batches:
            take_override_changes(database, composer, received(*batch), start)

    return act


@pytest.fixture
def subjects(database: Database, composer: Composer, channel: Any, start: datetime) -> Callable[[], list[str]]:
    """A function that delivers what is due within an hour, and gives the subjects of all mails so far."""

    def act() -> list[str]:
        deliver_due(database, composer.carriers, lambda: start + timedelta(hours=1))
        return [parcel.subject for parcel in channel.carried]

    return act


def test_the_owner_is_told_that_time_is_used_up(take: Any, event_of: Any, subjects: Any, channel: Any) -> None:
    take([event_of(USED)])
    assert subjects() == ["Éclairage de berges : durée épuisée, retour au calendrier"]
    assert [parcel.address for parcel in channel.carried] == ["helene@example.org"]


@pytest.mark.parametrize("apart", [False, True], ids=["one-batch", "two-batches"])
def test_a_vital_rule_gets_one_mail_that_says_it_is_granted_again(
    take: Any, event_of: Any, subjects: Any, apart: bool
) -> None:
    events = [event_of(USED), event_of(AGAIN)]
    take(*([[event] for event in events] if apart else [events]))
    assert subjects() == ["Éclairage de berges : durée épuisée, accordée de nouveau"]


def test_a_grant_that_comes_after_the_mail_has_a_mail_of_its_own(take: Any, event_of: Any, subjects: Any) -> None:
    take([event_of(USED)])
    assert len(subjects()) == 1
    take([event_of(AGAIN)], [event_of(AGAIN)])
    assert len(subjects()) == 2


def test_each_time_it_is_used_up_is_told(take: Any, event_of: Any, subjects: Any, start: datetime) -> None:
    take([event_of(AGAIN)], [event_of(AGAIN, at=start + timedelta(hours=4))])
    assert len(subjects()) == 2


def test_each_limit_that_cuts_an_override_is_told_at_once_and_once(
    take: Any, event_of: Any, database: Database, composer: Composer, channel: Any, start: datetime
) -> None:
    cuts = [
        event_of(OverrideState.CUT, level=20, cut=cut, done=40, done_most=40, luminaires=3) for cut in ("floor", "step")
    ]
    take(cuts, cuts)
    deliver_due(database, composer.carriers, lambda: start)
    assert sorted(parcel.subject for parcel in channel.carried) == [
        "Éclairage de berges : changement étalé par les limites de la voie",
        "Éclairage de berges : niveau relevé par les limites de la voie",
    ]
    assert {parcel.address for parcel in channel.carried} == {"helene@example.org"}


@pytest.mark.parametrize("state", [OverrideState.STARTED, OverrideState.EXPIRED, OverrideState.RELEASED])
def test_what_else_becomes_of_an_override_is_told_to_nobody(
    take: Any, event_of: Any, subjects: Any, state: OverrideState
) -> None:
    take([event_of(state)])
    assert subjects() == []


def test_a_directorate_without_team_is_told_through_the_fallback(
    take: Any, event_of: Any, subjects: Any, channel: Any
) -> None:
    take([event_of(USED, owner="bruit")])
    subjects()
    assert [parcel.address for parcel in channel.carried] == ["ops@example.org"]


def test_the_mail_belongs_to_the_incident_of_its_alert(
    database: Database,
    composer: Composer,
    take: Any,
    event_of: Any,
    subjects: Any,
    channel: Any,
    alert_of: Callable[..., AlertChanged],
    received: Any,
    start: datetime,
) -> None:
    take_alerts(database, composer, received(alert_of()), start)
    take([event_of(USED)])
    subjects()
    assert len({parcel.thread for parcel in channel.carried}) == 1


def test_all_incidents_of_a_batch_are_held_at_once_whatever_the_order_of_its_messages(
    database: Database,
    composer: Composer,
    take: Any,
    event_of: Any,
    alert_of: Callable[..., AlertChanged],
    received: Any,
    start: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever takes alerts holds them in the order of their ids: taken one by one, each could wait for the other."""
    names = [f"a-{number}" for number in range(4)]
    take_alerts(database, composer, received(*(alert_of(alert=name, point=name) for name in names)), start)
    held: list[int] = []
    real = Incidents.with_ids

    def watched(self: Incidents, ids: Any) -> Any:
        found = real(self, ids)
        held.append(len(found))
        return found

    monkeypatch.setattr(Incidents, "with_ids", watched)
    take([event_of(USED, override=name, alert=name) for name in reversed(names)])
    assert held == [4]


def test_what_a_batch_says_twice_of_one_override_is_one_mail_and_others_have_their_own(
    take: Any, event_of: Any, subjects: Any
) -> None:
    take([event_of(USED), event_of(USED, override="o-2"), event_of(AGAIN), event_of(AGAIN)])
    assert sorted("accordée" in subject for subject in subjects()) == [False, True]
