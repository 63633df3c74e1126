"""Tables are looked at before they are imported, and imported whole or not at all."""

import pytest
from sqlalchemy import text

from services.device_registry.domain.exchange.faults import RevisionChanged
from services.device_registry.domain.exchange.planning import File
from services.device_registry.domain.finding import Wanted
from services.device_registry.use_cases.answer import find_points, snapshot
from services.device_registry.use_cases.exchange import export_things, import_files, preview
from shared.actor import SYSTEM, Actor
from shared.errors import Forbidden, ProblemsFound


@pytest.fixture(autouse=True)
def imported(say, inventory):
    say(inventory)


@pytest.fixture
def apply(database, now):
    """A function that imports one table of points."""

    def put(text, revision=None, actor=SYSTEM, remove=False):
        file = File(name="points.csv", text=text)
        return import_files(database, actor, now, [file], remove=remove, expected_revision=revision)

    return put


def look(database, text, actor=SYSTEM, remove=False):
    return preview(database, [File(name="points.csv", text=text)], actor, remove=remove)


def test_a_look_shows_every_field_with_what_it_was_and_will_be(database):
    seen = look(database, "id,title,tags\nberge-01,Berge une,a|b\n")
    (change,) = seen.changes
    assert (seen.revision, seen.problems, change.sort, change.id) == (1, (), "points", "berge-01")
    assert [(item.field, item.old, item.new) for item in change.fields] == [
        ("title", "Berge 01, quai de Tounis", "Berge une"),
        ("tags", (), ("a", "b")),
    ]
    assert snapshot(database).revision == 1


def test_what_was_looked_at_is_done_in_one_revision(database, apply, told):
    seen = look(database, "id,title\nberge-01,Une\nberge-02,Deux\n")
    done = apply("id,title\nberge-01,Une\nberge-02,Deux\n", seen.revision)
    assert (done.revision, done.changed, done.in_words) == (2, 2, "points : 2 modifications")
    assert {point.title for point in told()[-1].inventory.points} >= {"Une", "Deux"}


def test_nothing_is_done_if_the_registry_changed_since_the_look(database, apply):
    seen = look(database, "id,title\nberge-01,Une\n")
    apply("id,title\nberge-02,Deux\n")
    known = snapshot(database)
    with pytest.raises(RevisionChanged, match="of revision 1, it is at 2 now"):
        apply("id,title\nberge-01,Une\n", seen.revision)
    assert snapshot(database) == known


def test_one_fault_and_nothing_is_done(database, apply):
    known = snapshot(database)
    wrong = "id,title,kind\nberge-01,Une,luminaire\nberge-02,Deux,lumiere\n"
    assert len(look(database, wrong).problems) == 1
    with pytest.raises(ProblemsFound, match=r"points\.csv:3:3"):
        apply(wrong)
    assert snapshot(database) == known


def test_a_site_is_kept_with_its_points_and_told(database, now, told):
    sites = File(name="sites.csv", text="id,title\nquai,Quai de Tounis\n")
    points = File(name="points.csv", text="id,site\nberge-01,quai\nberge-02,quai\n")
    done = import_files(database, SYSTEM, now, [points, sites], remove=False, expected_revision=None)
    assert done.in_words == "lieux : 1 ajout ; points : 2 modifications"
    assert [point.id for point in find_points(database, Wanted(site="quai"))] == ["berge-01", "berge-02"]
    assert {site.id: site.title for site in told()[-1].inventory.sites}["quai"] == "Quai de Tounis"
    header, *rows = export_things(database, "sites", "csv").splitlines()
    assert header == "id,title"
    assert "quai,Quai de Tounis" in rows


def test_importing_what_was_exported_is_no_revision(database, apply, told):
    assert not apply(export_things(database, "points", "csv"), remove=True).is_new
    assert len(told()) == 1


def test_an_officer_imports_the_own_things_only(database, apply):
    paul = Actor("operator:paul", "eclairage")
    assert apply("id,title\nberge-01,Une\n", actor=paul).changed == 1
    for act in (lambda text: look(database, text, paul), lambda text: apply(text, actor=paul)):
        with pytest.raises(Forbidden, match="garonne-toulouse"):
            act("id,title\ngaronne-toulouse,Garonne\n")


def test_who_imported_what_stands_in_the_audit(database, apply):
    apply("id,title\nberge-01,Une\n", actor=Actor("operator:lucie"))
    with database.transaction() as transaction:
        query = text("SELECT actor, subject, detail FROM audit WHERE act = 'import_files'")
        row = transaction.connection.execute(query).one()
    assert tuple(row) == ("operator:lucie", "points.csv", "points : 1 modification")
