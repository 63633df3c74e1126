"""Issues a key with which a device, or all devices of a directorate, may send observations."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Final

from services.device_registry.domain.keys import answerable, credential
from services.device_registry.storage.credentials import CredentialStore
from services.device_registry.storage.inventory import InventoryStore
from shared import bus
from shared.actor import Actor
from shared.errors import Forbidden
from shared.runtime.database import Database

_KEY_BYTES: Final = 32


def issue_key(
    database: Database, actor: Actor, now: datetime, *, device: str | None = None, directorate: str | None = None
) -> str:
    """The new key, shown this once: only its digest is kept, and told to all in a new revision.

    Raises:
        AmbiguousKey: not exactly one of device and directorate is named.
        NotFound: there is no such device or directorate.
        Forbidden: another directorate answers for it, or none does and the actor has one.
    """
    key = secrets.token_urlsafe(_KEY_BYTES)
    with database.transaction() as transaction:
        store = InventoryStore(transaction)
        store.take_turn()
        owner = answerable(store.inventory(), device, directorate, now)
        if actor.directorate not in (None, owner):
            raise Forbidden(actor.id, f"issue a key for {device or directorate}")
        issued = credential(key, device=device, directorate=directorate)
        CredentialStore(transaction).add(issued, now)
        transaction.publish(bus.REGISTRY_CHANGED, store.next_revision(now))
        transaction.audit(actor, "issue_key", device or str(directorate), now, issued.id)
    return key
