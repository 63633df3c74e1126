"""Who a sender is: by a key, by a signature, or because the broker lets it publish there."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from services.telemetry.domain.directory import NETWORK_SERVER, Directory, may_send
from shared.model.registry import Credential, Device, Inventory, Point

KEY = "vk_secret"
DIGEST = hashlib.sha256(KEY.encode()).hexdigest()
OURS = Credential(id="key-1", key_sha256=DIGEST, directorate="waste")
BODY = b'{"a": 1}'
SIGNATURE = hmac.new(DIGEST.encode(), BODY, "sha256").hexdigest()


def directory() -> Directory:
    return Directory(Inventory(credentials=(OURS,)))


@pytest.mark.parametrize(
    ("identifier", "signature", "body", "known"),
    [
        pytest.param("key-1", SIGNATURE, BODY, True, id="right"),
        pytest.param("key-1", SIGNATURE.upper(), BODY, True, id="in capitals"),
        pytest.param("key-1", SIGNATURE, BODY + b" ", False, id="another body"),
        pytest.param("key-2", SIGNATURE, BODY, False, id="an unknown key"),
        pytest.param("", SIGNATURE, BODY, False, id="no key"),
        pytest.param("key-1", "", BODY, False, id="no signature"),
        pytest.param("key-1", "é\ud800", BODY, False, id="no hexadecimal"),
        pytest.param("key-1", hmac.new(KEY.encode(), BODY, "sha256").hexdigest(), BODY, False, id="by the key itself"),
    ],
)
def test_a_body_is_signed_with_the_digest_of_a_key(identifier: str, signature: str, body: bytes, known: bool) -> None:
    assert directory().credential_of_signature(identifier, signature, body) == (OURS if known else None)


@pytest.mark.parametrize(("dev_eui", "may"), [("1000000000000001", True), (None, False)])
def test_a_network_server_speaks_for_lorawan_devices_of_any_directorate(dev_eui: str | None, may: bool) -> None:
    point = Point(id="p", title="p", kind="k", directorate="waste", longitude=5, latitude=43)
    assert may_send(NETWORK_SERVER, Device(id="d", model="m", dev_eui=dev_eui), point) is may
