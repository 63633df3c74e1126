"""A city made up for the rules engine alone: rules of every sort, points of three kinds, and what their sensors say.

Everything follows from numbers: the same extent gives the same rules and the same observations, whoever decides them.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from shared.model.observations import Observation, Quality
from shared.model.registry import Area, Group, Inventory, Kind, Point, Property, Site, Text

START: Final = datetime(2026, 1, 10, 18, 0, tzinfo=UTC)
STEP: Final = timedelta(minutes=5)
_MAX_DELAY: Final = timedelta(hours=1)
_TAGS: Final = 10
_AREAS: Final = 12
_OF_A_SITE: Final = 40
# Only so many ask their neighbours: of more, a rule about neighbours is refused, since it would cost too much.
_LAST_NEAR: Final = 10_000
# How many instants a sensor keeps to itself before it says them all together: most none, some a few, some very many.
_KEEPS: Final = {3: 4, 11: 14}
_SORTS_OF_SENDERS: Final = 29

Words = dict[str, Any]


@dataclass(frozen=True)
class Extent:
    """How much there is; ``restless``: one point in so many has values that rules mind."""

    rules: int
    points: int
    instants: int
    restless: int = 2


def _level(shift: float) -> list[Words]:
    """Rules about a river, each for itself and together."""
    high, low = f"{2.6 + shift:.2f} m", f"{2.3 + shift:.2f} m"
    mean, crowd = {"avg_over": ["level", "30 min"]}, {"how_many": {"at_least": ["level", high]}}
    return [
        {"id": "seuil", "when": {"at_least": ["level", high]}, "until": {"below": ["level", low]}},
        {"id": "vallee", "by": "area", "when": {"at_least": [crowd, 2]}, "for": "10 min"},
        {
            "id": "tenue", "when": {"at_least": ["level", high]}, "for": "10 min",
            "until": {"below": ["level", low]}, "until_for": "10 min",
        },
        {"id": "ladder"},
        {"id": "cede", "when": {"at_least": ["level", low]}, "unless": [{"rule": "vallee", "at": "area"}]},
        {"id": "trois", "when": {"at_least": ["level", high]}, "for": "3 times", "until_for": "2 times"},
        {"id": "moyenne", "when": {"above": [mean, low]}, "until": {"below": [mean, f"{2.1 + shift:.2f} m"]}},
        {"id": "efface", "when": {"at_least": ["level", f"{2.1 + shift:.2f} m"]}, "for": "5 min", "unless": ["ladder"]},
        {"id": "montee", "when": {"above": [{"rate_over": ["level", "15 min"]}, f"{1 + shift:.2f} m/h"]}},
        {"id": "mediane", "by": None, "when": {"above": [{"median_of": "level"}, f"{2 + shift:.2f} m"]}},
        {"id": "centile", "when": {"above": [{"percentile_over": ["level", 80, "30 min"]}, high]}},
    ]  # fmt: skip


def _noise(shift: float) -> list[Words]:
    loud, mean = f"{72 + 4 * shift:.1f} dB", {"leq_over": ["laeq", "15 min"]}
    silent = {"share_of": {"where": {"at_least": [{"age": "laeq"}, "20 min"]}}}
    return [
        {"id": "muet", "when": {"absent_for": ["laeq", "20 min"]}},
        {"id": "quart", "every": "15 min", "when": {"at_least": [mean, f"{70 + 4 * shift:.1f} dB"]}, "for": "2 times"},
        {"id": "une-fois", "when": {"at_least": ["laeq", loud]}, "once_per": "1 h"},
        {"id": "nuit", "when": {"at_least": ["laeq", loud]}, "active": {"time_between": ["19:20", "20:10"]}},
        {"id": "inconnu", "when": {"at_least": ["laeq", loud]}, "when_unknown": "alert"},
        {"id": "reseau", "by": "area", "when": {"at_least": [silent, "20 %"]}},
        {"id": "doute", "when": {"equals": [{"quality": "laeq"}, "suspect"]}},
    ]


def _fill(shift: float) -> list[Words]:
    full = f"{70 + 20 * shift:.0f} %"
    crowd = {"how_many": {"at_least": ["fill", full]}}
    return [
        {"id": "plein", "when": {"at_least": ["fill", full]}, "when_unknown": "resolve"},
        {"id": "lieu", "by": "site", "when": {"at_least": [crowd, 2]}},
        {"id": "bascule", "when": {"and": [{"changed": "tilted"}, {"at_least": ["tilted", 1]}]},
         "until": {"below": ["tilted", 1]}},
        {"id": "voisins", "near": True, "when": {"and": [{"at_least": ["fill", full]}, {"at_least": [crowd, 1]}]}},
    ]  # fmt: skip


_SORTS: Final = (("gauge", _level), ("noise-post", _noise), ("bin", _fill))


def rules(number: int) -> list[Words]:
    """So many rules: each sort in turn, then all again at other points and with other values."""
    found: list[Words] = []
    variant = 0
    while len(found) < number:
        turns = [[(kind, shape) for shape in of_kind(variant % 7 * 0.04)] for kind, of_kind in _SORTS]
        found += [
            _rule(kind, shape, variant)
            for place in range(max(map(len, turns)))
            for kind, shape in (turn[place] for turn in turns if place < len(turn))
        ]
        variant += 1
    return found[:number]


def _rule(kind: str, shape: Words, variant: int) -> Words:
    """A rule of a shape; ids get the variant's number, in ``unless`` too."""
    parts = {key: value for key, value in shape.items() if key not in ("by", "near", "unless")}
    selector: Words = {"kind": kind, "tags": [f"t{variant % _TAGS}"] + ["near"] * shape.get("near", False)}
    if shape.get("by"):
        selector["by"] = shape["by"]
    return {
        **parts,
        **({"unless": [_named(each, variant) for each in shape["unless"]]} if "unless" in shape else {}),
        **(_LADDER if shape["id"] == "ladder" else _ONE),
        "id": f"{shape['id']}.v{variant:02}",
        "title": f"{shape['id']} {variant}",
        "owner": "gemapi",
        "across" if "by" in shape else "for_each": selector,
    }


def _named(other: Any, variant: int) -> Any:
    if isinstance(other, str):
        return f"{other}.v{variant:02}"
    return {**other, "rule": f"{other['rule']}.v{variant:02}"}


_NOTIFY: Final = {"notify": {"team": "gemapi", "message": "{point}, {time}"}}
_LIGHT: Final = {"light": {"group": "berges", "level": "100 %", "at_most": "4 h", "reason": "crue"}}
_ONE: Final[Words] = {"severity": "yellow", "then": [_NOTIFY]}
_LADDER: Final[Words] = {
    "levels": [
        {"severity": severity, "when": {"at_least": ["level", high]}, "until": {"below": ["level", low]}, "then": then}
        for severity, high, low, then in (
            ("yellow", "2.4 m", "2.2 m", [_NOTIFY]),
            ("orange", "2.8 m", "2.6 m", [_NOTIFY]),
            ("red", "3.1 m", "2.9 m", [_NOTIFY, _LIGHT]),
        )
    ]
}


def write_rules(folder: Path, some: Sequence[Words]) -> Path:
    """A folder with these rules and nothing else; the folder."""
    (folder / "gemapi").mkdir(parents=True)
    # JSON is YAML.
    (folder / "gemapi" / "regles.yaml").write_text(json.dumps(some, ensure_ascii=False), encoding="utf-8")
    return folder


_WORDS: Final = Text("x", "x")


def _kind(name: str, **properties: Property) -> Kind:
    return Kind(
        id=name, title=_WORDS, period_s=300, max_delay_s=_MAX_DELAY.total_seconds(), stale_after_s=900,
        properties=properties,
    )  # fmt: skip


def _property(unit: str, most: float, aggregation: Any = "mean") -> Property:
    return Property(title=_WORDS, unit=unit, minimum=-5, maximum=most, accuracy=0.01, aggregation=aggregation)


KINDS: Final = (
    _kind("gauge", level=_property("m", 15)),
    _kind("noise-post", laeq=_property("dB", 140, "energy-mean")),
    _kind("bin", fill=_property("%", 100), tilted=_property("1", 1, "last")),
)


def kind_of(number: int) -> Kind:
    """Of a point: half of them stand at the river."""
    return KINDS[(0, 0, 0, 0, 0, 1, 1, 1, 2, 2)[number % 10]]


def inventory(points: int) -> Inventory:
    """So many points."""
    return Inventory(
        kinds=KINDS,
        areas=tuple(Area(id=f"a{number}", title=_WORDS, geometry={}) for number in range(_AREAS)),
        sites=tuple(Site(id=f"s{number}", title=f"S{number}") for number in range(points // _OF_A_SITE + 1)),
        groups=(Group(id="berges", title=_WORDS, directorate="gemapi", points=()),),
        points=tuple(point(number) for number in range(points)),
    )


def point(number: int) -> Point:
    """One of them."""
    near = ("near",) if number % (10 * _TAGS * 8) < 10 * _TAGS * 2 and number < _LAST_NEAR else ()
    return Point(
        id=name_of(number), title=f"Point {number}", kind=kind_of(number).id, directorate="gemapi",
        longitude=5.4, latitude=43.3, areas=(f"a{number // 10 % _AREAS}",), site=f"s{number // _OF_A_SITE}",
        tags=(f"t{number // 10 % _TAGS}", *near),
    )  # fmt: skip


def name_of(number: int) -> str:
    """The id of a point."""
    return f"point-{number:05}"


def observations(extent: Extent, instant: int, start: datetime = START) -> Iterator[Observation]:
    """What arrives at an instant, of all points: values of now, and of before from those who kept them."""
    for number in range(extent.points):
        keeps = _KEEPS.get(number % _SORTS_OF_SENDERS, 1)
        if (instant + 1) % keeps and instant + 1 < extent.instants:
            continue
        for turn in range(instant - (instant % keeps), instant + 1):
            yield from _said(extent, number, turn, instant, start)


def _said(extent: Extent, number: int, turn: int, arrives: int, start: datetime) -> Iterator[Observation]:
    """What a point observed in a turn, unless it was silent."""
    if _chance(number, turn // 6, 1) % 19 == 0:
        return
    quality = Quality.SUSPECT if _chance(number, turn, 2) % 61 == 0 else Quality.GOOD
    swing = 1.0 if _chance(number, 0, 3) % extent.restless == 0 else 0.15
    wave = swing * math.sin((turn + number % 12) * (0.3 + number % 7 / 10)) + _chance(number, turn, 4) % 100 / 2000
    for name, known in kind_of(number).properties.items():
        yield Observation(
            point=name_of(number), property=name, time=start + turn * STEP, value=_value(name, wave), unit=known.unit,
            quality=quality, late=(arrives - turn) * STEP > _MAX_DELAY, trace=f"{number}-{turn}",
        )  # fmt: skip


def _value(name: str, wave: float) -> float:
    """Of a property, for a wave between -1 and 1."""
    if name == "tilted":
        return float(wave > 0.9)
    middle, reach = {"level": (2.0, 1.3), "laeq": (62.0, 16.0), "fill": (48.0, 45.0)}[name]
    return round(middle + reach * wave, 2)


def _chance(*numbers: int) -> int:
    """A number that looks like chance and is always the same."""
    return zlib.crc32(repr(numbers).encode())
