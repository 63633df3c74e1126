"""Every fixed text of the pages, French first, English beside it; a file for each page.

French signs keep their distance: U+00A0 before a colon and inside quotation marks, U+202F before ; ! and ?.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from services.portal.domain.texts import downloads, frame, home, incidents, lighting, point, points, rivers, themes

Language = Literal["fr", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("fr", "en")

_FILES: Final = (frame, home, themes, rivers, lighting, incidents, points, point, downloads)
TEXTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {name: words for file in _FILES for name, words in file.TEXTS.items()}
)


def say(language: Language, name: str, *words: str) -> str:
    """A text with its gaps filled.

    Raises:
        KeyError: no such text.
    """
    return TEXTS[name][LANGUAGES.index(language)].format(*words)
