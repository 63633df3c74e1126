"""The portal's own parts are real: its database, templates and cache. What other services would answer is given."""

from types import SimpleNamespace

import pytest
from flask import Flask

from services.portal import http
from services.portal.assets import address
from services.portal.rendering import Renderer
from services.portal.snapshot_cache import SnapshotCache
from tests.portal import metropolis


class Refreshed(SnapshotCache):
    """A cache whose snapshot is set by the test and is always fresh."""

    def current(self, page, longest_s=0.0):
        return self.snapshot


@pytest.fixture(scope="session")
def flooded():
    return metropolis.snapshot()


@pytest.fixture(scope="session")
def renderer():
    """One for all tests: it compiles its templates once."""
    return Renderer(address)


@pytest.fixture
def portal(renderer):
    """What a view finds behind ``worker()``; no snapshot yet."""
    return SimpleNamespace(snapshots=Refreshed(most_listeners=2), renderer=renderer)


@pytest.fixture
def client(portal):
    """A client of the portal's routes."""
    app = Flask("portal", static_folder=None, template_folder=None)
    app.register_blueprint(http.routes)
    made = app.test_client()
    made.environ_base["vigie.worker"] = portal
    return made
