"""Silences alerts, ends a silence, shows them all, and says beforehand what one would hush."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final

import msgspec

from services.notifier.domain.incidents.alert_log import Logged
from services.notifier.domain.muting.silence import Silence
from services.notifier.domain.muting.silence_wanted import BadSilence, WantedSilence, silence_id, silence_of
from services.notifier.domain.people.routing import is_someone
from services.notifier.domain.people.team import Teams
from services.notifier.storage.alerts import Alerts
from services.notifier.storage.held import HeldAlerts
from services.notifier.storage.incidents import Incidents
from services.notifier.storage.mutes import alone
from services.notifier.storage.silences import Silences
from shared.actor import Actor
from shared.errors import Forbidden
from shared.runtime.database import Database, Transaction

_SHOWN_OVER: Final = 20
_LONGEST_PAST: Final = 400


def add_silence(
    database: Database, teams: Teams, actor: Actor, wanted: WantedSilence, now: datetime, key: str | None = None
) -> dict[str, Any]:
    """Store a silence; of what the same actor asked for with the same key before, the one that was made then.

    Args:
        key: the actor's own word for this request; None: each request makes a silence.

    Raises:
        BadSilence: with all that is wrong; the key was given for something else.
        Forbidden: the actor may not silence what others own.
    """
    silence = _asked(teams, actor, wanted, now, key)
    with database.transaction() as transaction:
        alone(transaction)
        silence, is_new = _named(Silences(transaction), silence)
        if not is_new:
            return shown(silence, now)
        Silences(transaction).put(silence)
        detail = f"{silence.reason}; {', '.join(silence.matchers)}"
        transaction.audit(actor, "silence", silence.id, now, detail)
    return shown(silence, now)


def end_silence(database: Database, actor: Actor, silence: str, reason: str, now: datetime) -> dict[str, Any]:
    """End a silence before its time, or take back one that is to come. What it held is asked again at once.

    Raises:
        NotFound: there is no such silence.
    """
    with database.transaction() as transaction:
        alone(transaction)
        silences = Silences(transaction)
        found = silences.get(silence)
        _require(actor, found.matchers)
        if found.ended_at is None and found.ends_at > now:
            found = replace(found, ended_at=now, ended_by=actor.id, reminder_at=None)
            silences.put(found)
            HeldAlerts(transaction).wake([found.id], now)
            transaction.audit(actor, "end silence", found.id, now, reason)
    return shown(found, now)


def list_silences(database: Database, now: datetime) -> list[dict[str, Any]]:
    """Those in force or to come, then the last that are over."""
    with database.transaction() as transaction:
        silences = Silences(transaction)
        found = [*silences.not_over(now), *silences.over(now, _SHOWN_OVER)]
    return [shown(silence, now) for silence in found]


def show_silence(database: Database, silence: str, now: datetime) -> dict[str, Any]:
    """One silence, with what it holds back now.

    Raises:
        NotFound: there is no such silence.
    """
    with database.transaction() as transaction:
        found = Silences(transaction).get(silence)
        held = HeldAlerts(transaction).by(found.id)
        alerts = list(Alerts(transaction).with_ids(item.alert for item in held).values())
        codes = _codes(transaction, alerts)
    return shown(found, now) | {"holds": _alerts(alerts, codes)}


def preview_silence(
    database: Database, teams: Teams, actor: Actor, wanted: WantedSilence, days: int, now: datetime
) -> dict[str, Any]:
    """What a silence would hush: what fires now, if it mutes now, and what began in the last days; and which vital
    alerts that fire it spares.

    Of the past a recurring one would have hushed what began in its stretches, on whatever day it is to begin.

    Raises:
        BadSilence, Forbidden: as for adding it.
    """
    silence = _asked(teams, actor, wanted, now)
    whole = replace(silence, including_vital=True)
    with database.transaction() as transaction:
        alerts = Alerts(transaction)
        firing = alerts.firing()
        past = alerts.begun_since(now - timedelta(days=min(max(days, 0), _LONGEST_PAST)))
        hushed = [item for item in firing if _hushes(silence, item)]
        spared = [item for item in firing if item not in hushed and _hushes(whole, item)]
        would_be = [item for item in past if _hushes(silence, item) and _would_have(silence, item.said.since)]
        codes = _codes(transaction, [*hushed, *spared, *would_be])
    return {
        "silence": shown(silence, now),
        "mutes_now": silence.mutes_until(now) is not None,
        "firing": _alerts(hushed, codes),
        "spared": _alerts(spared, codes),
        "past": _alerts(would_be, codes),
    }


def shown(silence: Silence, now: datetime) -> dict[str, Any]:
    """As people see it; ``status`` is that of now."""
    plain: dict[str, Any] = msgspec.to_builtins(silence)
    own = {name: value for name, value in plain.items() if name not in ("request", "asked")}
    return own | {"status": silence.status(now).value}


def _named(silences: Silences, silence: Silence) -> tuple[Silence, bool]:
    """It with an id that no other has, and whether it is new; or else what was made for the same request.

    An id is never given again while its silence is kept: the ledger names it.
    """
    for turn in count():
        name = silence_id(silence.request, turn)
        there = silences.find(name)
        if there is None:
            return replace(silence, id=name), True
        if there.request == silence.request:
            if there.asked != silence.asked:
                raise BadSilence(["Idempotency-Key: it was given for another silence"])
            return there, False
    raise AssertionError


def _asked(teams: Teams, actor: Actor, wanted: WantedSilence, now: datetime, key: str | None = None) -> Silence:
    silence = silence_of(wanted, actor.id, now, lambda name: is_someone(teams, name), key)
    _require(actor, silence.matchers)
    return silence


def _require(actor: Actor, matchers: Iterable[str]) -> None:
    """Who acts for a directorate silences its alerts alone, and says so."""
    if actor.directorate is not None and f"directorate={actor.directorate}" not in matchers:
        raise Forbidden(actor.id, f"silence without directorate={actor.directorate}")


def _hushes(silence: Silence, alert: Logged) -> bool:
    return alert.incident is not None and silence.concerns(alert.traits)


def _would_have(silence: Silence, moment: datetime) -> bool:
    return silence.recurrence is None or silence.recurrence.stretch_at(moment) is not None


def _codes(transaction: Transaction, alerts: Iterable[Logged]) -> dict[str, str]:
    """How people call the incidents of these alerts."""
    incidents = {item.incident for item in alerts if item.incident is not None}
    return Incidents(transaction).codes(incidents)


def _alerts(alerts: Iterable[Logged], codes: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        {
            "alert": item.said.alert,
            "incident": None if item.incident is None else codes.get(item.incident),
            "rule": item.said.rule,
            "point": item.said.point,
            "point_title": item.said.point_title,
            "severity": item.said.severity,
            "criticality": item.said.criticality.value,
            "since": item.said.since.isoformat(),
            "resolved_at": None if item.resolved_at is None else item.resolved_at.isoformat(),
        }
        for item in alerts
    ]
