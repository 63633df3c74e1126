"""What each page says without JavaScript, and in which order: the facts a resident or an officer looks for."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import msgspec
import pytest

from services.portal.domain.presenting.pointing import points_of
from services.portal.domain.snapshot import Told
from tests.portal import city, metropolis


@pytest.fixture
def read(client, portal):
    """A function that gives the words of a page, or of one of its sections."""

    def get(snapshot, path, section=None):
        portal.snapshots.keep(snapshot, {})
        page = client.get(path).text
        if section is not None:
            page = page[page.index(f'data-section="{section}"') :]
            page = page[page.index(">") + 1 :].split("data-section=")[0]
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).replace("\xa0", " ").replace("\u202f", " ").split())

    return get


def test_home_says_what_is_going_on_now(read, flooded):
    words = read(flooded, "/")
    for fact in (
        "lundi 10 janvier 2022 à 11 h 45",
        "temps rejoué",
        "Ce ne sont pas celles d’aujourd’hui.",
        "Alerte vitale en cours Garonne : alerte – Garonne à Toulouse (Pont-Neuf) – 3,12 m",
        "3,02 m",
        "au-dessus du seuil « Garonne : alerte »",
        "72,4 dB(A)",
        "en ce moment à Point bruit-quai",
        "1 452 passages comptés aujourd’hui",
        "5 pleines, sur 28 surveillées",
        "12 allumés, sur 12 luminaires",
        "1 abaissé, 1 en écart ou en défaut, 1 groupe commandé par une dérogation",
        "janvier 2022, rejoué ici",
        "Licence : Licence Ouverte 2.0",
        "Démonstration locale, sans authentification.",
    ):
        assert fact in words, fact


def test_most_urgent_theme_is_the_first_tile(read, flooded):
    assert read(flooded, "/", "tiles").startswith("Rivières 3,02 m")
    calm = replace(flooded, series={}, latest=(), figures={}, lamps=())
    assert read(calm, "/", "tiles").count("–") == 4


def test_tile_says_what_is_not_known_and_never_that_all_is_well(read, flooded):
    away = read(replace(flooded, latest=None, lamps=None), "/", "tiles")
    assert away.count("– indisponible") == 5
    without_rules = read(replace(flooded, rules=None), "/", "tiles")
    assert "seuil" not in without_rules
    old = read(replace(flooded, now=flooded.now + timedelta(days=2)), "/", "tiles")
    assert old.count("– aucune valeur récente") == 2


def test_loudest_of_last_night_is_on_the_tile_of_noise_even_while_the_station_is_silent(read, flooded):
    assert "nuit dernière : au plus 74,0 dB(A) (Point bruit-silent)" in read(flooded, "/", "tiles")
    pending = replace(flooded, figures={"noise": Told(0, None)})
    assert "nuit dernière : pas encore calculé" in read(pending, "/", "tiles")


def test_noise_page_has_the_loudest_first_and_yesterday_beside_its_limits(read, flooded):
    words = read(flooded, "/bruit/", "noise")
    assert "Le plus bruyant en ce moment : Point bruit-quai, 72,4 dB(A)." in words
    places = [words.rindex(f"Point bruit-{name}") for name in ("quai", "parc", "silent")]
    assert places == sorted(places)
    assert "Nuit, 22 h–6 h 66,4 dB(A)" in words
    assert "Lden (24 h pondérées) 49,1 dB(A) La veille n’a été mesurée qu’à 50 %." in words
    assert "qualité bonne ancienne" in words
    assert "simulé" in words


def test_level_above_its_yearly_limit_is_marked_and_others_are_not(client, portal, flooded):
    portal.snapshots.keep(flooded, {})
    page = client.get("/bruit/").text
    quai, parc = (page[page.index(f">Point bruit-{name}</a></h3>") :].split("</li>")[0] for name in ("quai", "parc"))
    assert quai.count('class="ink-warning"') == 2
    assert "ink-warning" not in parc


def test_waste_page_has_the_alerting_and_fullest_first_and_since_when(read, flooded):
    words = read(flooded, "/dechets/", "waste")
    fills = [int(found) for found in re.findall(r"(\d+) % Remplissage", words)]
    alerted, others = fills[:5], fills[5:]
    assert sorted(alerted) == [80, 80, 80, 100, 100]
    assert others[:-1] == sorted(others[:-1], reverse=True)
    assert words.startswith("5 pleines sur 28 que l’on surveille.")
    assert "À 80 % ou plus depuis 09/01 à 15:45" in words
    assert "Jours à 80 % ou plus, sur 30 7" in words


def test_rivers_page_has_the_curve_its_thresholds_and_the_rise(read, flooded):
    words = read(flooded, "/rivieres/", "flood")
    for fact in (
        "Garonne à Toulouse (Pont-Neuf) 3,02 m",
        "3,00 m",
        "/h sur la dernière heure",
        "Voir les valeurs en tableau",
    ):
        assert fact in words
    assert words.index("Garonne à Toulouse (Pont-Neuf)") < words.index("Garonne à Marquefave")


def test_mobility_page_has_the_busiest_of_today_first_and_says_what_was_not_measured(read, flooded):
    words = read(flooded, "/mobilites/", "mobility")
    assert words.index("Point velos-pont") < words.index("Point velos-gare")
    assert "Aujourd’hui 812" in words
    assert "Hier pas de mesure" in words
    assert "Heure la plus chargée d’hier 99 dès 08:45" in words


def test_lighting_page_says_what_is_wanted_what_is_and_why(read, flooded):
    words = read(flooded, "/eclairage/", "lamps")
    for fact in (
        "Décidé par une règle – motif : crue Garonne : alerte",
        "100 % au lieu de 50 % prévus par le calendrier",
        "11 luminaires sur 12 suivent la consigne",
        "signalé 50 %",
        "simulé",
    ):
        assert fact in words


def test_incidents_page_tells_who_was_told_when_and_whether_it_arrived(read, flooded):
    words = read(flooded, "/incidents/", "timeline")
    assert words.startswith("Ouverts Garonne : alerte – Garonne à Toulouse (Pont-Neuf)")
    assert "SMS à Astreinte GEMAPI envoyé" in words
    assert "courriel à Mairie de secteur incertain pas de réponse : peut-être reçu, peut-être pas" in words
    assert "résolu le 09/01 à 23:45, durée 1 j 4 h" in words


def test_incidents_page_without_answer_about_messages_says_so(read, flooded):
    words = read(replace(flooded, notifications=None), "/incidents/", "timeline")
    assert words.startswith("Qui a été prévenu : indisponible")
    assert "GEM-7F3A" in words


@pytest.mark.parametrize("path", ["/", "/incidents/", "/messages/", "/en/incidents/"])
def test_no_number_or_address_of_a_person_is_on_a_page(client, portal, flooded, path):
    portal.snapshots.keep(flooded, {})
    page = client.get(path).text
    assert re.search(r"\+33|06 ?39 ?98|@example", page) is None


@pytest.mark.parametrize("look", ["wide", "narrow"])
def test_map_has_a_mark_for_each_point_that_is_shown_and_one_for_a_group(client, portal, flooded, look):
    portal.snapshots.keep(flooded, {})
    page = client.get("/").text
    drawing = page[page.index(f'<div class="{look}-only">') :].split("</svg>")[0]
    marked = set(re.findall(r'<a href="([^"]+)"', drawing))
    shown = {point.id for point in points_of(flooded) if point.kind != "luminaire"}
    # The bins of Wyndham lie beyond the map; the lamps of the bank are one.
    inside = {f"/points/{name}" for name in shown if not name.startswith("wyndham")}
    assert marked == inside | {"/eclairage/#berges-garonne"}
    assert drawing.count("<a ") == len(marked)
    assert "bruit-unplayed" not in page
    assert "bruit-retired" not in page


def test_list_beside_the_map_has_what_the_map_has_and_what_lies_beyond(read, flooded):
    words = read(flooded, "/", "map")
    assert "Point bruit-quai 72,4 dB(A)" in words
    assert "Hors de la carte, dans la liste : 28." in words
    assert "Aldi (Point Cook), ordures ménagères 80 % Borne à collecter" in words
    assert "© OpenStreetMap contributors" in words


def test_value_of_each_quality_says_so(read, flooded):
    latest = tuple(
        msgspec.structs.replace(item, quality=quality)
        for item, quality in zip(
            [item for item in flooded.latest if item.point.startswith("bruit")],
            ("good", "simulated", "out-of-range"),
            strict=True,
        )
    )
    words = read(replace(flooded, latest=latest), "/bruit/", "noise")
    for fact in ("qualité bonne", "qualité simulée", "qualité hors plage"):
        assert fact in words


def test_english_page_is_english(read, flooded):
    words = read(flooded, "/en/noise/")
    for fact in ("Loudest just now: Point bruit-quai, 72.4 dB(A).", "Night, 22–6 h", "quality: good", "just now"):
        assert fact in words
    assert "instead of the calendar’s 50%" in read(flooded, "/en/lighting/")
    assert "recorded: Garonne à Toulouse (Pont-Neuf), January 2022, replayed here" in read(flooded, "/en/rivers/")


def test_figures_that_telemetry_did_not_answer_are_said_to_be_missing(read, flooded):
    words = read(replace(flooded, figures={"noise": Told(0, None)}), "/bruit/", "noise")
    assert "pas encore calculé" in words


def test_city_that_plays_nothing_has_no_origin(read):
    quiet = city.snapshot(metropolis.NOW, latest=(), series={})
    assert "enregistré" not in read(quiet, "/", "origins")


def test_old_value_says_how_old_it_is(read, flooded):
    later = replace(flooded, now=flooded.now + timedelta(hours=3, minutes=5))
    assert "il y a 3 h 05" in read(later, "/bruit/", "noise")
