"""One directorate with a bike counter that only counts up, a sound level meter and a container; and its history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from services.telemetry.domain.claim import Claim, Intake, Outcome
from services.telemetry.domain.directory import Directory
from services.telemetry.storage.partitions import Partitions
from services.telemetry.use_cases.take_claims import take_claims
from shared.model.registry import (
    Aggregation,
    Credential,
    Device,
    Directorate,
    Indicator,
    Inventory,
    Kind,
    Model,
    Mount,
    Point,
    Property,
    Text,
    UplinkField,
)
from shared.runtime.database import Database

WORDS: Final = Text("x", "x")
_KEY: Final = Credential(id="k", key_sha256="", directorate="ville")


def kind(name: str, unit: str, period_s: float, aggregation: Aggregation, indicator: Indicator) -> Kind:
    """With one property, which has the indicator."""
    seen = Property(title=WORDS, unit=unit, minimum=0, maximum=1e6, accuracy=1, aggregation=aggregation)
    return Kind(
        id=name,
        title=WORDS,
        period_s=period_s,
        max_delay_s=3600,
        stale_after_s=86_400,
        properties={indicator.property: seen},
        indicators=(indicator,),
    )


KINDS: Final = (
    kind("bikes", "{count}", 900, "sum", Indicator(name="counts", property="count")),
    kind("noise", "dB", 60, "energy-mean", Indicator(name="noise-periods", property="laeq")),
    kind("container", "%", 3600, "last", Indicator(name="days-over", property="fill", threshold=80)),
    kind("river", "m", 900, "mean", Indicator(name="rise", property="level", span_s=3600)),
)
FIELDS: Final[Mapping[str, tuple[str, UplinkField]]] = {
    "bikes": ("count", UplinkField(path="count", unit="{count}")),
    "noise": ("laeq", UplinkField(path="laeq", unit="dB")),
    "container": ("fill", UplinkField(path="fill", unit="%")),
    "river": ("level", UplinkField(path="level", unit="m")),
    "gate": ("count", UplinkField(path="total", unit="{count}", measures="increase", wraps_at=65_536)),
}
_KIND_OF: Final = {"gate": "bikes"}


def directory(*models: str, zone: str = "Europe/Paris", suffix: str = "") -> Directory:
    """A point for each model, of the same id; its device has it too."""
    names = [f"{model}{suffix}" for model in models]
    return Directory(
        Inventory(
            directorates=(Directorate(id="ville", title=WORDS),),
            kinds=KINDS,
            models=tuple(
                Model(id=name, title=WORDS, kind=_KIND_OF.get(name, name), observes=dict([field]))
                for name, field in FIELDS.items()
            ),
            points=tuple(
                Point(
                    id=name,
                    title="x",
                    kind=_KIND_OF.get(model, model),
                    directorate="ville",
                    longitude=1,
                    latitude=43,
                    zone=zone,
                )
                for name, model in zip(names, models, strict=True)
            ),
            devices=tuple(Device(id=name, model=model) for name, model in zip(names, models, strict=True)),
            mounts=tuple(
                Mount(id=name, device=name, point=name, since=datetime(1900, 1, 1, tzinfo=UTC)) for name in names
            ),
        )
    )


def said(device: str, time: datetime, **values: Any) -> Claim:
    """What a device says."""
    return Claim(device, time, values, "t")


def take(database: Database, known: Directory, claims: Iterable[Claim], now: datetime) -> Outcome:
    """What a replica of telemetry makes of it."""
    return take_claims(database, Partitions(), known, [Intake(list(claims), (), _KEY, b"")], now)
