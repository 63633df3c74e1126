"""The shipped recordings are complete: every row of the source, and the facts that are known of it."""

import hashlib
import re
from collections import Counter, defaultdict

import pytest

from shared.documents import read
from tests.recorded import FOLDER, MANIFESTS, rows_of, texts_of

INVENTORY = FOLDER.parent / "inventory"

# station: rows, highest level in millimetres, when (UTC)
GARONNE = {
    "O060003001": (2965, 4564, "2022-01-10T22:30:00Z"),
    "O080001001": (8822, 7458, "2022-01-11T00:05:00Z"),
    "O123251001": (8826, 3279, "2022-01-10T15:50:00Z"),
    "O171251001": (8928, 6230, "2022-01-10T22:40:00Z"),
    "O184402001": (2976, 6259, "2022-01-10T18:45:00Z"),
    "O200001001": (8824, 6333, "2022-01-11T04:20:00Z"),
    "O200004001": (2976, 4306, "2022-01-11T06:15:00Z"),
}


def levels_by_station():
    levels = defaultdict(list)
    for recording in ("garonne-toulouse-2022-01", "garonne-amont-2022-01"):
        for row in texts_of(recording):
            levels[row["device"]].append((float(row["hauteur"]), row["time"]))
    return levels


def raises_and_clears(values, high, low):
    """How often a value reaches ``high``, and then falls to ``low``."""
    firing, raised, cleared = False, 0, 0
    for value in values:
        if not firing and value >= high:
            firing, raised = True, raised + 1
        elif firing and value <= low:
            firing, cleared = False, cleared + 1
    return raised, cleared


def test_every_recording_has_its_manifest_and_every_manifest_its_recording():
    files = {file.name for file in FOLDER.glob("*.csv.gz")}
    assert {f"{name}.csv.gz" for name in MANIFESTS} == files == {manifest["file"] for manifest in MANIFESTS.values()}


@pytest.mark.parametrize("recording", MANIFESTS)
def test_a_manifest_says_what_the_file_has(recording):
    manifest, rows = MANIFESTS[recording], texts_of(recording)
    assert manifest["id"] == recording
    assert len(rows) == manifest["rows"]
    assert list(rows[0]) == manifest["columns"]
    assert {"fr", "en"} == set(manifest["title"]) == set(manifest["period"])
    assert manifest["source"]
    assert manifest["licence"]
    assert manifest["place"]


@pytest.mark.parametrize("recording", MANIFESTS)
def test_the_table_of_sources_names_the_very_file(recording):
    table = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
    digest = hashlib.sha256((FOLDER / MANIFESTS[recording]["file"]).read_bytes()).hexdigest()
    assert re.search(rf"^\| {recording} \|.* {digest} \|$", table, re.MULTILINE)
    assert re.search(rf"^\| {recording} \|.* {MANIFESTS[recording]['rows']} \|", table, re.MULTILINE)
    assert MANIFESTS[recording]["licence"] in table


@pytest.mark.parametrize("recording", MANIFESTS)
def test_a_file_is_compressed_without_time_or_name_so_that_it_can_be_made_again(recording):
    head = (FOLDER / MANIFESTS[recording]["file"]).read_bytes()[:10]
    assert head[3] == 0
    assert head[4:8] == bytes(4)


@pytest.mark.parametrize("recording", MANIFESTS)
def test_rows_are_in_the_order_of_time_and_none_is_there_twice(recording):
    placed = [(row.at, row.device) for row in rows_of(recording)]
    assert [at for at, _ in placed] == sorted(at for at, _ in placed)
    assert len(set(placed)) == len(placed)


@pytest.mark.parametrize(("recording", "inventory"), [
    ("garonne-toulouse-2022-01", "garonne.yaml"),
    ("garonne-amont-2022-01", "garonne.yaml"),
    ("wyndham-2018-2021", "wyndham.yaml"),
    ("noise-1min", "../recordings/points/bruit.yaml"),
    ("noise-1s", "../recordings/points/bruit.yaml"),
    ("muenster-2021-02", "../recordings/points/muenster.yaml"),
    ("muenster-2023-08", "../recordings/points/muenster.yaml"),
    ("muenster-2026-07", "../recordings/points/muenster.yaml"),
    ("etalab-2022", "../recordings/points/etalab.yaml"),
    ("etalab-exemple", "../recordings/points/etalab-exemple.yaml"),
    ("people-vs121", "../recordings/points/australie.yaml"),
    ("people-fpc", "../recordings/points/australie.yaml"),
    ("calder-2025", "../recordings/points/calder.yaml"),
    ("garonne-rain-2022-01", "../recordings/points/garonne-pluie.yaml"),
    ("light-tuebingen-2023", "../recordings/points/tuebingen.yaml"),
    ("edinburgh-2016", "../recordings/points/edimbourg.yaml"),
])  # fmt: skip
def test_the_devices_of_a_recording_stand_in_the_inventory_of_its_directorate(recording, inventory):
    city = read((INVENTORY / inventory).read_text(encoding="utf-8"), inventory).data
    known = {device["id"] for device in city["devices"]}
    mounted = {mount["device"]: mount["since"] for point in city["points"] for mount in point["mounted"]}
    rows = texts_of(recording)
    assert {row["device"] for row in rows} <= known
    assert all(mounted[row["device"]] <= row["time"] for row in rows)
    assert city["every_point"]["directorate"] == MANIFESTS[recording]["directorate"]


@pytest.mark.parametrize("station", GARONNE)
def test_the_flood_of_the_garonne_is_complete(station):
    levels = levels_by_station()[station]
    rows, highest, when = GARONNE[station]
    assert len(levels) == rows
    assert max(levels, key=lambda level: level[0]) == (highest, when)


@pytest.mark.parametrize(("high", "low", "raised_at", "cleared_at"), [
    (2000, 1800, "2022-01-10T01:45:00Z", "2022-01-12T20:45:00Z"),
    (3000, 2800, "2022-01-10T10:15:00Z", "2022-01-11T19:30:00Z"),
], ids=["pre-alert", "alert"])  # fmt: skip
def test_toulouse_reaches_its_thresholds_when_it_did(high, low, raised_at, cleared_at):
    levels = levels_by_station()["O200004001"]
    first = next(when for level, when in levels if level >= high)
    last = next(when for level, when in levels if when > first and level < low)
    assert (first, last) == (raised_at, cleared_at)


def test_the_bins_of_wyndham_are_complete():
    rows = texts_of("wyndham-2018-2021")
    assert len(rows) == 29_357
    assert (rows[0]["time"], rows[-1]["time"]) == ("2018-06-26", "2021-05-03")
    assert set(Counter(row["device"] for row in rows).values()) == {947}
    assert len({row["device"] for row in rows}) == 31
    assert Counter(row["latestFullness"] for row in rows) == {
        "0": 15_225,
        "2": 2_551,
        "4": 3_405,
        "6": 3_423,
        "8": 3_552,
        "10": 1_201,
    }


def test_the_bins_of_wyndham_fill_and_empty_as_often_as_they_did():
    by_bin = defaultdict(list)
    for row in texts_of("wyndham-2018-2021"):
        by_bin[row["device"]].append(int(row["latestFullness"]))
    counts = [raises_and_clears(values, 8, 2) for values in by_bin.values()]
    assert tuple(map(sum, zip(*counts, strict=True))) == (3527, 3523)
