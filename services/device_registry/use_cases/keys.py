"""Lists the keys that were issued, and revokes one."""

from __future__ import annotations

from datetime import datetime

from services.device_registry.domain.keys import answerable
from services.device_registry.storage.credentials import CredentialStore, IssuedKey
from services.device_registry.storage.inventory import InventoryStore
from shared import bus
from shared.actor import Actor
from shared.errors import Forbidden, NotFound
from shared.runtime.database import Database


def list_keys(database: Database) -> tuple[IssuedKey, ...]:
    """All keys that may send, the oldest first; never the keys themselves."""
    with database.transaction() as transaction:
        return CredentialStore(transaction).issued()


def revoke_key(database: Database, actor: Actor, now: datetime, credential: str) -> int:
    """From the revision on that is answered, the key sends nothing any more.

    Raises:
        NotFound: there is no such key.
        Forbidden: another directorate answers for it.
    """
    with database.transaction() as transaction:
        store, credentials = InventoryStore(transaction), CredentialStore(transaction)
        store.take_turn()
        key = next((key for key in credentials.issued() if key.id == credential), None)
        if key is None:
            raise NotFound("key", credential)
        owner = _owner(store, key, now)
        if actor.directorate not in (None, owner):
            raise Forbidden(actor.id, f"revoke {credential}")
        credentials.revoke(credential)
        told = store.next_revision(now)
        transaction.publish(bus.REGISTRY_CHANGED, told)
        transaction.audit(actor, "revoke_key", credential, now, key.device or str(key.directorate))
        return told.revision


def _owner(store: InventoryStore, key: IssuedKey, now: datetime) -> str | None:
    """Who answers for it; None: nobody any more, since its device or directorate is gone."""
    try:
        return answerable(store.inventory(), key.device, key.directorate, now)
    except NotFound:
        return None
