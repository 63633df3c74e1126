"""The rules of lamps: over recorded daylight what a plain median gives; over made-up lamps what they should."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from astral import Observer
from astral.sun import dawn, dusk

from tests.recorded import series_of
from tests.rules.watching import POINTS, city, happened, made, moved, observed, told, watching

DUSK, EMPTY = "eclairage.crepuscule", "eclairage.cours-mirabeau.rue-vide"
BY_DAY, CABINET = "eclairage.lampe.allumee-le-jour", "eclairage.armoire.allumee-le-jour"
DARK, FAILED, SKY = "eclairage.zone-noire", "eclairage.lampe.en-panne", "eclairage.ciel-noir"
ROOF, STREET = "tuebingen-toit", ("velo-victor-hugo", "velo-sextius", "pietons-mirabeau")
BERLIN, PARIS = "Europe/Berlin", "Europe/Paris"
QUARTER, STEP = timedelta(minutes=15), timedelta(seconds=30)
AS_MIRABEAU = city(moved(ROOF, tags=("crepuscule",)))
QUAY = tuple(f"vieux-port-{number:02}" for number in range(1, 11))
SWITCHINGS = [
    "29 06:31:08 off", "29 20:28:08 on", "30 06:24:08 off", "30 20:33:08 on",
    "31 06:30:08 off", "31 20:25:08 on", "01 06:27:38 off", "01 20:28:38 on",
]  # fmt: skip


def daylight():
    return series_of("light-tuebingen-2023", "lux")["actlumus-1431"]


def switchings(series, lit):
    """When a lamp goes off above 35 lx and on below 20 lx."""
    found = []
    for at, lux in series:
        if lux > 35 if lit else lux < 20:
            lit = not lit
            found.append(f"{at:%d %H:%M:%S} {'on' if lit else 'off'}")
    return found


def medians(series, count):
    """The median of so many readings, the last one included."""
    return [(series[index][0], median(lux for _, lux in series[index + 1 - count : index + 1]))
            for index in range(count - 1, len(series))]  # fmt: skip


def as_switchings(events):
    words = {"fired": "on", "resolved": "off"}
    return [f"{at[8:]} {words[kind]}" for kind, at in told(events, DUSK, zone=BERLIN)]


def test_daylight_switches_the_lamps_eight_times_when_the_median_of_five_minutes_says_so():
    assert switchings(medians(daylight(), 10), lit=True) == SWITCHINGS
    events = happened(watching([DUSK], AS_MIRABEAU), observed("light-tuebingen-2023"))
    # The recording begins in the night: the lamps are on with the first medians.
    assert as_switchings(events) == ["29 00:01:08 on", *SWITCHINGS]
    assert {event.transition.resolution for event in events} == {None, "condition-cleared"}


def test_raw_readings_would_switch_as_often_two_minutes_earlier():
    raw = switchings(daylight(), lit=True)
    assert len(raw) == 8
    assert raw[:2] == ["29 06:29:08 off", "29 20:26:08 on"]
    direct = {"{median_over: [illuminance, 5 min, 30 %]}": "{var: illuminance}"}
    events = happened(watching([DUSK], AS_MIRABEAU, direct), observed("light-tuebingen-2023"))
    assert as_switchings(events) == ["29 00:00:08 on", *raw]


def masked(until=datetime(2023, 8, 30, tzinfo=UTC)):
    """The sensor under a leaf: dark all day long."""
    start = datetime(2023, 8, 29, 0, 0, 8, tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)
    count = int((until - start) / STEP)
    return made(ROOF, "illuminance", start, STEP, [0.5] * count)


def test_a_dark_sensor_lights_nothing_from_half_an_hour_after_dawn_to_half_an_hour_before_dusk():
    events = happened(watching([DUSK], AS_MIRABEAU), masked())
    there, day = Observer(48.52, 9.06), date(2023, 8, 29)
    half = timedelta(minutes=30)
    edges = [dawn(there, day, tzinfo=UTC) + half, dusk(there, day, tzinfo=UTC) - half]
    ended, begun = events[1].transition, events[2].transition
    assert [str(event.transition.kind) for event in events] == ["fired", "resolved", "fired"]
    assert ended.resolution == "outside-active"
    assert [abs(each.at - edge) < timedelta(seconds=2) for each, edge in zip((ended, begun), edges, strict=True)] == [
        True, True,
    ]  # fmt: skip


def test_without_a_reading_for_half_an_hour_the_calendar_has_the_lamps():
    """The rule lets go; its lamps follow their calendar, that is the astronomical clock, then."""
    last = datetime(2023, 8, 29, 21, tzinfo=UTC)
    cut = [each for each in observed("light-tuebingen-2023") if each.moment <= last]
    end = max(each.moment for each in cut)
    events = happened(watching([DUSK], AS_MIRABEAU), cut, end + timedelta(hours=2))
    gone = events[-1].transition
    assert (str(gone.kind), gone.resolution) == ("resolved", "unknown")
    assert timedelta() <= gone.at - end - timedelta(minutes=30) < timedelta(seconds=1)


def test_with_every_second_reading_lost_the_median_is_that_of_the_others():
    thinned = [each for index, each in enumerate(observed("light-tuebingen-2023")) if index % 2]
    events = happened(watching([DUSK], AS_MIRABEAU), thinned)
    assert as_switchings(events)[1:] == switchings(medians(daylight()[1::2], 5), lit=True)


def street(start, victor_hugo, sextius, walkers):
    series = zip(STREET, (victor_hugo, sextius, walkers), strict=True)
    return [seen for point, values in series for seen in made(point, "count", start, QUARTER, values)]


def dimmed(seen, until=None, rules=(EMPTY,)):
    events = happened(watching(rules, city(*STREET)), seen, until)
    return [(kind, at[11:16]) for kind, at in told(events, EMPTY, zone=PARIS)]


NIGHT = datetime(2022, 3, 2, 22, tzinfo=ZoneInfo(PARIS))


@pytest.mark.parametrize(("walkers", "expected"), [
    pytest.param([3] * 12, [("fired", "23:30")], id="half an hour from eleven on"),
    pytest.param([4] * 12, [], id="eleven in a quarter are too many"),
    pytest.param([3] * 5 + [40] + [3] * 6, [("fired", "00:00")], id="somebody at a quarter past eleven"),
    pytest.param([3] * 8 + [13, 14, 3, 3], [("fired", "23:30"), ("resolved", "00:15")], id="back above twenty"),
    pytest.param([3] * 36, [("fired", "23:30"), ("resolved", "05:00")], id="until five"),
])  # fmt: skip
def test_the_street_is_dimmed_while_hardly_anybody_passes(walkers, expected):
    count = len(walkers)
    assert dimmed(street(NIGHT, [5] * count, [2] * count, walkers)) == expected


def test_the_light_is_back_with_the_reading_that_counts_more_than_twenty():
    """Counts come each quarter of an hour; the rule lets go at once, and so do the lamps within their ramp of 20 s."""
    seen = street(NIGHT, [5] * 12, [2] * 12, [3] * 9 + [14] * 3)
    back = happened(watching([EMPTY], city(*STREET)), seen)[-1].transition
    assert (str(back.kind), back.decided_at) == ("resolved", (NIGHT + 9 * QUARTER).astimezone(UTC))


def test_a_counter_that_says_nothing_leaves_the_light_on():
    quiet = [2] * 16
    assert dimmed(street(NIGHT, quiet, [None] * 16, quiet), NIGHT + 16 * QUARTER) == []
    assert dimmed(street(NIGHT, quiet, quiet, [None] * 16), NIGHT + 16 * QUARTER) == []
    lost = street(NIGHT, quiet, quiet[:8], quiet)
    assert dimmed(lost, NIGHT + 16 * QUARTER) == [("fired", "23:30"), ("resolved", "00:45")]


def test_a_dead_counter_does_not_make_the_street_empty():
    """It says zero from the afternoon on, while the other end of the street counts; at night both are low."""
    start, dead = NIGHT - 24 * QUARTER, "mobilite.velos.compteur-a-zero"
    seen = street(start, [0] * 40, [30] * 26 + [4] * 14, [2] * 40)
    assert dimmed(seen) == [("fired", "23:30")]
    assert dimmed(seen, rules=(EMPTY, dead)) == []


def lamps(points, name, start, *values, step=QUARTER):
    return [seen for point in points for seen in made(point, name, start, step, values)]


# In Marseille the sun rises at 06:42 and sets at 18:50 that day; civil dusk is at 19:19.
MORNING = datetime(2026, 3, 20, 5, tzinfo=ZoneInfo(PARIS))
NOON = MORNING.replace(hour=12)
DAY_RULES = (BY_DAY, CABINET, SKY)


def near(moment, hour, minute):
    """Whether it is that time of the day, to the minute in which the sun is known."""
    return abs(moment - MORNING.replace(hour=hour, minute=minute)) <= timedelta(minutes=1)


def by_day(seen, rule=BY_DAY, points=QUAY, until=None):
    events = happened(watching(DAY_RULES, city(*points)), seen, until)
    return [(str(event.transition.kind), event.subject, f"{event.transition.at.astimezone(ZoneInfo(PARIS)):%H:%M}")
            for event in events if event.rule == rule]  # fmt: skip


@pytest.mark.parametrize(("name", "burning"), [("level", [40, 40, 40, 40, 0]), ("power", [31, 31, 31, 31, 0.4])])
def test_a_lamp_that_burns_by_day_for_twenty_minutes_is_told(name, burning):
    seen = [*lamps(QUAY[:1], name, NOON, *burning), *lamps(QUAY[1:], "level", NOON, 0, 0, 0, 0, 0)]
    assert by_day(seen) == [("fired", QUAY[0], "12:20"), ("resolved", QUAY[0], "13:00")]


@pytest.mark.parametrize("burning", [[0, 60, 0, 0], [0, 0, 0, 0]])
def test_a_lamp_that_is_tried_for_a_moment_is_not(burning):
    assert by_day([*lamps(QUAY[:1], "level", NOON, *burning), *lamps(QUAY[1:], "level", NOON, 0, 0, 0, 0)]) == []


def test_standby_power_is_no_light():
    assert by_day([*lamps(QUAY, "power", NOON, 4.9, 4.9, 4.9), *lamps(QUAY, "level", NOON, 0, 0, 0)]) == []


def test_day_begins_half_an_hour_after_sunrise_and_ends_half_an_hour_before_sunset():
    seen = [*lamps(QUAY[:1], "level", MORNING, *[50] * 60), *lamps(QUAY[1:], "level", MORNING, *[0] * 60)]
    events = happened(watching(DAY_RULES, city(*QUAY)), seen)
    begun, ended = (event.transition for event in events)
    assert near(begun.at, 7, 12 + 20)
    assert near(ended.at, 18, 20)
    assert ended.resolution == "outside-active"


@pytest.mark.parametrize(("burning", "cabinet"), [(1, False), (2, True)])
def test_more_than_thirty_percent_of_one_cabinet_are_one_alert_about_the_cabinet(burning, cabinet):
    """Five lamps each: one is 20 %, two are 40 %."""
    site = QUAY[:5]
    assert {POINTS[point].site for point in site} == {"armoire-quai-du-port"}
    seen = [*lamps(QUAY[:burning], "level", NOON, *[80] * 5), *lamps(QUAY[burning:], "level", NOON, *[0] * 5)]
    assert [event[:2] for event in by_day(seen)] == ([] if cabinet else [("fired", QUAY[0])])
    assert by_day(seen, CABINET) == ([("fired", "site:armoire-quai-du-port", "12:20")] if cabinet else [])


def test_lamps_that_a_black_sky_lit_are_no_fault():
    sky = made("crepuscule-vieux-port", "illuminance", NOON - 4 * QUARTER, STEP, [120] * 260)
    seen = [*sky, *lamps(QUAY, "level", NOON, *[60] * 5)]
    assert by_day(seen, SKY, (*QUAY, "crepuscule-vieux-port"))[0][0] == "fired"
    assert by_day(seen, points=(*QUAY, "crepuscule-vieux-port")) == []
    assert by_day(seen, CABINET, (*QUAY, "crepuscule-vieux-port")) == []


EVENING = MORNING.replace(hour=17)
MIDNIGHT = MORNING.replace(hour=0)


def dark(seen, points=QUAY, until=None):
    events = happened(watching([DARK], city(*points)), seen, until)
    return [(str(event.transition.kind), event.subject, f"{event.transition.at.astimezone(ZoneInfo(PARIS)):%H:%M}")
            for event in events]  # fmt: skip


def failing(*points, start=MIDNIGHT, count=8, others=QUAY):
    sound = [point for point in others if point not in points]
    return [*lamps(points, "failure", start, *[1] * count), *lamps(sound, "failure", start, *[0] * count),
            *lamps(others, "level", start, *[100] * count)]  # fmt: skip


@pytest.mark.parametrize(("points", "fires"), [
    (QUAY[:3], True), (QUAY[:2], False), ((QUAY[0], QUAY[2], QUAY[4]), False), ((QUAY[0], QUAY[1], QUAY[5]), False),
    ((QUAY[1], QUAY[2], QUAY[3], QUAY[4]), True),
], ids=["three in a row", "two", "each second one", "across the harbour", "four"])  # fmt: skip
def test_three_neighbours_without_light_are_a_dark_zone(points, fires):
    """On the quay lamps stand 89 m apart, so that 150 m reach the next one on each side."""
    assert dark(failing(*points)) == ([("fired", "site:armoire-quai-du-port", "00:15")] if fires else [])


def test_a_lamp_that_fell_silent_is_as_dark_as_one_that_failed():
    silent = [*lamps(QUAY[:3], "level", MIDNIGHT, 100, 100), *lamps(QUAY[3:], "level", MIDNIGHT, *[100] * 16)]
    assert dark(silent) == [("fired", "site:armoire-quai-du-port", "01:15")]
    mixed = [*failing(QUAY[0], others=QUAY[3:] + QUAY[:1]), *lamps(QUAY[1:3], "level", MIDNIGHT, 100, 100)]
    assert dark(mixed, until=MIDNIGHT + 8 * QUARTER) == [("fired", "site:armoire-quai-du-port", "01:15")]


def test_lamps_that_never_spoke_are_no_dark_zone():
    assert dark(lamps(QUAY[8:], "level", MIDNIGHT, *[100] * 16)) == []


def test_by_day_nobody_is_sent_out_and_at_dusk_somebody_is():
    seen = failing(*QUAY[:3], start=EVENING, count=12)
    (event,) = happened(watching([DARK], city(*QUAY)), seen)
    assert near(event.transition.at, 19, 19 + 15)


def test_a_single_failure_is_on_the_list_once_a_week():
    """It comes and goes every three hours, from a Friday on, for ten days: that week, and the Monday after."""
    flickering = lamps(QUAY[:1], "failure", MIDNIGHT, *[*[1] * 8, *[0] * 4] * 80)
    events = happened(watching([FAILED], city(QUAY[0])), flickering)
    fired = [f"{event.transition.at.astimezone(ZoneInfo(PARIS)):%a %d %H:%M}" for event in events
             if event.transition.kind == "fired"]  # fmt: skip
    assert fired == ["Fri 20 01:00", "Mon 23 01:00"]
