"""The river section."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest

from services.portal.domain.answers import Rule, Sample, Threshold
from services.portal.domain.presenting import flood
from services.portal.domain.severity import Tone
from services.portal.domain.wording import Wording
from shared.model.registry import Inventory
from tests.portal import city

NOW = datetime(2022, 1, 10, 10, 45, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def river(*samples, rules=(), now=NOW, points=None, **changes):
    """The section for a series of (quarters before now, level) at Toulouse."""
    series = {"garonne-toulouse": tuple(Sample(now - QUARTER * back, level, "good") for back, level in samples)}
    inventory = Inventory(kinds=(city.WATER_LEVEL,), points=tuple(points or [city.gauge()]))
    return flood.present(
        city.snapshot(now, series=series, rules=rules, **{"inventory": inventory, **changes}), Wording("fr")
    )


def test_recorded_flood_is_shown_as_it_was():
    shown = flood.present(city.snapshot(NOW), Wording("fr"))
    main = shown.main
    assert (main.title, main.latest, main.tone) == ("Garonne à Toulouse (Pont-Neuf)", "3,02\xa0m", Tone.WARNING)
    assert main.crossed == "Garonne : alerte"
    assert main.origin == "enregistré\u00a0: Garonne à Toulouse (Pont-Neuf), janvier 2022, rejoué ici"
    assert len(shown.others) == 5
    wide, narrow = main.curves
    assert [level.text for level in wide.levels] == ["1,80\xa0m", "2,00\xa0m", "2,80\xa0m", "3,00\xa0m"]
    assert [level.minor for level in wide.levels] == [True, False, True, False]
    assert [tick.text for tick in wide.days if tick.text][-1] == "lun. 10/01"
    assert len(narrow.days) == len(wide.days)
    assert "dernière valeur 3,02\xa0m le 10/01\xa0à\xa011:45" in wide.description


def test_gauge_that_rules_watch_comes_first():
    watched = Rule("r", "Portet", thresholds=(Threshold("level", 3, "m"),), points=("garonne-portet",))
    assert flood.present(city.snapshot(NOW, rules=(watched,)), Wording("fr")).main.point == "garonne-portet"


def test_without_rules_the_gauge_beside_lamps_comes_first():
    assert flood.present(city.snapshot(NOW, rules=None), Wording("fr")).main.point == "garonne-toulouse"


def test_thresholds_are_told_in_metres_and_only_where_they_apply():
    rules = (
        Rule("a", "A", "rouge", thresholds=(Threshold("level", 250, "cm"),), points=("garonne-toulouse",)),
        Rule("b", "B", thresholds=(Threshold("level", 1, "m"),), points=("garonne-portet",)),
        Rule("c", "C", thresholds=(Threshold("fill", 80, "%"), Threshold("level", 80, "%"))),
    )
    marks = flood.levels(rules, "garonne-toulouse", alone=True)
    assert [(mark.value, mark.title, mark.tone) for mark in marks] == [(2.5, "A", Tone.DANGER)]


def test_line_has_a_gap_where_more_than_three_periods_are_missing():
    whole = river(*[(back, 1.0) for back in range(20, -1, -1)])
    holed = river(*[(back, 1.0) for back in range(20, -1, -1) if not 5 <= back <= 8])
    assert len(whole.main.curves[0].lines) == 1
    assert len(holed.main.curves[0].lines) == 2
    assert "Trous dans la courbe\xa0: 1." in holed.main.curves[0].description


def test_three_missing_periods_are_no_gap():
    assert len(river((4, 1.0), (3, 1.0), (0, 1.0)).main.curves[0].lines) == 1


def test_doubtful_values_are_marked_and_not_joined():
    series = {
        "garonne-toulouse": (
            Sample(NOW - 2 * QUARTER, 1.0, "good"),
            Sample(NOW - QUARTER, 9.0, "suspect"),
            Sample(NOW, 1.1, "good"),
        )
    }
    main = flood.present(city.snapshot(NOW, series=series), Wording("fr")).main
    assert main.latest == "1,10\xa0m"
    assert len(main.curves[0].doubts) == 1
    assert main.highest.startswith("maximum 1,10\xa0m")


def test_only_doubtful_values_still_give_a_page():
    series = {"garonne-toulouse": (Sample(NOW, 9.0, "suspect"),)}
    main = flood.present(city.snapshot(NOW, series=series), Wording("fr")).main
    assert main.latest == "9,00\xa0m"
    assert main.curves[0].last is None
    assert main.curves[0].description == "pas encore de valeur"


@pytest.mark.parametrize(
    ("samples", "rise"),
    [
        pytest.param([(4, 1.0), (0, 1.25)], "+0,25\xa0m/h sur la dernière heure", id="rises"),
        pytest.param([(4, 1.25), (0, 1.0)], "−0,25\xa0m/h sur la dernière heure", id="falls"),
        pytest.param([(4, 1.001), (0, 1.0)], "0,00\xa0m/h sur la dernière heure", id="no minus before zero"),
        pytest.param([(8, 1.0), (0, 1.25)], None, id="no value an hour ago"),
    ],
)
def test_rise_is_that_of_the_last_hour(samples, rise):
    assert river(*samples).main.rise == rise


def test_axis_begins_with_the_data_and_never_shows_less_than_a_day_nor_more_than_seven():
    day = river((1, 1.0), (0, 1.0)).main.curves[0]
    assert [tick.text for tick in day.days][:4] == ["12:00", "15:00", "18:00", "21:00"]
    assert [tick.text for tick in day.days][4:] == ["lun. 10/01", "03:00", "06:00", "09:00"]
    week = river((4 * 24 * 9, 1.0), (0, 1.0)).main.curves[0]
    assert len(week.days) == 7


@pytest.mark.parametrize("hours", [pytest.param(hours, id=f"{hours} h") for hours in (1, 24, 40, 60, 80, 120, 200)])
def test_words_of_the_axis_never_run_into_each_other(hours):
    for curve, width in zip(river((4 * hours, 1.0), (0, 1.0)).main.curves, (72, 70), strict=True):
        named = [tick.at for tick in curve.days if tick.text]
        assert all(later - earlier >= width for earlier, later in pairwise(named))
        assert named


def test_series_that_ended_long_ago_shows_its_last_value():
    shown = river((4 * 24 * 9, 1.5))
    assert shown.main.latest == "1,50\xa0m"


def test_table_has_a_row_for_each_quarter_of_a_local_day_newest_first():
    rows = river(*[(back, 1 + back / 100) for back in range(30, -1, -1)]).main.rows
    assert [row.since for row in rows] == ["lun. 10/01 06:00", "lun. 10/01 00:00"]
    assert (rows[0].lowest, rows[0].highest, rows[0].last) == ("1,00\xa0m", "1,23\xa0m", "1,00\xa0m")


def test_curves_are_told_apart():
    ids = [curve.id for curve in flood.present(city.snapshot(NOW), Wording("fr")).main.curves]
    assert len(set(ids)) == 2


def test_simulated_gauge_says_so():
    point = msgspec.structs.replace(city.gauge(), recording=None, simulated=True)
    assert river((0, 1.0), points=[point]).main.origin == "simulé"


def test_unknown_is_told_apart_from_empty():
    assert not flood.present(city.snapshot(NOW, series=None), Wording("fr")).known
    assert flood.present(city.snapshot(NOW, series={}), Wording("fr")) == flood.Flood(known=True)
