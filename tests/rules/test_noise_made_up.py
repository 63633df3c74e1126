"""Silent and stuck stations, and shouting: made of the recording, which has no gap, no stuck value and no voice."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.rules_engine.domain.playing import Play, Seen
from services.rules_engine.domain.sample import Sample
from tests.played import CITY, brief, events, lit, observed, requests, shipped, told

STATION = "bruit-montreal-minute"
BROKEN, NETWORK, SHOUTS = "bruit.station.en-panne", "bruit.station.reseau-muet", "bruit.nuit.cris"
PERMANENT = [point.id for point in CITY.points if point.kind == "noise-station" and "campagne" not in point.tags]
MINUTE = timedelta(minutes=1)
TORONTO, PARIS = ZoneInfo("America/Toronto"), ZoneInfo("Europe/Paris")
START = datetime(2025, 3, 25, 9, 0, 30, tzinfo=TORONTO)


@pytest.fixture(scope="module")
def morning():
    """Three hours of recorded levels, a minute each."""
    some = [each for each in observed("noise-1min") if START <= each.sample.time < START + timedelta(hours=3)]
    assert len(some) == 180
    return [each.sample.value for each in some]


def at(minute):
    return START + minute * MINUTE


def heard(levels, station=STATION):
    """What a station said; None: nothing."""
    said = ((minute, level) for minute, level in enumerate(levels) if level is not None)
    return [Seen(station, "laeq", Sample(level, at(minute))) for minute, level in said]


def silent(levels, since, until):
    """The same with nothing heard in these minutes, the last one excluded."""
    return [None if since <= minute < until else level for minute, level in enumerate(levels)]


# N4, silent or stuck stations


def test_a_recording_without_a_fault_raises_nothing(morning):
    book = shipped(BROKEN, NETWORK)
    assert brief(events(book, observed("noise-1min"))) == []


@pytest.mark.parametrize("gap", [30, 31, 32, 90])
def test_a_station_is_silent_when_nothing_came_for_half_an_hour(morning, gap):
    """The last minute before the gap is the 49th, the next one the ``gap``-th after it.

    The rule waits a minute for the network to speak: a station that is heard again in that minute is not told.
    """
    book = shipped(BROKEN, NETWORK)
    found = brief(events(book, heard(silent(morning, 50, 49 + gap))))
    silence = [(STATION, "fired", at(49 + 30)), (STATION, "resolved", at(49 + gap))]
    assert found == (silence if gap > 31 else [])


def test_maintenance_is_told_and_not_the_observatory(morning):
    book = shipped(BROKEN, NETWORK)
    sent = told(book, heard(silent(morning, 50, 120)))
    assert [request.team for _, request in sent] == ["bruit-maintenance"]
    assert "Dernière mesure 25/03 09:49" in sent[0][1].message


@pytest.mark.parametrize("equal", [59, 60, 61, 75])
def test_a_station_is_stuck_at_the_sixtieth_minute_with_one_value(morning, equal):
    levels = [*morning[:90], *[52.3] * equal, *morning[90:]]
    found = brief(events(shipped(BROKEN, NETWORK), heard(levels)))
    stuck = [(STATION, "fired", at(90 + 59)), (STATION, "resolved", at(90 + equal))]
    assert found == (stuck if equal > 60 else [])


@pytest.mark.parametrize(("level", "faulty"), [(19.9, True), (20.0, False)])
def test_no_street_is_below_20_db(morning, level, faulty):
    levels = [*morning[:30], level, level, level, *morning[33:]]
    found = brief(events(shipped(BROKEN, NETWORK), heard(levels)))
    assert found == ([(STATION, "fired", at(30)), (STATION, "resolved", at(33))] if faulty else [])


def city(morning, silenced):
    """All permanent stations, of which some say nothing from the 50th minute to the 120th."""
    gap = silent(morning, 50, 120)
    seen = [one for name in PERMANENT for one in heard(gap if name in silenced else morning, name)]
    return sorted(seen, key=lambda each: each.sample.time)


def test_when_more_than_half_are_silent_there_is_one_alert_of_the_network(morning):
    """Four of six. They are held back, and are heard again before the network is well."""
    assert len(PERMANENT) == 6
    book, seen = shipped(BROKEN, NETWORK), city(morning, PERMANENT[:4])
    assert brief(events(book, seen)) == [
        (f"rule:{NETWORK}", "fired", at(49 + 30)),
        (f"rule:{NETWORK}", "resolved", at(120)),
    ]
    ((_, request),) = told(book, seen)
    assert request.team == "bruit-maintenance"
    assert request.message.startswith("4 stations sur 6 muettes depuis une demi-heure : ")


def test_when_half_are_silent_each_has_its_own_alert(morning):
    found = brief(events(shipped(BROKEN, NETWORK), city(morning, PERMANENT[:3])), "fired")
    assert found == [(name, "fired", at(49 + 30)) for name in sorted(PERMANENT[:3])]


def test_a_station_that_stays_silent_is_told_when_the_network_is_well_again(morning):
    gone = [each for each in city(morning, PERMANENT[:4]) if each.point != PERMANENT[0] or each.sample.time < at(50)]
    found = brief(events(shipped(BROKEN, NETWORK), gone), "fired")
    assert [(subject, moment) for subject, _, moment in found] == [
        (f"rule:{NETWORK}", at(79)),
        (PERMANENT[0], at(79)),  # silent since then, told when the network alert had ended
    ]


def test_a_campaign_that_is_over_is_no_fault():
    (campaign,) = [point.id for point in CITY.points if point.id == "bruit-rabatau"]
    seen = heard([50.0, 51.0, 52.0], campaign)
    assert brief(events(shipped(BROKEN, NETWORK), seen, at(600))) == []


# N5, shouting at night


def shouts(*clock, count=1):
    """One shout a time at these minutes of the night of 16 January 2022 at La Plaine, in a series of nothing else."""
    heard_at = {datetime.fromisoformat(f"2022-01-{each}").replace(tzinfo=PARIS) for each in clock}
    start = datetime(2022, 1, 15, 23, 30, tzinfo=PARIS)
    moments = [start + number * MINUTE for number in range(5 * 60)]
    assert heard_at <= set(moments)
    return [Seen("bruit-la-plaine", "voices", Sample(float(count * (each in heard_at)), each)) for each in moments]


FIVE = ("16T01:00", "16T01:02", "16T01:04", "16T01:10", "16T01:14")


def test_five_shouts_in_a_quarter_of_an_hour_raise_the_lamps_for_twenty_minutes():
    book = shipped(SHOUTS)
    fired, resolved = [event for event in events(book, shouts(*FIVE)) if event.transition.kind.value != "renewed"]
    raised = datetime(2022, 1, 16, 1, 14, tzinfo=PARIS)
    (held,), (released,) = lit(book, fired), lit(book, resolved)
    assert (held.group, held.level, held.act.value, fired.transition.at) == ("la-plaine", 80, "hold", raised)
    assert (released.override, released.act.value) == (held.override, "release")
    # The first of the five leaves the window at 01:15; five minutes later it is enough.
    assert resolved.transition.at == datetime(2022, 1, 16, 1, 20, tzinfo=PARIS)


def test_five_shouts_at_once_keep_the_lamps_high_for_twenty_minutes():
    found = brief(events(shipped(SHOUTS), shouts("16T01:00", count=5)))
    raised = datetime(2022, 1, 16, 1, 0, tzinfo=PARIS)
    assert found == [
        ("bruit-la-plaine", "fired", raised),
        ("bruit-la-plaine", "resolved", raised + 20 * MINUTE),
    ]


@pytest.mark.parametrize(
    "moments",
    [
        pytest.param(FIVE[:4], id="four"),
        pytest.param((*FIVE[:4], "16T01:15"), id="the fifth a quarter of an hour after the first"),
        pytest.param(("15T23:40", "15T23:41", "15T23:42", "15T23:43", "15T23:44"), id="before midnight"),
        pytest.param(("16T04:00", "16T04:01", "16T04:02", "16T04:03", "16T04:04"), id="from four o'clock on"),
    ],
)
def test_fewer_shouts_or_another_time_leave_the_lamps_alone(moments):
    assert brief(events(shipped(SHOUTS), shouts(*moments))) == []


def test_shouts_before_midnight_count_when_midnight_has_come():
    found = brief(events(shipped(SHOUTS), shouts("15T23:55", "15T23:56", "15T23:57", "15T23:58", "15T23:59")), "fired")
    assert found == [("bruit-la-plaine", "fired", datetime(2022, 1, 16, tzinfo=PARIS))]


def test_nobody_is_told_of_shouts():
    book = shipped(SHOUTS)
    found = list(Play(book).run(shouts(*FIVE), datetime(2022, 1, 16, 4, tzinfo=PARIS)))
    assert found
    assert [request for event in found for request in requests(book, event)] == []
