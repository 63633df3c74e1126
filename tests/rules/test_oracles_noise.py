"""The rules of the noise observatory find in eleven recorded days what a plain computation finds there.

Each expected figure is worked out twice: by the shipped rule, played, and by a few lines below that know nothing of the
engine. The recording's minutes are stamped at their second 30, on the clock of America/Toronto.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from services.rules_engine.domain.playing import Seen
from services.rules_engine.domain.sample import Sample
from tests.played import events, observed, scenes, shipped, told
from tests.recorded import energy_mean, series_of

TORONTO, PARIS = ZoneInfo("America/Toronto"), ZoneInfo("Europe/Paris")
STATION = "bruit-montreal-minute"
QUARTER, HALF_HOUR = "bruit.nuit.quart-d-heure", "bruit.nuit.demi-heure"
EMERGENCE = "bruit.nuit.emergence"
MINUTE = timedelta(minutes=1)


def toronto(text):
    return datetime.fromisoformat(text).replace(tzinfo=TORONTO)


def at_night(moment):
    return moment.hour >= 22 or moment.hour < 6


@pytest.fixture(scope="module")
def recorded():
    """The recorded minutes as the station's observations."""
    return observed("noise-1min")


@pytest.fixture(scope="module")
def minutes():
    """The same without the engine: local time and level."""
    return series_of("noise-1min", "laeq")["noisemonitor-1m"]


def part(recorded, since, until):
    """The observations between two local times."""
    return [each for each in recorded if toronto(since) <= each.sample.time < toronto(until)]


def with_levels(seen, change):
    """The same observations at other levels."""
    return [Seen(each.point, each.name, Sample(change(each), each.sample.time)) for each in seen]


# N1, night noise


def loud_quarters(minutes, mean):
    """Quarters of an hour at 55 dB(A) or more between 22:00 and 06:00, of which 12 minutes are there: naively."""
    quarters = defaultdict(list)
    for at, level in minutes:
        quarters[at.replace(minute=at.minute // 15 * 15, second=0)].append(level)
    night = {start: levels for start, levels in quarters.items() if at_night(start) and len(levels) >= 12}
    return {start: round(mean(levels), 2) for start, levels in night.items() if mean(levels) >= 55}


def test_three_quarters_of_all_nights_are_loud_as_energy_has_it(recorded, minutes):
    expected = {
        toronto("2025-03-31T01:45"): 55.78,
        toronto("2025-03-31T05:30"): 58.04,
        toronto("2025-03-31T05:45"): 58.30,
    }
    book = shipped(QUARTER)
    rule, found = book.rules[QUARTER], {}
    for moment, scene in scenes(book, QUARTER, STATION, recorded):
        end = moment + timedelta(seconds=30)
        whole = scene.as_of(end)
        if end.minute % 15 == 0 and rule.active.decide_in(whole) and rule.when.decide_in(whole):
            found[end.astimezone(TORONTO) - 15 * MINUTE] = round(rule.lets["niveau"].work_out_in(whole), 2)
    assert found == loud_quarters(minutes, energy_mean) == expected


def test_the_mean_of_the_decibels_themselves_would_be_another(minutes):
    arithmetic = loud_quarters(minutes, lambda levels: sum(levels) / len(levels))
    assert list(arithmetic.values()) == [55.63, 56.89, 57.84]


def test_the_observatory_is_mailed_when_a_loud_quarter_is_over(recorded):
    book = shipped(QUARTER)
    assert [(at, request.team, request.message) for at, request in told(book, recorded)] == [
        (
            toronto("2025-03-31T02:00"),
            "bruit-observatoire",
            "Bruit enregistré chaque minute : 55,78 dB(A) en moyenne, quart d'heure fini le 31/03 02:00.",
        ),
        (
            toronto("2025-03-31T05:45"),
            "bruit-observatoire",
            "Bruit enregistré chaque minute : 58,04 dB(A) en moyenne, quart d'heure fini le 31/03 05:45.",
        ),
    ]


def test_the_mail_ends_with_two_quarters_below_52_or_with_the_night(recorded):
    """02:00 to 02:15 is at 51.38 dB(A), 02:15 to 02:30 at 51.40."""
    ended = [event for event in events(shipped(QUARTER), recorded) if event.transition.kind.value == "resolved"]
    assert [(each.transition.at, each.transition.resolution.value) for each in ended] == [
        (toronto("2025-03-31T02:30"), "condition-cleared"),
        (toronto("2025-03-31T06:15"), "outside-active"),
    ]


def test_the_text_message_is_sent_once_when_the_second_of_two_loud_quarters_is_over(recorded, minutes):
    starts = list(loud_quarters(minutes, energy_mean))
    in_a_row = [later + 15 * MINUTE for earlier, later in pairwise(starts) if later - earlier == 15 * MINUTE]
    sent = told(shipped(HALF_HOUR), recorded)
    assert [at for at, _ in sent] == in_a_row == [toronto("2025-03-31T06:00")]
    assert sent[0][1].team == "bruit-mediation"
    assert sent[0][1].digest is None


def test_of_two_loud_half_hours_in_one_night_only_the_first_is_texted(recorded):
    loud = [
        ("2025-03-24T23:00", "2025-03-24T23:30"),
        ("2025-03-25T03:00", "2025-03-25T03:30"),
        ("2025-03-25T23:00", "2025-03-25T23:30"),
    ]
    intervals = [(toronto(since), toronto(until)) for since, until in loud]
    night = part(recorded, "2025-03-24T12:00", "2025-03-26T12:00")
    levels = with_levels(
        night, lambda each: 60.0 if any(low <= each.sample.time < high for low, high in intervals) else 40.0
    )
    assert [at for at, _ in told(shipped(HALF_HOUR), levels)] == [
        toronto("2025-03-24T23:30"),
        toronto("2025-03-25T23:30"),
    ]


@pytest.mark.parametrize(("missing", "mails"), [(3, 1), (4, 0)])
def test_a_quarter_counts_if_twelve_of_its_minutes_are_there(recorded, missing, mails):
    gone = {toronto("2025-03-31T01:46:30") + number * MINUTE for number in range(missing)}
    night = part(recorded, "2025-03-31T00:00", "2025-03-31T05:00")
    assert len(told(shipped(QUARTER), [each for each in night if each.sample.time not in gone])) == mails


# N2, emergence


def emerging(minutes):
    """Minutes of the night at which the last five are more than 8 dB above the background of the last 60: naively."""
    levels = [level for _, level in minutes]
    found = {}
    for index in range(59, len(minutes)):
        ordered = sorted(levels[index - 59 : index + 1])
        # LA90, the tenth percentile: of 60 it lies at rank 5.9, counted from 0, between the sixth and the seventh.
        background = ordered[5] + 0.9 * (ordered[6] - ordered[5])
        emergence = energy_mean(levels[index - 4 : index + 1]) - background
        if emergence > 8 and at_night(minutes[index][0]):
            found[minutes[index][0]] = round(emergence, 2)
    return found


def test_29_minutes_emerge_by_11_09_at_most(recorded, minutes):
    book = shipped(EMERGENCE)
    rule, found = book.rules[EMERGENCE], {}
    for moment, scene in scenes(book, EMERGENCE, STATION, recorded):
        if rule.active.decide_in(scene) and rule.when.decide_in(scene):
            found[moment.astimezone(TORONTO)] = round(rule.lets["emergence"].work_out_in(scene), 2)
    assert found == emerging(minutes)
    assert len(found) == 29
    assert max(found.items(), key=lambda each: each[1]) == (toronto("2025-04-01T01:13:30"), 11.09)


def test_the_police_hear_of_each_emergence_once_and_not_of_each_minute(recorded, minutes):
    sent = told(shipped(EMERGENCE), recorded)
    assert {request.team for _, request in sent} == {"bruit-police-municipale"}
    assert {at for at, _ in sent} <= emerging(minutes).keys()
    assert [f"{at.astimezone(TORONTO):%d %H:%M}" for at, _ in sent] == [
        "21 03:33", "22 22:51", "22 23:27", "23 00:37", "27 05:33", "31 05:39", "01 01:10",
    ]  # fmt: skip


def test_after_a_minute_is_lost_an_hour_passes_before_emergence_is_judged_again(recorded):
    night = part(recorded, "2025-03-31T23:00", "2025-04-01T02:00")
    lost = [each for each in night if each.sample.time != toronto("2025-04-01T01:00:30")]
    assert len(told(shipped(EMERGENCE), night)) == 1
    assert told(shipped(EMERGENCE), lost) == []
