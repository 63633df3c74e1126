"""The section of incidents, open and lately resolved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.portal.domain.answers import Incident
from services.portal.domain.pages import INCIDENTS
from services.portal.domain.severity import Tone, severity_word, tone_of
from services.portal.domain.snapshot import Snapshot
from services.portal.domain.wording import Wording

_MOST_RESOLVED: Final = 3
_MOST_OPEN: Final = 5


@dataclass(frozen=True)
class IncidentLine:
    """An incident as it is shown. ``worst``: the worst severity that it had, if it is lower now."""

    code: str
    address: str
    title: str
    severity: str
    tone: Tone
    owner: str
    when: str
    firing: str | None
    worst: str | None = None


@dataclass(frozen=True)
class Incidents:
    """The section of incidents. ``more``: how many open ones are not shown, in words."""

    known: bool
    open: tuple[IncidentLine, ...] = ()
    resolved: tuple[IncidentLine, ...] = ()
    more: str | None = None


def present_incidents(snapshot: Snapshot, wording: Wording) -> Incidents:
    """Open incidents, the worst first, then the newest, and those resolved last."""
    if snapshot.incidents is None:
        return Incidents(known=False)
    owners = {item.id: wording.pick(item.title) for item in snapshot.inventory.directorates}
    newest = sorted(snapshot.incidents, key=lambda incident: incident.opened_at, reverse=True)
    opened = [item for item in newest if item.resolved_at is None]
    opened.sort(key=lambda incident: -list(Tone).index(tone_of(incident.severity)))
    closed = [item for item in newest if item.resolved_at is not None]
    closed.sort(key=lambda incident: incident.resolved_at or incident.opened_at, reverse=True)
    hidden = len(opened) - _MOST_OPEN
    return Incidents(
        known=True,
        open=tuple(_line(item, owners, wording) for item in opened[:_MOST_OPEN]),
        resolved=tuple(_line(item, owners, wording) for item in closed[:_MOST_RESOLVED]),
        more=wording.say("more", wording.number(hidden)) if hidden > 0 else None,
    )


def _line(incident: Incident, owners: dict[str, str], wording: Wording) -> IncidentLine:
    if incident.resolved_at is None:
        when = wording.say("opened", wording.moment(incident.opened_at))
    else:
        length = wording.duration(incident.resolved_at - incident.opened_at)
        when = f"{wording.say('resolved', wording.moment(incident.resolved_at))}, {wording.say('lasted', length)}"
    return IncidentLine(
        code=incident.code,
        address=f"{INCIDENTS.address(wording.language)}#{incident.code}",
        title=incident.title,
        severity=severity_word(incident.severity, wording.language),
        tone=tone_of(incident.severity),
        owner=owners.get(incident.owner, incident.owner),
        when=when,
        firing=wording.say("firing-in-incident", wording.number(incident.firing)) if incident.firing > 1 else None,
        worst=worst_of(incident, wording),
    )


def worst_of(incident: Incident, wording: Wording) -> str | None:
    """The worst severity that an incident had, in words; None where it is the one that it has."""
    if incident.worst in ("", incident.severity):
        return None
    return wording.say("worst", severity_word(incident.worst, wording.language))
