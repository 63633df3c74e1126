"""Nobody is asked for what nobody looks at."""

from services.portal.domain.needs import BY_PAGE, needs_of
from services.portal.domain.pages import PAGES


def test_every_page_says_what_it_needs():
    assert {page.id for page in PAGES} | {"point"} == set(BY_PAGE)


def test_pages_together_need_what_each_needs():
    both = needs_of(["noise", "lighting"])
    assert both.parts == {"latest", "rules", "alerts", "lamps", "burnt"}
    assert (both.figures, both.days) == ({"noise"}, {"noise", "lighting"})


def test_page_of_no_facts_needs_nothing():
    assert needs_of(["others"]) == needs_of([])
