"""Every page, in both languages, on a desktop and on a phone: axe, widths, the keyboard while the page is renewed."""

from dataclasses import replace

import pytest

from services.portal.domain.pages import PAGES, page_of_point
from tests.portal import metropolis, observed
from tests.portal.conftest import DESKTOP, PHONE
from tests.portal.serving import Portal

SERIOUS = {"serious", "critical"}
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
        serious = [item for item in page["violations"] if item["impact"] in SERIOUS]
        assert serious == [], page["path"]
        assert page["overflow"] <= 0, page["path"]
        assert page["console"] == [], page["path"]
        assert page["elsewhere"] == [], page["path"]
    renewed = {page["path"]: page["renewed"] for page in found if page["renewed"] is not None}
    assert len(renewed) > 5
    assert set(map(tuple, renewed.values())) == {(True, True)}, renewed


def test_axe_does_find_what_is_wrong(looked_at, city):
    with Portal(
        city, template="<!doctype html><html><title>x</title><img src='/static/vigie.svg'></html>"
    ).served() as site:
        (found,) = looked_at(site, [("/", PHONE)])
    assert {item["rule"] for item in found["violations"]} >= {"html-has-lang", "image-alt"}
