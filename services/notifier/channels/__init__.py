"""What carries notifications out: one file a channel, each listed here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from services.notifier.channels.email_smtp import EmailSmtp
from services.notifier.channels.outbox import Outbox
from services.notifier.channels.sms_http import FAMILY, SmsHttp, secrets_of
from services.notifier.channels.sms_twilio import SmsTwilio
from services.notifier.channels.voice_twilio import VoiceTwilio
from services.notifier.channels.webhook import Webhook
from services.notifier.domain.channel import Carriers, Channel, Medium, Shelf
from services.notifier.domain.delivering.loading_channels import WrittenChannels
from shared.errors import SettingsError
from shared.runtime.settings import Settings

Factory = Callable[[Settings, Shelf], Channel]

CHANNELS: Final[Mapping[str, Factory]] = {
    "outbox": Outbox.from_settings,
    "sms_twilio": SmsTwilio.from_settings,
    "email_smtp": EmailSmtp.from_settings,
    "voice_twilio": VoiceTwilio.from_settings,
    "webhook": Webhook.from_settings,
}
"""Beside these, each gateway of ``rules/notifier/channels.yaml`` is a channel: ``sms_http:<id>``."""


def carriers(settings: Settings, shelf: Shelf, written: WrittenChannels | None = None) -> Carriers:
    """The channels that the settings name.

    Raises:
        SettingsError: a name that is not in the registry, or a channel that can't carry what it is to carry.
    """
    written = written or WrittenChannels()
    known = {**CHANNELS, **_gateways(written)}
    wanted = _wanted(settings)
    named = [(medium, name) for medium, names in wanted.items() for name in names]
    if faults := [f"no channel '{name}' for {medium.value}" for medium, name in named if name not in known]:
        raise SettingsError(faults)
    channels = {name: known[name](settings, shelf) for name in dict.fromkeys(name for _, name in named)}
    unfit = [
        f"the channel {name} can't carry {medium.value}" for medium, name in named if medium not in channels[name].media
    ]
    if unfit:
        raise SettingsError(unfit)
    return Carriers(
        {medium: channels[names[0]] for medium, names in wanted.items()},
        {medium: tuple(channels[name] for name in names[1:]) for medium, names in wanted.items()},
        written.patience,
    )


def _wanted(settings: Settings) -> dict[Medium, list[str]]:
    named = {
        Medium.SMS: settings.sms_channel,
        Medium.EMAIL: settings.email_channel,
        Medium.VOICE: settings.voice_channel,
        Medium.WEBHOOK: settings.webhook_channel,
    }
    return {medium: names.split(",") for medium, names in named.items()}


def _gateways(written: WrittenChannels) -> dict[str, Factory]:
    def factory(name: str) -> Factory:
        return lambda settings, _shelf: SmsHttp(written.gateways[name], secrets_of(settings))

    return {f"{FAMILY}:{name}": factory(name) for name in written.gateways}
