"""A city for the portal's tests: the recorded flood at a chosen moment, bins, lamps, messages, as services tell it."""

from __future__ import annotations

import csv
import gzip
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from services.portal.domain.answers import (
    Alert,
    Incident,
    LampGroup,
    Latest,
    Lost,
    Luminaire,
    Notification,
    Override,
    Reading,
    Rule,
    Sample,
    Sent,
    Tallies,
    Threshold,
)
from services.portal.domain.snapshot import Snapshot
from shared.model.registry import Directorate, Group, Indicator, Inventory, Kind, Point, Property, Recording, Text

RECORDINGS = Path(__file__).parents[2] / "rules" / "recordings"
STATIONS = {
    "O080001001": ("garonne-marquefave", "Garonne à Marquefave"),
    "O123251001": ("ariege-bompas", "Ariège à Bompas"),
    "O171251001": ("ariege-auterive", "Ariège à Auterive"),
    "O184402001": ("leze-lezat", "Lèze à Lézat-sur-Lèze"),
    "O200001001": ("garonne-portet", "Garonne à Portet-sur-Garonne"),
    "O200004001": ("garonne-toulouse", "Garonne à Toulouse (Pont-Neuf)"),
}
JANUARY = Text(fr="janvier 2022", en="January 2022")
HEIGHT = Property(title=Text(fr="Hauteur", en="Level"), unit="m", minimum=-2, maximum=15, accuracy=0.01)
FILL = Property(title=Text(fr="Remplissage", en="Fill"), unit="%", minimum=0, maximum=100, accuracy=1)
WATER_LEVEL = Kind(
    id="water-level",
    title=Text(fr="Hauteur d'eau", en="Water level"),
    period_s=900,
    max_delay_s=3600,
    stale_after_s=2700,
    properties={"level": HEIGHT},
    theme="water",
)
CONTAINER = Kind(
    id="drop-off-container",
    title=Text(fr="Borne d'apport volontaire", en="Drop-off container"),
    period_s=86400,
    max_delay_s=86400,
    stale_after_s=3 * 86400,
    properties={"fill": FILL},
    theme="waste",
    indicators=(Indicator(name="days-over", property="fill", threshold=80),),
)
LUMINAIRE = Kind(
    id="luminaire",
    title=Text(fr="Luminaire", en="Luminaire"),
    period_s=3600,
    max_delay_s=900,
    stale_after_s=10800,
    properties={"level": FILL},
    theme="lighting",
)
BIN_NAMES = [
    "Aldi (Point Cook)",
    "Cash Converters (Werribee)",
    "General Practice (Werribee)",
    "Wedge St Piazza (Werribee)",
    "Ally Fashion (Point Cook)",
    "Nandos (Point Cook)",
    "Woolworths (Point Cook)",
    "Ballan House (Werribee)",
    "79 Watton St (Werribee)",
    "Kmart (Werribee Plaza)",
    "Coles (Manor Lakes)",
    "Wyndham Park, skate",
]
BIN_FILLS = (80, 0, 20, 40, 100, 60, 20, 0, 40, 80, 20, 60, 0, 20, 40, 80, 0, 0, 20, 60, 40, 20, 0, 100, 20, 40, 0, 20)
SILENT = "no-answer"
LEVEL_RULES = (
    ("gemapi.garonne.pre-alerte", "Garonne : pré-alerte", "jaune", (2.0, 1.8), "normal"),
    ("gemapi.garonne.alerte", "Garonne : alerte", "orange", (3.0, 2.8), "vital"),
)


def gauge(point: str = "garonne-toulouse", title: str = "Garonne à Toulouse (Pont-Neuf)", **changes: Any) -> Point:
    """A gauge of the flood."""
    recording = Recording(place=title, period=JANUARY, source="HydroPortail / Hub'Eau", licence="Licence Ouverte 2.0")
    fields = {"id": point, "title": title, "kind": "water-level", "directorate": "gemapi", "recording": recording}
    return Point(**{**fields, "longitude": 1.44, "latitude": 43.6, **changes})


def bin_(number: int, **changes: Any) -> Point:
    """A bin of Wyndham."""
    recording = Recording(
        place="Wyndham (Australie)",
        period=Text(fr="juin 2018 à mai 2021", en="June 2018 to May 2021"),
        source="© Wyndham City Council, Smart Bins: historical fill levels (data.gov.au)",
        licence="CC-BY 4.0",
    )
    fields = {
        "id": f"wyndham-{number}",
        "title": f"{BIN_NAMES[number % len(BIN_NAMES)]}, {'recyclables' if number % 3 else 'ordures ménagères'}",
        "kind": "drop-off-container",
        "directorate": "dechets",
        "zone": "Australia/Melbourne",
        "recording": recording,
    }
    return Point(**{**fields, "longitude": 144.7, "latitude": -37.9, **changes})


def lamp(number: int) -> Point:
    """A simulated luminaire of the bank."""
    return Point(
        id=f"berge-{number:02}",
        title=f"Berge {number:02}, quai de Tounis",
        kind="luminaire",
        directorate="eclairage",
        longitude=1.44,
        latitude=43.6,
        areas=("toulouse-berges",),
        simulated=True,
    )


def inventory() -> Inventory:
    """All points of the demonstration, nearly."""
    gauges = [
        gauge(point, title, areas=("toulouse-berges",) if point == "garonne-toulouse" else ("garonne-amont",))
        for point, title in STATIONS.values()
    ]
    lamps = [lamp(number) for number in range(1, 13)]
    group = Group(
        id="berges-garonne",
        title=Text(fr="Berges de la Garonne au Pont-Neuf", en="Banks of the Garonne at Pont-Neuf"),
        directorate="eclairage",
        points=tuple(point.id for point in lamps),
    )
    names = {
        "gemapi": ("GEMAPI et prévention des inondations", "Rivers and flood prevention"),
        "dechets": ("Prévention et gestion des déchets", "Waste"),
        "eclairage": ("Éclairage public", "Street lighting"),
    }
    return Inventory(
        directorates=tuple(Directorate(id=key, title=Text(fr=fr, en=en)) for key, (fr, en) in names.items()),
        kinds=(WATER_LEVEL, CONTAINER, LUMINAIRE),
        points=(*gauges, *(bin_(number) for number in range(31)), *lamps),
        groups=(group,),
    )


@cache
def _everything() -> dict[str, tuple[Sample, ...]]:
    series: dict[str, list[Sample]] = {}
    for name in ("garonne-toulouse-2022-01", "garonne-amont-2022-01"):
        with gzip.open(RECORDINGS / f"{name}.csv.gz", "rt", encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                if row["device"] in STATIONS:
                    sample = Sample(datetime.fromisoformat(row["time"]), float(row["hauteur"]) / 1000, "good")
                    series.setdefault(STATIONS[row["device"]][0], []).append(sample)
    return {point: tuple(samples) for point, samples in series.items()}


def recorded(until: datetime, days: int = 7) -> dict[str, tuple[Sample, ...]]:
    """The recorded levels of the last days, metres, by point."""
    since = until - timedelta(days=days)
    return {
        point: tuple(sample for sample in samples if since <= sample.time <= until)
        for point, samples in _everything().items()
    }


def rules() -> tuple[Rule, ...]:
    """Two of the river, one of the bins."""
    river = [
        Rule(
            key,
            title,
            word,
            criticality,
            tuple(Threshold("level", value, "m") for value in values),
            ("garonne-toulouse",),
        )
        for key, title, word, values, criticality in LEVEL_RULES
    ]
    full = (Threshold("fill", 80, "%"), Threshold("fill", 20, "%"))
    return (*river, Rule("dechets.bornes.a-collecter", "Borne à collecter", "info", "normal", full))


def alerts(now: datetime) -> tuple[Alert, ...]:
    """The river's, and those of the full bins."""
    title = "Garonne à Toulouse (Pont-Neuf)"
    river = [
        Alert(f"a-{key}", key, name, word, criticality, "garonne-toulouse", title, since, (Reading("3,12 m"),))
        for (key, name, word, _, criticality), since in zip(
            LEVEL_RULES, (now - timedelta(hours=9), now - timedelta(minutes=30)), strict=True
        )
    ]
    full = [
        Alert(
            f"b-{number}",
            "dechets.bornes.a-collecter",
            "Borne à collecter",
            "info",
            "normal",
            point.id,
            point.title,
            now - timedelta(hours=20),
            (Reading(f"{BIN_FILLS[number]} %"),),
        )
        for number in range(len(BIN_FILLS))
        if BIN_FILLS[number] >= 80 and (point := bin_(number))
    ]
    return (*river, *full)


def incidents(now: datetime) -> tuple[Incident, ...]:
    """Two open, one resolved."""
    hour = timedelta(hours=1)
    toulouse = "Garonne à Toulouse (Pont-Neuf)"
    told = (
        ("GEM-7F3A", "open", f"Garonne : alerte – {toulouse}", "orange", "gemapi", 0.5, None, 1),
        ("GEM-21C0", "open", f"Garonne : pré-alerte – {toulouse}", "jaune", "gemapi", 9, None, 1),
        ("DEC-0B12", "resolved", "Bornes à collecter, tournée du 9 janvier", "info", "dechets", 40, 12, 0),
    )
    return tuple(
        Incident(
            code, code, status, title, word, owner, now - begun * hour, None if over is None else now - over * hour, n
        )
        for code, status, title, word, owner, begun, over, n in told
    )


def notifications(now: datetime) -> tuple[Notification, ...]:
    """Text messages and e-mails of the flood and of the bins."""
    half = timedelta(minutes=30)
    sms = (
        "ALERTE ORANGE GEM-7F3A\nGaronne à Toulouse (Pont-Neuf) : 3,12 m (seuil 3,00 m) depuis le 10/01 11:15.\n"
        "Éclairage des berges porté à 100 %."
    )
    told = "La Garonne à Toulouse (Pont-Neuf) dépasse 3,00 m : 3,12 m.\n\nPrévenir les riverains."
    full = "\n".join(f"- {bin_(n).title} : {fill} %" for n, fill in enumerate(BIN_FILLS) if fill >= 80)
    digest = (
        f"Bonjour,\n\nBornes à 80 % ou plus ce matin :\n\n{full}\n\nUne collecte est demandée pour la tournée "
        "d’aujourd’hui.\n\nVigie, Prévention et gestion des déchets"
    )
    letters = (
        ("n1", "sms", "Astreinte GEMAPI", "sent", sms, 1, None, None),
        ("n2", "sms", "Cadre de permanence", "attempting", sms, 1, None, None),
        ("n3", "email", "Service hydrologie", "sent", told, 1, "[GEM-7F3A] Garonne : alerte orange", None),
        ("n4", "email", "Régie de collecte", "sent", digest, 12, "Bornes à collecter : 5", None),
        ("n5", "email", "Mairie de secteur", "uncertain", "Garonne : pré-alerte.", 18, "[GEM-21C0] Garonne", SILENT),
    )
    about = {"n4": "DEC-0B12", "n5": "GEM-21C0"}
    return tuple(
        Notification(
            key,
            "outbox",
            recipient,
            state,
            body,
            now - halves * half,
            medium,
            subject,
            reason,
            about.get(key, "GEM-7F3A"),
            team="astreinte-hydrologie",
        )
        for key, medium, recipient, state, body, halves, subject, reason in letters
    )


def lamps(now: datetime, level: int = 100, lagging: int | None = None) -> tuple[LampGroup, ...]:
    """The bank, held at a level by the flood's rule; or at 50 % by its calendar."""
    held = level == 100
    override = Override(
        override="o1",
        reason="crue",
        level=100,
        rule="gemapi.garonne.alerte",
        lease_until=now + timedelta(hours=1),
        used_s=7200,
        at_most_s=14400,
    )
    luminaires = tuple(
        Luminaire(f"berge-{number:02}", level, 50 if number == lagging else level) for number in range(1, 13)
    )
    return (
        LampGroup(
            group="berges-garonne",
            title="Berges de la Garonne au Pont-Neuf",
            level=level,
            source="o1" if held else "calendar",
            lit=True,
            until=now + timedelta(hours=2),
            calendar="Berges : abaissement à 50 % de 22 h 30 à 5 h 30",
            lost=(Lost("calendar", 50),) if held else (),
            overrides=(override,) if held else (),
            luminaires=luminaires,
        ),
    )


def latest(series: dict[str, tuple[Sample, ...]], now: datetime) -> tuple[Latest, ...]:
    """The newest value of each gauge and of most bins."""
    rivers = [
        Latest(point, "level", samples[-1].time, samples[-1].value, "m", samples[-1].quality)
        for point, samples in series.items()
    ]
    bins = [
        Latest(f"wyndham-{number}", "fill", now - timedelta(hours=20), fill, "%", "good" if number != 3 else "suspect")
        for number, fill in enumerate(BIN_FILLS)
    ]
    return (*rivers, *bins)


def snapshot(now: datetime = datetime(2022, 1, 10, 10, 45, tzinfo=UTC), **changes: Any) -> Snapshot:
    """The city at a moment of the flood; the keywords replace parts."""
    series = recorded(now)
    parts: dict[str, Any] = {
        "now": now,
        "replayed": True,
        "inventory": inventory(),
        "series": series,
        "latest": latest(series, now),
        "tallies": Tallies(12345),
        "rules": rules(),
        "alerts": alerts(now),
        "incidents": incidents(now),
        "notifications": notifications(now),
        "sent": Sent(4, 9),
        "lamps": lamps(now, lagging=9),
        "demo": True,
    }
    return Snapshot(**{**parts, **changes})
