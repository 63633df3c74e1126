"""The inventory as a table or as features, such that importing what was exported changes nothing."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

from services.device_registry.domain.exchange.columns import COLUMNS, MOUNT, RECORDING, Column, columns_of
from services.device_registry.domain.exchange.faults import NoSuchForm
from services.device_registry.domain.exchange.tables import write_table
from services.device_registry.domain.exchange.wording import in_words
from shared.model.registry import Inventory, Mount

CSV: Final = "csv"
CSV_FR: Final = "csv-fr"
"""As spreadsheets in French want it: semicolons, and decimals with a comma."""

GEOJSON: Final = "geojson"


def export(inventory: Inventory, sort: str, form: str) -> str:
    """The things of one sort.

    Raises:
        UnknownSort: it is not exchanged.
        NoSuchForm: not in that form.
    """
    columns_of(sort)
    things = [in_words(thing, mounts) for thing, mounts in _with_mounts(inventory, sort)]
    if form in (CSV, CSV_FR):
        return _table(sort, things, comma=form == CSV_FR)
    if form == GEOJSON and sort in ("points", "areas"):
        features = things if sort == "areas" else [_feature(thing) for thing in things]
        return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=1) + "\n"
    raise NoSuchForm(sort, form)


def _with_mounts(inventory: Inventory, sort: str) -> Iterator[tuple[Any, Sequence[Mount]]]:
    there: defaultdict[str, list[Mount]] = defaultdict(list)
    for mount in sorted(inventory.mounts, key=lambda mount: (mount.since, mount.id)):
        there[mount.point].append(mount)
    for thing in getattr(inventory, sort):
        yield thing, there[thing.id] if sort == "points" else ()


def _feature(point: dict[str, Any]) -> dict[str, Any]:
    about = {name: value for name, value in point.items() if name not in ("longitude", "latitude")}
    place = {"type": "Point", "coordinates": [point["longitude"], point["latitude"]]}
    return {"type": "Feature", "properties": about, "geometry": place}


def _table(sort: str, things: Sequence[dict[str, Any]], *, comma: bool) -> str:
    columns = [column for column in COLUMNS[sort] if column not in RECORDING or any("recording" in it for it in things)]
    whole = [*columns, *MOUNT] if sort == "points" else columns
    return write_table([column.name for column in whole], _rows(sort, things, columns, comma), ";" if comma else ",")


def _rows(sort: str, things: Sequence[dict[str, Any]], columns: Sequence[Column], comma: bool) -> Iterator[list[str]]:
    for thing in things:
        cells = [_shown(thing, column, comma) for column in columns]
        if sort != "points":
            yield cells
            continue
        mounts = thing["mounted"] or [{}]
        for index, mount in enumerate(mounts):
            own = cells if index == 0 else [thing["id"], *[""] * (len(columns) - 1)]
            yield [*own, *(_shown(mount, column, comma) for column in MOUNT)]


def _shown(thing: dict[str, Any], column: Column, comma: bool) -> str:
    value: Any = thing
    for step in column.path:
        value = value.get(step, {})
    return "" if value in ({}, None) else column.cell.show(value, comma)
