"""Every recorded uplink gives the values that its makers' converter gives, whichever network server carried it.

Spoilt in any place, it gives claims and rejections, and nothing worse.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.device_registry.domain.loading import SourceText, load
from services.telemetry.domain.admitting import admit
from services.telemetry.domain.claim import Claim
from services.telemetry.domain.directory import NETWORK_SERVER, Directory
from services.telemetry.domain.hearing import heard
from services.telemetry.sources import chirpstack, things_stack
from shared.model.devices import Heard
from shared.model.observations import Observation
from shared.model.registry import Device, Inventory, Mount, Point
from shared.runtime.settings import shipped_rules

RECORDED = Path(__file__).parent / "lorawan"
PAYLOADS = sorted(RECORDED.glob("*/*/*/payload*.json"))
READ = {"ChirpStack": chirpstack.read, "ThingsStackIndustries": things_stack.read}

# Keys of the results that the network server tells, not the payload, and where they are to be found.
OF_THE_NETWORK = {
    "lora_frame_counter": "frame_counter",
    "lora_rssi": "rssi_dbm",
    "lora_snr": "snr_db",
}
# Those that telemetry has no use for.
PASSED_OVER = {"lora_frame_port", "lora_frequency", "lora_spreading_factor"}


def named(payload: Path) -> str:
    return "/".join((*payload.parts[-3:-1], payload.stem))


@pytest.fixture(scope="module")
def shipped() -> Inventory:
    files = sorted((shipped_rules() / "kinds").glob("*.yaml"))
    return load([SourceText(file.name, file.read_text(encoding="utf-8")) for file in files])


def model_of(payload: Path, inventory: Inventory) -> Any:
    name = payload.parts[-3].lower()
    (found,) = [model for model in inventory.models if model.id.endswith(f"-{name}") and model.codec]
    return found


def claim_in(payload: Path) -> Claim:
    (claim,), refused = READ[payload.parts[-2]](payload.read_bytes(), "t")
    assert refused == []
    return claim


def expected(payload: Path) -> Mapping[str, Any]:
    result = json.loads((payload.parent / payload.name.replace("payload", "result")).read_text(encoding="utf-8"))
    (said,) = result["telemetry"]
    return said["values"]


def test_there_are_as_many_as_the_collection_has() -> None:
    assert len(PAYLOADS) == 52


@pytest.mark.parametrize("payload", PAYLOADS, ids=named)
def test_a_recorded_uplink_gives_the_values_of_its_result(payload: Path, shipped: Inventory) -> None:
    model = model_of(payload, shipped)
    claim = claim_in(payload)
    frame = Directory(shipped).readers[model.id](claim.payload)
    assert frame.unread is None
    news = heard(claim, "d", model, frame.values)
    for key, value in expected(payload).items():
        if key in OF_THE_NETWORK:
            assert getattr(news, OF_THE_NETWORK[key]) == value, key
        elif key not in PASSED_OVER:
            assert frame.values[key] == value, key


@pytest.mark.parametrize("payload", PAYLOADS, ids=named)
def test_the_battery_of_a_recorded_uplink_is_heard(payload: Path, shipped: Inventory) -> None:
    model = model_of(payload, shipped)
    claim = claim_in(payload)
    news = heard(claim, "d", model, Directory(shipped).readers[model.id](claim.payload).values)
    values = expected(payload)
    assert (news.battery_percent, news.battery_v) == (values.get("battery"), values.get("battery_voltage"))


def test_every_recorded_uplink_was_heard_by_one_gateway_at_its_own_time() -> None:
    # The Things Stack's WS302 was heard directly and by way of Packet Broker: that is one gateway.
    for payload in PAYLOADS:
        claim = claim_in(payload)
        assert claim.radio is not None
        assert (claim.radio.gateways, claim.simulated) == (1, False), named(payload)
        assert 2019 <= claim.time.year <= 2024, named(payload)


SPOILT = st.one_of(
    st.none(),
    st.booleans(),
    st.integers() | st.just(10**400),
    st.floats(),
    st.text(max_size=20),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.integers(), max_size=2),
    st.binary(max_size=60).map(lambda data: b64encode(data).decode()),
)


def places(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a message."""
    children = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    yield path
    for key, value in children:
        yield from places(value, (*path, key))


def spoil(content: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    key, *rest = path
    copy = dict(content) if isinstance(content, dict) else list(content)
    copy[key] = spoil(content[key], tuple(rest), value)
    return copy


@given(st.data())
def test_a_spoilt_uplink_gives_claims_or_rejections_and_nothing_worse(shipped: Inventory, data: st.DataObject) -> None:
    payload = data.draw(st.sampled_from(PAYLOADS))
    content = json.loads(payload.read_bytes())
    spoilt = spoil(content, data.draw(st.sampled_from(list(places(content)))), data.draw(SPOILT))
    claims, refused = READ[payload.parts[-2]](json.dumps(spoilt).encode(), "t")
    assert len(claims) + len(refused) == 1
    for claim in claims:
        device = Device(id="d", model=model_of(payload, shipped).id, dev_eui=claim.device)
        found = list(admit(claim, NETWORK_SERVER, city(shipped, device), datetime(2100, 1, 1, tzinfo=UTC)))
        # What is to be told can be told: it is JSON.
        assert msgspec.json.encode([item for item in found if isinstance(item, Heard | Observation)])


def city(shipped: Inventory, device: Device) -> Directory:
    """A directory with that device at a point of its own."""
    (model,) = [model for model in shipped.models if model.id == device.model]
    point = Point(id="p", title="p", kind=model.kind, directorate="x", longitude=5, latitude=43)
    mount = Mount(
        id="m",
        device=device.id,
        point=point.id,
        since=datetime(1, 1, 1, tzinfo=UTC),
        sensor_height_m=4.2,
        container_height_m=1.8,
        dead_zone_m=0.3,
    )
    kinds = tuple(kind for kind in shipped.kinds if kind.id == model.kind)
    return Directory(Inventory(kinds=kinds, models=(model,), points=(point,), devices=(device,), mounts=(mount,)))
