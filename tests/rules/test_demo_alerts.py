"""Three weeks of the demonstration show what the rules of noise and waste do, and bury nobody in alerts."""

from collections import Counter, defaultdict

import pytest

from tests.played import events, ids_of, played, requests, shipped

pytestmark = pytest.mark.slow
NOT_SHOWN = {
    "bruit.station.reseau-muet",  # no network fails in these three weeks,
    "dechets.sonde.reseau-muet",
    "dechets.sonde.en-panne",  # and no probe: being stuck takes four weeks
}


@pytest.fixture(scope="module")
def demonstrated():
    """Of both directorates the rules, and what became of alerts in three weeks."""
    found = {}
    for directorate, seen in played("demo", "bruit", "dechets").items():
        book = shipped(*ids_of(directorate))
        found[directorate] = book, events(book, seen)
    return found


@pytest.mark.parametrize("directorate", ["bruit", "dechets"])
def test_every_rule_fires_that_can(demonstrated, directorate):
    book, happened = demonstrated[directorate]
    fired = {event.rule for event in happened if event.transition.kind.value == "fired"}
    assert fired == book.rules.keys() - NOT_SHOWN


@pytest.mark.parametrize("directorate", ["bruit", "dechets"])
def test_no_rule_fires_oftener_than_once_a_day(demonstrated, directorate):
    _, happened = demonstrated[directorate]
    fired = Counter(event.rule for event in happened if event.transition.kind.value == "fired")
    assert max(fired.values()) <= 21


@pytest.mark.parametrize("directorate", ["bruit", "dechets"])
def test_no_team_is_told_more_than_six_things_a_day(demonstrated, directorate):
    book, happened = demonstrated[directorate]
    days = defaultdict(Counter)
    for event in happened:
        if event.transition.kind.value in ("fired", "worsened"):
            for request in requests(book, event):
                days[request.team][event.transition.at.date()] += 1
    assert max(number for days_of_team in days.values() for number in days_of_team.values()) <= 6


def test_every_text_message_of_the_night_is_about_what_happens_then(demonstrated):
    """Mediation and police are told by text: of what, and how often in three weeks."""
    book, happened = demonstrated["bruit"]
    texts = Counter(
        (request.team, event.rule)
        for event in happened
        if event.transition.kind.value == "fired"
        for request in requests(book, event)
        if request.team in ("bruit-mediation", "bruit-police-municipale")
    )
    assert texts == {
        ("bruit-mediation", "bruit.nuit.demi-heure"): 3,
        ("bruit-mediation", "bruit.vie-nocturne"): 6,
        ("bruit-police-municipale", "bruit.nuit.emergence"): 6,
    }
