"""A small city, what importing a table into it would do, and its problems."""

import pytest

from services.device_registry.domain.exchange.planning import File, plan
from services.device_registry.domain.loading import load


@pytest.fixture
def known(city):
    return load(city())


@pytest.fixture
def planned(known):
    """A function that plans the import of one text."""

    def make(text, name="t.csv", sort=None, removing=None):
        return plan(known, [File(name=name, text=text, sort=sort)], removing)

    return make


@pytest.fixture
def told(planned):
    """A function that gives the problems of one text: line, column, slug."""

    def ask(text, name="t.csv", sort=None):
        return [(item.span.line, item.span.column, item.slug) for item in planned(text, name, sort).problems]

    return ask
