"""What the registry's copy tells of the luminaires, made once for each revision."""

from __future__ import annotations

from collections.abc import Mapping

from services.lighting_controller.domain.fixture import Fixture, fixtures_in
from shared.runtime.database import Transaction
from shared.runtime.registry_copy import RegistryCopy


class Fixtures:
    """The fixtures of the newest revision that this process has seen."""

    def __init__(self) -> None:
        self._revision = 0
        self._by_luminaire: Mapping[str, Fixture] = {}

    def current(self, transaction: Transaction) -> Mapping[str, Fixture]:
        """By luminaire."""
        copy = RegistryCopy(transaction)
        if (revision := copy.revision()) != self._revision:
            self._by_luminaire = {fixture.luminaire: fixture for fixture in fixtures_in(copy.inventory())}
            self._revision = revision
        return self._by_luminaire
