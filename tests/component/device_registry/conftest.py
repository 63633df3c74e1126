"""Every test here has the registry's own database in a SQLite file; what is published is read back from its outbox."""

import json
import shutil
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.client import HTTPConnection

import pytest

from services.console.city import City
from services.device_registry.domain.assembling import draft_of, standing, things
from services.device_registry.domain.loading import load
from services.device_registry.sources.folder import read_folder
from services.device_registry.use_cases.import_folder import import_draft
from shared.actor import SYSTEM
from shared.model.message import decode
from shared.model.registry import RegistryChanged
from shared.runtime.clock import VirtualClock
from shared.runtime.message_store import MessageStore
from shared.runtime.settings import Secret, Settings, shipped_rules

NOW = datetime(2022, 1, 10, 10, 15, tzinfo=UTC)
KEY = "open-sesame"
AUTHORIZED = {"Authorization": f"Bearer {KEY}", "X-Vigie-Actor": "lucie"}


@pytest.fixture
def database(database_of):
    return database_of("device_registry")


SHIPPED = (
    "kinds/water-level.yaml",
    "kinds/hubeau-station.yaml",
    "kinds/drop-off-container.yaml",
    "kinds/smartbin-0-10.yaml",
    "kinds/luminaire.yaml",
    "inventory/directorates.yaml",
    "inventory/garonne.yaml",
    "inventory/wyndham.yaml",
    "inventory/berges-garonne.yaml",
    "inventory/areas/toulouse-berges.geojson",
    "inventory/areas/wyndham.geojson",
)


@pytest.fixture(scope="session")
def rules(tmp_path_factory):
    """A rules folder with a part of the shipped inventory: every test here reads it again."""
    folder = tmp_path_factory.mktemp("shipped") / "rules"
    for name in SHIPPED:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(shipped_rules() / name, folder / name)
    return folder


@pytest.fixture(scope="session")
def inventory(rules):
    """What stands in that folder."""
    return load(read_folder(rules))


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def told(database):
    """What was published so far, oldest first."""
    return lambda: [decode(row.body, RegistryChanged) for row in MessageStore(database).unsent(100)]


@pytest.fixture
def say(database, now):
    """A function that imports an inventory as if it stood in the rules folder."""

    def put(inventory, actor=SYSTEM):
        draft = draft_of((sort, standing(sort, thing)) for sort, thing in things(inventory))
        return import_draft(database, draft, actor, now)

    return put


@contextmanager
def running(folder, rules, start=NOW, key=KEY):
    """A city whose registry opens with that key, and its RPC; its rules are those, and what a whole city needs."""
    if not folder.exists():
        shutil.copytree(rules, folder / "rules")
        for name in ("lighting", "teams.yaml"):
            (folder / "rules" / name).symlink_to(shipped_rules() / name)
    opened = None if key is None else Secret(key)
    settings = replace(Settings(), listen="127.0.0.1:0", rules_dir=folder / "rules", operator_key=opened)
    city = City(settings, folder / "data", VirtualClock(start))
    with city.running() as rpc:
        yield city, rpc


@pytest.fixture
def open_city(rules, tmp_path):
    """A function that runs a city of this test's own, as a context manager."""
    return lambda **how: running(tmp_path / "city", rules, **how)


@pytest.fixture(scope="module")
def shared_city(rules, tmp_path_factory):
    """One city for the tests of a file, each of which leaves the others' things alone."""
    with running(tmp_path_factory.mktemp("shared") / "city", rules) as (city, rpc):
        city.rpc = rpc
        yield city


@pytest.fixture
def ask():
    """A function that asks a city's registry over HTTP: status and content."""

    def send(city, method, path, content=None, headers=AUTHORIZED):
        link = HTTPConnection(*city.address, timeout=30)
        body = content if isinstance(content, bytes | None) else json.dumps(content).encode()
        link.request(method, f"/v1/registry/{path}", body, headers)
        answer = link.getresponse()
        text, is_json = answer.read().decode(), answer.headers["Content-Type"] == "application/json"
        link.close()
        return answer.status, json.loads(text) if is_json else text

    return send


@pytest.fixture
def post():
    """A function that sends what a gauge saw, in millimetres, as a gateway does; the status."""

    def send(city, key, device, time, level):
        content = json.dumps({"device": device, "time": time.isoformat(), "values": {"hauteur": level}})
        link = HTTPConnection(*city.address, timeout=30)
        link.request("POST", "/v1/observations", content, {"Authorization": f"Bearer {key}"})
        status = link.getresponse().status
        link.close()
        return status

    return send
