"""The small drawings: holes stay holes, hours are those of the point's clocks, zero is not nothing."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from services.portal.domain.answers import Bucket
from services.portal.domain.presenting import sparks
from services.portal.domain.wording import Wording

NOW = datetime(2022, 1, 10, 11, 0, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
FRENCH = Wording("fr")


def buckets(begin, step, values):
    return [
        Bucket(begin + n * step, begin + (n + 1) * step, 0 if value is None else 1, value)
        for n, value in enumerate(values)
    ]


def drawn_day(values, bounds=(30.0, 90.0)):
    found = buckets(NOW - timedelta(hours=24), timedelta(minutes=15), values)
    return sparks.last_day(found, NOW, bounds, PARIS, FRENCH, str)


def test_day_with_a_hole_is_two_lines():
    found = drawn_day([60.0] * 40 + [None] * 20 + [55.0] * 36)
    assert len(found.lines) == 2
    assert found.title == "Les dernières 24 heures\xa0: de 55.0 à 60.0."
    assert [mark.text for mark in found.marks] == ["18:00", "00:00", "06:00"]


def test_day_without_any_value_is_not_drawn():
    assert drawn_day([None] * 96) is None


def test_value_beyond_what_is_drawn_stays_on_the_drawing():
    found = drawn_day([20.0] * 48 + [110.0] * 48)
    heights = {float(step.split(" ")[1]) for line in found.lines for step in line.strip("M").split("L")}
    assert min(heights) == sparks.FRAME.top
    assert max(heights) == sparks.FRAME.floor


def hours(begin, values, now=NOW):
    return sparks.hours_of_two_days(buckets(begin, timedelta(hours=1), values), now, PARIS, FRENCH, str)


def test_today_stands_before_yesterday_at_the_hours_of_the_points_clocks():
    midnight = datetime(2022, 1, 8, 23, 0, tzinfo=UTC)  # 9 January in Paris
    found = hours(midnight, [10.0] * 24 + [20.0, None, 5.0])
    yesterday = [bar for bar in found.bars if bar.before]
    today = [bar for bar in found.bars if not bar.before]
    assert (len(yesterday), len(today)) == (24, 2)
    assert today[0].height == 2 * yesterday[0].height == 4 * today[1].height
    assert today[1].x > today[0].x + 2 * (yesterday[1].x - yesterday[0].x) - 0.1
    assert "25.0 aujourd’hui" in found.title


def test_hour_of_nobody_has_a_bar_without_height_and_unmeasured_hour_has_none():
    midnight = datetime(2022, 1, 9, 23, 0, tzinfo=UTC)
    found = hours(midnight, [0.0, None, 3.0])
    assert [bar.height for bar in found.bars] == [0, found.bars[1].height]
    assert found.bars[1].height > 0


def test_hour_that_comes_twice_in_october_is_added_up():
    night = datetime(2022, 10, 29, 22, 0, tzinfo=UTC)  # midnight of 30 October in Paris
    found = hours(night, [1.0] * 25, now=night + timedelta(hours=25, minutes=-1))
    heights = sorted(bar.height for bar in found.bars)
    assert len(heights) == 24
    assert heights[-1] == 2 * heights[0]


def test_days_without_measure_have_no_bar():
    found = sparks.last_days(
        buckets(NOW - timedelta(days=4), timedelta(days=1), [4.0, None, 0.0, 8.0]), PARIS, FRENCH, str
    )
    assert [bar.height for bar in found.bars][1] == 0
    assert len(found.bars) == 3
    assert found.title == "Les 4 derniers jours\xa0: au plus 8.0 en un jour."
