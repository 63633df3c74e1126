"""The sections of alerts, incidents, messages, lamps, points and origins."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from services.portal.domain.answers import Burnt, Incident, LampGroup, Lost, Luminaire, Notification, Override
from services.portal.domain.presenting import alerts, burnt, incidents, lamps, origins, outbox, summary
from services.portal.domain.severity import Tone
from services.portal.domain.wording import Wording
from tests.portal import city

NOW = datetime(2022, 1, 10, 10, 45, tzinfo=UTC)
FRENCH = Wording("fr")


@pytest.fixture(scope="module")
def flooded():
    return city.snapshot(NOW)


def test_alerts_are_gathered_by_rule_and_the_vital_one_comes_first(flooded):
    shown = alerts.present(flooded, FRENCH)
    assert [(rule.title, len(rule.alerts)) for rule in shown] == [
        ("Garonne : alerte", 1),
        ("Garonne : pré-alerte", 1),
        ("Borne à collecter", 5),
    ]
    assert shown[0].alerts[0].since == "depuis le 10/01\xa0à\xa011:15"


def test_times_of_an_alert_are_those_of_its_point(flooded):
    bins = alerts.present(flooded, FRENCH)[2]
    assert bins.alerts[0].since == "depuis le 10/01\xa0à\xa001:45 (Melbourne)"


def test_headline_is_the_vital_alert(flooded):
    shown = summary.present(flooded, FRENCH)
    assert (shown.title, shown.tone) == ("Alerte vitale en cours", Tone.WARNING)
    assert shown.detail.startswith("Garonne : alerte – Garonne à Toulouse (Pont-Neuf) – 3,12 m, depuis le")
    assert [figure.value for figure in shown.figures] == ["7", "2", "4", "9", "12\u202f345"]


def test_headline_is_calm_without_vital_alerts_and_never_calm_without_an_answer(flooded):
    ordinary = tuple(alert for alert in flooded.alerts if alert.criticality != "vital")
    quiet = replace(flooded, alerts=ordinary)
    assert summary.present(quiet, FRENCH).tone is Tone.CALM
    lost = replace(flooded, alerts=None)
    told = summary.present(lost, FRENCH)
    assert (told.title, told.figures[0].value) == ("Alertes indisponibles", None)


def test_incidents_open_and_resolved_are_apart(flooded):
    shown = incidents.present_incidents(flooded, FRENCH)
    assert [line.code for line in shown.open] == ["GEM-7F3A", "GEM-21C0"]
    assert shown.open[0].owner == "GEMAPI et prévention des inondations"
    assert shown.resolved[0].when == "résolu le 09/01\xa0à\xa023:45, durée 1\xa0j\xa04\xa0h"


def test_incidents_beyond_those_shown_are_counted(flooded):
    many = tuple(
        Incident(f"i{n}", f"C{n}", "open", "x", "jaune", "gemapi", NOW - timedelta(hours=n), None, 3) for n in range(11)
    )
    shown = incidents.present_incidents(replace(flooded, incidents=many), FRENCH)
    assert (len(shown.open), shown.more) == (5, "et 6 de plus")
    assert shown.open[0].firing == "3 alertes actives"


@pytest.mark.parametrize(
    ("medium", "subject", "is_sms"),
    [
        pytest.param("sms", None, True, id="sms"),
        pytest.param("email", "Crue", False, id="e-mail"),
        pytest.param("email", None, False, id="e-mail without a subject"),
        pytest.param("", None, True, id="not told, no subject"),
        pytest.param("", "Crue", False, id="not told, with a subject"),
    ],
)
def test_message_is_known_by_its_medium(medium, subject, is_sms):
    message = Notification("n", "outbox", "Astreinte", "sent", "x", NOW, medium, subject)
    assert outbox.is_sms(message) is is_sms


def test_messages_are_newest_first_with_state_and_reason(flooded):
    shown = outbox.present(flooded, FRENCH)
    assert [(letter.recipient, letter.state) for letter in shown.sms] == [
        ("Astreinte GEMAPI", "envoyé"),
        ("Cadre de permanence", "envoi en cours"),
    ]
    assert shown.emails[-1].reason == "pas de réponse : peut-être reçu, peut-être pas"


def test_state_that_is_not_known_is_shown_as_it_is(flooded):
    strange = (Notification("n", "outbox", "Astreinte", "returned", "x", NOW),)
    assert outbox.present(replace(flooded, notifications=strange), FRENCH).sms[0].state == "returned"


def test_lamps_held_by_a_rule_say_why_and_what_the_calendar_would_do(flooded):
    (group,) = lamps.present(flooded, FRENCH)
    assert (group.level, group.instead, group.instead_share) == (
        "100\xa0%",
        "au lieu de 50\xa0% prévus par le calendrier",
        50,
    )
    assert (group.decided, group.reason) == ("Décidé par une règle", "motif\xa0: crue")
    assert group.rule == "Garonne : alerte"
    assert group.used == "2\xa0h\xa000 d’éclairage consommées sur 4\xa0h\xa000"
    assert group.simulated
    assert group.follow == "11 luminaires sur 12 suivent la consigne"
    assert group.held is None
    assert [lamp.differs for lamp in group.lamps if lamp.differs] == ["signalé 50\xa0%"]


def test_lamps_that_the_limits_of_the_street_hold_are_counted(flooded):
    (group,) = flooded.lamps
    first, *others = group.luminaires
    held = msgspec.structs.replace(group, luminaires=(msgspec.structs.replace(first, cuts=("floor",)), *others))
    (shown,) = lamps.present(replace(flooded, lamps=(held,)), FRENCH)
    assert shown.held == "dont 1 que retiennent les limites de la voie"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("emergency", "Décidé par une urgence"),
        ("operator", "Décidé par un agent"),
        ("vital-rule", "Décidé par une règle"),
    ],
)
def test_who_decides_is_said_in_plain_words(flooded, source, words):
    (held,) = flooded.lamps
    override = msgspec.structs.replace(held.overrides[0], source=source)
    (group,) = lamps.present(replace(flooded, lamps=(msgspec.structs.replace(held, overrides=(override,)),)), FRENCH)
    assert group.decided == words


def test_lamps_that_are_to_be_repaired_are_counted_and_say_what_is_wrong(flooded):
    (held,) = flooded.lamps
    assert lamps.present(flooded, FRENCH)[0].faulty is None
    broken = [msgspec.structs.replace(lamp, fault="lamp") for lamp in held.luminaires[:2]]
    mended = msgspec.structs.replace(held, luminaires=(*broken, *held.luminaires[2:]))
    (group,) = lamps.present(replace(flooded, lamps=(mended,)), FRENCH)
    assert (group.faulty, group.amiss) == ("2 en défaut, à réparer", True)
    assert [lamp.fault for lamp in group.lamps][:3] == ["lampe en panne", "lampe en panne", None]


def test_last_night_is_told_with_what_was_spared(flooded):
    assert burnt.present(flooded, FRENCH) is None
    shown = burnt.present(replace(flooded, burnt=Burnt(NOW.date(), 8.31, 11.9, 3.59, 0.4)), FRENCH)
    assert shown.used == "La nuit dernière\xa0: 8,3\xa0kWh"
    assert shown.spared == "30\xa0% de moins qu’à pleine puissance"
    assert shown.estimated == "dont 0,4\xa0kWh estimés"
    more = burnt.present(replace(flooded, burnt=Burnt(NOW.date(), 120.0, 110.0, -10.0)), FRENCH)
    assert (more.used, more.spared, more.estimated) == ("La nuit dernière\xa0: 120\xa0kWh", None, None)


def test_override_to_the_calendars_own_level_replaces_nothing(flooded):
    group = msgspec.structs.replace(flooded.lamps[0], lost=(Lost("calendar", 100),))
    (shown,) = lamps.present(replace(flooded, lamps=(group,)), FRENCH)
    assert (shown.overridden, shown.instead, shown.instead_share) == (True, None, None)


def test_lamps_of_the_calendar_are_half_as_bright(flooded):
    (group,) = lamps.present(replace(flooded, lamps=city.lamps(NOW, 50)), FRENCH)
    assert (group.overridden, group.decided, group.instead) == (False, "Décidé par le calendrier", None)
    assert {lamp.glow for lamp in group.lamps} == {0.5}


def test_override_by_day_is_waiting(flooded):
    override = Override("o1", "crue", 100, "r")
    by_day = LampGroup("g", "Berges", 0, "calendar", lit=False, overrides=(override,), luminaires=(Luminaire("x"),))
    (group,) = lamps.present(replace(flooded, lamps=(by_day,)), FRENCH)
    assert [(item.reason, item.level) for item in group.waiting] == [("crue", "100\xa0%")]
    assert group.lamps[0].title == "x\xa0: consigne rien, signalé rien"


def test_overrides_that_wait_for_the_same_reason_are_counted(flooded):
    overrides = tuple(Override(f"o{n}", "crue", 100, "r") for n in range(4))
    by_day = LampGroup("g", "Berges", 0, "calendar", lit=False, overrides=overrides)
    (group,) = lamps.present(replace(flooded, lamps=(by_day,)), FRENCH)
    assert [(item.reason, item.times) for item in group.waiting] == [("crue", "×\xa04")]


def test_override_of_an_operator_names_no_rule(flooded):
    override = Override("o1", "fête", 80)
    held = LampGroup("g", "Berges", 80, "o1", lit=True, overrides=(override,))
    (group,) = lamps.present(replace(flooded, lamps=(held,)), FRENCH)
    assert (group.overridden, group.rule, group.until) == (True, None, None)


def test_origins_name_places_source_and_licence_once(flooded):
    shown = origins.present(flooded, FRENCH)
    river, bins = shown.recordings
    assert "Ariège à Bompas" in river.recorded
    assert river.recorded.endswith("janvier 2022, rejoué ici")
    assert bins.recorded == "enregistré\u00a0: Wyndham (Australie), juin 2018 à mai 2021, rejoué ici"
    assert bins.licence == "Licence\xa0: CC-BY 4.0"
    assert shown.simulated == "12 points simulés\xa0: aucune mesure réelle."


def test_city_of_its_own_data_has_no_origins(flooded):
    own = msgspec.structs.replace(flooded.inventory, points=(msgspec.structs.replace(city.gauge(), recording=None),))
    assert origins.present(replace(flooded, inventory=own), FRENCH) == origins.Origins((), None)


@pytest.mark.parametrize(
    ("replayed", "note"),
    [pytest.param(True, "temps rejoué", id="replay"), pytest.param(False, "heure de Paris", id="live")],
)
def test_time_says_whether_it_is_replayed(flooded, replayed, note):
    shown = summary.present_time(replace(flooded, replayed=replayed), FRENCH)
    assert (shown.note, shown.machine) == (note, "2022-01-10T10:45:00+00:00")
