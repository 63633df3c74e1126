"""Several alerts in one notice: their places, and who is to hear of which of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final

from msgspec import structs

from services.notifier.domain.incidents.incident import IncidentAlert
from services.notifier.domain.severity import most_critical, worst_of
from shared.model.alerts import AlertChanged, Criticality, NotifyRequest

LISTED: Final = 20
"""So many places are named; the others are counted."""

_NAMED: Final = 3
"""So many in a title."""


def gathered(alerts: Sequence[AlertChanged]) -> AlertChanged:
    """At least one alert, as one: told by the places of all, to each team by those it asked for."""
    if len(alerts) == 1:
        return alerts[0]
    worst = worst_of(*(alert.severity for alert in alerts))
    first = min((alert for alert in alerts if alert.severity == worst), key=lambda alert: (alert.since, alert.alert))
    return structs.replace(
        first,
        criticality=Criticality(most_critical(*(alert.criticality.value for alert in alerts))),
        rule_title=_titles(alerts),
        point_title=places(alert.point_title for alert in alerts),
        since=min(alert.since for alert in alerts),
        notify=tuple(_requests(alerts)),
        readings=(),
    )


def places(titles: Iterable[str]) -> str:
    """``A``; ``2 lieux (A, B)``; ``5 lieux (A, B, C et 2 autres)``."""
    each = list(dict.fromkeys(titles))
    if len(each) == 1:
        return each[0]
    more = len(each) - _NAMED
    rest = "" if more <= 0 else f" et {more} autre{'s' if more > 1 else ''}"
    return f"{len(each)} lieux ({', '.join(each[:_NAMED])}{rest})"


def unstable(alert: AlertChanged, episodes: int, within: timedelta) -> AlertChanged:
    """The alert, told as one that flaps."""
    words = f"instable ({episodes} fois en {_minutes(within)})"
    more = "Ses débuts et fins ne sont plus annoncés ; son état le sera quand il sera stable."
    asked = (structs.replace(each, message=f"{words} : {each.message} {more}") for each in alert.notify)
    return structs.replace(alert, notify=tuple(asked))


def steady(alert: AlertChanged, within: timedelta) -> AlertChanged:
    """The alert that flapped and fires still, told as one that is calm."""
    words = f"stable depuis {_minutes(within)}, l'alerte dure"
    asked = (structs.replace(each, message=f"{words} : {each.message}") for each in alert.notify)
    return structs.replace(alert, notify=tuple(asked))


def ended(alert: AlertChanged, places_of: Iterable[IncidentAlert]) -> AlertChanged:
    """The last alert of an incident, told as the end of all of its places."""
    every = list(places_of)
    titles = places(each.point_title for each in every) if every else alert.point_title
    return structs.replace(alert, point_title=titles, since=min((each.since for each in every), default=alert.since))


def _requests(alerts: Sequence[AlertChanged]) -> Iterable[NotifyRequest]:
    asked: dict[str, list[str]] = {}
    for alert in alerts:
        for request in alert.notify:
            if request.digest is None:
                asked.setdefault(request.team, []).append(_named(alert, request))
    for team, lines in asked.items():
        yield NotifyRequest(team=team, message=_listed(lines))


def _listed(lines: Sequence[str]) -> str:
    if len(lines) == 1:
        return lines[0]
    more = len(lines) - LISTED
    rest = [] if more <= 0 else [f"et {more} autre{'s' if more > 1 else ''} lieu{'x' if more > 1 else ''}"]
    # The number first: a text message is cut at its end.
    return f"{len(lines)} lieux :\n" + ";\n".join((*lines[:LISTED], *rest))


def _named(alert: AlertChanged, request: NotifyRequest) -> str:
    """The rule's words, with the point's name unless they contain it."""
    words = request.message.rstrip(".")
    return words if alert.point_title in words else f"{alert.point_title} : {words}"


def _titles(alerts: Iterable[AlertChanged]) -> str:
    return ", ".join(list(dict.fromkeys(alert.rule_title for alert in alerts))[:_NAMED])


def _minutes(length: timedelta) -> str:
    minutes = round(length.total_seconds() / 60)
    return f"{minutes // 60} h" if minutes % 60 == 0 and minutes else f"{minutes} min"
