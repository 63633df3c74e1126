"""Takes what one sender sent at once, a portion in each transaction: a body may hold tens of thousands of rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from services.telemetry.domain.claim import Intake, Outcome, Rejection
from services.telemetry.domain.directory import Directory
from services.telemetry.domain.hearing import Hearing
from services.telemetry.storage.partitions import Partitions
from services.telemetry.use_cases.take_claims import take_claims
from shared.runtime.database import Database

_PORTION: Final = 5_000


def take_in_portions(
    database: Database,
    partitions: Partitions,
    directory: Directory,
    intake: Intake,
    now: datetime,
    hearing: Hearing | None = None,
) -> Outcome:
    """Store the claims; what became of them together. Should it end halfway, the whole may be sent again."""
    if intake.credential is None:
        return take_claims(database, partitions, directory, [intake], now)
    outcome = Outcome()
    for start in range(0, max(1, len(intake.claims)), _PORTION):
        claims = intake.claims[start : start + _PORTION]
        refused = intake.refused if start == 0 else ()
        portion = Intake(claims, refused, intake.credential, intake.payload)
        taken = take_claims(database, partitions, directory, [portion], now, hearing)
        outcome += replace(taken, rejections=tuple(_moved(item, start) for item in taken.rejections))
    return outcome


def _moved(rejection: Rejection, by: int) -> Rejection:
    """The same, at its position in all that was sent."""
    return rejection if rejection.index is None or not by else replace(rejection, index=rejection.index + by)
