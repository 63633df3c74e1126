"""Who is told; nothing is ever meant for nobody."""

from __future__ import annotations

import pytest

from services.notifier.domain.channel import Medium
from services.notifier.domain.people.routing import Recipient, RouteReason, owner_recipients, team_recipients
from services.notifier.domain.people.team import Teams


def told(recipients: tuple[Recipient, ...]) -> list[tuple[str, str, str]]:
    return [(item.person, item.medium.value, item.reason.value) for item in recipients]


@pytest.mark.parametrize(
    ("team", "media", "expected"),
    [
        pytest.param(
            "astreinte",
            tuple(Medium),
            [("camille", "sms", "team"), ("idir", "sms", "team"), ("camille", "email", "team")],
            id="each-by-what-they-have",
        ),
        pytest.param("astreinte", (Medium.EMAIL,), [("camille", "email", "team")], id="mail-only"),
        pytest.param("gone", tuple(Medium), [("ops", "email", "team-unknown")], id="unknown-team"),
        pytest.param("gone", (Medium.SMS,), [("ops", "email", "team-unknown")], id="fallback-has-no-number"),
        pytest.param("muette", (Medium.EMAIL,), [("ops", "email", "team-unreachable")], id="unreachable-team"),
    ],
)
def test_a_team_is_told_or_the_fallback_in_its_place(
    teams: Teams, team: str, media: tuple[Medium, ...], expected: list[tuple[str, str, str]]
) -> None:
    assert told(team_recipients(teams, team, media)) == expected


def test_a_fallback_knows_whom_the_message_was_meant_for(teams: Teams) -> None:
    (recipient,) = team_recipients(teams, "gone")
    assert (recipient.team, recipient.meant_for, recipient.reason.is_fallback) == ("exploitation", "gone", True)


def test_the_owner_is_told_by_mail(teams: Teams) -> None:
    assert told(owner_recipients(teams, "gemapi")) == [("camille", "email", "owner")]


def test_a_directorate_without_team_has_the_fallback(teams: Teams) -> None:
    (recipient,) = owner_recipients(teams, "bruit")
    assert (recipient.person, recipient.reason) == ("ops", RouteReason.OWNER_UNKNOWN)


def test_a_recipient_shows_no_address(teams: Teams) -> None:
    assert "+33" not in repr(team_recipients(teams, "astreinte"))
