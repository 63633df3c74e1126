"""The page in a real Chromium: it lays out, says what it must, follows the stream, and the console stays clean."""

import contextlib
import re
import shutil
import socketserver
import struct
import subprocess
import threading
from dataclasses import replace
from html import unescape
from itertools import islice
from types import SimpleNamespace
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from flask import Flask

from services.portal import http
from services.portal.assets import address
from services.portal.rendering import Renderer
from services.portal.snapshot_cache import SnapshotCache
from tests.portal import city

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
if CHROMIUM is None:
    pytest.skip("no Chromium on this machine: the page is not looked at in a browser", allow_module_level=True)

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--enable-logging=stderr",
)
DESKTOP, PHONE = (1280, 1600), (390, 2400)


class Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments):
        """Nothing."""


class Portal:
    """The portal's routes on a free port. ``after``: what a stream brings before it breaks off; None: it never does."""

    def __init__(self, snapshot, after=None):
        self.snapshots = SnapshotCache(shortest_s=3600)
        self.snapshots.keep(snapshot)
        self.after = after
        self.app = Flask("portal", static_folder=None, template_folder=None)
        self.app.register_blueprint(http.routes)
        self.worker = SimpleNamespace(snapshots=self.snapshots, renderer=Renderer(address))

    def __call__(self, environ, start_response):
        environ["vigie.worker"] = self.worker
        if environ["PATH_INFO"] != "/events" or self.after is None:
            return self.app(environ, start_response)
        self.snapshots.keep(self.after)
        with contextlib.closing(self.app(environ, start_response)) as pieces:
            return list(islice(pieces, 2))

    @contextlib.contextmanager
    def served(self):
        server = make_server("127.0.0.1", 0, self, server_class=Server, handler_class=Quiet)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            self.snapshots.close()
            server.shutdown()
            thread.join()
            server.server_close()


def chromium(folder, size, *arguments):
    """Run it once; what it printed, and what its console said."""
    command = [
        CHROMIUM,
        *FLAGS,
        f"--user-data-dir={folder / 'profile'}",
        "--window-size={},{}".format(*size),
        *arguments,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    return done.stdout, console


def text_of(dom, section):
    """The words of a section of a dumped page."""
    inner = dom[dom.index(f'data-section="{section}"') :]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", inner[inner.index(">") + 1 :])).split())


@pytest.fixture(scope="module")
def flooded():
    return city.snapshot()


def test_page_reads_fully_and_the_console_stays_clean(flooded, tmp_path):
    with Portal(flooded).served() as site:
        dom, console = chromium(tmp_path, DESKTOP, "--dump-dom", f"{site}/")
    assert console == []
    assert text_of(dom, "summary").startswith("Alerte vitale en cours Garonne : alerte")
    assert "3,02 m" in text_of(dom, "flood")
    assert text_of(dom, "lamps").count("100 %") >= 12
    assert "Astreinte GEMAPI" in text_of(dom, "outbox")
    assert dom.count("<svg") > 40


def test_changes_arrive_without_a_reload(flooded, tmp_path):
    after = replace(flooded, lamps=city.lamps(flooded.now, 50), alerts=())
    with Portal(flooded, after).served() as site:
        # Virtual time stands still while anything is under way, and ends before the stream is tried again.
        dom, console = chromium(tmp_path, DESKTOP, "--virtual-time-budget=2000", "--dump-dom", f"{site}/")
    assert console == []
    assert "Connexion perdue, nouvel essai…" in text_of(dom, "time")
    assert text_of(dom, "summary").startswith("Aucune alerte vitale en cours")
    assert "Décidé par le calendrier" in text_of(dom, "lamps")
    assert "3,02 m" in text_of(dom, "flood")


@pytest.mark.parametrize(
    ("path", "size"),
    [
        pytest.param("/", DESKTOP, id="desktop"),
        pytest.param("/", PHONE, id="phone"),
        pytest.param("/en/", DESKTOP, id="English"),
    ],
)
def test_page_is_drawn(flooded, tmp_path, path, size):
    picture = tmp_path / "page.png"
    with Portal(flooded).served() as site:
        _, console = chromium(tmp_path, size, f"--screenshot={picture}", f"{site}{path}")
    assert console == []
    body = picture.read_bytes()
    assert struct.unpack(">II", body[16:24]) == size
    assert len(body) > 100_000  # an empty or unstyled page of this size is far smaller
