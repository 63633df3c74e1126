"""The tables of the notifier, by subject; whoever takes ``METADATA`` from here has them all."""

from __future__ import annotations

from services.notifier.storage.tables.incidents import ACKNOWLEDGEMENT, DIGEST, ESCALATION, INCIDENT, INCIDENT_ALERT
from services.notifier.storage.tables.keeping import CHORE, LEDGER, SECRET
from services.notifier.storage.tables.metadata import METADATA
from services.notifier.storage.tables.muting import ALERT, BUNDLE, FLAPPING, HELD, SILENCE
from services.notifier.storage.tables.on_call import ON_CALL_DUTY, ON_CALL_FEED, ON_CALL_GAP
from services.notifier.storage.tables.spending import FOLDED, FOLDER, SPENDING
from services.notifier.storage.tables.telling import (
    CARRIER_TROUBLE,
    NOTIFICATION,
    OPT_OUT,
    OUTBOX_MESSAGE,
    RECEIPT,
    REPLY,
)

__all__ = [
    "ACKNOWLEDGEMENT",
    "ALERT",
    "BUNDLE",
    "CARRIER_TROUBLE",
    "CHORE",
    "DIGEST",
    "ESCALATION",
    "FLAPPING",
    "FOLDED",
    "FOLDER",
    "HELD",
    "INCIDENT",
    "INCIDENT_ALERT",
    "LEDGER",
    "METADATA",
    "NOTIFICATION",
    "ON_CALL_DUTY",
    "ON_CALL_FEED",
    "ON_CALL_GAP",
    "OPT_OUT",
    "OUTBOX_MESSAGE",
    "RECEIPT",
    "REPLY",
    "SECRET",
    "SILENCE",
    "SPENDING",
]
