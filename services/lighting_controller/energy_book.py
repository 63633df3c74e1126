"""What energy is counted by in one process, and when it is counted next."""

from __future__ import annotations

from datetime import datetime

from services.lighting_controller.use_cases.count_energy import EnergyBasis, quarter


class EnergyBook:
    """What energy is counted by, and when it is counted next.

    Attributes:
        basis: None: the city has no ``models.yaml``, so nobody knows what its luminaires draw.
        next_due: None: at once.
    """

    def __init__(self) -> None:
        self.basis: EnergyBasis | None = None
        self.next_due: datetime | None = None
        self._before: list[tuple[EnergyBasis, datetime]] = []

    def take(self, basis: EnergyBasis | None, now: datetime) -> None:
        """Count by this from the beginning of this quarter of an hour on; what was before is counted as it was then."""
        if basis is self.basis:
            return
        if self.basis is not None:
            self._before.append((self.basis, quarter(now)))
        self.basis = basis

    def basis_until(self, until: datetime) -> EnergyBasis | None:
        """By what is counted up to a quarter of an hour."""
        self._before = [(basis, last) for basis, last in self._before if until <= last]
        return self._before[0][0] if self._before else self.basis
