"""Makes the secrets of the development stack by chance, into ``secrets/`` beside this file or the folder named.

A folder that has some is left alone: the database keeps the passwords that it began with. To begin anew, delete the
folder's files and the stack's volumes.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import sys
import warnings
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

# eventlet, which the bus stands on, announces its retirement at import.
warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

from shared import bus  # noqa: E402
from shared.runtime import topology  # noqa: E402

VHOST: Final = "vigie"
DATABASE: Final = "vigie"
ADMINISTRATOR: Final = "administrator"
GATEWAY: Final = "gateway"
LUMINAIRES: Final = "luminaires"

_EVERYTHING: Final = topology.Rights(".*", ".*", ".*")
# Wherever observations come from; not where luminaires are commanded.
_OBSERVES: Final = (
    r"^(vigie\.[^.]+\.(observations|chirpstack|things-stack)(\..+)?"
    r"|application\.[^.]+\.device\.[^.]+\.event\.[^.]+|v3(\..+)?)$"
)
_PUBLISHES: Final = topology.Rights("^$", r"^amq\.topic$", "^$", _OBSERVES)
_OVER_MQTT: Final = r"^(amq\.topic|mqtt-subscription-.*)$"
_OBEYS: Final = topology.Rights(
    r"^mqtt-subscription-.*$", _OVER_MQTT, _OVER_MQTT, r"^vigie\.luminaires\.[^.]+\.reported$"
)
_HEARS: Final = {LUMINAIRES: r"^vigie\.luminaires\.([^.]+\.(desired|programme)|controller)$"}


def make(folder: Path) -> None:
    """Write all files.

    Raises:
        FileExistsError: there are some.
    """
    if any(folder.glob("[!.]*")):
        raise FileExistsError(f"{folder} has secrets: delete them, and the stack's volumes, to make others")
    folder.mkdir(parents=True, exist_ok=True)
    broker = {name: _password() for name in (*bus.SERVICES, ADMINISTRATOR, GATEWAY, LUMINAIRES)}
    database = {name: _password() for name in bus.SERVICES}
    for name, text in _files(broker, database).items():
        file = folder / name
        file.touch(mode=0o600)
        file.write_text(text, encoding="utf-8")


def _password() -> str:
    # Letters and digits alone, so that it needs no quoting in an address or in SQL.
    return secrets.token_hex(20)


def _files(broker: Mapping[str, str], database: Mapping[str, str]) -> dict[str, str]:
    addresses = {service: _addresses(service, broker[service], database[service]) for service in bus.SERVICES}
    return {
        "rabbitmq-definitions.json": json.dumps(definitions(broker), indent=1),
        "postgresql-init.sql": "\n".join(init_sql(database)),
        "postgresql-password": _password(),
        "administrator.env": f"amqp-url={_amqp_url(ADMINISTRATOR, broker[ADMINISTRATOR])}\n",
        **{f"{name}.env": f"username={name}\npassword={broker[name]}\n" for name in (GATEWAY, LUMINAIRES)},
        **{f"{service}.env": text for service, text in addresses.items()},
    }


def _addresses(service: str, broker: str, database: str) -> str:
    database_url = f"postgresql://{service}:{database}@postgresql:5432/{DATABASE}"
    mqtt = f"mqtt-url=mqtt://{service}:{broker}@rabbitmq:1883\n" if service == bus.LIGHTING_CONTROLLER else ""
    return f"amqp-url={_amqp_url(service, broker)}\ndatabase-url={database_url}\n{mqtt}"


def _amqp_url(user: str, password: str) -> str:
    return f"amqp://{user}:{password}@rabbitmq:5672/{VHOST}"


def definitions(passwords: Mapping[str, str]) -> dict[str, Any]:
    """What RabbitMQ loads at its start: a virtual host, and a user for each service with the least rights."""
    rights = {name: topology.rights(name) for name in bus.SERVICES}
    rights |= {ADMINISTRATOR: _EVERYTHING, GATEWAY: _PUBLISHES, LUMINAIRES: _OBEYS}
    return {
        "vhosts": [{"name": VHOST}],
        "users": [_user(name, password) for name, password in passwords.items()],
        "permissions": [{"user": name, "vhost": VHOST, **_patterns(given)} for name, given in rights.items()],
        "topic_permissions": [_topics(name, given.topics) for name, given in rights.items() if given.topics],
    }


def _patterns(rights: topology.Rights) -> dict[str, str]:
    return {"configure": rights.configure, "write": rights.write, "read": rights.read}


def _topics(user: str, write: str) -> dict[str, str]:
    read = _HEARS.get(user, "^$")
    return {"user": user, "vhost": VHOST, "exchange": bus.MQTT_EXCHANGE, "write": write, "read": read}


def _user(name: str, password: str) -> dict[str, Any]:
    salt = secrets.token_bytes(4)
    digest = base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
    tags = ["administrator"] if name == ADMINISTRATOR else []
    return {"name": name, "password_hash": digest, "hashing_algorithm": "rabbit_password_hashing_sha256", "tags": tags}


def init_sql(passwords: Mapping[str, str]) -> Iterable[str]:
    """What PostgreSQL runs at its first start, in the city's database: each service's role owns its schema."""
    yield f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC;"
    for service, password in passwords.items():
        yield f"CREATE ROLE {service} LOGIN PASSWORD '{password}';"
        yield f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO {service};"
        yield f"CREATE SCHEMA {service} AUTHORIZATION {service};"


if __name__ == "__main__":
    try:
        make(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "secrets")
    except FileExistsError as error:
        sys.exit(str(error))
