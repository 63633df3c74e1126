"""The traps that the field's material was seen to hold, each as a fact about the pieces that meet it: what reads
uplinks and tables, what decodes and judges them, what reads rules, and what plays them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from services.device_registry.domain.loading import SourceText
from services.device_registry.domain.loading import load as load_inventory
from services.rules_engine.domain.loading import load
from services.rules_engine.domain.playing import Seen
from services.rules_engine.domain.sample import Sample
from services.telemetry.domain.counting import increase
from services.telemetry.domain.decoding import Fault, decode
from services.telemetry.domain.local_times import NoSuchTime, WallClock
from services.telemetry.sources import things_stack
from services.telemetry.sources.csv_history import layout
from services.telemetry.sources.csv_history import read as read_table
from shared.errors import ProblemsFound
from shared.model.observations import Quality
from shared.model.registry import Mount
from tests.recorded import series_of, texts_of
from tests.rules.trying import BIKES, BIN, NOISE, NOON, PARIS, QUARTER, RIVER, RULE, changes, fired, problems
from tests.rules.watching import KINDS, MODELS, city, happened, made, moved, observed, watching

PLACES = """directorates:
  - {{id: gemapi, title: {{fr: G, en: G}}}}
kinds:
  - {{id: k, title: {{fr: K, en: K}}, period: 15 min, max_delay: 1 h, properties: {{}}}}
points:
  - {{id: p, title: P, kind: k, directorate: gemapi, longitude: {longitude}, latitude: {latitude}}}
"""
AREA = """{"type": "FeatureCollection", "features": [{"type": "Feature",
  "properties": {"id": "huveaune", "title_fr": "Huveaune", "title_en": "Huveaune"},
  "geometry": {"type": "Polygon", "coordinates": [[[5.3, 43.2], [5.7, 43.2], [5.7, 43.5], [5.3, 43.5], [5.3, 43.2]]]}
}]}"""
WINDOW = [level for at, level in series_of("noise-1min", "laeq")["noisemonitor-1m"]
          if datetime(2025, 3, 31, 1, 45) <= at.replace(tzinfo=None) < datetime(2025, 3, 31, 2)]  # noqa: DTZ001  # fmt: skip
FRAME = {
    "end_device_ids": {"device_id": "d", "dev_eui": "70B3D57BA0000BCE"}, "received_at": "2026-01-14T12:00:00Z",
    "uplink_message": {
        "f_port": 1, "f_cnt": 7, "decoded_payload": {"count": 3},
        "rx_metadata": [{"gateway_ids": {"gateway_id": name}, "rssi": -80} for name in ("a", "b", "c")],
    },
}  # fmt: skip


def mount(**settings):
    return Mount(id="m", device="d", point="p", since=NOON, **settings)


def values_of(model, said, **settings):
    """What a model's uplink says, in the units of its kind."""
    found = list(decode(said, MODELS[model], KINDS[MODELS[model].kind], mount(**settings)))
    assert not any(isinstance(each, Fault) for each in found), found
    return {each.property: round(each.value, 4) for each in found}


class TestMillimetresAndMetres:
    """1: a rule on metres over values in millimetres fires always."""

    @pytest.mark.parametrize(
        ("model", "said", "settings", "metres"),
        [
            ("hubeau-station", {"hauteur": 1795}, {}, {"level": 1.795}),
            ("milesight-em500-swl", {"water_level": 179.5}, {}, {"level": 1.795}),
            ("milesight-em500-udl", {"distance": 1205}, {"sensor_height_m": 3.0}, {"level": 1.795}),
            ("decentlab-dl-ctd10", {"water_depth": 4232}, {}, {"depth": 4.232}),
        ],
    )
    def test_what_sensors_tell_in_millimetres_is_kept_in_metres(self, model, said, settings, metres):
        assert values_of(model, said, **settings) == metres

    @pytest.mark.parametrize("threshold", ["1.7 m", "170 cm", "1700 mm", "1.7"])
    def test_a_threshold_is_the_same_in_every_unit_and_a_bare_one_is_in_metres(self, threshold):
        seen = made(RIVER, "level", NOON, QUARTER, [1.6, 1.795, 1.6])
        assert fired(f"{{above: [level, {threshold}]}}", seen) == 1
        assert fired("{above: [level, 3 m]}", seen) == 0

    @pytest.mark.parametrize(
        ("threshold", "slug"), [("1795", "out-of-range"), ("3 L/s", "unit-mismatch"), ("1795 m", "out-of-range")]
    )
    def test_a_threshold_that_no_river_reaches_or_that_is_no_length_is_told(self, threshold, slug):
        assert slug in problems(f"{{above: [level, {threshold}]}}")


class TestPercentAndParts:
    """2: fill levels come as percent, as parts of one and as 0 to 10; a hundred may mean eighty."""

    @pytest.mark.parametrize(
        ("model", "said", "settings", "percent"),
        [
            ("smartbin-0-10", {"latestFullness": 8}, {}, {"fill": 80.0}),
            ("edinburgh-collection", {"fill": 100}, {}, {"fill_before": 80.0}),
            ("milesight-em400-udl", {"distance": 500}, {"container_height_m": 1.7, "dead_zone_m": 0.2}, {"fill": 80.0}),
        ],
    )
    def test_every_scale_becomes_percent(self, model, said, settings, percent):
        assert values_of(model, said, **settings) == percent

    def test_a_share_is_written_with_its_unit_or_in_percent(self):
        seen = made(BIN, "fill", NOON, timedelta(hours=4), [70, 85, 70])
        found = [
            fired(f"{{above: [fill, {text}]}}", seen, point=BIN, kind="drop-off-container") for text in ("80 %", "80")
        ]
        assert found == [1, 1]
        assert fired("{above: [fill, 0.8]}", seen[:1], point=BIN, kind="drop-off-container") == 1, "it is 0.8 %"


class TestZeroIsNotMissing:
    """3: nobody, no measure, and a field that a network server left out because it was zero."""

    NOBODY = "{at_most: [{sum_over: [count, 1 h]}, '0 {count}']}"

    def test_an_empty_cell_is_no_zero(self):
        cells = [row["count"] for row in texts_of("etalab-exemple")]
        seen = [each.sample.value for each in observed("etalab-exemple")]
        assert (cells.count("0"), cells.count(""), len(cells)) == (2, 1, 9)
        assert (seen.count(0.0), len(seen)) == (2, 8)

    @pytest.mark.parametrize(("counts", "alerts"), [([0] * 5, 1), ([None] * 5, 0), ([5, None, None, None, None], 0)])
    def test_a_dead_counter_says_zero_and_a_silent_one_says_nothing(self, counts, alerts):
        seen = made(BIKES, "count", NOON, QUARTER, [9, *counts])
        assert fired(self.NOBODY, seen, point=BIKES, kind="bike-counter", until=NOON + timedelta(hours=2)) == alerts

    def test_a_counter_that_a_payload_left_out_is_not_zero(self):
        assert values_of("milesight-vs121", {"people_in": 0}) == {"entries": 0.0}
        assert list(decode({"battery": 90}, MODELS["milesight-em500-udl"], KINDS["water-level"], mount())) == []


class TestLocalTime:
    """4: the hour that comes twice, and the one that never comes; for nights, days and the sun see daylight saving."""

    def test_a_table_of_local_times_tells_the_two_hours_apart_and_refuses_the_one_that_was_not(self):
        clock = WallClock(ZoneInfo(PARIS))
        shown = [datetime(2026, 10, 25, hour, minute) for hour, minute in ((2, 0), (2, 30), (2, 0), (2, 30), (3, 0))]  # noqa: DTZ001
        assert {later - earlier for earlier, later in pairwise(map(clock.moment, shown))} == {timedelta(minutes=30)}
        with pytest.raises(NoSuchTime):
            WallClock(ZoneInfo(PARIS)).moment(datetime(2026, 3, 29, 2, 30))  # noqa: DTZ001


class TestLevelsOfSound:
    """5: LA10 is the 90th percentile; decibels are averaged as energy."""

    @pytest.mark.parametrize(
        ("mean", "decibels"), [("avg_over", 55.7775), ("leq_over", 55.7775), ("max_over", max(WINDOW))]
    )
    def test_the_mean_of_levels_is_that_of_their_energy(self, mean, decibels):
        """Their arithmetic mean is 55.627."""
        assert len(WINDOW) == 15
        seen = made(NOISE, "laeq", NOON, timedelta(minutes=1), WINDOW)
        below, above = (
            f"{{above: [{{{mean}: [laeq, 15 min, 100 %]}}, {decibels + shift:.4f} dB]}}" for shift in (-0.001, 0.001)
        )
        rest = {"point": NOISE, "kind": "noise-station"}
        assert (fired(below, seen[-15:], **rest), fired(above, seen[-15:], **rest)) == (1, 0)

    def test_the_level_that_is_exceeded_a_tenth_of_the_time_is_the_90th_percentile(self):
        seen = made(NOISE, "laeq", NOON, timedelta(minutes=1), [50] * 53 + [80] * 7)
        rest = {"point": NOISE, "kind": "noise-station"}
        assert fired("{at_least: [{percentile_over: [laeq, 90, 1 h, 100 %]}, 80 dB]}", seen, **rest) == 1
        assert fired("{above: [{percentile_over: [laeq, 10, 1 h, 100 %]}, 50 dB]}", seen, **rest) == 0


class TestCounters:
    """6: counters that only grow begin again, with a new battery or behind their largest number."""

    @pytest.mark.parametrize(
        ("before", "after", "wraps_at", "passed"),
        [(100, 120, None, 20), (65530, 5, 65536, 11), (4000, 3, 65536, 3), (4000, 3, None, 3), (7, 7, None, 0)],
    )
    def test_a_counter_never_counts_backwards(self, before, after, wraps_at, passed):
        assert increase(before, after, wraps_at) == passed

    def test_the_recorded_walkers_are_never_fewer_than_none(self):
        for counted in series_of("people-fpc", "count1").values():
            steps = [increase(before, after, None) for (_, before), (_, after) in pairwise(counted)]
            assert min(steps) >= 0
            assert sum(steps) >= counted[-1][1] - counted[0][1]


class TestDuplicates:
    """7: several gateways hear one frame, and the network delivers it again."""

    def test_a_frame_that_three_gateways_heard_is_one_uplink(self):
        (claim,), refused = things_stack.read(json.dumps(FRAME).encode(), "t")
        assert (claim.radio.gateways, claim.values, refused) == (3, {"count": 3}, [])

    @pytest.mark.parametrize(
        "when", ["{above: [{sum_over: [count, 1 h, 0 %]}, '40 {count}']}", "{above: [count, '5 {count}']}"]
    )
    def test_the_same_observation_again_counts_for_nothing(self, when):
        lines = {} if "sum" in when else {"for": "3 times"}
        seen = made(BIKES, "count", NOON, QUARTER, [10, 10])
        again = [Seen(each.point, each.name, each.sample, each.moment + timedelta(minutes=3)) for each in seen]
        assert fired(when, [*seen, *again, *again], point=BIKES, kind="bike-counter", **lines) == 0


class TestFramesWithoutAMeasure:
    """8: a missing value is below every threshold to plain JSON-logic, and a dead probe colder than any."""

    LOW = '{"<": [{var: oxygen}, 5 mg/L]}'

    @pytest.mark.parametrize(
        "model", ["decentlab-dl-ctd10", "decentlab-dl-optod", "decentlab-dl-ntu", "decentlab-dl-lid"]
    )
    def test_a_frame_that_tells_its_battery_alone_is_no_measure_and_no_fault(self, model):
        assert values_of(model, {"battery_voltage": 3.1}) == {}

    @pytest.mark.parametrize("when", [LOW, "{below: [oxygen, 5 mg/L]}", "{not: {above: [oxygen, 5 mg/L]}}"])
    def test_what_is_missing_stale_or_distrusted_is_below_nothing(self, when):
        rest = {"point": "qualite-huveaune", "kind": "water-quality"}
        turbid = made("qualite-huveaune", "turbidity", NOON, QUARTER, [10] * 30)
        good = made("qualite-huveaune", "oxygen", NOON, QUARTER, [8])
        wrong = made("qualite-huveaune", "oxygen", NOON + QUARTER, QUARTER, [-3] * 20)
        assert fired(when, [*turbid, *good, *wrong], **rest) == 0
        low = made("qualite-huveaune", "oxygen", NOON + 25 * QUARTER, QUARTER, [4.5])
        assert fired(when, [*turbid, *good, *wrong, *low], **rest) == 1


class TestYaml:
    """9: YAML 1.1 makes truths of words, minutes of hours, and octal numbers of postal codes."""

    @pytest.mark.parametrize(
        "text", ["on", "off", "NO", "yes", "22:00", "08:30", "012", "01004", "2026-01-01", "70B3D57BA0003BB8"]
    )
    def test_what_people_write_as_text_is_text(self, text):
        found = load(
            RULE.format(
                name="a",
                kind="water-level",
                point=RIVER,
                lines=f"when: {{above: [level, 2 m]}}\n  labels: {{x: {text}}}",
            ),
            "essai.yaml",
        )
        assert found.rules[0].labels == {"x": text}

    def test_hours_are_hours(self):
        seen = made(RIVER, "level", NOON, QUARTER, [1] * 8)
        assert changes("{time_between: [12:00, 14:00]}", seen, zone=PARIS)[-1] == ("resolved", "2026-01-14 14:00:00")
        assert problems("{time_between: [22:00, 6:00]}") == []

    @pytest.mark.parametrize(
        ("text", "quoted"), [("1000000000000001", '"1000000000000001"'), ("7", '"7"'), ("1e3", "1000")]
    )
    def test_a_number_where_a_text_is_meant_is_told_with_its_line(self, text, quoted):
        found = load(
            RULE.format(name="a", kind="water-level", point=text, lines="when: {above: [level, 2 m]}"), "essai.yaml"
        )
        (problem,) = [each for each in found.problems if each.slug == "shape"]
        assert (problem.span.line, problem.text) == (4, text)
        assert quoted in problem.hint


class TestTheOrderOfCoordinates:
    """10: latitude before longitude, as on maps and in one model's own example."""

    @pytest.mark.parametrize(
        ("place", "refused"),
        [((5.4, 43.3), []), ((43.3, 5.4), [("coordinates", "did you swap longitude and latitude?")])],
    )
    def test_a_point_that_lies_here_only_when_swapped_is_refused(self, place, refused):
        point = PLACES.format(longitude=place[0], latitude=place[1])
        found = []
        try:
            load_inventory([SourceText("city.yaml", point), SourceText("areas.geojson", AREA)])
        except ProblemsFound as error:
            found = [(problem.slug, problem.hint) for problem in error.problems]
        assert found == refused


class TestHeaders:
    """11: titles of columns have spaces, and change."""

    @pytest.mark.parametrize("header", ["time,device,LAeq", " time ,device , LAeq ", "\ufefftime,device,LAeq"])
    def test_spaces_and_marks_around_a_title_are_none_of_it(self, header):
        lines = [f"{header}\n", "2026-01-14T12:00:00Z,d,51.5\n"]
        assert [each.found.values for each in read_table(lines, layout({}), "t")] == [{"LAeq": 51.5}]

    def test_a_title_that_has_changed_is_told_and_gives_no_value(self):
        (only,) = read_table(["time,device,LAeq_1min\n", "2026-01-14T12:00:00Z,d,51.5\n"], layout({}), "t")
        model, kind = MODELS["milesight-ws302"], KINDS["noise-station"]
        (fault,) = decode(only.found.values, model, kind, mount())
        assert isinstance(fault, Fault)
        assert "LAeq" in fault.detail


class TestSimulated:
    """12: what a network server made up to try the way wakes nobody, and puts nobody to sleep."""

    def test_the_mark_of_a_simulated_uplink_is_read(self):
        frame = {**FRAME, "simulated": True}
        (claim,), _ = things_stack.read(json.dumps(frame).encode(), "t")
        assert claim.simulated

    @pytest.mark.parametrize(("real", "alerts"), [(1.0, []), (3.0, ["fired"])])
    def test_a_simulated_value_neither_fires_nor_ends_an_alert(self, real, alerts):
        simulated = [
            Seen(RIVER, "level", Sample(4.0 - real, NOON + index * QUARTER, Quality.SIMULATED)) for index in (1, 2)
        ]
        seen = [*made(RIVER, "level", NOON, QUARTER, [real]), *simulated]
        assert [kind for kind, _ in changes("{above: [level, 2 m]}", seen)] == alerts


class TestNotEveryFlatnessRiseOrFallIsWhatItSeems:
    """13: a weir pool is flat, a dam lets go, snow falls: by the rules as they are shipped."""

    WATER = ("gemapi.huveaune.crue", "gemapi.montee.rapide", "gemapi.station.saut", "gemapi.station.muette")

    def test_a_river_that_is_flat_for_ten_days_is_no_fault(self):
        seen = made(RIVER, "level", NOON, QUARTER, [0.42] * 4 * 24 * 10)
        assert happened(watching(self.WATER, city(RIVER)), seen) == []

    def test_a_rise_of_low_water_is_no_flood(self):
        seen = made(RIVER, "level", NOON, QUARTER, [0.4, 0.4, 0.4, 0.5, 0.7, 0.9, 1.0, 1.0])
        assert happened(watching(self.WATER, city(RIVER)), seen) == []
        book = watching(self.WATER, city(RIVER), change={"- at_least: [level, 2.0 m]": "- at_least: [level, 0.5 m]"})
        assert [event.rule for event in happened(book, seen)] == ["gemapi.montee.rapide"]

    def test_counters_that_fall_together_are_snowed_in_and_not_dead(self):
        names = ("mobilite.velos.compteur-a-zero", "mobilite.velos.reseau-en-baisse")
        points = sorted({each.point for each in observed("muenster-2021-02")})
        here = city(*(moved(point, tags=("velos",)) for point in points))
        events = happened(watching(names, here), observed("muenster-2021-02"))
        assert {event.rule for event in events} == {"mobilite.velos.reseau-en-baisse"}
