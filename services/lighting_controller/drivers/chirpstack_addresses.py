"""Where luminaires are on ChirpStack: which device each is, what its model understands, who hears a multicast."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from services.lighting_controller.domain.commanding.multicast import Multicast
from services.lighting_controller.domain.fixture import fixtures_in
from services.lighting_controller.domain.group import groups_in
from services.lighting_controller.drivers.lorawan_models import CODECS, LuminaireCodec
from shared.model.registry import Inventory

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True)
class Address:
    """A luminaire on the network server. ``dev_eui``: 16 hexadecimal digits in lower case."""

    luminaire: str
    dev_eui: str
    codec: LuminaireCodec


@dataclass(frozen=True)
class Addresses:
    """All of them, and the multicast groups whose members all are of one model."""

    by_luminaire: Mapping[str, Address] = field(default_factory=dict)
    by_eui: Mapping[str, Address] = field(default_factory=dict)
    multicasts: tuple[Multicast, ...] = ()


def addresses_in(inventory: Inventory, multicast_ids: Mapping[str, str]) -> Addresses:
    """The luminaires that can be reached, with the multicast group of each group that has one.

    Args:
        multicast_ids: ChirpStack's, by the group of luminaires.
    """
    own = {
        fixture.luminaire: Address(fixture.luminaire, fixture.dev_eui, CODECS[fixture.model])
        for fixture in fixtures_in(inventory)
        if fixture.dev_eui is not None and fixture.model is not None and fixture.model in CODECS
    }
    members = {group.id: group.luminaires for group in groups_in(inventory)}
    for group in sorted(multicast_ids.keys() - members.keys()):
        _log.warning("a multicast group of no group of luminaires", extra={"group": group})
    multicasts = []
    for group, identifier in sorted(multicast_ids.items()):
        there = [own[luminaire] for luminaire in members.get(group, ()) if luminaire in own]
        if len({id(address.codec) for address in there}) == 1:
            multicasts.append(Multicast(identifier, frozenset(address.luminaire for address in there)))
    return Addresses(own, {address.dev_eui: address for address in own.values()}, tuple(multicasts))


class AddressBook:
    """The addresses, made once for each revision of the registry.

    Args:
        registry: its revision and all that it knows.
    """

    def __init__(self, registry: Callable[[], tuple[int, Inventory]], multicast_ids: Mapping[str, str]) -> None:
        self._registry = registry
        self._multicast_ids = multicast_ids
        self._revision: int | None = None
        self._addresses = Addresses()

    def __call__(self) -> Addresses:
        revision, inventory = self._registry()
        if revision != self._revision:
            self._addresses, self._revision = addresses_in(inventory, self._multicast_ids), revision
        return self._addresses
