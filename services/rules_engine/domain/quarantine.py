"""A rule that raises is set aside, and it alone: what is noted of it, how its alerts stand, what its owner is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from msgspec import structs

from services.rules_engine.domain.alert import AlertState, Hold, Phase
from services.rules_engine.domain.raised import described
from services.rules_engine.domain.rendering import alert_id
from services.rules_engine.domain.rule import Rule, Severity
from shared.civil_time import short_local
from shared.model.alerts import AlertChanged, AlertStatus, NotifyRequest

RULE: Final = "vigie.regle-a-l-ecart"
"""The engine's own rule, by which it tells of the others."""

RELEASED: Final = "rule-released"
"""Why such an alert ended, if somebody let the rule decide again as it is."""

_TITLE: Final = "Règle mise à l'écart"
# By the clocks of the city: it is no point's alert, and a point's zone may be what nobody can read.
_ZONE: Final = "Europe/Paris"
_LONGEST: Final = 160
"""What a text message has room for, beside the rule's title."""


@dataclass(frozen=True)
class Quarantined:
    """A rule that is left alone as long as it is written as it is.

    Attributes:
        edition: of the rule; another one decides again.
        subject: about which it could not decide.
        trace: of the observation that brought it about; empty: the clock did.
        error: with the innermost place in our code.
        told: the alert by which its owner is told.
    """

    rule: str
    edition: str
    since: datetime
    subject: str
    trace: str
    error: str
    told: AlertChanged


def set_aside(rule: Rule, subject: str, trace: str, error: BaseException, now: datetime) -> Quarantined:
    """What is noted of a rule that raised."""
    found = described(error)
    return Quarantined(rule.id, rule.edition, now, subject, trace, found, _told(rule, trace, found, now))


def _told(rule: Rule, trace: str, error: str, now: datetime) -> AlertChanged:
    teams = dict.fromkeys(action.team for action, _ in rule.notifications) or (rule.owner,)
    short = error if len(error) <= _LONGEST else f"{error[: _LONGEST - 1]}…"
    words = f"La règle « {rule.title} » est mise à l'écart depuis le {short_local(now)} : {short}."
    message = f"{words} Les autres règles continuent."
    return AlertChanged(
        alert=alert_id(RULE, rule.id, now),
        rule=RULE,
        rule_title=_TITLE,
        owner=rule.owner,
        criticality=rule.criticality,
        severity=Severity.ORANGE.value,
        point=rule.id,
        point_title=rule.title,
        zone=_ZONE,
        status=AlertStatus.FIRING,
        at=now,
        since=now,
        notify=tuple(NotifyRequest(team=team, message=message) for team in teams),
        trace=trace,
    )


def let_go(told: AlertChanged, resolution: str, now: datetime) -> AlertChanged:
    """The same alert when the rule decides again, or is gone."""
    at = max(now, told.since)
    return structs.replace(told, status=AlertStatus.RESOLVED, at=at, resolution=resolution)


def rested(state: AlertState) -> AlertState:
    """How a state stands while nobody decides it, as one whose values are unknown: what fires goes on, and what was
    about to fire begins again."""
    holds = tuple(Hold() if hold.phase is Phase.PENDING else hold for hold in state.holds)
    return structs.replace(state, holds=holds if any(hold.fires for hold in holds) else (), due_at=None)
