"""The page to which the links in mails lead: all that it may say, in both languages, on a desktop and on a phone."""

import contextlib
import threading
from datetime import UTC, datetime
from itertools import product
from types import SimpleNamespace
from wsgiref.simple_server import make_server

import pytest
from flask import Flask

from services.notifier import http_acknowledge
from services.notifier.domain.channel import Language
from services.notifier.domain.escalation.linking import PATH
from services.notifier.domain.incidents.acknowledging import Acknowledgement, Way
from services.notifier.domain.incidents.incident import Incident
from services.notifier.use_cases.follow_link import Seen, Sight
from shared.model.incidents import IncidentStatus
from tests.portal.conftest import DESKTOP, PHONE
from tests.portal.serving import Quiet, Server

AT = datetime(2022, 1, 10, 1, 45, tzinfo=UTC)
INCIDENT = Incident(
    id="i", code="V-7K3Q", status=IncidentStatus.OPEN, rule="gemapi.garonne", owner="gemapi", severity="orange",
    title="Garonne à Toulouse : hauteur d'alerte – Pont Neuf, échelle de crue n° 2", criticality="vital", opened_at=AT,
)  # fmt: skip
BY = Acknowledgement(incident="i", person="camille", shown="Camille Roux, cadre d'astreinte GEMAPI", way=Way.SMS, at=AT)
MESSAGE = "La Garonne est à 2,02 m au Pont Neuf (seuil orange 2,00 m) et monte de 12 cm/h."
SAID = [(sight, is_own) for sight in Sight for is_own in ((False, True) if sight is Sight.TAKEN else (False,))]


def seen(sight, is_own, language):
    if sight in (Sight.EXPIRED, Sight.UNKNOWN):
        return Seen(sight, language=language)
    by = None if sight is Sight.WAITING else BY
    return Seen(sight, INCIDENT, MESSAGE, by, is_own, language=language)


@contextlib.contextmanager
def served():
    """The pages, each at an address that says what it shows."""
    app = Flask("notifier", static_folder=None, template_folder=None)
    app.register_blueprint(http_acknowledge.routes)

    def look(token):
        sight, is_own, language = token.split("_")
        return seen(Sight(sight), is_own == "own", Language(language)), "form"

    def wsgi(environ, start_response):
        environ["vigie.worker"] = SimpleNamespace(look=look)
        return app(environ, start_response)

    server = make_server("127.0.0.1", 0, wsgi, server_class=Server, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def address(sight, is_own, language):
    return f"{PATH}{sight.value}_{'own' if is_own else 'others'}_{language.value}"


@pytest.mark.slow
@pytest.mark.parametrize("size", [pytest.param(DESKTOP, id="desktop"), pytest.param(PHONE, id="phone")])
def test_whatever_the_page_says_it_is_accessible_and_fits_the_screen(looked_at, size):
    pages = [address(*said, language) for said, language in product(SAID, Language)]
    with served() as site:
        found = looked_at(site, [(page, size) for page in pages])
    assert len(found) == 14
    for page in found:
        assert page["violations"] == [], page["path"]
        assert page["overflow"] <= 0, page["path"]
        assert page["elsewhere"] == [], page["path"]
        # What the browser says of the answers 404 and 410 is no fault of the page.
        faults = [said for said in page["console"] if "the server responded with a status of" not in said]
        assert faults == [], page["path"]
