"""Every page, in both languages, on a desktop and on a phone: axe, widths, the keyboard while the page is renewed."""

from dataclasses import replace

import pytest
from msgspec.structs import replace as altered

from services.portal.domain.answers import Override
from services.portal.domain.pages import PAGES, page_of_point
from tests.portal import metropolis, observed
from tests.portal.conftest import DESKTOP, PHONE
from tests.portal.serving import Portal

SERIOUS = {"serious", "critical"}
LANDMARKS = {"region", "landmark-one-main", "landmark-unique", "landmark-complementary-is-top-level"}
"""All that a page says stands in a landmark: who goes from one to the next by keyboard misses nothing."""

POINTS = ("garonne-toulouse", "velos-pont", "berge-01")


@pytest.fixture(scope="module")
def city():
    plain = metropolis.snapshot()
    return replace(plain, alerts=(*plain.alerts, metropolis.LOUD))


@pytest.mark.slow
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("size", [pytest.param(DESKTOP, id="desktop"), pytest.param(PHONE, id="phone")])
def test_page_is_accessible_fits_the_screen_and_keeps_the_focus_when_it_is_renewed(looked_at, city, language, size):
    pages = (*PAGES, *map(page_of_point, POINTS))
    portal = Portal(city)
    portal.worker.ask = observed.ask
    with portal.served() as site:
        found = looked_at(site, [(page.address(language), size) for page in pages])
    assert len(found) == len(pages)
    for page in found:
        wrong = [item for item in page["violations"] if item["impact"] in SERIOUS or item["rule"] in LANDMARKS]
        assert wrong == [], page["path"]
        assert page["overflow"] <= 0, page["path"]
        assert page["console"] == [], page["path"]
        assert page["elsewhere"] == [], page["path"]
    renewed = {page["path"]: page["renewed"] for page in found if page["renewed"] is not None}
    assert len(renewed) > 5
    assert set(map(tuple, renewed.values())) == {(True, True)}, renewed


def lamps_of_all_sorts():
    """Groups that follow an emergency, an operator and their calendar, with orders that wait and lamps that fail."""
    (bank,) = metropolis.snapshot().lamps
    fire = Override("e1", "feu de forêt", 100, "emergency", None, metropolis.NOW)
    market = Override("o2", "marché de nuit", 80, "operator", None, metropolis.NOW, 600.0, 7200.0)
    (first, second, third, *others) = bank.luminaires
    failing = (
        altered(first, fault="lamp", actual=0),
        altered(second, fault="communication", actual=None),
        altered(third, fault="stuck", actual=100),
        *others,
    )
    return (
        altered(bank, group="berges", source="e1", overrides=(fire, market), luminaires=failing),
        altered(bank, group="halles", source="o2", overrides=(market,), lost=()),
        altered(bank, group="parc", source="calendar", overrides=(), lost=(), lit=False, level=0),
        altered(bank, group="neuf", source="default", overrides=(), lost=(), level=None, until=None, luminaires=()),
    )


@pytest.mark.slow
@pytest.mark.parametrize("shown", ["all sorts", "nothing", "away"])
def test_axe_has_nothing_at_all_to_say_of_the_lighting_page(looked_at, city, shown):
    lamps = {"all sorts": lamps_of_all_sorts(), "nothing": (), "away": None}[shown]
    pages = [(address, size) for address in ("/eclairage/", "/en/lighting/") for size in (DESKTOP, PHONE)]
    with Portal(replace(city, lamps=lamps)).served() as site:
        found = looked_at(site, pages)
    assert [(page["path"], tuple(page["size"])) for page in found] == pages
    assert [page["violations"] + page["console"] for page in found] == [[], [], [], []]
    assert all(page["overflow"] <= 0 for page in found)


def test_axe_does_find_what_is_wrong(looked_at, city):
    with Portal(
        city, template="<!doctype html><html><title>x</title><img src='/static/vigie.svg'></html>"
    ).served() as site:
        (found,) = looked_at(site, [("/", PHONE)])
    assert {item["rule"] for item in found["violations"]} >= {"html-has-lang", "image-alt"}
