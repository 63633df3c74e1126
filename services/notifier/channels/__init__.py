"""What carries notifications out: one file a channel, each listed here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from services.notifier.channels.email_smtp import EmailSmtp
from services.notifier.channels.outbox import Outbox
from services.notifier.channels.sms_twilio import SmsTwilio
from services.notifier.domain.channel import Carriers, Channel, Medium, Shelf
from shared.errors import SettingsError
from shared.runtime.settings import Settings

Factory = Callable[[Settings, Shelf], Channel]

CHANNELS: Final[Mapping[str, Factory]] = {
    "outbox": Outbox.from_settings,
    "sms_twilio": SmsTwilio.from_settings,
    "email_smtp": EmailSmtp.from_settings,
}


def carriers(settings: Settings, shelf: Shelf) -> Carriers:
    """The channels that the settings name.

    Raises:
        SettingsError: a name that is not in the registry, or a channel that can't carry what it is to carry.
    """
    wanted = {Medium.SMS: settings.sms_channel, Medium.EMAIL: settings.email_channel}
    if faults := [f"no channel '{name}' for {medium.value}" for medium, name in wanted.items() if name not in CHANNELS]:
        raise SettingsError(faults)
    channels = {name: CHANNELS[name](settings, shelf) for name in dict.fromkeys(wanted.values())}
    unfit = [
        f"the channel {name} can't carry {medium.value}"
        for medium, name in wanted.items()
        if medium not in channels[name].media
    ]
    if unfit:
        raise SettingsError(unfit)
    return Carriers({medium: channels[name] for medium, name in wanted.items()})
