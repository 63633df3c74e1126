"""Reads the spans and moments in the mappings of a test."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.rules_engine.domain.fields import Fields, described
from services.rules_engine.domain.spans import Span
from services.rules_engine.domain.testing.moments import Clocks, parse_lapse
from shared.errors import InputError


def read_step(fields: Fields) -> Span | None:
    """``step: 15 min``."""
    step = read_lapse(fields, "step")
    if step is not None and step.length <= timedelta():
        fields.fault("step", "a step lasts some time", "step: 15 min")
        return None
    return step


def read_lapse(fields: Fields, key: str) -> Span | None:
    """A span of time, such as ``1 h 30 min``."""
    if not fields.has(key):
        return None
    try:
        return parse_lapse(str(fields.value(key)))
    except InputError as error:
        fields.fault(key, str(error))
        return None


def read_moment(fields: Fields, key: str, clocks: Clocks, after: datetime | None = None) -> datetime | None:
    """A moment of the test."""
    written = fields.value(key)
    if not fields.has(key):
        return None
    if not isinstance(written, str):
        hint = f"write {written} min, or {written} h" if isinstance(written, int | float) else None
        fields.fault(key, f"'{key}' is {described(written)}; it must be a moment", hint)
        return None
    try:
        return clocks.read(written, after)
    except InputError as error:
        fields.fault(key, str(error))
        return None


def read_begin(fields: Fields, clocks: Clocks) -> datetime | None:
    """``from: 30 min``: when a series begins."""
    begin = read_moment(fields, "from", clocks)
    if begin is not None and begin < clocks.begin:
        fields.fault("from", "this is before the test begins", "let the test begin earlier: start: ...")
        return None
    return begin
