"""The page over HTTP: what it says, that it is well formed, escaped and guarded, whatever is missing."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import msgspec
import pytest

from services.portal.assets import assets
from services.portal.domain.snapshot import Snapshot
from tests.portal import city

VOID = {"meta", "link", "img", "br", "input"}
HEADLINE = "Garonne : alerte – Garonne à Toulouse (Pont-Neuf) – 3,12 m"


class Outline(HTMLParser):
    """Reads a page and keeps what its structure must be judged by."""

    def __init__(self, page):
        super().__init__()
        self.open, self.ids, self.faults, self.headings, self.labels, self.text = [], [], [], [], [], []
        self.feed(page)
        self.faults += [f"<{tag}> is never closed" for tag in self.open]

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids += [given["id"]] if "id" in given else []
        self.labels += [label for name in ("aria-labelledby",) for label in given.get(name, "").split()]
        if tag in {"h1", "h2", "h3"}:
            self.headings.append(int(tag[1]))
        if "style" in given or any(name.startswith("on") for name in given) or (tag == "script" and "src" not in given):
            self.faults.append(f"<{tag}> has what the content policy forbids")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else")

    def handle_data(self, data):
        self.text.append(data)

    @property
    def words(self):
        return " ".join(" ".join(self.text).split())


EMPTY = {"latest": (), "series": {}, "rules": (), "alerts": (), "incidents": (), "notifications": (), "lamps": ()}


@pytest.fixture
def shown(client, portal):
    """A function that puts a snapshot on the page and gives the answer."""

    def get(snapshot, path="/"):
        portal.snapshots.keep(snapshot)
        return client.get(path)

    return get


def test_page_tells_the_flood_in_french(shown, flooded):
    words = Outline(shown(flooded).text).words
    for expected in (
        "lundi 10 janvier 2022 à 11 h 45",
        "temps rejoué",
        "Alerte vitale en cours",
        HEADLINE,
        "3,02 m",
        "3,00 m",
        "enregistré à Garonne à Toulouse (Pont-Neuf), janvier 2022, rejoué",
        "Source : HydroPortail / Hub'Eau",
        "Licence : Licence Ouverte 2.0",
        "Astreinte GEMAPI",
        "au lieu de 50 % prévus par le calendrier",
        "simulé",
        "signalé 50 %",
        "heures de Melbourne",
        "Résolus récemment",
        "Démonstration locale, sans authentification.",
    ):
        assert expected in words


def test_page_tells_it_in_english(shown, flooded):
    answer = shown(flooded, "/en/")
    words = Outline(answer.text).words
    for expected in ("Monday 10 January 2022, 11:45", "replayed time", "3.02 m", "instead of the calendar’s 50%"):
        assert expected in words
    assert '<html lang="en" data-events="/events?lang=en">' in answer.text
    assert answer.headers["Content-Language"] == "en"


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({}, id="everything"),
        pytest.param({"replayed": False}, id="live"),
        pytest.param(EMPTY, id="nothing happened"),
        pytest.param(dict.fromkeys([*EMPTY, "tallies", "sent"]), id="no service answers"),
        pytest.param({"rules": None}, id="no rules"),
        pytest.param({"lamps": None}, id="no lamps"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/en/"])
def test_page_is_well_formed_and_its_outline_has_no_holes(shown, flooded, given, path):
    outline = Outline(shown(replace(flooded, **given), path).text)
    assert outline.faults == []
    assert len(outline.ids) == len(set(outline.ids))
    assert set(outline.labels) <= set(outline.ids)
    assert outline.headings[0] == 1
    steps = zip(outline.headings, outline.headings[1:], strict=False)
    assert all(later - earlier <= 1 for earlier, later in steps)


@pytest.mark.parametrize(
    ("part", "section"),
    [
        pytest.param("alerts", "alerts", id="rules engine"),
        pytest.param("incidents", "incidents", id="notifier, incidents"),
        pytest.param("notifications", "outbox", id="notifier, messages"),
        pytest.param("lamps", "lamps", id="lighting controller"),
        pytest.param("latest", "points", id="telemetry, values"),
        pytest.param("series", "flood", id="telemetry, series"),
    ],
)
def test_service_that_is_away_leaves_its_part_unavailable_and_the_rest_whole(shown, flooded, part, section):
    answer = shown(replace(flooded, **{part: None}))
    assert answer.status_code == 200
    place = answer.text.index(f'data-section="{section}"')
    assert re.match(r'[^>]+>\s*<p class="away">Indisponible', answer.text[place:])
    assert answer.text.count("Indisponible") == 1
    assert "Licence Ouverte 2.0" in answer.text


def test_city_without_registry_is_a_page(shown, flooded):
    answer = shown(Snapshot(flooded.now, True, **EMPTY))
    assert answer.status_code == 200
    assert "le registre n’a pas encore parlé" in answer.text


def test_what_others_write_is_text_and_never_markup(shown, flooded):
    evil = '<script>alert("x")</script>'
    point = msgspec.structs.replace(city.gauge(), title=evil)
    inventory = msgspec.structs.replace(flooded.inventory, points=(point,))
    messages = tuple(msgspec.structs.replace(item, body=evil, subject=evil) for item in flooded.notifications)
    rules = tuple(msgspec.structs.replace(rule, title=evil) for rule in flooded.rules)
    alerts = tuple(msgspec.structs.replace(alert, rule_title=evil, rule=evil) for alert in flooded.alerts)
    page = shown(replace(flooded, inventory=inventory, notifications=messages, rules=rules, alerts=alerts)).text
    assert "<script>" not in page
    assert page.count("&lt;script&gt;") > 10
    assert Outline(page).faults == []


def test_answers_carry_the_headers_that_guard_a_page(shown, flooded):
    headers = shown(flooded).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "no-referrer")
    assert headers["Cache-Control"] == "no-store"


def test_before_the_first_snapshot_the_page_asks_to_try_again(client):
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Le portail démarre" in answer.text


@pytest.mark.parametrize("name", ["portal.css", "portal.js", "vigie.svg"])
def test_static_files_are_kept_for_ever_at_the_address_of_their_content(shown, client, flooded, name):
    address = f"/static/{name}?v={assets()[name].digest}"
    assert address in shown(flooded).text
    answer = client.get(address)
    assert answer.data == assets()[name].body
    assert "immutable" in answer.headers["Cache-Control"]
    assert client.get(f"/static/{name}").headers["Cache-Control"] == "no-cache"
    again = client.get(f"/static/{name}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/static/absent.css", "/static/..%2Fservice.py", "/nowhere"])
def test_what_is_not_there_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_sections_are_written_once_for_everybody(portal, flooded):
    first = portal.renderer.sections(flooded, "fr")
    assert portal.renderer.sections(flooded, "fr") is first
    assert portal.renderer.sections(replace(flooded), "fr") == first
