"""Groups and their members, as the registry last told, and when each has to be decided again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, delete, select, update

from services.lighting_controller.domain.daylight import Site
from services.lighting_controller.domain.group import LuminaireGroup
from services.lighting_controller.storage.tables import LUMINAIRE_GROUP, MEMBER
from shared.documents import nearest
from shared.errors import NotFound
from shared.runtime.database import Transaction
from shared.runtime.statements import portions, upsert


class Groups:
    """The groups, as one transaction sees them."""

    def __init__(self, transaction: Transaction) -> None:
        self._connection = transaction.connection

    def keep(self, groups: Sequence[LuminaireGroup], due_at: datetime) -> None:
        """These are all groups from now on, and all are due."""
        self._connection.execute(delete(MEMBER))
        ids = [group.id for group in groups]
        self._connection.execute(delete(LUMINAIRE_GROUP).where(LUMINAIRE_GROUP.c.id.not_in(ids)))
        for group in groups:
            upsert(self._connection, LUMINAIRE_GROUP, [_row(group, due_at)], ["id"])
            members = [{"group": group.id, "luminaire": luminaire} for luminaire in group.luminaires]
            self._connection.execute(MEMBER.insert(), members)

    def lock(self, ids: Collection[str]) -> None:
        """Let no other transaction decide on these or change their overrides until this one ends.

        Whoever reads overrides in order to change them locks their groups first.
        """
        groups = select(LUMINAIRE_GROUP.c.id).where(LUMINAIRE_GROUP.c.id.in_(ids)).order_by(LUMINAIRE_GROUP.c.id)
        self._connection.execute(groups.with_for_update()).all()

    def ids(self) -> list[str]:
        """All, in order."""
        return list(self._connection.scalars(select(LUMINAIRE_GROUP.c.id).order_by(LUMINAIRE_GROUP.c.id)))

    def due(self, now: datetime) -> set[str]:
        """Ids of those that are due."""
        return set(self._connection.scalars(select(LUMINAIRE_GROUP.c.id).where(LUMINAIRE_GROUP.c.due_at <= now)))

    def due_at(self, ids: Collection[str]) -> dict[str, datetime]:
        """When each of these is due that is."""
        query = select(LUMINAIRE_GROUP.c.id, LUMINAIRE_GROUP.c.due_at).where(LUMINAIRE_GROUP.c.id.in_(ids))
        return {row.id: row.due_at for row in self._connection.execute(query) if row.due_at is not None}

    def get(self, ids: Collection[str]) -> dict[str, LuminaireGroup]:
        """Those that are known, by id, in order."""
        return self._read(ids)

    def one(self, group_id: str) -> LuminaireGroup:
        """The group of that id.

        Raises:
            NotFound: there is none; the likeliest one is named.
        """
        if found := self._read([group_id]).get(group_id):
            return found
        raise NotFound("group of luminaires", group_id, nearest(group_id, self.ids()))

    def all(self) -> dict[str, LuminaireGroup]:
        """All, by id, in order."""
        return self._read(None)

    def sharing(self, ids: Collection[str]) -> set[str]:
        """Ids of the groups that have a luminaire of these groups, themselves included."""
        luminaires = select(MEMBER.c.luminaire).where(MEMBER.c.group.in_(ids))
        return set(self._connection.scalars(select(MEMBER.c.group).where(MEMBER.c.luminaire.in_(luminaires))))

    def of_luminaires(self, luminaires: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Ids of the groups of each of these luminaires, in order."""
        found = defaultdict[str, list[str]](list)
        for some in portions(sorted(luminaires)):
            query = select(MEMBER.c.luminaire, MEMBER.c.group).where(MEMBER.c.luminaire.in_(some))
            for row in self._connection.execute(query.order_by(MEMBER.c.group)):
                found[row.luminaire].append(row.group)
        return {luminaire: tuple(groups) for luminaire, groups in found.items()}

    def mark_due(self, ids: Collection[str], due_at: datetime) -> None:
        """Decide these again then."""
        self._connection.execute(update(LUMINAIRE_GROUP).where(LUMINAIRE_GROUP.c.id.in_(ids)).values(due_at=due_at))

    def mark_all_due(self, due_at: datetime) -> None:
        """Decide all again then."""
        self._connection.execute(update(LUMINAIRE_GROUP).values(due_at=due_at))

    def _read(self, ids: Collection[str] | None) -> dict[str, LuminaireGroup]:
        members: dict[str, list[str]] = defaultdict(list)
        wanted = select(MEMBER.c.group, MEMBER.c.luminaire).order_by(MEMBER.c.group, MEMBER.c.luminaire)
        for row in self._connection.execute(wanted if ids is None else wanted.where(MEMBER.c.group.in_(ids))):
            members[row.group].append(row.luminaire)
        groups: Select[tuple[object, ...]] = select(LUMINAIRE_GROUP).order_by(LUMINAIRE_GROUP.c.id)
        rows = self._connection.execute(groups if ids is None else groups.where(LUMINAIRE_GROUP.c.id.in_(ids)))
        return {
            row.id: LuminaireGroup(
                row.id,
                row.title,
                row.directorate,
                Site(row.latitude, row.longitude, ZoneInfo(row.zone)),
                tuple(members[row.id]),
            )
            for row in rows
        }


def _row(group: LuminaireGroup, due_at: datetime) -> dict[str, object]:
    return {
        "id": group.id,
        "title": group.title,
        "directorate": group.directorate,
        "latitude": group.site.latitude,
        "longitude": group.site.longitude,
        "zone": group.site.zone.key,
        "due_at": due_at,
    }
