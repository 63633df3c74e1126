"""What stands in one cell of a table: text that means a number, a list, an amount; and the way back.

A table that is parted by semicolons comes from where decimals have commas, so both are read there. A spreadsheet takes
text that begins with ``=`` and the like for a formula and runs it, so such text leaves behind an apostrophe.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

_COMMA: Final = re.compile(r"(?<=\d),(?=\d)")
_NUMBER: Final = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_FORMULA: Final = re.compile(r"'*[-=+@]")
_FLAGS: Final = {
    "yes": True, "true": True, "oui": True, "vrai": True, "1": True,
    "no": False, "false": False, "non": False, "faux": False, "0": False,
}  # fmt: skip
BETWEEN: Final = "|"
"""What stands between the items of a list: neither a comma nor a semicolon, which part cells."""


class CellFault(ValueError):
    """A cell can't be read. ``hint``: what would do; ``instead``: what the rest of the row is read with."""

    def __init__(self, message: str, hint: str, instead: Any = None) -> None:
        self.hint = hint
        self.instead = instead
        super().__init__(message)


@dataclass(frozen=True)
class Cell:
    """How a column's cells are read and written; ``comma``: decimals have one."""

    read: Callable[[str, bool], Any]
    show: Callable[[Any, bool], str]


def _text(text: str, _comma: bool) -> str:
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def _show_text(value: str, _comma: bool) -> str:
    return f"'{value}" if _FORMULA.match(value) else value


def _number(text: str, comma: bool) -> float:
    plain = _COMMA.sub(".", text) if comma else text
    if not _NUMBER.fullmatch(plain):
        hint = "decimals have a dot where cells are parted by commas" if _COMMA.search(text) else "for example 1.44"
        raise CellFault(f"'{text}' is not a number", hint, instead=0.0)
    return float(plain)


def _show_number(value: float, comma: bool) -> str:
    text = repr(float(value)).removesuffix(".0")
    return text.replace(".", ",") if comma else text


def _amount(text: str, comma: bool) -> float | str:
    """A number, or text with a unit, which is read where the unit is known."""
    plain = _COMMA.sub(".", text) if comma else text
    return float(plain) if _NUMBER.fullmatch(plain) else plain


def _show_amount(value: float | str, comma: bool) -> str:
    return value if isinstance(value, str) else _show_number(value, comma)


def _amounts(text: str, comma: bool) -> dict[str, float | str]:
    parts = [part.partition("=") for part in text.split(BETWEEN)]
    if not all(name.strip() and value.strip() for name, _, value in parts):
        raise CellFault(f"'{text}' can't be read", f"for example level=2 cm{BETWEEN}temperature=-0.5", instead={})
    return {name.strip(): _amount(value.strip(), comma) for name, _, value in parts}


def _show_amounts(value: dict[str, float | str], comma: bool) -> str:
    return BETWEEN.join(f"{name}={_show_amount(amount, comma)}" for name, amount in value.items())


def _words(text: str, comma: bool) -> list[str]:
    return [word.strip() for word in _text(text, comma).split(BETWEEN) if word.strip()]


def _flag(text: str, _comma: bool) -> bool:
    if text.lower() not in _FLAGS:
        raise CellFault(f"'{text}' is neither yes nor no", "yes or no; oui ou non", instead=False)
    return _FLAGS[text.lower()]


_NOWHERE: Final = {"type": "Polygon", "coordinates": [[[0, 0]] * 4]}


def _shape(text: str, _comma: bool) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        hint = 'GeoJSON: {"type": "Polygon", "coordinates": [[[1.40, 43.59], ...]]}'
        raise CellFault("this is no geometry", hint, instead=_NOWHERE) from error


TEXT: Final = Cell(_text, _show_text)
NUMBER: Final = Cell(_number, _show_number)
AMOUNT: Final = Cell(_amount, _show_amount)
AMOUNTS: Final = Cell(_amounts, _show_amounts)
WORDS: Final = Cell(_words, lambda value, comma: _show_text(BETWEEN.join(value), comma))
FLAG: Final = Cell(_flag, lambda value, _: "yes" if value else "no")
SHAPE: Final = Cell(_shape, lambda value, _: json.dumps(value, separators=(",", ":")))
