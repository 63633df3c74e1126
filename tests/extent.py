"""How much tests play: in ``make test`` the least that shows it, in ``make soak`` (``--only whole``) all there is."""

from __future__ import annotations

import os
from typing import Final, TypeVar

T = TypeVar("T")
VARIABLE: Final = "VIGIE_TESTS"
WHOLE: Final = "whole"


def either(least: T, whole: T) -> T:
    """The whole if the environment asks for it. Whoever uses it has the mark ``sized``, by which the soak finds it."""
    return whole if os.environ.get(VARIABLE) == WHOLE else least
