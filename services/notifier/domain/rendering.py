"""What the layouts of notices are given: facts in French words, ready to be set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from services.notifier.domain.channel import Medium
from services.notifier.domain.digesting import Digest, Digested
from services.notifier.domain.incident import Incident, IncidentAlert
from services.notifier.domain.notification import Kind
from services.notifier.domain.routing import Recipient, RouteReason
from shared.civil_time import long_local, short_local
from shared.model.alerts import AlertChanged, Reading
from shared.model.lighting import OverrideChanged

_SEVERITIES: Final = {
    "info": "information",
    "minor": "mineur",
    "yellow": "jaune",
    "orange": "orange",
    "red": "rouge",
    "critical": "critique",
}
_ENDINGS: Final = {
    "unknown": "L'alerte s'arrête faute de mesures : la situation est inconnue.",
    "rule-removed": "L'alerte s'arrête car sa règle a été retirée.",
    "rule-changed": "L'alerte s'arrête car sa règle a été modifiée.",
    "rule-released": "L'alerte s'arrête car la règle décide de nouveau.",
    "point-removed": "L'alerte s'arrête car sa règle ne surveille plus ce lieu.",
}


@dataclass(frozen=True)
class Text:
    """A notice as it goes out; a text message has no subject."""

    subject: str
    body: str


@dataclass(frozen=True, kw_only=True)
class AlertFacts:
    """Of an alert that fires or is resolved.

    Attributes:
        was: the severity before, if it changed.
        ending: why it ended, unless its condition did.
        note: why a person is told who wasn't asked for.
    """

    code: str
    severity: str
    was: str
    rule_title: str
    point_title: str
    message: str
    since: str
    since_long: str
    at: str
    at_long: str
    readings: tuple[str, ...]
    ending: str
    note: str


@dataclass(frozen=True, kw_only=True)
class DigestFacts:
    """Of a day's digest; each line names a point."""

    code: str
    rule_title: str
    moment: str
    firing: tuple[str, ...]
    resolved: tuple[str, ...]
    note: str


@dataclass(frozen=True, kw_only=True)
class OverrideFacts:
    """Of lights whose override has used up its time."""

    rule: str
    group: str
    level: int
    cause: str
    moment: str
    note: str


@dataclass(frozen=True, kw_only=True)
class FoldedFacts:
    """Of notices that were folded; each line tells of one, the codes are those of open incidents."""

    count: int
    moment: str
    firing: tuple[str, ...]
    over: tuple[str, ...]
    codes: tuple[str, ...]
    note: str


@dataclass(frozen=True, kw_only=True)
class MoreFollowFacts:
    """That more notices come in a digest. ``moment``: when; ``open``: incidents that the person was told of."""

    open: int
    moment: str
    by_mail: bool


@dataclass(frozen=True, kw_only=True)
class BudgetFacts:
    """Of a directorate's budget; sums as people write them."""

    directorate: str
    month: str
    spent: str
    budget: str
    share: int
    note: str


Facts = AlertFacts | DigestFacts | OverrideFacts | FoldedFacts | MoreFollowFacts | BudgetFacts


class Layouts(Protocol):
    """Sets facts into the text of a notice."""

    def render(self, kind: Kind, medium: Medium, facts: Facts) -> Text:
        """The text of such a notice over such a medium."""
        ...


def alert_facts(alert: AlertChanged, code: str, message: str, note: str) -> AlertFacts:
    """Times are those of the point's zone."""
    zone = ZoneInfo(alert.zone)
    return AlertFacts(
        code=code,
        severity=_severity(alert.severity),
        was=_severity(alert.was or ""),
        rule_title=alert.rule_title,
        point_title=alert.point_title,
        message=message,
        since=short_local(alert.since, zone),
        since_long=long_local(alert.since, zone),
        at=short_local(alert.at, zone),
        at_long=long_local(alert.at, zone),
        readings=tuple(_reading(reading, zone) for reading in alert.readings),
        ending=_ENDINGS.get(alert.resolution or "", ""),
        note=note,
    )


def digest_facts(digest: Digest, found: Digested, incident: Incident, note: str) -> DigestFacts:
    """Times are Paris's: the points may lie in several zones, the reader in one."""
    return DigestFacts(
        code=incident.code,
        rule_title=digest.rule_title,
        moment=long_local(digest.sends_at),
        firing=tuple(f"{_named(alert)} ({_since(alert)})" for alert in found.firing),
        resolved=tuple(_resolved(alert) for alert in found.resolved),
        note=note,
    )


def override_facts(event: OverrideChanged, note: str) -> OverrideFacts:
    """Of an override that used up its time, granted again or not."""
    return OverrideFacts(
        rule=event.rule,
        group=event.group,
        level=event.level,
        cause=event.reason,
        moment=long_local(event.at),
        note=note,
    )


def note_for(recipient: Recipient) -> str:
    """Why somebody is told in place of others; nothing for those who were asked for."""
    match recipient.reason:
        case RouteReason.TEAM_UNKNOWN:
            return f"Message destiné à l'équipe « {recipient.meant_for} », inconnue."
        case RouteReason.TEAM_UNREACHABLE:
            return f"Message destiné à l'équipe « {recipient.meant_for} », que rien ne permet de joindre."
        case RouteReason.OWNER_UNKNOWN:
            return f"Message destiné à la direction « {recipient.meant_for} », sans équipe responsable."
        case RouteReason.GONE:
            return f"Message destiné à « {recipient.meant_for} », que les équipes ne connaissent plus."
        case _:
            return ""


def _severity(word: str) -> str:
    return _SEVERITIES.get(word, word)


def _reading(reading: Reading, zone: ZoneInfo) -> str:
    return reading.text if reading.time is None else f"{reading.text} ({short_local(reading.time, zone)})"


def _named(alert: IncidentAlert) -> str:
    """The rule's words, with the point's name unless they contain it."""
    return alert.message if alert.point_title in alert.message else f"{alert.point_title} : {alert.message}"


def _since(alert: IncidentAlert) -> str:
    """Since when it fires, and if its severity changed since then, what that is."""
    since = f"depuis le {short_local(alert.since)}"
    if alert.severity is None or alert.severity_at is None:
        return since
    return f"{since}, {_severity(alert.severity)} depuis le {short_local(alert.severity_at)}"


def _resolved(alert: IncidentAlert) -> str:
    until = "" if alert.resolved_at is None else f" au {short_local(alert.resolved_at)}"
    return f"{alert.point_title} (du {short_local(alert.since)}{until})"
