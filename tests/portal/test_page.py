"""The page in a real Chromium: it lays out, says what it must, follows the stream, and the console stays clean."""

import re
import shutil
import struct
import subprocess
from dataclasses import replace
from html import unescape

import pytest

from tests.portal import city, metropolis
from tests.portal.serving import Portal

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
    return metropolis.snapshot()


def test_page_reads_fully_and_the_console_stays_clean(flooded, tmp_path):
    with Portal(flooded).served() as site:
        dom, console = chromium(tmp_path, DESKTOP, "--dump-dom", f"{site}/")
    assert console == []
    assert text_of(dom, "summary").startswith("Alerte vitale en cours Garonne : alerte")
    assert "3,02 m" in text_of(dom, "tiles")
    assert dom.count('class="mark ') > 20


def test_changes_arrive_without_a_reload(flooded, tmp_path):
    after = replace(flooded, lamps=city.lamps(flooded.now, 50), alerts=())
    with Portal(flooded, after).served() as site:
        # Virtual time stands still while anything is under way, and ends before the stream is tried again.
        dom, console = chromium(tmp_path, DESKTOP, "--virtual-time-budget=2000", "--dump-dom", f"{site}/")
        lamps, _ = chromium(tmp_path, DESKTOP, "--virtual-time-budget=2000", "--dump-dom", f"{site}/eclairage/")
    assert console == []
    assert "Connexion perdue, nouvel essai…" in text_of(dom, "time")
    assert text_of(dom, "summary").startswith("Aucune alerte vitale en cours")
    assert "12 abaissés" in text_of(dom, "tiles")
    assert "Décidé par le calendrier" in text_of(lamps, "lamps")


@pytest.mark.parametrize(
    ("path", "size"),
    [
        pytest.param("/", DESKTOP, id="desktop"),
        pytest.param("/", PHONE, id="phone"),
        pytest.param("/en/rivers/", DESKTOP, id="English"),
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
