"""What a process must be told by its environment. All faults are named at once; no secret has a default."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import shared
from shared.civil_time import require_aware
from shared.documents import did_you_mean
from shared.errors import SettingsError

PREFIX: Final = "VIGIE_"
_OF_TESTS: Final = "VIGIE_TEST_"
_SHORTEST_KEY: Final = 16
_MOST_DAYS: Final = 36_500
_HERE: Final = "127.0.0.1"
_EVERYWHERE: Final = frozenset({"0.0.0.0", "::", "[::]"})  # noqa: S104 - nothing is bound here


class Secret:
    """A text that must not be seen: printing it shows nothing."""

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself, for the one call that needs it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"


def shipped_rules() -> Path:
    """The ``rules`` folder beside the packages, in a checkout and in the wheel alike."""
    return Path(shared.__file__).resolve().parent.parent / "rules"


def _key(text: str) -> Secret:
    # An empty one would let everybody in who shows none.
    if len(text) < _SHORTEST_KEY:
        raise ValueError(f"a key has at least {_SHORTEST_KEY} characters; openssl rand -base64 32 makes one")
    return Secret(text)


def _choice(*allowed: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"'{text}' is none of {', '.join(allowed)}")
        return text

    return check


def _channels(*allowed: str) -> Callable[[str], str]:
    """Names with commas between them, the first choice first; ``sms_http:*``: the gateway's own name follows."""

    def check(text: str) -> str:
        names = [name.strip() for name in text.split(",")]
        for name in names:
            family = f"{name.partition(':')[0]}:*" if ":" in name else name
            if family not in allowed or name.endswith(":"):
                raise ValueError(f"'{name}' is none of {', '.join(allowed)}")
        if len(set(names)) < len(names):
            raise ValueError("a channel is named twice")
        return ",".join(names)

    return check


def _pairs(text: str) -> Secret:
    if not all(re.fullmatch(r"[a-z0-9-]+=.+", line.strip()) for line in text.splitlines() if line.strip()):
        raise ValueError("on each line stands name=secret; in a name: small letters, digits, '-'")
    return Secret(text)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise ValueError(f"'{text}' is not a port, 1 to 65535")
    return int(text)


def _listen(text: str) -> str:
    host, _, port = text.rpartition(":")
    if not host:
        raise ValueError(f"'{text}' is not HOST:PORT")
    _port(port)
    return text


def _days(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= _MOST_DAYS:
        raise ValueError(f"'{text}' is no number of days, 1 to {_MOST_DAYS}")
    return int(text)


def _address(text: str) -> Secret:
    if not text.startswith(("http://", "https://")):
        raise ValueError("an address that begins with https:// is wanted")
    return Secret(text)


def _http(text: str) -> str:
    if not text.startswith(("http://", "https://")):
        raise ValueError(f"'{text}' is no address that begins with https://")
    return text


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError as error:
        raise ValueError(f"'{text}' is no UUID") from error


def _moment(text: str) -> datetime:
    return require_aware(datetime.fromisoformat(text))


def _setting(read: Callable[[str], Any], default: Any, words: str) -> Any:
    return field(default=default, metadata={"read": read, "words": words})


@dataclass(frozen=True)
class Settings:
    """The settings of a process. A field ``smtp_host`` is read from ``VIGIE_SMTP_HOST``, or from the file that
    ``VIGIE_SMTP_HOST_FILE`` names."""

    amqp_url: Secret | None = _setting(Secret, None, "RabbitMQ: amqp://user:password@host:5672/vhost")
    database_url: Secret | None = _setting(Secret, None, "PostgreSQL: postgresql://user:password@host/database")
    operator_key: Secret | None = _setting(
        _key, None, "who shows it may change registry and rules, and settle the quarantine, over HTTP"
    )
    emergency_key: Secret | None = _setting(
        _key, None, "who shows it may light a part of the city in an emergency over HTTP, and nothing else"
    )
    link_key: Secret | None = _setting(
        _key,
        None,
        "signs the links in e-mails; not given, the notifier makes one, kept in its database",
    )
    listen: str = _setting(_listen, "127.0.0.1:8080", "HOST:PORT of the HTTP server")
    public_url: str | None = _setting(
        str, None, "the address that people type, for links in messages; by default where HTTP is answered"
    )
    rules_dir: Path = _setting(Path, shipped_rules(), "folder of kinds, inventory, teams and rules")
    recorded_points: str = _setting(
        _choice("no", "yes"), "no", "yes: also the points where the shipped recordings were made, for their replays"
    )
    clock: str = _setting(
        _choice("system", "replay"), "system", "replay: a driver moves the time; for tests and trials"
    )
    replay_from: datetime | None = _setting(_moment, None, "where the clock of a replay stands at the start, RFC 3339")
    log_level: str = _setting(_choice("DEBUG", "INFO", "WARNING", "ERROR"), "INFO", "how much is logged")
    replayed_lamps: str = _setting(
        _choice("silent", "speak"),
        "silent",
        "speak: in a replay, too, what simulated luminaires do becomes observations",
    )
    lighting_driver: str = _setting(
        _choice("simulated", "mqtt", "chirpstack"), "simulated", "how luminaires are reached"
    )
    mqtt_url: Secret | None = _setting(Secret, None, "the luminaires' broker: mqtt://user:password@host:1883, or mqtts")
    chirpstack_application: str | None = _setting(_uuid, None, "ChirpStack's id of the luminaires' application")
    chirpstack_url: str | None = _setting(_http, None, "ChirpStack's REST API, for multicast groups")
    chirpstack_token: Secret | None = _setting(Secret, None, "an API key of ChirpStack, for multicast groups")
    sms_channel: str = _setting(
        _channels("outbox", "sms_twilio", "sms_http:*"), "outbox", "what carries text messages; several: in this order"
    )
    email_channel: str = _setting(_channels("outbox", "email_smtp"), "outbox", "what carries e-mail")
    voice_channel: str = _setting(_channels("outbox", "voice_twilio"), "outbox", "what makes calls")
    webhook_channel: str = _setting(_channels("outbox", "webhook"), "outbox", "what posts to webhooks")
    twilio_account_sid: str | None = _setting(str, None, "Twilio's account")
    twilio_auth_token: Secret | None = _setting(Secret, None, "Twilio's token")
    twilio_sender: str | None = _setting(str, None, "the number or name that text messages come from")
    twilio_voice_sender: str | None = _setting(str, None, "the number that calls come from, if it is another")
    twilio_url: str = _setting(str, "https://api.twilio.com", "Twilio's address; another one in tests")
    channel_secrets: Secret | None = _setting(
        _pairs, None, "of gateways in rules/notifier/channels.yaml: on each line name=secret"
    )
    webhook_secret: Secret | None = _setting(_key, None, "signs what is posted to webhooks")
    webhook_private: str = _setting(
        _choice("no", "yes"), "no", "yes: webhooks may also lead to private addresses, such as the city's own network"
    )
    smtp_host: str | None = _setting(str, None, "the mail server")
    smtp_port: int = _setting(_port, 587, "its port")
    smtp_user: str | None = _setting(str, None, "its user, if it wants one")
    smtp_password: Secret | None = _setting(Secret, None, "the user's password")
    smtp_sender: str | None = _setting(str, None, "the address that e-mail comes from")
    ledger_days: int = _setting(_days, 400, "how long the notifier's ledger knows who was told, in days")
    address_days: int = _setting(_days, 90, "how long notices keep their address and text, in days")
    heartbeat_url: Secret | None = _setting(
        _address, None, "an outside watcher's, which the notifier calls each minute while it works"
    )

    @property
    def people_url(self) -> str:
        """The address in messages; of a server that listens everywhere one that is right at least on its machine."""
        if self.public_url is not None:
            return self.public_url
        host, _, port = self.listen.rpartition(":")
        return f"http://{_HERE if host in _EVERYWHERE else host}:{port}"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings.

        Raises:
            SettingsError: with every fault: unknown names, unreadable files, wrong values, missing secrets.
        """
        values: dict[str, Any] = {}
        faults = list(_unknown(environment))
        for item in fields(cls):
            try:
                text = _raw(PREFIX + item.name.upper(), environment)
                if text is not None:
                    values[item.name] = item.metadata["read"](text)
            except (OSError, ValueError) as error:
                faults.append(f"{PREFIX}{item.name.upper()}: {error}")
        settings = cls(**values)
        faults.extend(_missing(settings))
        if faults:
            raise SettingsError(faults)
        return settings


def _raw(name: str, environment: Mapping[str, str]) -> str | None:
    file = environment.get(f"{name}_FILE")
    if file is None:
        return environment.get(name)
    if name in environment:
        raise ValueError(f"given twice, as {name} and as {name}_FILE")
    return Path(file).read_text(encoding="utf-8").strip()


def _unknown(environment: Mapping[str, str]) -> list[str]:
    known = {PREFIX + item.name.upper() for item in fields(Settings)}
    known |= {f"{name}_FILE" for name in known}
    ours = (name for name in environment if name.startswith(PREFIX) and not name.startswith(_OF_TESTS))
    strange = [name for name in ours if name not in known]
    return [f"{name}: no such setting; {did_you_mean(name, known) or 'see vigie serve --help'}" for name in strange]


def _missing(settings: Settings) -> list[str]:
    needs = {
        "sms_twilio": ("twilio_account_sid", "twilio_auth_token", "twilio_sender"),
        "email_smtp": ("smtp_host", "smtp_sender"),
        "voice_twilio": ("twilio_account_sid", "twilio_auth_token", "twilio_sender"),
        "webhook": ("webhook_secret",),
    }
    named = (settings.sms_channel, settings.email_channel, settings.voice_channel, settings.webhook_channel)
    missing = [
        f"{PREFIX}{name.upper()}: needed by the channel {channel}"
        for channel in dict.fromkeys(",".join(named).split(","))
        for name in needs.get(channel, ())
        if getattr(settings, name) is None
    ]
    drivers = {"mqtt": ("mqtt_url",), "chirpstack": ("mqtt_url", "chirpstack_application")}
    missing += [
        f"{PREFIX}{name.upper()}: needed by the driver {settings.lighting_driver}"
        for name in drivers.get(settings.lighting_driver, ())
        if getattr(settings, name) is None
    ]
    return missing
