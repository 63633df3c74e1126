"""The limits of every luminaire, laid over the registry's copy once for each of its revisions."""

from __future__ import annotations

from services.lighting_controller.domain.envelope.limits import RoadLimits, Survey, survey
from shared.model.registry import Inventory
from shared.runtime.database import Transaction
from shared.runtime.registry_copy import RegistryCopy


class Safety:
    """The limits that the envelope keeps, and the newest revision for which they were laid over the luminaires."""

    def __init__(self, limits: RoadLimits) -> None:
        self._limits = limits
        self._revision = 0
        self._survey = survey(limits, Inventory())

    def survey(self, transaction: Transaction) -> Survey:
        """The limits as they bind in this transaction: one short question, unless the registry has changed."""
        copy = RegistryCopy(transaction)
        revision = copy.revision()
        if revision != self._revision:
            self._survey = survey(self._limits, copy.inventory())
            self._revision = revision
        return self._survey
