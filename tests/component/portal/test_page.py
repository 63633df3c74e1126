"""The pages over HTTP: well formed, escaped and guarded, whatever is missing; in two languages."""

import re
from dataclasses import replace
from html.parser import HTMLParser

import msgspec
import pytest

from services.portal.assets import assets
from services.portal.domain.ground import Ground
from services.portal.domain.pages import HOME, PAGES
from services.portal.domain.snapshot import Snapshot, Told
from services.portal.domain.texts import LANGUAGES
from shared.model.registry import Text

VOID = {"meta", "link", "img", "br", "input"}
ADDRESSES = [page.address(language) for page in PAGES for language in LANGUAGES]


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


EMPTY = {
    "figures": {},
    "days": {},
    "latest": (),
    "series": {},
    "rules": (),
    "alerts": (),
    "incidents": (),
    "notifications": (),
    "lamps": (),
}


@pytest.fixture
def shown(client, portal):
    """A function that puts a snapshot on the pages and gives the answer of one."""

    def get(snapshot, path="/"):
        portal.snapshots.keep(snapshot, {})
        return client.get(path)

    return get


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({}, id="everything"),
        pytest.param({"replayed": False}, id="live"),
        pytest.param(EMPTY, id="nothing happened"),
        pytest.param(dict.fromkeys([*EMPTY, "tallies", "sent"]) | {"figures": {}, "days": {}}, id="no service answers"),
        pytest.param({"figures": {"noise": Told(0, None)}, "days": {"noise": Told(0, None)}}, id="nothing worked out"),
        pytest.param({"rules": None}, id="no rules"),
        pytest.param({"lamps": None}, id="no lamps"),
        pytest.param({"ground": Ground()}, id="no map"),
    ],
)
@pytest.mark.parametrize("path", ADDRESSES)
def test_page_is_well_formed_and_its_outline_has_no_holes(shown, flooded, given, path):
    outline = Outline(shown(replace(flooded, **given), path).text)
    assert outline.faults == []
    assert len(outline.ids) == len(set(outline.ids))
    assert set(outline.labels) <= set(outline.ids)
    assert outline.headings[0] == 1
    assert outline.headings.count(1) == 1
    steps = zip(outline.headings, outline.headings[1:], strict=False)
    assert all(later - earlier <= 1 for earlier, later in steps)


@pytest.mark.parametrize(
    ("part", "path", "sections"),
    [
        pytest.param("alerts", "/", ["alerts"], id="rules engine"),
        pytest.param("incidents", "/", ["incidents"], id="notifier, incidents"),
        pytest.param("incidents", "/incidents/", ["timeline"], id="notifier, timeline"),
        pytest.param("notifications", "/messages/", ["outbox"], id="notifier, messages"),
        pytest.param("lamps", "/eclairage/", ["lamps"], id="lighting controller"),
        pytest.param("latest", "/bruit/", ["noise", "noise-map"], id="telemetry, values"),
        pytest.param("series", "/rivieres/", ["flood"], id="telemetry, series"),
    ],
)
def test_service_that_is_away_leaves_its_part_unavailable_and_the_rest_whole(shown, flooded, part, path, sections):
    answer = shown(replace(flooded, **{part: None}), path)
    assert answer.status_code == 200
    for section in sections:
        place = answer.text.index(f'data-section="{section}"')
        assert re.match(r'[^>]+>\s*<p class="away">Indisponible', answer.text[place:])
    assert answer.text.count("Indisponible") == len(sections)


def test_city_without_registry_is_a_page(shown, flooded):
    answer = shown(Snapshot(flooded.now, True, **EMPTY))
    assert answer.status_code == 200
    assert "le registre n’a pas encore parlé" in answer.text


@pytest.mark.parametrize("path", ADDRESSES)
def test_what_others_write_is_text_and_never_markup(shown, flooded, path):
    evil = '"><script>alert("x")</script>'
    points = tuple(msgspec.structs.replace(point, title=evil) for point in flooded.inventory.points)
    areas = tuple(msgspec.structs.replace(area, title=Text(fr=evil, en=evil)) for area in flooded.inventory.areas)
    groups = tuple(msgspec.structs.replace(group, title=Text(fr=evil, en=evil)) for group in flooded.inventory.groups)
    inventory = msgspec.structs.replace(flooded.inventory, points=points, areas=areas, groups=groups)
    written = {
        "notifications": {"body": evil, "subject": evil, "recipient": evil},
        "rules": {"title": evil},
        "alerts": {"rule_title": evil, "rule": evil, "point_title": evil, "point": evil, "severity": evil},
        "incidents": {"title": evil, "code": evil, "owner": evil},
    }
    parts = {
        name: tuple(msgspec.structs.replace(item, **changes) for item in getattr(flooded, name))
        for name, changes in written.items()
    }
    ground = replace(flooded.ground, attribution=evil)
    page = shown(replace(flooded, inventory=inventory, ground=ground, **parts), path).text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert Outline(page).faults == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.id)
def test_every_page_leads_to_every_other_and_to_itself_in_the_other_language(shown, flooded, page):
    for language, other in (("fr", "en"), ("en", "fr")):
        answer = shown(flooded, page.address(language))
        assert answer.status_code == 200
        assert f'<html lang="{language}" data-events="/events?lang={language}&amp;page={page.id}">' in answer.text
        assert answer.headers["Content-Language"] == language
        navigation = answer.text[answer.text.index("<nav") : answer.text.index("</nav>")]
        found = re.findall(r'href="([^"]+)"( aria-current="page")?', navigation)
        assert [address for address, _ in found] == [item.address(language) for item in PAGES]
        assert [address for address, current in found if current] == [page.address(language)]
        assert f'href="{page.address(other)}" lang="{other}"' in answer.text


def test_messages_are_nobodys_outside_of_a_demonstration(shown, flooded):
    real = replace(flooded, demo=False)
    assert shown(real, "/messages/").status_code == 404
    for path in ("/", "/incidents/", "/en/incidents/"):
        page = shown(real, path).text
        assert "/messages/" not in page
        for item in flooded.notifications:
            assert item.recipient not in page
            assert item.body.splitlines()[0] not in page
    assert "astreinte-hydrologie" in shown(real, "/incidents/").text


@pytest.mark.parametrize(("path", "words"), [("/nulle-part", "Page introuvable"), ("/en/nowhere", "Page not found")])
def test_address_that_is_not_there_is_said_in_its_language_within_the_frame(shown, flooded, path, words):
    for snapshot in (None, flooded):
        answer = shown(snapshot, path)
        assert answer.status_code == 404
        assert words in answer.text
        outline = Outline(answer.text)
        assert (outline.faults, outline.headings) == ([], [1])


def test_answers_carry_the_headers_that_guard_a_page(shown, flooded):
    headers = shown(flooded).headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "no-referrer")
    assert headers["Cache-Control"] == "no-store"


def test_before_the_first_snapshot_the_page_asks_to_try_again(client):
    for path, words in (("/bruit/", "Le portail démarre"), ("/en/noise/", "The portal is starting")):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert words in answer.text
        assert Outline(answer.text).faults == []


@pytest.mark.parametrize("name", ["portal.css", "pages.css", "portal.js", "vigie.svg"])
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
    first = portal.renderer.sections(flooded, "fr", HOME.sections)
    again = portal.renderer.sections(flooded, "fr", ["alerts"])
    assert again["alerts"] is first["alerts"]
    assert portal.renderer.sections(replace(flooded), "fr", HOME.sections) == first
    assert portal.renderer.sections(replace(flooded), "fr", ["alerts"])["alerts"] is not first["alerts"]


def test_ground_of_the_map_is_kept_for_ever_at_the_address_of_its_content(shown, client, flooded):
    (address,) = set(re.findall(r'href="(/map/wide\.svg[^"]+)"', shown(flooded).text))
    answer = client.get(address)
    assert answer.content_type == "image/svg+xml"
    assert "immutable" in answer.headers["Cache-Control"]
    assert 'class="metropole"' in answer.text
    assert 'class="commune"' in answer.text
    assert client.get("/map/wide.svg").headers["Cache-Control"] == "no-cache"
    assert client.get("/map/huge.svg").status_code == 404
