"""``vigie registry`` against a running city."""

import re

import pytest
from typer.testing import CliRunner

from services.console.application import application
from services.console.operator_key import with_operator_key
from shared.runtime.settings import Secret, Settings


@pytest.fixture
def city(shared_city):
    return shared_city


@pytest.fixture
def vigie(city, tmp_path, monkeypatch):
    """A function that runs ``vigie registry``: exit code and what it printed."""
    monkeypatch.delenv("VIGIE_OPERATOR_KEY", raising=False)
    key = tmp_path / "operator.key"
    key.write_text("open-sesame\n")
    where = ["--url", "http://{}:{}".format(*city.address), "--key-file", str(key)]

    def run(*arguments, typed=None):
        result = CliRunner().invoke(application, ["registry", *map(str, arguments), *where], input=typed)
        return result.exit_code, result.output

    return run


def test_an_exported_table_comes_back_without_a_change(vigie, tmp_path):
    table = tmp_path / "points.csv"
    assert vigie("export", "points", "--form", "csv-fr", "-o", table) == (0, "")
    assert table.read_bytes().startswith(b"\xef\xbb\xbfid;title;kind")
    assert vigie("import", table) == (0, "Rien ne changerait. / Nothing would change.\n")


@pytest.mark.parametrize(("typed", "revisions"), [("n\n", 0), ("y\n", 1)], ids=["no", "yes"])
def test_an_import_is_shown_and_asks(vigie, city, tmp_path, typed, revisions):
    before = city.rpc.device_registry.summary()["revision"]
    table = tmp_path / "points.csv"
    table.write_text("id;title\nberge-01;Été\n", encoding="utf-8-sig")
    code, output = vigie("import", table, typed=typed)
    assert "Été" in output
    assert "points : 1 modification" in output
    assert (code, city.rpc.device_registry.summary()["revision"]) == (0, before + revisions)


def test_all_problems_are_printed_with_their_places(vigie, tmp_path):
    table = tmp_path / "points.csv"
    table.write_text("id,kind\nberge-01,lamp\nberge-02,lamp\n")
    code, output = vigie("import", table, "--yes")
    assert code == 1
    assert re.findall(r"^points\.csv:(\d+):2: error\[unknown-kind\]", output, re.MULTILINE) == ["2", "3"]


def test_a_device_is_swapped_and_shown(vigie):
    code, output = vigie(
        "swap", "garonne-toulouse", "O200004001", "NEU", "--model", "hubeau-station", "--offset", "level=2 cm"
    )
    assert code == 0
    assert "NEU @ garonne-toulouse" in output
    code, output = vigie("heard", "--point", "garonne-toulouse")
    assert (code, "NEU" in output, "never" in output) == (0, True, True)


def test_a_point_is_retired(vigie, city):
    assert vigie("retire", "--point", "berge-02")[0] == 0
    assert city.rpc.device_registry.get("berge-02")["point"]["retired"] == "2022-01-10T10:15:00Z"


def test_a_key_is_listed_and_revoked(vigie, city):
    city.rpc.device_registry.issue_key(actor={"id": "test"}, directorate="gemapi")
    code, output = vigie("keys")
    identifier = re.search(r"key-[0-9a-f]+", output)[0]
    assert (code, "gemapi" in output) == (0, True)
    assert vigie("revoke", identifier)[0] == 0
    assert city.rpc.device_registry.keys() == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["retire"], "name a device or a point"),
        (["import", "nowhere.csv"], "can't be read"),
        (["install", "moon", "x"], "no point 'moon'"),
        (["install", "berge-01", "x", "--offset", "fog"], "is not PROPERTY=AMOUNT"),
    ],
)
def test_what_cannot_be_done_is_said_plainly(vigie, arguments, said):
    code, output = vigie(*arguments)
    assert (code, said in output) == (1, True), output


def test_a_city_that_does_not_answer_is_said_plainly(tmp_path):
    key = tmp_path / "operator.key"
    key.write_text("k")
    where = ["--url", "http://127.0.0.1:1", "--key-file", str(key)]
    result = CliRunner().invoke(application, ["registry", "keys", *where])
    assert (result.exit_code, "is the city running?" in result.output) == (1, True)
    result = CliRunner().invoke(application, ["registry", "keys", "--key-file", str(tmp_path / "none")])
    assert (result.exit_code, "--key-file" in result.output) == (1, True)
    result = CliRunner().invoke(application, ["registry", "keys", "--url", "ftp://x"])
    assert (result.exit_code, "is no address" in result.output) == (1, True)


def test_a_city_of_this_machine_makes_its_key_once_and_for_its_owner_alone(tmp_path):
    first = with_operator_key(Settings(), tmp_path).operator_key.reveal()
    assert with_operator_key(Settings(), tmp_path).operator_key.reveal() == first
    assert len(first) >= 40
    assert (tmp_path / "operator.key").stat().st_mode & 0o777 == 0o600
    given = Settings(operator_key=Secret("given"))
    assert with_operator_key(given, tmp_path) is given
