"""Alerts about several points together: shown at each of them, linked where there is a page, in both languages."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape

import msgspec
import pytest

from services.portal.domain.answers import Alert, Incident, Notification, Rule
from services.portal.domain.pages import PAGES
from services.portal.domain.texts import LANGUAGES
from tests.component.portal.test_page import Outline
from tests.portal import metropolis, observed

NOW = metropolis.NOW
LOUD = metropolis.LOUD
MEMBERS = LOUD.points
ADDRESSES = [page.address(language) for page in PAGES for language in LANGUAGES]


@pytest.fixture
def get(client, portal, flooded):
    """A function that gives a page of the flooded city with some more alerts, or other parts."""
    portal.ask = observed.ask

    def page(path, *alerts, **parts):
        snapshot = replace(flooded, **({"alerts": (*flooded.alerts, *alerts)} | parts))
        portal.snapshots.keep(snapshot, {})
        answer = client.get(path)
        assert answer.status_code == 200, path
        return answer.text

    return page


def section(page, name):
    return page[page.index(f'data-section="{name}"') :].split("data-section=", 2)[1]


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).replace("\xa0", " ").replace("\u202f", " ").split())


def links(html):
    return {unescape(found).split("#")[0] for found in re.findall(r'href="([^"]+)"', html)}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="with-members"),
        pytest.param({"points": ()}, id="without-members"),
        pytest.param({"points": ("bruit-quai", "taken-away")}, id="member-that-is-gone"),
        pytest.param({"point": "all", "point_title": "Toute la ville"}, id="about-all"),
        pytest.param({"point": "taken-away", "points": ()}, id="point-that-is-gone"),
    ],
)
def test_no_page_leads_to_the_page_of_a_point_that_is_not_there(get, client, changes):
    pages = [get(path, msgspec.structs.replace(LOUD, **changes)) for path in ADDRESSES]
    for page in map(Outline, pages):
        assert (page.faults, len(page.ids)) == ([], len(set(page.ids)))
    led_to = {address for page in pages for address in links(page) if "/points/" in address}
    assert len(led_to) > 100
    assert [address for address in led_to if client.get(address).status_code != 200] == []


@pytest.mark.parametrize(("path", "name"), [("/", "alerts"), ("/incidents/", "alerts"), ("/en/incidents/", "alerts")])
def test_it_is_named_without_a_link_and_its_members_are_linked(get, path, name):
    shown = section(get(path, LOUD), name)
    item = next(part for part in shown.split('<li class="alert') if "Quartier bruyant" in part)
    assert '<span lang="fr">Vieux-Port</span>' in item
    prefix = "/en" if path.startswith("/en") else ""
    assert {f"{prefix}/points/{member}" for member in MEMBERS} == links(item)
    assert "3 points" in words(item)


def test_a_single_member_is_one_point(get):
    shown = section(get("/", msgspec.structs.replace(LOUD, points=("bruit-quai", "bruit-quai"))), "alerts")
    assert "1 point Point bruit-quai" in words(shown)


def test_several_of_a_rule_are_counted_as_alerts_and_each_has_its_members(get):
    other = msgspec.structs.replace(
        LOUD, alert="g-2", point="area:panier", point_title="Panier", points=("velos-gare",)
    )
    shown = words(section(get("/", LOUD, other), "alerts"))
    assert "Quartier bruyant rouge 2 alertes actives , la plus ancienne depuis" in shown
    assert "Panier depuis le 10/01 à 09:45 1 point Point velos-gare" in shown


@pytest.mark.parametrize(
    ("theme", "there"),
    [("bruit", True), ("mobilites", True), ("rivieres", False), ("dechets", False), ("eclairage", False)],
)
def test_it_is_on_the_pages_of_its_members_themes(get, theme, there):
    assert ("Quartier bruyant" in get(f"/{theme}/", LOUD)) is there


def test_one_that_names_no_member_is_on_the_pages_of_the_points_that_its_rule_watches(get, flooded):
    nameless = msgspec.structs.replace(LOUD, points=())
    rule = Rule("bruit.quartier", "Quartier bruyant", points=("velos-gare",))
    parts = {"alerts": (nameless,), "rules": (*flooded.rules, rule)}
    assert "Quartier bruyant" in get("/mobilites/", **parts)
    assert "Quartier bruyant" not in get("/bruit/", **parts)
    assert "Quartier bruyant" in get("/", **parts)
    assert "Quartier bruyant" not in get("/mobilites/", alerts=(nameless,), rules=None)


def test_map_marks_each_member_and_no_other_point(get):
    page = section(get("/", LOUD), "map")
    marks = re.findall(r'<a href="/points/([^"]+)" aria-label="([^"]+)"[^>]*>.*?class="mark (mark-\w+)', page)
    marked = {point for point, label, state in marks if "Quartier bruyant" in label}
    assert marked == set(MEMBERS)
    assert {state for point, _, state in marks if point in MEMBERS} == {"mark-alert"}
    assert {state for point, _, state in marks if point == "velos-gare"} == {"mark-quiet"}


def test_map_marks_the_group_whose_luminaires_are_members(get, flooded):
    dark = msgspec.structs.replace(
        LOUD,
        rule_title="Quai éteint",
        point="group:berges-garonne",
        point_title="Berges",
        points=("berge-01", "berge-02"),
    )
    page = section(get("/eclairage/", dark, lamps=()), "lighting-map")
    assert "Berges de la Garonne au Pont-Neuf – Quai éteint" in unescape(page)
    assert "tone-danger" in page.split("<ul")[0]
    assert "Quai éteint" in words(section(get("/eclairage/", dark), "lighting-alerts"))


@pytest.mark.parametrize(
    ("prefix", "fact"), [("", "alerte d’ensemble : Vieux-Port"), ("/en", "alert about several points: Vieux-Port")]
)
def test_page_of_a_member_says_that_it_fires_and_what_it_is_about(get, prefix, fact):
    shown = words(get(f"{prefix}/points/bruit-quai", LOUD))
    assert f"Quartier bruyant {fact}" in shown
    assert "Quartier bruyant" not in get(f"{prefix}/points/bruit-silent", LOUD)


def test_page_of_a_point_says_of_its_own_alert_no_more(get):
    shown = words(get("/points/garonne-toulouse", LOUD))
    assert "Garonne : alerte orange, depuis le" in shown
    assert "alerte d’ensemble" not in shown


def test_card_of_a_member_names_it(get):
    cards = section(get("/bruit/", LOUD), "noise")
    card = next(part for part in cards.split('<li class="point') if ">Point bruit-quai</a>" in part)
    assert '<span class="chip chip-danger" lang="fr">Quartier bruyant</span>' in card


def test_time_is_that_of_its_members_or_of_paris_where_they_have_several(get):
    bins = msgspec.structs.replace(LOUD, points=("wyndham-0", "wyndham-1"))
    assert "depuis le 10/01 à 19:45 (Melbourne)" in words(section(get("/", bins), "alerts"))
    mixed = msgspec.structs.replace(LOUD, points=("wyndham-0", "bruit-quai"))
    assert "depuis le 10/01 à 09:45 1" not in words(section(get("/", mixed), "alerts"))
    assert "Vieux-Port depuis le 10/01 à 09:45 2 points" in words(section(get("/", mixed), "alerts"))


def test_rule_whose_alerts_are_at_several_levels_is_as_bad_as_the_worst_and_each_says_its_own(get):
    levels = [("bruit-quai", "yellow", 3), ("bruit-parc", "red", 1), ("bruit-silent", "yellow", 2)]
    alerts = [
        Alert(name, "bruit.paliers", "Bruit", word, "normal", name, f"Point {name}", NOW - timedelta(hours=hours))
        for name, word, hours in levels
    ]
    shown = words(section(get("/bruit/", *alerts), "noise-alerts"))
    assert shown[shown.index("Bruit rouge") :].startswith(
        "Bruit rouge 3 points , la plus ancienne depuis le 10/01 à 08:45 Voir la liste"
        " Point bruit-parc rouge depuis le 10/01 à 10:45"
        " Point bruit-quai jaune depuis le 10/01 à 08:45"
        " Point bruit-silent jaune depuis le 10/01 à 09:45"
    )


def test_answer_of_before_still_decodes():
    told = msgspec.to_builtins(LOUD)
    del told["points"]
    assert msgspec.convert(told, Alert).places == ("area:vieux-port",)


def test_incident_that_has_eased_says_how_bad_it_was_and_what_was_told(get, flooded):
    hour = timedelta(hours=1)
    eased = Incident("i", "V-7K3Q", "open", "Bruit – Quai", "yellow", "gemapi", NOW - hour, None, 1, worst="red")
    letters = tuple(
        Notification(kind, "outbox", "Astreinte", "sent", "x", NOW, "sms", incident="i", kind=kind, team="astreinte")
        for kind in ("fire", "worsen", "ease")
    )
    parts = {"incidents": (eased,), "notifications": letters}
    assert "V-7K3Q jaune au plus haut : rouge" in words(section(get("/", **parts), "incidents"))
    story = words(section(get("/incidents/", **parts), "timeline"))
    assert "V-7K3Q jaune au plus haut : rouge" in story
    assert [
        story.count(text) for text in ("SMS à Astreinte envoyé", "SMS à Astreinte (aggravation)", "(amélioration)")
    ] == [1] * 3
    english = words(section(get("/en/incidents/", **parts), "timeline"))
    assert "yellow at worst: red" in english
    level = msgspec.structs.replace(eased, worst="yellow")
    assert "au plus haut" not in get("/incidents/", **(parts | {"incidents": (level,)}))
