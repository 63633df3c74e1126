"""One item of a series, as its author writes it: ``1.2 m x12``, ``1.2 m..1.9 m x8``, ``gap for 2 h``."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from services.rules_engine.domain.spans import Span
from services.rules_engine.domain.testing.moments import parse_lapse
from shared.errors import InputError
from shared.model.observations import Quality
from shared.units import Quantity, parse_duration, parse_quantity

_SPAN: Final = r"\d+(?:\.\d+)?\s*(?:s|min|h|d|j)(?:\s+\d+\s*(?:s|min|h))*"
_ITEM: Final = re.compile(
    r"(?P<value>.+?)"
    rf"(?:\s+(?P<quality>{'|'.join(Quality)}))?"
    rf"(?:\s+late\s+(?P<late>{_SPAN}))?"
    rf"(?:\s+(?:x\s*(?P<times>\d+)|for\s+(?P<span>{_SPAN})))?"
)
_GAPS: Final = frozenset({"gap", "-"})
MOST: Final = 100_000
"""Values of one test: nine weeks of minutes."""
WAYS: Final = "1.2 m, 1.2 m x12, 1.2 m for 3 h, 1.2 m..1.9 m x8, gap x4, 9 m suspect, or 1.9 m late 20 min"
"""How an item may be written."""


@dataclass(frozen=True)
class Item:
    """A value that is observed once or several times in a row.

    Attributes:
        first: with its unit, or None for a bare number's; no ``first``: nothing is observed.
        last: of a ramp, which goes evenly from the first to this.
        times: how often; None: as ``lasting`` says.
        late: how long after it was observed each comes.
    """

    first: Quantity | float | None
    last: Quantity | float | None = None
    times: int | None = 1
    lasting: Span | None = None
    quality: Quality = Quality.GOOD
    late: timedelta = timedelta()


def parse_item(text: str) -> Item:
    """Read an item.

    Raises:
        InputError: it is none.
    """
    match = _ITEM.fullmatch(text.strip())
    if match is None:
        raise InputError(f"'{text}' is no value; write {WAYS}")
    first, last = _values(match["value"])
    times, lasting = _lasting(match["times"], match["span"])
    if first is None and (match["quality"] or match["late"]):
        raise InputError(f"'{text}': where nothing is observed, nothing is late or suspect")
    if last is not None and times == 1:
        raise InputError(f"'{text}': a ramp needs at least two values; write {match['value']} x8, or for 2 h")
    late = parse_duration(match["late"]) if match["late"] else timedelta()
    return Item(first, last, times, lasting, Quality(match["quality"] or "good"), late)


def parse_value(text: str) -> Quantity | float:
    """``1.2 m``, or a bare number.

    Raises:
        InputError: not a finite number, or a unit that is not known.
    """
    found = parse_quantity(text)
    if not math.isfinite(found.value):
        raise InputError(f"'{text}' is too large to count with")
    bare = not re.search(r"[^\d.+\-\s]", text)
    return found.value if bare else found


def _values(text: str) -> tuple[Quantity | float | None, Quantity | float | None]:
    if text in _GAPS:
        return None, None
    begin, dots, end = (part.strip() for part in text.partition(".."))
    if not dots:
        return parse_value(text), None
    first, last = parse_value(begin), parse_value(end)
    if isinstance(last, Quantity) and not isinstance(first, Quantity):
        first = Quantity(first, last.unit)
    elif isinstance(first, Quantity) and not isinstance(last, Quantity):
        last = Quantity(last, first.unit)
    return first, last


def _lasting(times: str | None, span: str | None) -> tuple[int | None, Span | None]:
    if span is not None:
        return None, parse_lapse(span)
    count = 1 if times is None else int(times)
    if not 1 <= count <= MOST:
        raise InputError(f"x{times}: a test has between 1 and {MOST} values")
    return count, None
