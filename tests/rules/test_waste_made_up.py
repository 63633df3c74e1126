"""Fires, probes that move, and containers that fill fast: Wyndham recorded none of them, so series are made."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.rules_engine.domain.playing import Seen
from services.rules_engine.domain.sample import Sample
from tests.played import brief, events, shipped, told

FIRE, MOVED = "dechets.pav.feu", "dechets.pav.sonde-deplacee"
COLLECT, SOON, HALF = "dechets.borne-a-collecter", "dechets.pav.bientot-pleine", "dechets.pav.point-plein"
CONTAINER, OTHER = "pav-noailles-emballages", "pav-cassis-verre"
START = datetime(2022, 1, 10, 2, 0, tzinfo=ZoneInfo("Europe/Paris"))
MINUTE = timedelta(minutes=1)


def at(minute):
    return START + minute * MINUTE


def series(name, step, values, point=CONTAINER):
    """Values of a property, so many minutes apart."""
    return [Seen(point, name, Sample(value, at(number * step))) for number, value in enumerate(values)]


# W5, fire


@pytest.mark.parametrize(
    ("step", "values", "minute"),
    [
        pytest.param(30, [12, 35, 59.9], None, id="warm, and slowly warmer"),
        pytest.param(30, [12, 35, 60.0], 60, id="60 degrees"),
        pytest.param(24 * 60, [12, 61.0], 24 * 60, id="60 degrees, told once a day"),
        pytest.param(10, [12, 12, 21.9], None, id="9.9 degrees in 10 minutes"),
        pytest.param(10, [12, 12, 22.0], 20, id="10 degrees in 10 minutes"),
        pytest.param(1, [12, *range(12, 24)], 11, id="a degree a minute, told each minute"),
        pytest.param(30, [12, 12, 41.9], None, id="not quite a degree a minute over half an hour"),
        pytest.param(30, [12, 12, 42.0], 60, id="a degree a minute over half an hour"),
        pytest.param(24 * 60, [-5, 22, 38], None, id="a cold day, a mild one and a hot one"),
        pytest.param(10, [45, 30, 15], None, id="it grows cold"),
    ],
)
def test_a_fire_is_60_degrees_or_10_more_in_10_minutes(step, values, minute):
    found = brief(events(shipped(FIRE), series("temperature", step, values)), "fired")
    assert found == ([] if minute is None else [(CONTAINER, "fired", at(minute))])


def test_who_is_on_duty_and_the_fire_contact_are_texted_at_once_at_two_in_the_night():
    book = shipped(FIRE)
    sent = told(book, series("temperature", 10, [12, 25]))
    assert [(request.team, request.digest) for _, request in sent] == [
        ("dechets-astreinte", None),
        ("dechets-contact-incendie", None),
    ]
    assert "25,0 °C le 10/01 02:10 (hausse : 78,00 °C/h)" in sent[0][1].message
    assert book.rules[FIRE].rule.criticality.value == "vital"


def test_a_fire_is_over_when_it_was_cool_at_two_readings():
    found = brief(events(shipped(FIRE), series("temperature", 10, [12, 80, 90, 39, 45, 30, 28, 25])))
    assert found == [(CONTAINER, "fired", at(10)), (CONTAINER, "resolved", at(60))]


def burning():
    """Three hours of readings, ten minutes apart, of two containers that are full; one burns in the first hour."""
    hot = series("temperature", 10, [80] * 6 + [20] * 13)
    fill = [90.0] * 19
    return [
        *hot,
        *series("fill", 10, fill),
        *series("fill", 10, fill, OTHER),
        *series("temperature", 10, [8] * 19, OTHER),
    ]


def test_a_container_that_burns_is_not_to_be_collected_until_the_fire_is_out():
    found = events(shipped(COLLECT, FIRE), burning())
    told_at = {(event.rule, event.subject, event.transition.kind.value): event.transition.decided_at for event in found}
    assert told_at == {
        (FIRE, CONTAINER, "fired"): at(0),
        (COLLECT, OTHER, "fired"): at(11),
        (FIRE, CONTAINER, "resolved"): at(70),
        (COLLECT, CONTAINER, "fired"): at(70),
    }


def test_without_a_fire_both_are_to_be_collected_at_the_second_reading():
    found = brief(events(shipped(COLLECT, FIRE), [each for each in burning() if each.name == "fill"]), "fired")
    assert sorted(found) == [(OTHER, "fired", at(10)), (CONTAINER, "fired", at(10))]


@pytest.mark.parametrize(
    ("tilted", "expected"),
    [
        pytest.param([0, 0, 1, 1, 1, 0, 0], [("fired", 20), ("resolved", 50)], id="it falls, and is put right"),
        pytest.param([1, 1, 1, 1], [], id="it is mounted on the lid"),
        pytest.param([1, 0, 1], [("fired", 20)], id="it is mounted on the lid, and was put right"),
    ],
)
def test_a_probe_has_moved_when_it_says_so_and_did_not_before(tilted, expected):
    found = brief(events(shipped(MOVED), series("tilted", 10, tilted)))
    assert found == [(CONTAINER, kind, at(minute)) for kind, minute in expected]


# W3, the forecast


def slope(values):
    """Least squares, for each step: naively."""
    middle = (len(values) - 1) / 2
    mean = sum(values) / len(values)
    moments = [number - middle for number in range(len(values))]
    return sum(step * (value - mean) for step, value in zip(moments, values, strict=True)) / sum(s * s for s in moments)


@pytest.mark.parametrize(
    "fill",
    [
        pytest.param([10, 20, 30, 40, 50, 60, 70], id="ten points a day: to be collected before it is full"),
        pytest.param([0, 26, 52, 78], id="twenty-six points a day"),
        pytest.param([0, 30, 45, 75], id="an uneven rise"),
        pytest.param([70, 71, 70, 72, 71, 70], id="it hardly fills"),
        pytest.param([40, 70, 0, 30, 55], id="it was emptied in between"),
    ],
)
def test_a_container_is_soon_full_if_the_slope_of_three_days_fills_it_in_one_more(fill):
    naive = [day for day in range(2, len(fill)) if fill[day] + slope(fill[day - 2 : day + 1]) >= 100]
    found = brief(events(shipped(SOON, COLLECT), series("fill", 24 * 60, fill), at(len(fill) * 24 * 60)), "fired")
    assert [moment for _, _, moment in found] == [at(day * 24 * 60) for day in naive[:1]]


def test_a_container_on_the_list_is_not_told_again_as_soon_full():
    found = events(shipped(SOON, COLLECT), series("fill", 24 * 60, [60, 70, 82, 84, 100]), at(6 * 24 * 60))
    assert {event.rule for event in found} == {COLLECT}


# W2, half of a drop-off point


@pytest.mark.parametrize(
    ("household", "packaging", "alert"),
    [(89, 20, False), (90, 20, True), (95, 95, True)],
    ids=["one at 89 %", "one of two at 90 %", "both"],
)
def test_half_of_the_containers_of_a_point_at_90_percent_are_told_to_the_sector(household, packaging, alert):
    book = shipped(HALF)
    sent = told(book, [
        *series("fill", 30, [household], "pav-cours-julien-om"),
        *series("fill", 30, [packaging], "pav-cours-julien-emballages"),
    ])  # fmt: skip
    assert [request.team for _, request in sent] == (["dechets-secteur"] if alert else [])
