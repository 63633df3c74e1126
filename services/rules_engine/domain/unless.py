"""Giving way: a rule with ``unless`` does not begin to fire while another one does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

SETTLE: Final = timedelta(minutes=1)
"""How long a rule with ``unless`` waits when it could fire, so that the other one can speak first."""


class Where(StrEnum):
    """Where another rule must fire for this one to give way."""

    POINT = "point"
    AREA = "area"
    SITE = "site"
    ANYWHERE = "anywhere"


@dataclass(frozen=True)
class Unless:
    """Another rule to which this one gives way while it fires."""

    rule: str
    where: Where = Where.POINT
