"""The calendars, limits, cabinets and models in force, which follow their files; a wrong file leaves the last good
ones of all, for they speak of each other."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from services.lighting_controller.domain.energy.luminaire_model import curves_in
from services.lighting_controller.domain.network.network import Network
from services.lighting_controller.sources.folder import FILES, MODELS, Written, read_written
from services.lighting_controller.storage.safety import Safety
from services.lighting_controller.use_cases.count_energy import EnergyBasis
from shared.errors import NotFound
from shared.runtime.followed_files import FollowedFiles, News
from shared.runtime.registry_copy import RegistryView


class InForce:
    """What the files said, laid over the registry. Who works with one keeps it to the end: the next is another object.

    Attributes:
        safety: the limits of every luminaire.
        network: where luminaires stand.
        basis: what energy is counted by; None: the city has no models.
        curves: what each luminaire draws by its model; empty: the city has no models.
    """

    def __init__(self, written: Written, *, silence_counts: bool = False) -> None:
        self.calendars = written.calendars
        self.cabinets = written.cabinets
        self.safety = Safety(written.limits)
        self.network = RegistryView(lambda inventory: Network(inventory, written.cabinets))
        self.basis: EnergyBasis | None = None
        models = written.models
        self.curves = RegistryView(lambda inventory: {} if models is None else curves_in(inventory, models))
        if models is not None:
            silent_after: timedelta | None = models.silent_after if silence_counts else None
            self.basis = EnergyBasis(models, written.calendars, silent_after, cabinets=written.cabinets)

    def known_basis(self) -> EnergyBasis:
        """What energy is counted by.

        Raises:
            NotFound: the city has no models.
        """
        if self.basis is None:
            raise NotFound("file", MODELS)
        return self.basis


class FollowedLights:
    """What lights go by, as the files said when they were right last.

    Args:
        follows: whether changes are looked for; in a replay the files are read once.
        silence_counts: luminaires report by themselves, so that one that says nothing is unknown after a while.

    Raises:
        ProblemsFound: they are wrong at the start.
    """

    def __init__(self, rules_dir: Path, *, follows: bool = True, silence_counts: bool = False) -> None:
        self._files = FollowedFiles(
            [rules_dir / name for name in FILES],
            lambda: InForce(read_written(rules_dir), silence_counts=silence_counts),
            follows=follows,
        )

    @property
    def in_force(self) -> InForce:
        """What the files said when they were right last."""
        return self._files.in_force

    def look(self) -> News | None:
        """What became of the files, until it is ``passed_on``; None: nothing, or somebody is about to save them."""
        return self._files.look()

    def passed_on(self) -> None:
        """Whoever is to hear of the news will: they are none any more."""
        self._files.passed_on()
