"""Messages as Twilio shows them: one, and a page of those that a list request asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Final
from urllib.parse import urlencode

_VERSION: Final = "2010-04-01"
_PAGE_SIZE: Final = 50


@dataclass(frozen=True)
class Message:
    """A message that Twilio accepted. ``form``: each field once, as it was sent."""

    sid: str
    form: Mapping[str, str]
    at: datetime
    status: str = "queued"

    @property
    def to(self) -> str:
        return self.form["To"]

    @property
    def body(self) -> str:
        return self.form["Body"]

    def date_sent(self, dates_accepted: bool) -> datetime | None:
        """When it was sent, in whole seconds; None: not begun."""
        return self.at.replace(microsecond=0) if dates_accepted or self.status != "accepted" else None


def shown(message: Message, account_sid: str, prefix: str, sent: datetime | None) -> dict[str, Any]:
    """A message in the words of the description. ``prefix``: what stands before its text."""
    at = format_datetime(message.at)
    uri = f"/{_VERSION}/Accounts/{account_sid}/Messages/{message.sid}"
    return {
        "account_sid": account_sid,
        "api_version": _VERSION,
        "body": prefix + message.body,
        "date_created": at,
        "date_sent": None if sent is None else format_datetime(sent),
        "date_updated": at,
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": message.form.get("From"),
        "messaging_service_sid": message.form.get("MessagingServiceSid"),
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": None,
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.to,
        "uri": f"{uri}.json",
    }


def page_of(
    messages: Sequence[Message], path: str, query: Mapping[str, str], dates_accepted: bool
) -> tuple[dict[str, Any], list[Message]]:
    """A page without its messages, and those of ``messages`` that belong on it."""
    fitting = [item for item in messages if _fits(item, query, item.date_sent(dates_accepted))]
    size, page = int(query.get("PageSize", _PAGE_SIZE)), int(query.get("Page", 0))
    here = fitting[page * size : (page + 1) * size]
    kept = {name: value for name, value in query.items() if name not in ("Page", "PageToken")}

    def address(number: int, exists: bool = True) -> str | None:
        more = kept | {"PageSize": str(size), "Page": str(number)} | ({"PageToken": f"PA{number}"} if number else {})
        return f"{path}?{urlencode(more)}" if exists else None

    about = {
        "uri": address(page),
        "first_page_uri": address(0),
        "next_page_uri": address(page + 1, (page + 1) * size < len(fitting)),
        "previous_page_uri": address(page - 1, page > 0),
        "page": page,
        "page_size": size,
        "start": page * size,
        "end": page * size + max(0, len(here) - 1),
    }
    return about, here


def _fits(message: Message, query: Mapping[str, str], sent: datetime | None) -> bool:
    if query.get("To", message.to) != message.to or query.get("From", message.form.get("From")) != message.form.get(
        "From"
    ):
        return False
    bounds = {name: _moment(query[name]) for name in ("DateSent", "DateSent<", "DateSent>") if name in query}
    if sent is None:
        return not bounds
    if "DateSent" in bounds and sent.date() != bounds["DateSent"].date():
        return False
    return bounds.get("DateSent>", sent) <= sent <= bounds.get("DateSent<", sent)


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
