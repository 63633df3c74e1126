"""Answers which channels carry what, which are in trouble, and who is texted no more. Numbers are never shown."""

from __future__ import annotations

from typing import Any

import msgspec

from services.notifier.domain.channel import Carriers
from services.notifier.domain.people.team import Teams
from services.notifier.storage.opt_outs import OptOuts
from services.notifier.storage.troubles import CarrierTroubles
from shared.runtime.database import Database


def show_carriers(database: Database, carriers: Carriers) -> dict[str, Any]:
    """The channels of each medium in order, and the trouble of those that have any."""
    with database.transaction() as transaction:
        troubles = CarrierTroubles(transaction).all()
    order = {medium.value: [channel.name for channel in carriers.all_of(medium)] for medium in carriers.by_medium}
    return {"media": order, "troubles": msgspec.to_builtins(troubles)}


def show_opt_outs(database: Database, teams: Teams) -> list[dict[str, Any]]:
    """Who, and since when; of the number what tells a person's two telephones apart."""
    with database.transaction() as transaction:
        found = OptOuts(transaction).all()
    people = {item.person: teams.person(item.person) for item in found}
    shown = {name: name if person is None else person.shown for name, person in people.items()}
    return [
        {
            "person": item.person,
            "recipient": shown[item.person],
            "number": f"…{item.address[-2:]}",
            "at": item.at.isoformat(),
        }
        for item in found
    ]
