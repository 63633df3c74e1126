"""Stretches of duty, and how several plans are laid over each other."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise


@dataclass(frozen=True)
class Span:
    """From ``start`` on and before ``end``, both UTC."""

    start: datetime
    end: datetime

    def common(self, other: Span) -> Span | None:
        """What both have; None: nothing."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None


@dataclass(frozen=True)
class Shift:
    """A stretch of duty.

    Attributes:
        people: ids; none: a gap.
        by: what puts them on duty: the layer, ``override``, or the calendar; and why, where that is said.
    """

    span: Span
    people: tuple[str, ...]
    by: str = ""

    def within(self, span: Span) -> Shift | None:
        """The part of it in there."""
        common = self.span.common(span)
        return None if common is None else replace(self, span=common)


def clipped(shifts: Iterable[Shift], span: Span) -> list[Shift]:
    """The parts of shifts in there."""
    return [part for shift in shifts if (part := shift.within(span)) is not None]


def laid_over(layers: Sequence[Sequence[Shift]], span: Span) -> list[Shift]:
    """One plan for all of ``span``, gaps included: at each moment the last layer that covers it wins.

    Args:
        layers: each in order of time, its shifts apart from each other.
    """
    edges = {span.start, span.end}
    for shift in (shift for layer in layers for shift in clipped(layer, span)):
        edges |= {shift.span.start, shift.span.end}
    starts = [[shift.span.start for shift in layer] for layer in layers]
    ordered = sorted(edges)
    return joined(_top(layers, starts, Span(start, end)) for start, end in pairwise(ordered))


def _top(layers: Sequence[Sequence[Shift]], starts: Sequence[Sequence[datetime]], span: Span) -> Shift:
    for layer, begins in zip(reversed(layers), reversed(starts), strict=True):
        index = bisect_right(begins, span.start) - 1
        if index >= 0 and layer[index].span.end > span.start:
            return replace(layer[index], span=span)
    return Shift(span, ())


def joined(shifts: Iterable[Shift]) -> list[Shift]:
    """Shifts that follow each other with the same people on duty, for the same reason, are one."""
    found: list[Shift] = []
    for shift in shifts:
        last = found[-1] if found else None
        if last is not None and last.span.end == shift.span.start and _same(last, shift):
            found[-1] = replace(last, span=Span(last.span.start, shift.span.end))
        else:
            found.append(shift)
    return found


def together(shifts: Iterable[Shift]) -> list[Shift]:
    """Shifts that may overlap, as in a calendar that names several people, put apart: all who are on duty at once."""
    known = sorted(shifts, key=lambda shift: (shift.span.start, shift.span.end, shift.people))
    edges = sorted({edge for shift in known for edge in (shift.span.start, shift.span.end)})
    return joined(_together(known, edges))


def _together(known: Sequence[Shift], edges: Sequence[datetime]) -> Iterator[Shift]:
    waiting, on_duty = list(reversed(known)), list[Shift]()
    for start, end in pairwise(edges):
        while waiting and waiting[-1].span.start <= start:
            on_duty.append(waiting.pop())
        on_duty = [shift for shift in on_duty if shift.span.end > start]
        if on_duty:
            people = tuple(dict.fromkeys(person for shift in on_duty for person in shift.people))
            yield Shift(Span(start, end), people, on_duty[-1].by)


def _same(one: Shift, other: Shift) -> bool:
    return (one.people, one.by) == (other.people, other.by)
