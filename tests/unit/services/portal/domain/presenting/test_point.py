"""What the page of a point draws and says, of what the services told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from services.portal.domain.answers import Bucket, Indicator, Rule, Sample, Threshold
from services.portal.domain.presenting.point import present
from services.portal.domain.presenting.point_day import shown_day
from services.portal.domain.presenting.point_told import DeviceState, PointTold, Series
from services.portal.domain.wording import Wording
from shared.model.devices import Heard
from shared.model.registry import Device, Model, Mount, Text
from tests.portal import metropolis

NOW = metropolis.NOW
PARIS = ZoneInfo("Europe/Paris")
START = datetime(2022, 1, 9, 23, tzinfo=UTC)
QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)


@pytest.fixture(scope="module")
def city():
    return metropolis.snapshot()


def page(city, point, told, language="fr", day=None):
    found = next(item for item in city.inventory.points if item.id == point)
    return present(city, Wording(language), found, shown_day(day, city.now, PARIS), told)


def levels(*values, quality="good"):
    return tuple(Sample(START + n * QUARTER, value, quality) for n, value in enumerate(values) if value is not None)


def hours(*values, since=START):
    return tuple(
        Bucket(since + n * HOUR, since + (n + 1) * HOUR, 0 if value is None else 4, value, value, value)
        for n, value in enumerate(values)
    )


def day_of(city, point, series, name):
    return page(city, point, PointTold({name: series})).charts[0].charts[0].drawings[0]


def test_level_is_a_line_parted_where_nothing_was_measured(city):
    samples = levels(1.0, 1.1, 1.2, *[None] * 5, 1.3, 1.4)
    drawn = day_of(city, "garonne-toulouse", Series(samples, week=()), "level")
    assert len(drawn.paths) == 2
    assert drawn.bars == ()
    assert "Trous dans la courbe\xa0: 1." in drawn.description


def test_doubtful_value_is_marked_not_joined_and_does_not_flatten_the_line(city):
    samples = (*levels(1.0, 1.1), Sample(START + 2 * QUARTER, 99.0, "out-of-range"))
    drawn = day_of(city, "garonne-toulouse", Series(samples, week=()), "level")
    assert len(drawn.doubts) == 1
    assert drawn.doubts[0][1] == pytest.approx(drawn.frame.top)
    assert "1 valeur douteuse" in drawn.description
    assert float(drawn.values[-1].text.split("\xa0")[0].replace(",", ".")) < 10


def test_counts_are_bars_a_zero_has_one_and_a_hole_has_none(city):
    samples = tuple(Sample(START + n * QUARTER, value, "good") for n, value in ((1, 10.0), (2, 0.0), (4, 20.0)))
    drawn = day_of(city, "velos-pont", Series(samples, week=()), "count")
    assert [bar.height for bar in drawn.bars][1] == 1
    assert len(drawn.bars) == 3
    assert drawn.bars[2].x - drawn.bars[1].x == pytest.approx(2 * (drawn.bars[1].x - drawn.bars[0].x), abs=0.3)
    assert drawn.bars[0].x == pytest.approx(drawn.frame.left, abs=4.1)


def test_thresholds_of_rules_that_watch_the_point_are_drawn_and_named(city):
    drawn = day_of(city, "garonne-toulouse", Series(levels(1.0, 3.5), week=()), "level")
    assert "Garonne : alerte" in {level.title for level in drawn.levels}
    other = day_of(city, "garonne-marquefave", Series(levels(1.0, 3.5), week=()), "level")
    assert other.levels == ()


def test_threshold_of_single_counts_is_not_drawn_among_sums_of_an_hour(city):
    rule = Rule("r", "Affluence", thresholds=(Threshold("count", 50, "{count}"),), points=("velos-pont",))
    watched = replace(city, rules=(rule,))
    told = PointTold({"count": Series(levels(10.0), week=hours(40.0))})
    day, week = page(watched, "velos-pont", told).charts[0].charts
    assert [level.title for level in day.drawings[0].levels] == ["Affluence"]
    assert week.drawings[0].levels == ()


def test_table_has_the_hours_of_the_day_and_says_where_nothing_was_measured(city):
    week = hours(*[9.0] * 3, since=START - 3 * HOUR) + hours(1.0, None, 2.0)
    rows = page(city, "garonne-toulouse", PointTold({"level": Series((), week=week)})).charts[0].rows
    assert [(row.when, row.value) for row in rows] == [("00:00", "1,00\xa0m"), ("01:00", None), ("02:00", "2,00\xa0m")]


def test_day_on_which_the_clocks_go_back_has_an_hour_twice_in_table_and_drawing(city):
    later = replace(city, now=datetime(2022, 11, 5, tzinfo=UTC))
    since = datetime(2022, 10, 29, 22, tzinfo=UTC)
    samples = tuple(Sample(since + n * QUARTER, 1.0, "good") for n in range(100))
    told = PointTold({"level": Series(samples, week=hours(*[1.0] * 25, since=since))})
    charted = page(later, "garonne-toulouse", told, day="2022-10-30").charts[0]
    assert [row.when for row in charted.rows][2:4] == ["02:00 (UTC+2)", "02:00 (UTC+1)"]
    assert len(charted.rows) == 25
    drawn = charted.charts[0].drawings[0]
    ticks = {tick.text: tick.at for tick in drawn.words[1:]}
    width = drawn.frame.end - drawn.frame.left
    assert ticks["03:00"] == pytest.approx(drawn.frame.left + width * 4 / 25, abs=0.1)


def test_what_got_no_answer_is_said_and_nothing_is_made_up(city):
    silent = replace(city, latest=None, alerts=None, rules=None)
    found = page(silent, "garonne-toulouse", PointTold({"level": Series()}))
    assert (found.values, found.alerts, found.rules, found.figures) == (None, None, None, None)
    assert found.charts[0].charts == ()
    assert not found.devices.known


def test_devices_are_told_with_their_battery_and_radio_and_those_before(city):
    inventory = msgspec.structs.replace(
        city.inventory,
        models=(Model(id="m", title=Text(fr="Sonde", en="Probe"), kind="water-level", observes={}),),
        devices=(Device(id="old", model="m"), Device(id="new", model="m")),
        mounts=(
            Mount(id="1", device="old", point="garonne-toulouse", since=START - timedelta(days=400), until=START),
            Mount(id="2", device="new", point="garonne-toulouse", since=START),
        ),
    )
    heard = Heard(device="new", at=NOW - HOUR, battery_percent=87, rssi_dbm=-103, snr_db=7.5, gateways=2)
    told = PointTold(devices=(DeviceState("new", heard, is_late=True),))
    devices = page(replace(city, inventory=inventory), "garonne-toulouse", told).devices
    (standing,), (earlier,) = devices.standing, devices.earlier
    assert standing.late
    assert [detail.text for detail in standing.details] == [
        "10/01\xa0à\xa010:45, il y a 1\xa0h\xa000",
        "87\xa0%",
        "RSSI −103\xa0dBm, SNR 7,5\xa0dB, 2 passerelles",
    ]
    assert earlier.mounted == "du dimanche 6 décembre 2020 au lundi 10 janvier 2022"


def test_figures_say_of_when_they_are_and_how_much_was_measured(city):
    night = Indicator("bruit-quai", "laeq", "noise-periods", "ln", 66.4, "dB", START, NOW, completeness=0.5)
    (line,) = page(city, "bruit-quai", PointTold(figures=(night,))).figures
    assert (line.name, line.text, line.note) == ("Nuit, 22 h–6 h", "66,4\xa0dB(A)", "lun. 10/01, mesuré à 50\xa0%")
    assert line.tone == "warning"


@pytest.mark.parametrize(("rise", "words"), [(-0.204, "−0.20"), (0.204, "+0.20"), (-0.004, "0.00"), (0.0, "0.00")])
def test_change_of_a_river_has_its_sign_and_a_zero_has_none(city, rise, words):
    found = Indicator("garonne-toulouse", "level", "rise", "rise", rise, "m/h")
    (line,) = page(city, "garonne-toulouse", PointTold(figures=(found,)), "en").figures
    assert line.text == f"{words}\xa0m/h"


def test_retired_point_says_so_and_leads_to_its_last_day(city):
    found = page(city, "bruit-retired", PointTold())
    assert found.retired == "samedi 11 décembre 2021"


def test_address_of_the_newest_day_is_given_where_another_day_is_shown(city):
    found = page(city, "garonne-toulouse", PointTold(), "en", day="2022-01-08")
    assert found.day.newest == "/en/points/garonne-toulouse?day=2022-01-10"
    assert found.day.week_file == "/en/points/garonne-toulouse/observations.csv?from=2022-01-02&to=2022-01-08"
    assert page(city, "garonne-toulouse", PointTold()).day.newest is None


def test_luminaire_is_told_what_is_wanted_of_it_and_what_it_says(city):
    (lamp,) = page(city, "berge-01", PointTold()).lamps
    assert lamp.address == "/eclairage/#berges-garonne"
    assert lamp.wanted == "100\xa0%"


def test_counter_that_speaks_once_a_day_has_no_hours(city):
    kinds = tuple(
        msgspec.structs.replace(kind, period_s=86400.0) if kind.id == "bike-counter" else kind
        for kind in city.inventory.kinds
    )
    daily = replace(city, inventory=msgspec.structs.replace(city.inventory, kinds=kinds))
    names = ("today", "yesterday", "busiest-hour")
    figures = tuple(Indicator("velos-pont", "count", "counts", name, 45.0, "{count}") for name in names)
    week = tuple(Bucket(START + n * timedelta(days=1), START + (n + 1) * timedelta(days=1), 1, 5.0) for n in range(3))
    found = page(daily, "velos-pont", PointTold({"count": Series(week=week)}, figures))
    assert [line.name for line in found.figures] == ["Hier"]
    assert [len(chart.drawings[0].bars) for chart in found.charts[0].charts] == [3]
