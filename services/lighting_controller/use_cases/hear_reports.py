"""Note what luminaires report of themselves, what is wrong with them by that, and tell it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from services.lighting_controller.domain.commanding.driver import Report
from services.lighting_controller.domain.commanding.hearing import hear, is_older, shows_a_way_back
from services.lighting_controller.domain.commanding.watch import Watch
from services.lighting_controller.domain.faults.examining import examine
from services.lighting_controller.domain.faults.observing import observe_found, observe_heard
from services.lighting_controller.domain.luminaire import Luminaire
from services.lighting_controller.storage.luminaires import Luminaires
from services.lighting_controller.use_cases.save_luminaires import save_luminaires
from services.lighting_controller.use_cases.try_cut_off import try_cut_off
from shared import bus
from shared.model.luminaires import LuminaireObserved, LuminairesObserved
from shared.runtime.database import Transaction

PLAIN: Final = Watch()


class Heard(StrEnum):
    """What became of a report. OLDER: more is known already; UNKNOWN_LUMINAIRE: the registry has no such one."""

    TAKEN = "taken"
    OLDER = "older"
    UNKNOWN_LUMINAIRE = "unknown-luminaire"


@dataclass(frozen=True)
class Hearing:
    """What became of the reports.

    Attributes:
        answers: how long each command took that they acknowledge.
        luminaires: those that reported, as they are afterwards, by id.
    """

    outcomes: Counter[Heard]
    answers: tuple[timedelta, ...] = ()
    luminaires: Mapping[str, Luminaire] = field(default_factory=dict)


def hear_reports(transaction: Transaction, reports: Sequence[Report], now: datetime, watch: Watch = PLAIN) -> Hearing:
    """Take the reports in their order; reports of luminaires that are not in the registry are passed over."""
    known = Luminaires(transaction).get(sorted({report.luminaire for report in reports}))
    after = {luminaire.id: luminaire for luminaire in known}
    outcomes, answers, seen = Counter[Heard](), list[timedelta](), list[LuminaireObserved]()
    back = set[str]()
    for report in reports:
        luminaire = after.get(report.luminaire)
        if luminaire is None:
            outcomes[Heard.UNKNOWN_LUMINAIRE] += 1
            continue
        if is_older(luminaire, report):
            outcomes[Heard.OLDER] += 1
            continue
        outcomes[Heard.TAKEN] += 1
        heard, observed = _take(luminaire, report, now, watch)
        after[luminaire.id] = heard
        seen += [] if observed is None else [observed]
        answers += _answers(luminaire, heard, now)
        if shows_a_way_back(luminaire, heard):
            back.add(luminaire.id)
    save_luminaires(transaction, [(luminaire, after[luminaire.id]) for luminaire in known], now)
    tried = try_cut_off(transaction, back, now, watch)
    after |= {luminaire.id: luminaire for luminaire in tried if luminaire.id in after}
    tell(transaction, seen, watch)
    return Hearing(outcomes, tuple(answers), after)


def tell(transaction: Transaction, seen: Sequence[LuminaireObserved], watch: Watch) -> None:
    """Tell telemetry what was seen of luminaires, all in one message."""
    if seen and watch.tells:
        transaction.publish(bus.LUMINAIRES_OBSERVED, LuminairesObserved(observations=tuple(seen)))


def _take(
    luminaire: Luminaire, report: Report, now: datetime, watch: Watch
) -> tuple[Luminaire, LuminaireObserved | None]:
    heard = hear(luminaire, report)
    examined = examine(heard, watch.network.around(luminaire.id, now), now, watch.patience)
    if heard.reported_at == luminaire.reported_at:
        return observe_found(luminaire, examined, now)
    return observe_heard(luminaire, examined)


def _answers(before: Luminaire, after: Luminaire, now: datetime) -> list[timedelta]:
    flight = before.in_flight
    if flight is None or after.in_flight is not None or flight.sent_at is None or not flight.tries:
        return []
    return [now - flight.sent_at]
