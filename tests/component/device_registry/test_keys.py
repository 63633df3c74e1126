"""Keys with which devices send."""

import hashlib

import pytest
from sqlalchemy import text

from services.device_registry.use_cases.answer import snapshot
from services.device_registry.use_cases.import_inventory import import_inventory
from services.device_registry.use_cases.issue_key import issue_key
from shared.actor import SYSTEM, Actor
from shared.errors import Forbidden, NotFound

OFFICER = Actor("officer:paul", "dechets")


@pytest.fixture(autouse=True)
def imported(database, inventory, now):
    import_inventory(database, inventory, SYSTEM, now)


def test_the_digest_of_a_key_is_told_in_the_next_revision_and_the_key_is_kept_nowhere(database, now, told):
    key = issue_key(database, SYSTEM, now, device="O200004001")
    (credential,) = told()[-1].inventory.credentials
    assert told()[-1].revision == 2
    assert (credential.device, credential.directorate) == ("O200004001", None)
    assert credential.key_sha256 == hashlib.sha256(key.encode()).hexdigest()
    with database.transaction() as transaction:
        tables = transaction.connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'table'")).all()
        stored = [str(transaction.connection.execute(text(f"SELECT * FROM {table}")).all()) for table in tables]  # noqa: S608
    assert not any(key in rows for rows in stored)


def test_every_key_is_another_one(database, now):
    keys = {issue_key(database, SYSTEM, now, directorate="gemapi") for _ in range(3)}
    assert len(keys) == 3
    assert len(snapshot(database).inventory.credentials) == 3


@pytest.mark.parametrize(
    "subject",
    [{"directorate": "dechets"}, {"device": "1511190"}],
    ids=["for all its devices", "for a device at one of its points"],
)
def test_an_officer_issues_keys_of_the_own_directorate(database, now, subject):
    assert issue_key(database, OFFICER, now, **subject)


@pytest.mark.parametrize(
    "subject",
    [{"directorate": "gemapi"}, {"device": "O200004001"}],
    ids=["for another directorate", "for a device at another's point"],
)
def test_an_officer_issues_no_keys_of_others(database, now, subject, told):
    with pytest.raises(Forbidden):
        issue_key(database, OFFICER, now, **subject)
    assert len(told()) == 1


def test_nothing_gets_a_key_that_does_not_exist(database, now, told):
    with pytest.raises(NotFound, match="no device 'O999'"):
        issue_key(database, SYSTEM, now, device="O999")
    assert len(told()) == 1


def test_who_issued_a_key_for_what_stands_in_the_audit(database, now):
    issue_key(database, OFFICER, now, device="1511190")
    with database.transaction() as transaction:
        row = transaction.connection.execute(
            text("SELECT actor, act, subject, detail FROM audit WHERE act = 'issue_key'")
        ).one()
    (credential,) = snapshot(database).inventory.credentials
    assert tuple(row) == ("officer:paul", "issue_key", "1511190", credential.id)
