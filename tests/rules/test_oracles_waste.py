"""The rules of waste find in three years of Wyndham's bins what a plain computation finds there.

Each expected figure is worked out twice: by the shipped rule, played, and by a few lines below that know nothing of the
engine. Each bin has one reading a day, from 0 to 10, at the first moment of the day in Melbourne; 8 is 80 %.
"""

from collections import defaultdict
from datetime import datetime, time, timedelta
from itertools import groupby, pairwise
from math import asin, cos, radians, sin, sqrt
from zoneinfo import ZoneInfo

import pytest

from tests.played import CITY, brief, events, observed, scenes, shipped, told
from tests.recorded import rows_of

MELBOURNE = ZoneInfo("Australia/Melbourne")
COLLECT, FIRE = "dechets.borne-a-collecter", "dechets.pav.feu"
DISTRICT, OVERFLOW = "dechets.pav.quartier-plein", "dechets.pav.deborde"
PROBE, NETWORK = "dechets.sonde.en-panne", "dechets.sonde.reseau-muet"
AREA = "area:wyndham"
DAY = timedelta(days=1)
SILENCE = timedelta(hours=72)


@pytest.fixture(scope="module")
def recorded():
    """The recorded readings as observations at their bins."""
    return observed("wyndham-2018-2021")


@pytest.fixture(scope="module")
def bins():
    """The same without the engine: of each bin the moment and what it says, 0 to 10, in the order of days."""
    found = defaultdict(list)
    for row in rows_of("wyndham-2018-2021"):
        found[f"wyndham-{row.device}"].append((row.at, int(row.cells["latestFullness"])))
    return dict(found)


@pytest.fixture(scope="module")
def past_the_end(recorded):
    """Four days after the last reading: what the clock alone decides has been decided."""
    return recorded[-1].sample.time + 4 * DAY


def melbourne(day):
    return datetime.combine(datetime.fromisoformat(day).date(), time(), MELBOURNE)


# W1, to collect


def to_collect(bins, in_a_row, empty):
    """When a bin was at 8 or more at so many readings in a row, and when it was at most ``empty``: naively."""
    found = []
    for name, readings in bins.items():
        full, firing = 0, False
        for at, level in readings:
            full = full + 1 if level >= 8 else 0
            if not firing and full >= in_a_row:
                firing = True
                found.append((name, "fired", at))
            elif firing and level <= empty:
                firing = False
                found.append((name, "resolved", at))
    return sorted(found)


ONE_READING = {"  for: 2 times ": "  for: 1 times "}
NO_HYSTERESIS = {**ONE_READING, "  until: {at_most: [fill, 20 %]} ": "  until: {below: [fill, 80 %]} "}


@pytest.mark.parametrize(
    ("instead", "in_a_row", "empty", "raised", "cleared"),
    [
        pytest.param({}, 2, 2, 298, 297, id="as it is shipped: two readings at 80 %, until 20 %"),
        pytest.param(ONE_READING, 1, 2, 3527, 3523, id="after one reading"),
        pytest.param(NO_HYSTERESIS, 1, 7, 3562, 3558, id="after one reading, until it is below 80 %"),
    ],
)
def test_bins_are_to_be_collected_as_often_as_they_were(
    recorded, past_the_end, bins, instead, in_a_row, empty, raised, cleared
):
    found = sorted(brief(events(shipped(COLLECT, instead=instead), recorded, past_the_end)))
    assert found == to_collect(bins, in_a_row, empty)
    assert [sum(kind == wanted for _, kind, _ in found) for wanted in ("fired", "resolved")] == [raised, cleared]


def test_the_round_gets_one_mail_a_day_with_what_is_full(recorded):
    sent = told(shipped(COLLECT), recorded[:3000])
    assert {(request.team, request.digest) for _, request in sent} == {("dechets-collecte", "05:00")}


# W2, several near one another


def metres(first, second):
    """Between two points, on a sphere of 6,371 km."""
    (east, north), (west, south) = ((radians(each.longitude), radians(each.latitude)) for each in (first, second))
    half = sin((north - south) / 2) ** 2 + cos(north) * cos(south) * sin((east - west) / 2) ** 2
    return 2 * 6_371_000 * asin(sqrt(half))


def crowds(bins):
    """The most full bins within 500 m of one of them, the bin in their middle, after each day's readings: naively."""
    points = {point.id: point for point in CITY.points if point.id in bins}
    near = {name: {other for other in points if metres(points[name], points[other]) <= 500} for name in points}
    full = defaultdict(set)
    for name, readings in bins.items():
        for at, level in readings:
            full[at] |= {name} if level >= 8 else set()
    return {at: max(((len(near[name] & names), name) for name in names), default=(0, "")) for at, names in full.items()}


def test_on_618_days_three_bins_within_500_metres_are_full(recorded, bins):
    book = shipped(DISTRICT)
    rule, (most, *_) = book.rules[DISTRICT], book.rules[DISTRICT].when.inputs
    found, largest = set(), {}
    for moment, scene in scenes(book, DISTRICT, AREA, recorded):
        largest[moment] = int(most.read(scene))
        if rule.when.decide_in(scene):
            found.add(moment)
    naive = crowds(bins)
    assert largest == {at: count for at, (count, _) in naive.items()}
    assert found == {at for at, (count, _) in naive.items() if count >= 3}
    assert len(found) == 618


def test_the_largest_crowd_are_twelve_bins_around_1511206(recorded, bins):
    naive = crowds(bins)
    day = max(naive, key=lambda at: naive[at][0])
    assert (day, naive[day][0]) == (melbourne("2019-09-27"), 12)
    point = {each.id: each for each in CITY.points}
    around = {name for name in bins if metres(point["wyndham-1511206"], point[name]) <= 500}
    full = {name for name, readings in bins.items() if dict(readings)[day] >= 8}
    assert len(around & full) == 12


def test_the_foreman_is_called_188_times(recorded, bins):
    """A crowd that lasts is one alert: days in a row at which it is there, across days without readings."""
    crowded = [count >= 3 for _, (count, _) in sorted(crowds(bins).items())]
    begins = sum(now and not before for before, now in pairwise([False, *crowded]))
    sent = told(shipped(DISTRICT), recorded)
    assert len(sent) == begins == 188
    assert {(request.team, request.digest) for _, request in sent} == {("dechets-chef-de-secteur", None)}
    assert sent[0][1].message.startswith("Wyndham : Werribee et Point Cook : ")


# W3, overflow that nobody attends to


def full_since(bins):
    """Each time a bin is at 10: its name, the first moment, the readings, and the next reading if there is one."""
    for name, readings in bins.items():
        runs = [list(run) for _, run in groupby(readings, key=lambda reading: reading[1] == 10)]
        for run, after in zip(runs, [*runs[1:], [(None, 0)]], strict=True):
            if run[0][1] == 10:
                yield name, run[0][0], [at for at, _ in run], after[0][0]


TWO_READINGS = {"      for: 1 d\n": "      for: 2 times\n", "      for: 48 h ": "      for: 3 times "}


def test_two_readings_in_a_row_at_10_are_25_episodes(recorded, bins):
    book = shipped(OVERFLOW, instead=TWO_READINGS)
    found = brief(events(book, recorded), "fired")
    naive = [(name, "fired", readings[1]) for name, _, readings, _ in full_since(bins) if len(readings) > 1]
    assert sorted(found) == sorted(naive)
    assert len(found) == 25
    assert found[0] == ("wyndham-1511191", "fired", melbourne("2018-10-11"))


def test_48_hours_are_13_episodes_by_readings_and_17_by_the_clock(recorded, bins, past_the_end):
    """By the clock more, since four times the reading after 48 hours never came, and the bin was still full."""
    two_days = timedelta(hours=48)
    by_readings = [name for name, since, readings, _ in full_since(bins) if readings[-1] - since >= two_days]
    by_clock = [
        (name, "worsened", since + two_days)
        for name, since, _, after in full_since(bins)
        if after is None or after > since + two_days
    ]
    found = brief(events(shipped(OVERFLOW), recorded, past_the_end), "worsened")
    assert sorted(found) == sorted(by_clock)
    assert (len(by_readings), len(found)) == (13, 17)


def test_the_contract_manager_hears_after_two_days_and_the_sector_after_one(recorded, past_the_end):
    sent = [request.team for _, request in told(shipped(OVERFLOW), recorded, past_the_end)]
    assert {team: sent.count(team) for team in sent} == {"dechets-secteur": 31, "dechets-marche": 17}


# W4, probes that are stuck or silent


def stuck(readings):
    """From when to when a bin showed one value for 28 civil days or more; None: to the end. Naively."""
    for _, run in groupby(readings, key=lambda reading: reading[1]):
        moments = [at for at, _ in run]
        first = moments[0].astimezone(MELBOURNE).date()
        long = [at for at in moments if at.astimezone(MELBOURNE).date() >= first + 28 * DAY]
        if long:
            yield long[0], next((at for at, _ in readings if at > moments[-1]), None)


def silent(readings):
    """From when to when nothing was heard for 72 hours."""
    return [(before + SILENCE, after) for (before, _), (after, _) in pairwise(readings) if after - before > SILENCE]


@pytest.fixture(scope="module")
def faults(recorded):
    """What becomes of alerts of probes and of the network."""
    return events(shipped(PROBE, NETWORK), recorded)


def of_rule(some, rule):
    return brief(event for event in some if event.rule == rule)


def days(some):
    """Probe, what became of its alert, and on which day it was decided.

    One that is held back while the network is silent, and is stuck when it is heard again, began to be at fault before.
    """
    return sorted(
        (event.subject, event.transition.kind.value, event.transition.decided_at.astimezone(MELBOURNE).date())
        for event in some
        if event.rule == PROBE
    )


def test_probes_are_stuck_41_times_and_move_again_39_times(faults, bins):
    spans = [(name, *span) for name, readings in bins.items() for span in stuck(readings)]
    naive = [(name, "fired", since) for name, since, _ in spans]
    naive += [(name, "resolved", until) for name, _, until in spans if until is not None]
    found = days(faults)
    assert found == sorted((name, kind, at.astimezone(MELBOURNE).date()) for name, kind, at in naive)
    assert [sum(kind == wanted for _, kind, _ in found) for wanted in ("fired", "resolved")] == [41, 39]


def test_bin_1511191_says_full_190_times(faults, bins):
    same = max((list(run) for _, run in groupby(bins["wyndham-1511191"], key=lambda each: each[1])), key=len)
    assert (len(same), same[0], same[-1][0]) == (190, (melbourne("2018-10-10"), 10), melbourne("2019-06-29"))
    own = [each for each in of_rule(faults, PROBE) if each[0] == "wyndham-1511191"]
    assert own[0] == ("wyndham-1511191", "fired", melbourne("2018-11-07"))
    assert own[1][2] > same[-1][0]


def test_each_of_eight_silences_is_one_alert_of_the_network(faults, bins):
    (silences,) = {tuple(silent(readings)) for readings in bins.values()}
    naive = [(AREA, kind, at) for span in silences for kind, at in zip(("fired", "resolved"), span, strict=True)]
    assert of_rule(faults, NETWORK) == naive
    assert len(silences) == 8


def test_without_the_network_rule_each_silence_would_be_thirty_alerts(recorded, bins):
    """Of probes that are stuck already the alert just goes on."""
    alone = shipped(PROBE, instead={"  unless: dechets.sonde.reseau-muet ": "  # "})
    spans = [
        span
        for readings in bins.values()
        for span in joined([(since, until) for since, until in stuck(readings)] + silent(readings))
    ]
    assert len(brief(events(alone, recorded), "fired")) == len(spans)
    assert len(spans) > 200


def joined(spans):
    """Spans of time that touch or overlap are one."""
    found = []
    for since, until in sorted(spans, key=lambda span: span[0]):
        if found and (found[-1][1] is None or since <= found[-1][1]):
            found[-1][1] = None if until is None or found[-1][1] is None else max(found[-1][1], until)
        else:
            found.append([since, until])
    return found


def test_maintenance_is_told_of_probes_and_of_the_network(recorded):
    book = shipped(PROBE, NETWORK)
    sent = told(book, [each for each in recorded if each.sample.time < melbourne("2018-12-01")])
    assert {request.team for _, request in sent} == {"dechets-maintenance"}
    network = [request.message for _, request in sent if "sondes sur" in request.message]
    assert network == 2 * [
        "Wyndham : Werribee et Point Cook : 31 sondes sur 31 muettes depuis trois jours. Passerelle ou réseau."
    ]
