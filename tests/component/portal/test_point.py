"""The page of a point without JavaScript: what a running city heard of it, said in words, drawings and a table."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from http.client import HTTPConnection

import msgspec
import pytest

from services.console.city import City
from services.portal.recent import Recent
from shared.runtime.clock import VirtualClock
from shared.runtime.settings import Settings, shipped_rules

NOW = datetime(2022, 11, 2, 12, 0, tzinfo=UTC)
MINUTES = timedelta(minutes=15)
AUTUMN = datetime(2022, 10, 29, 22, tzinfo=UTC)
SPRING = datetime(2022, 3, 26, 23, tzinfo=UTC)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The address of a city that heard a gauge on both days of the clocks and today, a counter and noise today."""
    settings = replace(Settings(), listen="127.0.0.1:0", rules_dir=shipped_rules(), recorded_points="no")
    city = City(settings, tmp_path_factory.mktemp("point"), VirtualClock(NOW))
    with city.running() as rpc:
        send(city, rpc, "gemapi", "O200004001", "hauteur", levels())
        send(city, rpc, "mobilite", "velo-prado", "count", {NOW - n * MINUTES: 40.0 * n for n in range(4)})
        send(city, rpc, "bruit", "bruit-euromed", "laeq", {NOW - n * MINUTES: 60.0 + n for n in range(4)})
        yield city.site.address


def levels():
    """Millimetres, as the device sends them; 99 m is more than the gauge can show."""
    found = {AUTUMN + n * MINUTES: 2000.0 + n for n in range(100)}
    found |= {SPRING + n * MINUTES: 1000.0 + n for n in range(92)}
    return found | {NOW - 2 * MINUTES: 99_000.0, NOW - MINUTES: 2310.0, NOW: 2350.0}


def send(city, rpc, directorate, device, name, values):
    key = rpc.device_registry.issue_key(actor={"id": "test"}, directorate=directorate)
    city.timeline.settle()
    sent = [{"device": device, "time": time.isoformat(), "values": {name: value}} for time, value in values.items()]
    link = HTTPConnection(*city.site.address, timeout=60)
    link.request("POST", "/v1/observations", json.dumps(sent), {"Authorization": f"Bearer {key}"})
    answer = link.getresponse()
    assert answer.status == 200, answer.read()
    link.close()
    city.timeline.settle()


def get(site, path):
    link = HTTPConnection(*site, timeout=30)
    link.request("GET", path)
    answer = link.getresponse()
    body = answer.read().decode()
    link.close()
    return answer.status, body


def words(body):
    body = re.sub(r"<[^>]*>", " ", body[body.index("<main") :])
    return " ".join(unescape(body).replace("\xa0", " ").replace("\u202f", " ").split())


def test_page_has_what_is_known_of_a_gauge_now(site):
    status, body = get(site, "/points/garonne-toulouse")
    assert status == 200
    said = words(body)
    for fact in (
        "Garonne à Toulouse (Pont-Neuf)",
        "Hauteur d'eau · Garonne, Ariège et Lèze",
        "rejoué ici",
        "Licence : Licence Ouverte 2.0",
        "2,35 m 02/11 à 13:00 , à l’instant · qualité bonne",
        "mercredi 2 novembre 2022",
        "Les sept jours, du jeudi 27 octobre 2022 au mercredi 2 novembre 2022",
        "1 valeur douteuse, marquée d’un cercle et laissée hors des calculs.",
        "12:00 2,31 m 2,31 m 2,31 m 1",
        "Entendu 02/11 à 13:00, à l’instant",
        "Heures locales du point.",
    ):
        assert fact in said, fact
    assert "/points/garonne-toulouse/observations.csv?from=2022-10-27&amp;to=2022-11-02" in body
    assert 'href="/points/garonne-toulouse?jour=2022-11-01"' in body


def test_file_that_the_page_offers_is_there(site):
    _, body = get(site, "/points/garonne-toulouse")
    offered = [unescape(found) for found in re.findall(r'href="([^"]*observations\.csv[^"]*)"', body)]
    assert len(offered) == 2
    for path in offered:
        status, table = get(site, path)
        assert status == 200
        assert "2.35" in table


@pytest.mark.parametrize(("day", "hours", "there"), [("2022-10-30", 25, True), ("2022-03-27", 23, False)])
def test_table_of_a_day_on_which_clocks_change_has_each_of_its_hours(site, day, hours, there):
    _, body = get(site, f"/points/garonne-toulouse?jour={day}")
    table = body[body.index("<tbody>") : body.index("</tbody>")]
    assert table.count("<tr>") == hours
    assert "pas de mesure" not in unescape(table)
    assert ("02:00 (UTC+1)" in table) is there
    assert ("02:00" in table) is there


def test_counter_has_bars_and_its_zero_is_a_count(site):
    _, body = get(site, "/points/velo-prado")
    drawing = body[body.index('<svg class="curve point-drawing"') :].split("</svg>")[0]
    assert drawing.count('class="bar"') == 4
    assert 'class="line"' not in drawing
    assert "Aujourd’hui 240" in words(body)


@pytest.mark.parametrize(
    ("path", "shown", "never"),
    [
        ("/points/bruit-euromed", "LAeq, niveau équivalent", ("Cris et chants", "LAFmax")),
        ("/bruit/", "LAeq, niveau équivalent", ("Cris et chants", "LAFmax")),
        ("/points/bruit-euromed/source.txt", "LAeq, niveau équivalent [dB]", ("Cris et chants", "LAFmax")),
        ("/points/vieux-port-01", "Vieux-Port 01", ("Puissance active", "Lampe en panne")),
        ("/eclairage/", "Vieux-Port", ("Puissance active", "Lampe en panne")),
    ],
)
def test_what_a_kind_may_observe_and_a_point_never_did_is_not_told(site, path, shown, never):
    """The rules that watch a point may ask for more than it tells: their section is another thing."""
    status, body = get(site, path)
    said = words(body) if "<main" in body else body
    observed = re.sub("Règles qui surveillent ce point.*?(?=Consigne|Appareils)", "", said, flags=re.DOTALL)
    assert status == 200
    assert shown in observed
    assert [name for name in never if name in observed] == []


def test_english_page_is_english_and_leads_to_the_french_one(site):
    status, body = get(site, "/en/points/garonne-toulouse?day=2022-10-30")
    assert status == 200
    said = words(body)
    for fact in ("Sunday 30 October 2022", "Next day", "quality: good", "Latest day with values"):
        assert fact in said, fact
    assert 'href="/points/garonne-toulouse?jour=2022-10-30" lang="fr"' in body


@pytest.mark.parametrize("day", ["hier", "2022-13-45", "2999-01-01", "%3Cscript%3E", "0001-01-01", "%F0%9F%98%80"])
def test_day_that_cannot_be_shown_gives_today_and_says_so(site, day):
    status, body = get(site, f"/points/garonne-toulouse?jour={day}")
    assert status == 200
    assert "Ce jour ne peut pas être montré : voici aujourd’hui." in words(body)
    assert "mercredi 2 novembre 2022" in body
    assert "<script>" not in body


def test_point_of_which_nothing_was_heard_has_a_page_that_says_so(site):
    status, body = get(site, "/points/vieux-port-01")
    assert status == 200
    assert "pas encore de valeur" in body
    assert "simulé" in body
    assert '<svg class="curve' not in body


def test_unknown_point_is_not_found_in_the_language_of_its_address(site):
    assert get(site, "/points/nulle-part")[0] == 404
    status, body = get(site, "/en/points/%3Cb%3E")
    assert status == 404
    assert "Page not found" in body


class Counting:
    """An ``ask`` that nobody answers, and how often it was asked."""

    def __init__(self):
        self.asked = []

    def __call__(self, questions):
        self.asked.append(questions)
        return [None for _ in questions]


def test_unknown_point_asks_nobody_and_a_known_one_once_in_a_moment(client, portal, flooded):
    portal.ask = Counting()
    portal.snapshots.keep(flooded, {})
    assert client.get("/points/nowhere").status_code == 404
    assert portal.ask.asked == []
    for _ in range(3):
        assert client.get("/points/garonne-toulouse").status_code == 200
    (questions,) = portal.ask.asked
    assert len(questions) == 4
    client.get("/points/garonne-toulouse?jour=2022-01-09")
    assert len(portal.ask.asked) == 2


def test_page_whose_services_are_away_says_so_and_is_no_error(client, portal, flooded):
    portal.ask = Counting()
    portal.snapshots.keep(replace(flooded, latest=None, alerts=None, rules=None), {})
    answer = client.get("/points/garonne-toulouse")
    assert answer.status_code == 200
    assert answer.text.count("Indisponible") >= 4


def test_before_anything_is_known_one_is_asked_to_come_again(client):
    assert client.get("/points/garonne-toulouse").status_code == 503


def test_titles_are_text_and_never_markup(client, portal, flooded):
    portal.ask = Counting()
    points = tuple(
        msgspec.structs.replace(point, title="<b>Pont</b>") if point.id == "garonne-toulouse" else point
        for point in flooded.inventory.points
    )
    portal.snapshots.keep(replace(flooded, inventory=msgspec.structs.replace(flooded.inventory, points=points)), {})
    page = client.get("/points/garonne-toulouse").text
    assert "<b>Pont" not in page
    assert "&lt;b&gt;Pont" in page


def test_answer_is_kept_for_a_moment_and_few_are_kept():
    now = [0.0]
    recent = Recent(good_for_s=1.0, most=2, monotonic=lambda: now[0])
    made = []
    for key, at in (("a", 0.0), ("a", 0.9), ("a", 1.0), ("b", 1.0), ("c", 1.0), ("b", 1.1), ("a", 1.1)):
        now[0] = at
        recent.get(key, lambda key=key, at=at: made.append((key, at)))
    assert made == [("a", 0.0), ("a", 1.0), ("b", 1.0), ("c", 1.0), ("a", 1.1)]
