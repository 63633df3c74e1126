"""Installs, swaps and retires: one act, one revision, one line in the audit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from services.device_registry.domain.assembling import Placed, inventory_of, laid_over, require_right_over
from services.device_registry.domain.operating import Acting, NewDevice
from services.device_registry.domain.owning import require_own
from services.device_registry.storage.inventory import InventoryStore
from services.device_registry.use_cases.revise import revise
from shared.actor import Actor
from shared.errors import InputError
from shared.model.registry import Inventory, Mount, Text
from shared.runtime.database import Database


class OneOfBoth(InputError):
    """A device or a point is retired, not both or neither."""

    def __init__(self) -> None:
        super().__init__("name a device or a point to retire")


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """What an act did.

    Attributes:
        mounts: those that it opened or closed, as they are now.
        notes: what people should know.
    """

    revision: int
    in_words: str
    mounts: tuple[Mount, ...]
    notes: tuple[Text, ...]


_PAST = Text(
    fr="Les observations déjà rangées restent telles qu'elles sont : rien n'est réécrit depuis cette date.",
    en="Observations that are stored already stay as they are: nothing since then is rewritten.",
)


def install(
    database: Database, actor: Actor, now: datetime, *, point: str, device: NewDevice, since: str | None = None
) -> Done:
    """A device comes to stand at a point. ``since``: by default now.

    Raises:
        ProblemsFound: it stands elsewhere, another observes the same there, or its calibration is missing or wrong.
        NotFound, RetiredPoint, Forbidden: see there.
    """
    return _operate(database, actor, "install", point, now, lambda acting: acting.install(point, device, since))


def swap(
    database: Database, actor: Actor, now: datetime, *, point: str, old: str, device: NewDevice, at: str | None = None
) -> Done:
    """A device leaves a point and another takes its place; the point's history goes on.

    Raises:
        NotStanding: the old one isn't there.
        ProblemsFound, NotFound, RetiredPoint, Forbidden: see ``install``.
    """
    return _operate(database, actor, "swap", point, now, lambda acting: acting.swap(point, old, device, at))


def retire(
    database: Database,
    actor: Actor,
    now: datetime,
    *,
    device: str | None = None,
    point: str | None = None,
    at: str | None = None,
) -> Done:
    """A device is taken away, or a point is observed no more; both stay known.

    Raises:
        OneOfBoth: not exactly one of them is named.
        NotFound, NotStanding, RetiredPoint, InTheFuture, Forbidden: see there.
    """
    if device is not None and point is None:
        return _operate(database, actor, "retire", device, now, lambda acting: acting.retire_device(device, at))
    if point is not None and device is None:
        return _operate(database, actor, "retire", point, now, lambda acting: acting.retire_point(point, at))
    raise OneOfBoth


def _operate(
    database: Database,
    actor: Actor,
    act: str,
    subject: str,
    now: datetime,
    change: Callable[[Acting], Iterable[Placed]],
) -> Done:
    with database.transaction() as transaction:
        store = InventoryStore(transaction)
        store.take_turn()
        known = store.inventory()
        draft = laid_over(known, change(Acting(known, now)))
        require_right_over(known, draft)
        new = inventory_of(draft)
        changes = revise(transaction, known, new, actor, act, subject, now)
        require_own(actor, changes, (known, new))
        return _done(store.revision(), changes.in_words(), known, new, now)


def _done(revision: int, in_words: str, known: Inventory, new: Inventory, now: datetime) -> Done:
    before = {mount.id: mount for mount in known.mounts}
    mounts = tuple(mount for mount in new.mounts if mount != before.get(mount.id))
    moments = (mount.until or mount.since for mount in mounts)
    is_past = any(moment < now.replace(microsecond=0) for moment in moments)
    return Done(revision=revision, in_words=in_words, mounts=mounts, notes=(_PAST,) if is_past else ())
