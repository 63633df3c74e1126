"""What was changed in operation survives a restart; the rules folder keeps its word on what it changes."""

import shutil

import pytest
from sqlalchemy import text

from services.device_registry.domain.exchange.planning import File
from services.device_registry.domain.operating import NewDevice
from services.device_registry.use_cases import operate
from services.device_registry.use_cases.answer import snapshot
from services.device_registry.use_cases.exchange import import_files
from services.device_registry.use_cases.import_folder import import_folder
from shared.actor import SYSTEM, Actor
from shared.errors import Forbidden, ProblemsFound
from shared.runtime.migrating import upgrade

PONT_NEUF = "garonne-toulouse"
NEW_GAUGE = NewDevice(id="NEU", model="hubeau-station")


@pytest.fixture
def folder(rules, tmp_path):
    """The rules folder, which this test may change."""
    return shutil.copytree(rules, tmp_path / "rules")


@pytest.fixture
def start(database, folder, now):
    """A function that imports the folder, as every start does."""
    return lambda: import_folder(database, folder, SYSTEM, now)


@pytest.fixture
def edit(folder):
    """A function that puts something else in one place of a file."""

    def change(file, old, new):
        path = folder / file
        content = path.read_text(encoding="utf-8")
        assert content.count(old) == 1
        path.write_text(content.replace(old, new), encoding="utf-8")

    return change


@pytest.fixture
def swapped(database, start, now):
    start()
    return operate.swap(database, SYSTEM, now, point=PONT_NEUF, old="O200004001", device=NEW_GAUGE)


def title_of(database, point):
    return next(item.title for item in snapshot(database).inventory.points if item.id == point)


def test_a_swap_survives_a_restart_with_an_unchanged_folder(database, swapped, start):
    known = snapshot(database)
    assert not start().is_new
    assert snapshot(database) == known
    assert [mount.device for mount in known.inventory.mounts if mount.point == PONT_NEUF and not mount.until] == ["NEU"]


def test_the_folder_changes_another_thing_and_the_swap_survives(database, swapped, start, edit):
    edit("inventory/berges-garonne.yaml", '"Berge 01, quai de Tounis"', '"Berge une"')
    result = start()
    assert (result.changed, result.added, result.removed, result.conflicts) == (1, 0, 0, ())
    assert title_of(database, "berge-01") == "Berge une"
    assert any(mount.device == "NEU" for mount in snapshot(database).inventory.mounts)


def test_where_both_changed_the_folder_wins_and_that_is_said_once(database, start, edit, now):
    start()
    file = File(name="points.csv", text="id,title\nberge-01,Par import\n")
    import_files(database, SYSTEM, now, [file], remove=False, expected_revision=None)
    edit("inventory/berges-garonne.yaml", '"Berge 01, quai de Tounis"', '"Par le dossier"')
    assert start().conflicts == ("points berge-01",)
    assert title_of(database, "berge-01") == "Par le dossier"
    assert start().conflicts == ()
    with database.transaction() as transaction:
        acts = transaction.connection.scalars(text("SELECT subject FROM audit WHERE act = 'folder_wins'")).all()
    assert acts == ["points berge-01"]


def test_what_came_by_import_stays_and_what_came_from_the_folder_goes_with_it(database, start, edit, now):
    start()
    row = "berge-13,Berge 13,luminaire,eclairage,1.4380,43.6022\n"
    file = File(name="points.csv", text=f"id,title,kind,directorate,longitude,latitude\n{row}")
    import_files(database, SYSTEM, now, [file], remove=False, expected_revision=None)
    place = "longitude: 1.44068, latitude: 43.59850, site: armoire-quai-de-tounis"
    line = f'  - {{id: berge-06, title: "Berge 06, quai de Tounis", {place}}}\n'
    edit("inventory/berges-garonne.yaml", line, "")
    edit("inventory/berges-garonne.yaml", "berge-05, berge-06,", "berge-05,")
    assert start().removed == 1
    ids = {point.id for point in snapshot(database).inventory.points}
    assert "berge-13" in ids
    assert "berge-06" not in ids


def test_a_kind_that_vanishes_under_an_imported_point_changes_nothing(database, start, folder, now):
    (folder / "kinds" / "fog.yaml").write_text(
        "kinds:\n  - {id: fog, title: {fr: Brume, en: Fog}, period: 1 h, max_delay: 1 h, properties: {}}\n",
        encoding="utf-8",
    )
    start()
    row = "brume,Brume,fog,eclairage,1.4380,43.6022\n"
    file = File(name="points.csv", text=f"id,title,kind,directorate,longitude,latitude\n{row}")
    import_files(database, SYSTEM, now, [file], remove=False, expected_revision=None)
    known = snapshot(database)
    (folder / "kinds" / "fog.yaml").unlink()
    with pytest.raises(ProblemsFound, match="registry points brume:1:1"):
        start()
    assert snapshot(database) == known


def test_a_database_of_the_version_before_knows_that_all_came_from_the_folder(database, start, edit, now):
    start()
    known = snapshot(database)
    downgrade(database)
    upgrade(database, "services.device_registry.storage", "device_registry")
    assert snapshot(database) == known
    operate.swap(database, SYSTEM, now, point=PONT_NEUF, old="O200004001", device=NEW_GAUGE)
    edit("inventory/berges-garonne.yaml", '"Berge 01, quai de Tounis"', '"Berge une"')
    result = start()
    assert (result.changed, result.conflicts) == (1, ())


def downgrade(database):
    from alembic import command

    from shared.runtime.migrating import _config

    with database.engine.begin() as connection:
        command.downgrade(_config("services.device_registry.storage", connection), "0001")


def test_every_act_is_a_revision_and_a_line_in_the_audit(database, start, now, told):
    start()
    paul = Actor("operator:paul", "gemapi")
    done = operate.swap(database, paul, now, point=PONT_NEUF, old="O200004001", device=NEW_GAUGE, at="2022-01-09")
    assert (done.revision, len(done.notes)) == (2, 1)
    operate.retire(database, paul, now, point=PONT_NEUF)
    assert [message.revision for message in told()] == [1, 2, 3]
    assert next(point for point in told()[-1].inventory.points if point.id == PONT_NEUF).retired == now
    with database.transaction() as transaction:
        lines = transaction.connection.execute(text("SELECT actor, act, subject FROM audit WHERE id > 1")).all()
    assert [tuple(line) for line in lines] == [
        ("operator:paul", "swap", PONT_NEUF),
        ("operator:paul", "retire", PONT_NEUF),
    ]


def test_an_officer_does_nothing_at_another_directorates_point(database, start, now, told):
    start()
    with pytest.raises(Forbidden):
        operate.retire(database, Actor("operator:paul", "dechets"), now, point=PONT_NEUF)
    assert len(told()) == 1


@pytest.mark.parametrize("both", [{}, {"device": "O200004001", "point": PONT_NEUF}], ids=["neither", "both"])
def test_a_device_or_a_point_is_retired(database, start, now, both):
    start()
    with pytest.raises(operate.OneOfBoth):
        operate.retire(database, SYSTEM, now, **both)
