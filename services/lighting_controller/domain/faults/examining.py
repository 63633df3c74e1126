"""What is wrong with a luminaire: a sign that lasts becomes a fault, and a fault whose opposite lasts ends.

A sign shows (True), its opposite shows (False), or nothing can be told now (None): then a fault stays and a suspicion
is dropped. That commands are in vain is found where they are sent, see ``reconciling``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

from msgspec.structs import replace

from services.lighting_controller.domain.fault import Fault, Finding
from services.lighting_controller.domain.faults.patience import Patience
from services.lighting_controller.domain.luminaire import TOLERANCE, Luminaire
from services.lighting_controller.domain.network.network import Circumstances

Sign = bool | None

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SOON: Final = timedelta(minutes=1)
_LASTS: Final[Mapping[Fault, timedelta]] = MappingProxyType(
    {
        Fault.COMMUNICATION: timedelta(),  # it was waited for already
        Fault.STUCK: timedelta(),  # it was commanded several times already
        Fault.LAMP: timedelta(minutes=2),  # a discharge lamp that was just lit takes so long to give light
        Fault.DAY_BURNER: timedelta(minutes=20),  # rule L3: a test by day is shorter
    }
)
_ENDS: Final[Mapping[Fault, timedelta]] = MappingProxyType(
    {
        Fault.COMMUNICATION: timedelta(minutes=2),
        Fault.STUCK: timedelta(minutes=5),
        Fault.LAMP: timedelta(minutes=10),  # an old discharge lamp goes out and lights again in turns (cycling)
        Fault.DAY_BURNER: timedelta(minutes=5),
    }
)
"""For how long the opposite shows before a fault is over, so that none comes and goes with every report."""


def examine(luminaire: Luminaire, around: Circumstances, now: datetime, patience: Patience) -> Luminaire:
    """The luminaire with what is found of it at ``now``, and when it has to be looked at again."""
    known = {finding.fault: finding for finding in luminaire.findings if finding.ended_at is None}
    signs = _signs(luminaire, known, around, now, patience)
    findings = [finding for finding in luminaire.findings if finding.ended_at is not None]
    for fault, sign in signs.items():
        finding = _followed(known.get(fault), fault, sign, now)
        if finding is not None:
            findings.append(finding)
    # Most are well and looked at by the thousand: nothing is made anew of which nothing is new.
    same = luminaire.findings == (after := tuple(findings))
    examined = luminaire if same else replace(luminaire, findings=after)
    examine_at = _look_at(examined, signs, around, now, patience)
    return examined if examined.examine_at == examine_at else replace(examined, examine_at=examine_at)


def found(luminaire: Luminaire, fault: Fault, now: datetime, tries: int) -> Luminaire:
    """The luminaire with a fault that showed in commands sent in vain; one that seemed to end goes on."""
    known = next((item for item in luminaire.findings if item.fault is fault and item.ended_at is None), None)
    others = tuple(item for item in luminaire.findings if item is not known)
    if known is None or not known.stands:
        finding = Finding(fault, now, now, tries=tries, level=luminaire.actual)
    else:
        finding = replace(known, well_since=None)
    return replace(luminaire, findings=(*others, finding))


def is_silent(luminaire: Luminaire, around: Circumstances, now: datetime, patience: Patience) -> bool:
    """Whether it ought to have spoken again by now."""
    at = _silent_at(luminaire, around, patience)
    return at is not None and at <= now and around.is_expected(now)


def _silent_at(luminaire: Luminaire, around: Circumstances, patience: Patience) -> datetime | None:
    if patience.silent_after is None or luminaire.reported_at is None:
        return None
    return max(luminaire.reported_at, around.expected_from or luminaire.reported_at) + patience.silent_after


def _signs(
    luminaire: Luminaire, known: Mapping[Fault, Finding], around: Circumstances, now: datetime, patience: Patience
) -> dict[Fault, Sign]:
    silent = is_silent(luminaire, around, now, patience)
    return {
        Fault.COMMUNICATION: True if silent else _is_reached(luminaire, known.get(Fault.COMMUNICATION)),
        Fault.LAMP: None if silent else _is_lamp_dead(luminaire),
        Fault.STUCK: None if silent else _follows_again(luminaire, known.get(Fault.STUCK)),
        Fault.DAY_BURNER: _burns_unwanted(luminaire) if around.by_day and not silent else None,
    }


def _is_reached(luminaire: Luminaire, finding: Finding | None) -> Sign:
    """False: it answers. That it doesn't is found where commands are sent."""
    if finding is None or luminaire.reported_at is None or luminaire.reported_at < finding.noticed_at:
        return None
    return False if luminaire.obeys or luminaire.in_flight is None else None


def _follows_again(luminaire: Luminaire, finding: Finding | None) -> Sign:
    """False: its light has moved. One that is wanted where it is stuck is no better for that."""
    if finding is None or not luminaire.is_in_place:
        return None
    if finding.level is None or luminaire.actual is None:
        return False
    return False if abs(luminaire.actual - finding.level) > TOLERANCE else None


def _is_lamp_dead(luminaire: Luminaire) -> Sign:
    if luminaire.lamp_failure or luminaire.is_dark:
        return True
    return False if luminaire.feedback and luminaire.burns else None


def _burns_unwanted(luminaire: Luminaire) -> Sign:
    """One that is wanted lit is none, nor one that the limits of its street still keep lit for a while."""
    wishes = (luminaire.wanted, luminaire.target)
    if luminaire.target is None or any(wish is not None and wish.level > 0 for wish in wishes):
        return None
    return luminaire.burns


def _followed(finding: Finding | None, fault: Fault, sign: Sign, now: datetime) -> Finding | None:
    """What becomes of a finding; None: nothing is wrong."""
    if finding is None:
        finding = Finding(fault, now) if sign else None
    elif sign is None:
        return finding if finding.stands else None
    if finding is None:
        return None
    if sign:
        lasts = finding.stands or now - finding.noticed_at >= _LASTS[fault]
        return replace(finding, since=finding.noticed_at if lasts else None, well_since=None)
    if not finding.stands:
        return None
    well = finding.well_since or now
    over = now - well >= _ENDS[fault]
    return replace(finding, well_since=well, ended_at=well if over else None)


def _look_at(
    luminaire: Luminaire, signs: Mapping[Fault, Sign], around: Circumstances, now: datetime, patience: Patience
) -> datetime | None:
    moments = []
    for finding in luminaire.findings:
        if finding.since is None:
            moments.append(finding.noticed_at + _LASTS[finding.fault])
        elif finding.stands and finding.well_since is not None and signs[finding.fault] is False:
            moments.append(finding.well_since + _ENDS[finding.fault])
    silent_at = _silent_at(luminaire, around, patience)
    if silent_at is not None and silent_at > now:
        moments.append(silent_at)
    if patience.asks_every is not None:
        moments.append(_next_turn(now, patience.asks_every))
        if luminaire.fails(Fault.COMMUNICATION):
            moments.append(now + _SOON)
    return min(moments, default=None)


def _next_turn(now: datetime, every: timedelta) -> datetime:
    """All luminaires at the same moments, so that what they say is told together."""
    return _EPOCH + ((now - _EPOCH) // every + 1) * every
