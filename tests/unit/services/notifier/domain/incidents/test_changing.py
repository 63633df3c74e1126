"""Changes of severity: one incident, the right people, over the right media, once for each level."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.notifier.domain.channel import Carriers, Medium
from services.notifier.domain.composing.composing import Composer
from services.notifier.domain.delivering.notification import Kind, Notification
from services.notifier.domain.incidents.changing import Change
from services.notifier.domain.incidents.grouping import groups_of
from services.notifier.domain.people.team import Teams
from services.notifier.layouts import JinjaLayouts
from shared.model.alerts import AlertChanged, NotifyRequest
from shared.model.incidents import NotificationState as State
from tests.doubles.channel import ScriptedChannel

AlertOf = Callable[..., AlertChanged]
HOUR = timedelta(hours=1)
Tell = Callable[..., list[Notification]]


@pytest.fixture
def composer(teams: Teams) -> Composer:
    return Composer(teams, JinjaLayouts("http://vigie.test"), Carriers(dict.fromkeys(Medium, ScriptedChannel())))


@pytest.fixture
def tell(composer: Composer, alert_of: AlertOf, start: datetime) -> Tell:
    """A function that composes a change of severity an hour after the start."""

    def make(was: str, severity: str, *teams: str, told: tuple[Notification, ...] = (), hours: int = 1) -> list:
        notify = tuple(NotifyRequest(team=team, message=f"pour {team}") for team in teams or ("astreinte",))
        alert = alert_of(was=was, severity=severity, at=start + hours * HOUR, since=start, notify=notify)
        (group,) = groups_of(alert, alert.at)
        return composer.change(Change(alert, group, group.opened(alert), told, alert.at))

    return make


def told_of(notices: list[Notification]) -> list[tuple[str, str, str]]:
    return [(notice.kind.value, notice.person, notice.medium.value) for notice in notices]


def test_a_rise_is_told_to_the_team_of_the_new_level_over_each_medium(tell: Tell) -> None:
    assert told_of(tell("yellow", "orange")) == [
        ("worsen", "camille", "sms"),
        ("worsen", "idir", "sms"),
        ("worsen", "camille", "email"),
    ]


def test_a_fall_is_told_by_mail_alone(tell: Tell) -> None:
    assert told_of(tell("orange", "yellow")) == [("ease", "camille", "email")]


def test_a_fall_of_a_team_that_reads_no_mail_is_told_to_nobody_in_its_place(tell: Tell) -> None:
    assert told_of(tell("orange", "yellow", "muette")) == []
    assert told_of(tell("yellow", "orange", "muette")) == [("worsen", "idir", "sms")]


def test_a_fall_of_a_team_that_is_gone_is_told_to_the_fallback_like_its_rise(tell: Tell) -> None:
    for was, severity in (("yellow", "orange"), ("orange", "yellow")):
        assert [person for _, person, _ in told_of(tell(was, severity, "gone"))] == ["ops"]


def test_a_person_in_two_teams_of_a_level_is_told_once(tell: Tell) -> None:
    assert len(tell("yellow", "orange", "astreinte", "responsables")) == 3


def test_every_level_is_told_apart_and_again_when_it_is_reached_again(tell: Tell) -> None:
    said = [("yellow", "orange", 1), ("orange", "red", 2), ("red", "yellow", 3), ("yellow", "red", 4)]
    ids = [{notice.id for notice in tell(was, severity, hours=hours)} for was, severity, hours in said]
    assert len(set().union(*ids)) == sum(map(len, ids)) == 3 + 3 + 1 + 3


def test_ids_follow_from_the_change_alone(tell: Tell) -> None:
    first, again = tell("yellow", "red"), tell("yellow", "red")
    assert [notice.id for notice in first] == [notice.id for notice in again]


def test_incident_and_thread_are_those_of_the_alert(tell: Tell, alert_of: AlertOf, start: datetime) -> None:
    (group,) = groups_of(alert_of(), start)
    code = group.opened(alert_of()).code
    for notice in (*tell("yellow", "red"), *tell("red", "yellow")):
        assert (notice.incident, notice.parcel().thread) == (group.incident, group.incident)
        assert code in notice.subject + notice.body


def test_a_rise_comes_after_what_the_same_person_was_told_over_the_same_medium(
    tell: Tell, notification_of: Callable[..., Notification]
) -> None:
    told = (notification_of(id="fire", person="camille", medium=Medium.SMS, state=State.ATTEMPTING),)
    after = {(notice.person, notice.medium): notice.after for notice in tell("yellow", "red", told=told)}
    assert after == {("camille", Medium.SMS): "fire", ("idir", Medium.SMS): None, ("camille", Medium.EMAIL): None}


def test_a_further_try_that_a_rise_must_wait_for_is_hurried_and_nothing_else(
    composer: Composer, alert_of: AlertOf, notification_of: Callable[..., Notification], start: datetime
) -> None:
    later = {"due_at": start + 9 * HOUR, "attempts": 3}
    told = (
        notification_of(id="tried-later", **later),
        notification_of(id="asked-about", state=State.ATTEMPTING, **later),
        notification_of(id="waits", due_at=None),
        notification_of(id="of-another", person="helene", **later),
    )
    alert = alert_of(was="yellow", severity="red", at=start + HOUR)
    (group,) = groups_of(alert, alert.at)
    change = Change(alert, group, group.opened(alert), told, alert.at)
    assert change.hurried(composer.change(change)) == [replace(told[0], due_at=alert.at)]


@pytest.mark.parametrize("kinds", [(Kind.FIRE,), (Kind.FIRE, Kind.WORSEN), (Kind.WORSEN,), (Kind.FIRE, Kind.EASE)])
def test_the_end_is_told_once_to_everybody_who_was_told_of_any_level(
    composer: Composer,
    alert_of: AlertOf,
    notification_of: Callable[..., Notification],
    start: datetime,
    kinds: tuple[Kind, ...],
) -> None:
    (group,) = groups_of(alert_of(), start)
    told = [
        notification_of(id=kind.value, kind=kind, after=before and before.value, state=State.SENT)
        for before, kind in zip((None, *kinds), kinds, strict=False)
    ]
    told += [notification_of(id="other", person="idir", state=State.SENT)]
    ends = composer.resolve(alert_of(), group.opened(alert_of()), told, start + HOUR)
    assert [(end.person, end.after, end.due_at) for end in ends] == [
        ("camille", kinds[-1].value, start + HOUR),
        ("idir", "other", start + HOUR),
    ]
