"""Keys with which devices send."""

import hashlib

import msgspec
import pytest
from sqlalchemy import text

from services.device_registry.use_cases.answer import snapshot
from services.device_registry.use_cases.issue_key import issue_key
from services.device_registry.use_cases.keys import list_keys, revoke_key
from shared.actor import SYSTEM, Actor
from shared.errors import Forbidden, NotFound

OFFICER = Actor("officer:paul", "dechets")
OFFICER_OF_RIVERS = Actor("officer:lucie", "gemapi")


@pytest.fixture(autouse=True)
def imported(database, inventory, now, say):
    say(inventory)


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


def test_a_revoked_key_is_in_no_further_revision(database, now, told):
    issue_key(database, SYSTEM, now, directorate="gemapi")
    issue_key(database, SYSTEM, now, device="1511190")
    first, second = list_keys(database)
    assert {first.directorate, second.directorate} == {"gemapi", None}
    gone = first if first.directorate else second
    assert revoke_key(database, OFFICER_OF_RIVERS, now, gone.id) == 4
    assert [credential.device for credential in told()[-1].inventory.credentials] == ["1511190"]
    with pytest.raises(NotFound, match="no key"):
        revoke_key(database, SYSTEM, now, gone.id)


def test_an_officer_revokes_no_keys_of_others(database, now):
    issue_key(database, SYSTEM, now, directorate="gemapi")
    (key,) = list_keys(database)
    with pytest.raises(Forbidden):
        revoke_key(database, OFFICER, now, key.id)
    assert list_keys(database) == (key,)


def test_a_key_whose_device_is_gone_can_be_revoked(database, now, say, inventory):
    issue_key(database, SYSTEM, now, device="1511190")
    (key,) = list_keys(database)
    devices = tuple(device for device in inventory.devices if device.id != "1511190")
    mounts = tuple(mount for mount in inventory.mounts if mount.device != "1511190")
    say(msgspec.structs.replace(inventory, devices=devices, mounts=mounts))
    revoke_key(database, SYSTEM, now, key.id)
    assert list_keys(database) == ()
