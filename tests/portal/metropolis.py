"""The city of the tests with all five themes: stations of noise, counters, rain, what telemetry worked out, a map."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from services.portal.domain.answers import Alert, Bucket, Burnt, Indicator, Latest
from services.portal.domain.ground import Feature, Ground
from services.portal.domain.snapshot import Snapshot, Told
from shared.model.registry import Area, Kind, Point, Property, Recording, Text
from shared.model.registry import Indicator as Wanted
from tests.portal import city

NOW = datetime(2022, 1, 10, 10, 45, tzinfo=UTC)
LAEQ = Property(title=Text(fr="LAeq", en="LAeq"), unit="dB", minimum=15, maximum=130, accuracy=0.1)
COUNT = Property(
    title=Text(fr="Vélos", en="Bikes"), unit="{count}", minimum=0, maximum=5000, accuracy=1, aggregation="sum"
)
NOISE = Kind(
    id="noise-station",
    title=Text(fr="Station de mesure du bruit", en="Noise station"),
    period_s=60,
    max_delay_s=1200,
    stale_after_s=1200,
    properties={"laeq": LAEQ},
    theme="noise",
    indicators=(Wanted(name="noise-periods", property="laeq"),),
)
BIKES = Kind(
    id="bike-counter",
    title=Text(fr="Compteur de vélos", en="Bike counter"),
    period_s=900,
    max_delay_s=3600,
    stale_after_s=3600,
    properties={"count": COUNT},
    theme="mobility",
    indicators=(Wanted(name="counts", property="count"),),
)
ELSEWHERE = Recording(
    place="Montréal", period=Text(fr="mars 2025", en="March 2025"), source="noisemonitor", licence="Apache-2.0"
)
TOULOUSE = [[1.3, 43.5], [1.6, 43.5], [1.6, 43.7], [1.3, 43.7], [1.3, 43.5]]
LEVELS = {"quai": 72.4, "parc": 48.1, "silent": 80.0}
PASSAGES = {"pont": (40, 812.0), "gare": (95, 640.0)}


def _point(name: str, kind: str, **changes: Any) -> Point:
    fields = {"id": name, "title": f"Point {name}", "kind": kind, "directorate": "gemapi", "simulated": True}
    return Point(**{**fields, "longitude": 1.44, "latitude": 43.6, "areas": ("commune-31555",), **changes})


POINTS = (
    *(_point(f"bruit-{name}", "noise-station") for name in LEVELS),
    _point("bruit-unplayed", "noise-station", simulated=False, recording=ELSEWHERE),
    _point("bruit-retired", "noise-station", retired=NOW - timedelta(days=30)),
    *(_point(f"velos-{name}", "bike-counter") for name in PASSAGES),
)
GROUND = Ground((Feature("metropole", {"type": "Polygon", "coordinates": [TOULOUSE]}),), "© OpenStreetMap contributors")


LOUD = Alert(
    alert="g-1",
    rule="bruit.quartier",
    rule_title="Quartier bruyant",
    severity="red",
    criticality="normal",
    point="area:vieux-port",
    point_title="Vieux-Port",
    since=NOW - timedelta(hours=2),
    points=("bruit-quai", "bruit-parc", "velos-pont"),
)
"""An alert about several points together, of two themes."""


def _figure(point: str, name: str, value: float | None, **others: Any) -> Indicator:
    indicator = "noise-periods" if point.startswith("bruit") else "counts"
    return Indicator(point, "laeq" if point.startswith("bruit") else "count", indicator, name, value, **others)


def figures() -> dict[str, Told[Indicator]]:
    """What telemetry worked out: yesterday's noise, the counts, the days of a bin."""
    noise = {
        f"bruit-{name}": tuple(
            _figure(f"bruit-{name}", level, value + shift, unit="dB", completeness=1.0 if name == "quai" else 0.5)
            for level, shift in (("ld", 0), ("le", -2), ("ln", -6), ("lden", 1))
        )
        for name, value in LEVELS.items()
    }
    counts = {
        f"velos-{name}": (
            _figure(f"velos-{name}", "today", today, unit="{count}"),
            _figure(f"velos-{name}", "yesterday", None, unit="{count}"),
            _figure(f"velos-{name}", "busiest-hour", 99.0, unit="{count}", since=NOW - timedelta(hours=27)),
        )
        for name, (_, today) in PASSAGES.items()
    }
    full = (
        Indicator("wyndham-0", "fill", "days-over", "days-over", 7.0, "d"),
        Indicator("wyndham-0", "fill", "days-over", "over-since", 1.2, "d", NOW - timedelta(hours=30), NOW),
    )
    return {"noise": Told(0, noise), "mobility": Told(0, counts), "waste": Told(0, {"wyndham-0": full})}


def _buckets(step: timedelta, number: int, values: Any) -> tuple[Bucket, ...]:
    begin = NOW.replace(minute=0) - number * step
    return tuple(
        Bucket(begin + n * step, begin + (n + 1) * step, 0 if values(n) is None else 1, values(n))
        for n in range(number)
    )


def days() -> dict[str, Told[Bucket]]:
    """The last day of a station, with a hole, and two days of a counter."""
    noise = _buckets(timedelta(minutes=15), 96, lambda n: None if 20 < n < 30 else 60.0 + n % 7)
    bikes = _buckets(timedelta(hours=1), 34, lambda n: 5.0 * n)
    return {"noise": Told(0, {"bruit-quai": noise}), "mobility": Told(0, {"velos-pont": bikes})}


def snapshot(now: datetime = NOW, **changes: Any) -> Snapshot:
    """The city at the moment of the flood; the keywords replace parts."""
    plain = city.snapshot(now)
    old = timedelta(hours=5)
    laeq = [
        Latest(f"bruit-{name}", "laeq", now - (old if name == "silent" else timedelta()), value, "dB", "good")
        for name, value in LEVELS.items()
    ]
    counts = [Latest(f"velos-{name}", "count", now, value, "{count}", "good") for name, (value, _) in PASSAGES.items()]
    area = Area(
        id="commune-31555",
        title=Text(fr="Toulouse", en="Toulouse"),
        geometry={"type": "Polygon", "coordinates": [TOULOUSE]},
    )
    inventory = msgspec.structs.replace(
        plain.inventory,
        kinds=(*plain.inventory.kinds, NOISE, BIKES),
        points=(*plain.inventory.points, *POINTS),
        areas=(area,),
    )
    parts = {
        "inventory": inventory,
        "latest": (*(plain.latest or ()), *laeq, *counts),
        "figures": figures(),
        "days": days(),
        "ground": GROUND,
        "burnt": Burnt((now - timedelta(days=1)).date(), 8.31, 11.87, 3.56, 0.4),
    }
    return city.snapshot(now, **{**parts, **changes})
