"""Count what luminaires used since it was last counted, some hundred at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from services.lighting_controller.domain.calendars.calendar import Calendars
from services.lighting_controller.domain.daylight import Site
from services.lighting_controller.domain.energy.course import Meter, Span
from services.lighting_controller.domain.energy.energy import Reference, Slot, Use, count, total
from services.lighting_controller.domain.energy.level_change import LevelChange
from services.lighting_controller.domain.energy.luminaire_model import Models
from services.lighting_controller.domain.energy.referring import references
from services.lighting_controller.domain.fixture import Fixture
from services.lighting_controller.domain.group import LuminaireGroup
from services.lighting_controller.domain.network.cabinet import Cabinets
from services.lighting_controller.domain.stepping import Steps
from services.lighting_controller.storage.energy_nights import EnergyNights
from services.lighting_controller.storage.fixtures import Fixtures
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.level_changes import LevelChanges
from services.lighting_controller.storage.luminaires import Luminaires
from services.lighting_controller.storage.meters import Meters
from shared.runtime.database import Database, Transaction

PERIOD: Final = timedelta(minutes=15)
"""How often it is counted."""

SETTLED: Final = timedelta(minutes=15)
"""Only what is older is counted: reports that come a little late are told from what was known without them."""

_PORTION: Final = 500


@dataclass(frozen=True)
class EnergyBasis:
    """What energy is counted by.

    Attributes:
        silent_after: how long a luminaire's last word holds; None: it speaks only when asked.
        fixtures: what the registry tells of each.
        cabinets: when each has power.
    """

    models: Models
    calendars: Calendars
    silent_after: timedelta | None = None
    fixtures: Fixtures = field(default_factory=Fixtures)
    cabinets: Cabinets = field(default_factory=Cabinets)

    def off(self, fixture: Fixture | None, sun: Site, since: datetime, until: datetime) -> list[Span]:
        """When a luminaire has no power between two moments; ``sun``: where it stands."""
        cabinet = self.cabinets.of(None if fixture is None else fixture.site)
        return cabinet.without_power(sun, since, until)


@dataclass(frozen=True)
class Tally:
    """When there is more to count, what was counted now, and what all draw (None: not all are counted yet)."""

    next_due: datetime
    use: Use
    power_w: float | None


def count_energy(database: Database, basis: EnergyBasis, now: datetime, most: int = _PORTION) -> Tally:
    """Count up to the last quarter of an hour that has settled, of so many luminaires at most."""
    until = counted_until(now)
    with database.transaction() as transaction:
        # A process that lost its lease may still be counting; a meter that is not there yet can't be locked.
        transaction.alone("energy")
        meters = Meters(transaction)
        behind = meters.behind(until, most)
        if len(behind) < most:
            behind += _begun(transaction, until, most - len(behind))
        use = _count(transaction, basis, behind, until) if behind else Use()
        furthest = meters.furthest_behind()
        # A full portion may have left no room for meters that are yet to begin: nobody is behind, not all are counted.
        if len(behind) == most or (furthest is not None and furthest < until):
            return Tally(now, use, None)
        return Tally(until + PERIOD + SETTLED, use, meters.watts())


def counted_until(now: datetime) -> datetime:
    """Up to when it is counted then: the last quarter of an hour that has settled."""
    return quarter(now - SETTLED)


def quarter(moment: datetime) -> datetime:
    """The last quarter of an hour before a moment."""
    beginning = datetime(1970, 1, 1, tzinfo=UTC)
    return beginning + (moment - beginning) // PERIOD * PERIOD


def _begun(transaction: Transaction, until: datetime, most: int) -> list[Meter]:
    """New meters, for luminaires of which something is known since before ``until``; they begin with that."""
    missing = Meters(transaction).missing()
    if not missing:
        return []
    changes = LevelChanges(transaction).uncounted(missing)
    firsts = {luminaire: min(change.at for change in changes[luminaire]) for luminaire in sorted(changes)}
    return [Meter(luminaire=name, counted_until=first) for name, first in firsts.items() if first < until][:most]


def _count(transaction: Transaction, by: EnergyBasis, meters: Sequence[Meter], until: datetime) -> Use:
    luminaires = sorted(meter.luminaire for meter in meters)
    heard = Luminaires(transaction).heard(luminaires)
    changes = LevelChanges(transaction).uncounted(luminaires)
    bench = _Bench(transaction, by, luminaires, until)
    counted = {
        meter.luminaire: bench.count(meter, changes.get(meter.luminaire, ()), heard.get(meter.luminaire))
        for meter in meters
        if bench.knows(meter.luminaire)
    }
    Meters(transaction).save([meter for meter, _ in counted.values()])
    EnergyNights(transaction).add({luminaire: uses for luminaire, (_, uses) in counted.items()})
    LevelChanges(transaction).forget_power(luminaires)
    gone = [meter for meter in meters if not bench.knows(meter.luminaire)]
    if gone:
        Meters(transaction).forget_gone()
    return total(use for _, uses in counted.values() for use in uses.values())


class _Bench:
    """Counts the luminaires of one transaction; what they are compared with is worked out once for all alike."""

    def __init__(self, transaction: Transaction, by: EnergyBasis, luminaires: Sequence[str], until: datetime) -> None:
        self._by = by
        self._until = until
        self._groups_of = Groups(transaction).of_luminaires(luminaires)
        self._groups = Groups(transaction).get({group for groups in self._groups_of.values() for group in groups})
        self._fixtures: Mapping[str, Fixture] = by.fixtures.current(transaction)
        self._references: dict[tuple[tuple[str, ...], datetime], Steps[Reference]] = {}

    def knows(self, luminaire: str) -> bool:
        """Whether it is still in the registry."""
        return luminaire in self._groups_of

    def count(
        self, meter: Meter, changes: Sequence[LevelChange], heard_at: datetime | None
    ) -> tuple[Meter, Mapping[Slot, Use]]:
        """The meter afterwards, and what is to be added."""
        groups, fixture = self._groups_of[meter.luminaire], self._fixtures.get(meter.luminaire)
        model = self._by.models.of(meter.luminaire, fixture, groups)
        counted = count(
            _of_device(meter, fixture),
            changes,
            self._until,
            model.curve,
            self._reference(groups, meter.counted_until),
            heard_at=heard_at,
            silent_after=self._by.silent_after,
            off=self._by.off(fixture, self._groups[groups[0]].site, meter.counted_until, self._until),
        )
        return counted.meter, counted.uses

    def _reference(self, groups: tuple[str, ...], since: datetime) -> Steps[Reference]:
        if (groups, since) not in self._references:
            whole: list[LuminaireGroup] = [self._groups[group] for group in groups]
            prices = self._by.models.prices
            self._references[groups, since] = references(whole, self._by.calendars, prices, since, self._until)
        return self._references[groups, since]


def _of_device(meter: Meter, fixture: Fixture | None) -> Meter:
    """The meter of what hangs there now: another device has neither burnt nor failed yet."""
    device = None if fixture is None else fixture.dev_eui or fixture.model
    if device is None or device == meter.device:
        return meter
    if meter.device is None:
        return replace(meter, device=device)
    return replace(meter, device=device, burning_s=0.0, burning_estimated_s=0.0, faults=0)
