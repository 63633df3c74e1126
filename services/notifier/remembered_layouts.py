"""Layouts that set the same facts once: in a storm the members of a team are told the same."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from services.notifier.domain.composing.rendering import Layouts

_MOST: Final = 256


class Remembered:
    """What ``layouts`` would say. ``render``: theirs, asked once for what was asked a moment ago."""

    def __init__(self, layouts: Layouts) -> None:
        self.render = lru_cache(maxsize=_MOST)(layouts.render)
