"""What must be known of a point's observations to use them, as plain text beside the table."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from services.portal.domain.wording import Wording
from shared.model.registry import Kind, Point

_GAP: Final = ""


def describe(point: Point, kind: Kind, names: Collection[str], wording: Wording) -> Iterator[str]:
    """The lines in one language: what and where it is, its source and licence, its times, units and qualities.

    Args:
        names: the properties that were observed there; of a point that never said anything all of its kind are told.
    """
    yield f"{point.title} ({point.id})"
    yield wording.pick(kind.title)
    yield _GAP
    yield from _origin(point, wording)
    yield _GAP
    yield wording.say("describes-format")
    yield wording.say("describes-zone", point.zone)
    yield wording.say("describes-ends")
    yield _GAP
    yield from _properties(kind, names or kind.properties, wording)
    yield _GAP
    yield from _qualities(wording)


def _origin(point: Point, wording: Wording) -> Iterator[str]:
    if point.simulated:
        yield wording.say("describes-simulated")
    if (told := point.recording) is not None:
        yield wording.say("describes-place", told.place)
        yield wording.say("describes-period", wording.pick(told.period))
        yield wording.say("source", told.source)
        yield wording.say("licence", told.licence)
        yield wording.say("describes-moved")
        return
    if not point.simulated:
        yield wording.say("describes-own")
    yield wording.say("describes-unlicensed")


def _properties(kind: Kind, names: Collection[str], wording: Wording) -> Iterator[str]:
    yield wording.say("describes-properties")
    for name in names:
        known = kind.properties[name]
        yield wording.say("describes-property", name, wording.pick(known.title), known.unit)


def _qualities(wording: Wording) -> Iterator[str]:
    yield wording.say("describes-qualities")
    yield wording.say("describes-good")
    yield wording.say("describes-out-of-range")
    yield wording.say("describes-suspect")
    yield wording.say("describes-made-up")
