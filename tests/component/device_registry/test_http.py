"""The registry of a running city over HTTP: only for operators, and never a 500."""

import pytest
from sqlalchemy import text

DEEP = "[" * 5_000 + "]" * 5_000
FILE = {"name": "points.csv", "text": "id,title\nberge-01,Berge une\n"}
SWAP = {"point": "garonne-toulouse", "old": "O200004001", "device": {"id": "NEU", "model": "hubeau-station"}}


@pytest.fixture
def city(shared_city):
    return shared_city


@pytest.mark.parametrize(
    "headers",
    [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic open-sesame"}, {"X-Device-Key": "open-sesame"}],
    ids=["no key", "a wrong key", "another scheme", "as a device's"],
)
def test_nobody_comes_in_without_the_operators_key(city, ask, headers):
    for method, path in (("GET", "export/points"), ("POST", "import"), ("GET", "keys")):
        assert ask(city, method, path, headers=headers)[0] == 401


def test_a_table_is_exported_looked_at_and_imported(city, ask):
    status, table = ask(city, "GET", "export/points")
    assert (status, table.splitlines()[0].split(",")[:3]) == (200, ["id", "title", "kind"])
    wanted = {"files": [FILE]}
    status, look = ask(city, "POST", "preview", wanted)
    assert (status, look["problems"], look["in_words"]) == (200, [], "points : 1 modification")
    status, done = ask(city, "POST", "import", wanted | {"expected_revision": look["revision"]})
    assert (status, done["changed"]) == (200, 1)
    status, refused = ask(city, "POST", "import", wanted | {"expected_revision": look["revision"]})
    assert (status, refused["error"]) == (409, "RevisionChanged")


def test_all_problems_are_answered_with_their_places(city, ask):
    wrong = {"files": [FILE | {"text": "id,kind\nberge-01,lamp\nberge-02,lamp\n"}]}
    assert len(ask(city, "POST", "preview", wrong)[1]["problems"]) == 2
    status, answer = ask(city, "POST", "import", wrong)
    places = [(item["span"]["line"], item["span"]["column"]) for item in answer["problems"]]
    assert (status, places) == (422, [(2, 2), (3, 2)])


def test_who_did_it_stands_in_the_audit_and_is_an_operator(city, ask):
    ask(city, "POST", "retire", {"point": "berge-03"})
    ask(city, "POST", "retire", {"point": "berge-04"}, {"Authorization": "Bearer open-sesame"})
    ask(
        city,
        "POST",
        "retire",
        {"point": "berge-05"},
        {"Authorization": "Bearer open-sesame", "X-Vigie-Actor": "system"},
    )
    with city.databases["device_registry"].transaction() as transaction:
        rows = transaction.connection.execute(
            text("SELECT actor, subject FROM audit WHERE act = 'retire' ORDER BY id")
        ).all()
    assert [tuple(row) for row in rows] == [
        ("operator:lucie", "berge-03"),
        ("operator", "berge-04"),
        ("operator:system", "berge-05"),
    ]


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("POST", "import", b"", 400),
        ("POST", "import", b"\xff\xfe", 400),
        ("POST", "import", b"[]", 400),
        ("POST", "import", {"files": [3]}, 400),
        ("POST", "import", {"files": [{"name": "x"}]}, 400),
        ("POST", "import", {"files": [FILE | {"sort": "moons"}]}, 400),
        ("POST", "import", {"files": [], "removing": True}, 400),
        ("POST", "import", {"files": [FILE | {"text": "id,title\n\x00,\x00\n"}]}, 422),
        ("POST", "import", {"files": [FILE | {"text": "id,title\nberge-01," + 150_000 * "x"}]}, 422),
        ("POST", "import", b'{"files":' + DEEP.encode(), 400),
        ("POST", "import", {"files": [FILE | {"name": "x.geojson", "text": DEEP}]}, 422),
        ("POST", "import", {"files": [FILE | {"name": "x.geojson", "text": "[" * 800 + "]" * 800}]}, 422),
        ("POST", "import", {"files": [{"name": "x", "text": f'id,title_fr,title_en,geometry\nx,x,x,"{DEEP}"'}]}, 422),
        ("POST", "import", b" " * 2_000_000, 413),
        ("POST", "install", {"point": "moon", "device": {"id": "x"}}, 404),
        ("POST", "install", {"point": "berge-01", "device": {"id": "x"}}, 422),
        ("POST", "install", {"point": "berge-01", "device": {}}, 400),
        ("POST", "swap", SWAP | {"old": "nothing"}, 400),
        ("POST", "swap", SWAP | {"at": "0001-01-01"}, 422),
        ("POST", "swap", SWAP | {"at": "9999-12-31T23:59:59"}, 422),
        ("POST", "retire", {}, 400),
        ("POST", "revoke", {"key": "none"}, 404),
        ("GET", "export/moons", None, 400),
        ("GET", "export/points?form=xlsx", None, 400),
        ("GET", "export/devices?form=geojson", None, 400),
        ("GET", "moons", None, 404),
        ("GET", "import", None, 405),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_reason(city, ask, method, path, content, status):
    before = city.rpc.device_registry.summary()
    found, answer = ask(city, method, path, content)
    assert found == status, answer
    assert answer["detail"]
    assert city.rpc.device_registry.summary() == before


def test_devices_are_told_by_point(city, ask):
    status, answer = ask(city, "GET", "heard?point=garonne-toulouse&point=garonne-portet")
    assert status == 200
    assert [item["device"] for item in answer] == ["O200001001", "O200004001"]
