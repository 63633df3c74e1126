"""Spoils an uplink. The same seed and number give the same uplink again, whatever was made before it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tests.fuzz import bytewise, jsonwise
from tests.fuzz.corpus import Sample

Spoil = Callable[[Sample, random.Random], Sample]

_CLOCK: Final = re.compile(rb"(?<=\d\d)T\d\d:\d\d")
_EVENTS: Final = ("up", "status", "join", "ack", "", "\u00e9", "up&event=status", "../up", "UP", "up%00")
_TABLE_OPTIONS: Final = (
    "zone=../../etc/passwd", "zone=Europe/", "zone=%00", "zone=", "zone=Mars/Base", "zone=UTC", "device=", "device=%ff",
    "device=nobody", "device=a%00b", "columns==", "columns=time=time", "columns=laeq=time,time=laeq", "columns=a=b=c",
    "columns=" + "x=y," * 50, "device=" + 900 * "d", "zone=" + 900 * "z", "zone=Europe", "zone=/etc/localtime",
)  # fmt: skip
_TYPES: Final = (
    "text/csv", "text/csv; charset=utf-16", "application/json; charset=latin-1", "", "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded", "application/x-protobuf", "text/csv;header=absent", ";", "\u00e9",
)  # fmt: skip
_HEADERS: Final = (
    ("X-Trace-Id", "\u00e9\u00ff" * 40), ("X-Trace-Id", " "), ("X-Trace-Id", "a\tb"), ("X-Trace-Id", "t" * 4000),
    ("X-Vigie-Signature", "sha256=00"), ("X-Vigie-Signature", "sha1=00"), ("X-Vigie-Signature", "="),
    ("X-Vigie-Signature", "sha256=\u00e9"), ("X-Vigie-Key-Id", "\u00ff"), ("Authorization", ""),
    ("Authorization", "Bearer"), ("Authorization", "Bearer \u00e9"), ("Authorization", "Basic Og=="),
    ("X-Device-Key", "\u00fe"), ("Content-Encoding", "gzip"), ("Accept", "\u00e9"), ("Cookie", ";;="),
    ("X-Forwarded-Host", "a b"), ("Expect", "nothing"), ("Range", "bytes=9-1"), ("If-Match", '"'),
)  # fmt: skip
_TOPICS: Final = (
    "vigie.nobody.observations", "vigie..observations", "vigie.dechets.chirpstack.up", "vigie.bruit.observations",
    "vigie.dechets.things-stack.up", "v3.x.devices.y.up", "v3.x.devices.y.join", "application.1.device.zz.event.up",
    "application.1.device..event.", "application.1.device.1000000000000010.event.status", "vigie.dechets.chirpstack.",
    "vigie.\u00e9.observations", "vigie." + 200 * "d" + ".observations",
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """An uplink and what is done to it.

    Attributes:
        steps: each a number of the case's own, from which its chance is drawn.
    """

    seed: int
    number: int
    steps: tuple[int, ...]

    def make(self, corpus: Sequence[Sample]) -> Sample:
        """The uplink, spoilt."""
        chance = _chance(self.seed, self.number)
        sample = _at_another_time(chance.choice(corpus), chance)
        for step in self.steps:
            sample = _spoil(sample, _chance(self.seed, self.number, step))
        return sample

    def fewer(self) -> list[Case]:
        """The same with each of the steps left out."""
        return [replace(self, steps=tuple(step for step in self.steps if step != one)) for one in self.steps]


def case(seed: int, number: int) -> Case:
    """The case of that number: mostly one or two steps, seldom six."""
    chance = _chance(seed, number, -1)
    return Case(seed, number, tuple(range(min(6, 1 + int(chance.expovariate(0.9))))))


def _chance(*what: int) -> random.Random:
    return random.Random(":".join(map(str, what)))  # noqa: S311 - spoils uplinks, keeps no secret


def _at_another_time(sample: Sample, chance: random.Random) -> Sample:
    """Half of them: what is only repeated changes nothing, and so finds nothing."""
    if chance.random() < 0.5:
        return sample
    moved = _CLOCK.sub(lambda _: b"T%02d:%02d" % (chance.randrange(24), chance.randrange(60)), sample.body)
    return sample.with_body(moved)


def _spoil(sample: Sample, chance: random.Random) -> Sample:
    ways: list[tuple[int, Spoil]] = [(4, _bytes), (1, _query), (1, _type), (1, _header), (1, _topic)]
    if sample.content_type == "application/json":
        ways.append((14, _json))
    (spoil,) = chance.choices([way for _, way in ways], [weight for weight, _ in ways])
    return spoil(sample, chance)


def _bytes(sample: Sample, chance: random.Random) -> Sample:
    return sample.with_body(bytewise.spoil(sample.body, chance))


def _json(sample: Sample, chance: random.Random) -> Sample:
    return sample.with_body(jsonwise.spoil(sample.body, chance))


def _query(sample: Sample, chance: random.Random) -> Sample:
    said = chance.choice(_TABLE_OPTIONS) if chance.random() < 0.5 else f"event={chance.choice(_EVENTS)}"
    return replace(sample, query=said)


def _type(sample: Sample, chance: random.Random) -> Sample:
    return replace(sample, content_type=chance.choice(_TYPES))


def _header(sample: Sample, chance: random.Random) -> Sample:
    return replace(sample, headers=(*sample.headers, chance.choice(_HEADERS)))


def _topic(sample: Sample, chance: random.Random) -> Sample:
    return replace(sample, topic=chance.choice(_TOPICS))
