"""What came out of the claims of some requests, sorted by what becomes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from services.telemetry.domain.admitting import Found, admit, rejection
from services.telemetry.domain.claim import Claim, Conflict, Intake, Reading, Rejection
from services.telemetry.domain.directory import Directory
from shared.model.devices import Heard
from shared.model.observations import Observation
from shared.model.rejections import RejectionReason

Refused = tuple[Rejection, bytes]
"""With the payload that it came in."""

_MOST_SHOWN: Final = 100
"""Of one request: more of the same says nothing new, and would fill the disk."""

_STRANGER: Final = Rejection(
    RejectionReason.WRONG_KEY, "no key, or one that the registry doesn't know, or a wrong signature"
)


@dataclass
class Admitted:
    """Collects while claims are admitted.

    Attributes:
        claims: what each of ``observations`` is from.
        shown: those of ``refused`` that are kept to look at: the first hundred of each request.
    """

    observations: list[Observation] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    shown: list[Refused] = field(default_factory=list)

    def take(self, intake: Intake, directory: Directory, now: datetime) -> None:
        """Admit the claims of a request."""
        before = len(self.refused)
        self._admit(intake, directory, now)
        self.shown.extend(self.refused[before : before + _MOST_SHOWN])

    def observe(self, observation: Observation, claim: Claim) -> None:
        """Admit an observation, and what it is from."""
        self.observations.append(observation)
        self.claims.append(claim)

    def refuse(self, rejection: Rejection, payload: bytes) -> None:
        """Refuse something outright."""
        self.refused.append((rejection, payload))
        if len(self.shown) < _MOST_SHOWN:
            self.shown.append((rejection, payload))

    def with_devices(self, conflicts: Sequence[Conflict], directory: Directory) -> list[Conflict]:
        """The same contradictions, each with the device that offers it."""
        if not conflicts:
            return []
        claims = {id(item): claim for item, claim in zip(self.observations, self.claims, strict=True)}
        return [_with_device(item, claims.get(id(item.observation)), directory) for item in conflicts]

    def _admit(self, intake: Intake, directory: Directory, now: datetime) -> None:
        if intake.credential is None:
            # Whoever nobody knows is told nothing else, and costs one row.
            self.refused.append((intake.stranger or _STRANGER, intake.payload))
            return
        self.refused.extend((item, intake.payload) for item in intake.refused)
        for index, claim in enumerate(intake.claims):
            for found in admit(claim, intake.credential, directory, now):
                self._sort_in(found, claim, index, intake.payload)

    def _sort_in(self, found: Found, claim: Claim, index: int, payload: bytes) -> None:
        if isinstance(found, Observation):
            self.observe(found, claim)
        elif isinstance(found, Heard):
            self.heard.append(found)
        elif isinstance(found, Reading):
            self.readings.append(found)
        else:
            self.refused.append((rejection(found, claim, index), payload))


def _with_device(conflict: Conflict, claim: Claim | None, directory: Directory) -> Conflict:
    device = None if claim is None else directory.device(claim.device, by_eui=claim.by_eui)
    return conflict if device is None else replace(conflict, device=device.id)
