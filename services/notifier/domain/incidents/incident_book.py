"""The incidents that a batch of alerts touches: takes alerts in and out, and knows what is to be stored of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from services.notifier.domain.composing.digesting import Digest
from services.notifier.domain.incidents.grouping import Group, own_incident
from services.notifier.domain.incidents.incident import Incident, IncidentAlert
from shared.model.alerts import AlertChanged

Place = tuple[str, str]
"""Incident and alert."""


class IncidentBook:
    """Incidents and the places of alerts in them.

    Args:
        incidents, places: those that are stored, as far as the batch can touch them.
        codes: of incidents that may open; none: as if no code were in use.
    """

    def __init__(
        self,
        incidents: Iterable[Incident],
        places: Iterable[IncidentAlert],
        codes: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._codes = codes
        self._incidents = {incident.id: incident for incident in incidents}
        self._places: dict[Place, IncidentAlert] = {}
        self._of_alert: dict[str, list[str]] = defaultdict(list)
        for place in places:
            self._put(place)
        self._stored = set(self._incidents), set(self._places)
        self._touched: tuple[dict[str, None], dict[Place, None]] = {}, {}
        self.digests: list[Digest] = []

    def has(self, alert: str) -> bool:
        """Whether it has a place already, firing or resolved."""
        return alert in self._of_alert

    def holds(self, alert: str, incident: str) -> bool:
        """Whether it has a place in that incident, firing or resolved."""
        return (incident, alert) in self._places

    def incident(self, incident: str) -> Incident:
        """The incident of an id, as it is now."""
        return self._incidents[incident]

    def known(self, incident: str) -> Incident | None:
        """The incident of an id, if there is one."""
        return self._incidents.get(incident)

    def awaits(self, change: AlertChanged) -> bool:
        """Whether a change of severity says something new: its alert fires, and nothing later is known of it."""
        firing = list(self._firing(change.alert))
        return bool(firing) and all(place.precedes(change) for place in firing)

    def take_in(self, alert: AlertChanged, group: Group) -> Incident:
        """An alert fires: the incident of the group with the alert in it."""
        incident = self._incidents.get(group.incident)
        if incident is None:
            incident = group.opened(alert, self._codes.get(group.incident))
            self._note_digest(alert, group)
        self._put(
            IncidentAlert(
                incident=group.incident,
                alert=alert.alert,
                point=alert.point,
                point_title=alert.point_title,
                message=group.requests[0].message,
                since=alert.since,
                severity=alert.severity,
                severity_at=None if alert.was is None else alert.at,
            )
        )
        self._touched[1][group.incident, alert.alert] = None
        return self._keep(incident.with_alert(alert.severity, alert.criticality.value))

    def change(self, alert: AlertChanged, groups: Iterable[Group]) -> list[Incident]:
        """The severity of an alert changed: the incidents in which it fires, so changed.

        Args:
            groups: those that the change asks for; their words take the place of those before.
        """
        words = {group.incident: group.requests[0].message for group in groups}
        changed = []
        for place in self._firing(alert.alert):
            message = words.get(place.incident, place.message)
            self._replace(replace(place, severity=alert.severity, severity_at=alert.at, message=message))
            alone = place.incident == own_incident(alert.alert)
            incident = self._incidents[place.incident]
            changed.append(self._keep(incident.with_severity(alert.severity, alert.criticality.value, alone=alone)))
        return changed

    def take_out(self, alert: AlertChanged) -> list[Incident]:
        """An alert is resolved: the incidents in which it fired, without it."""
        left = []
        for place in self._firing(alert.alert):
            self._replace(replace(place, resolved_at=alert.at))
            left.append(self._keep(self._incidents[place.incident].without_alert(alert.at)))
        return left

    def new(self) -> tuple[list[Incident], list[IncidentAlert]]:
        """What is not stored yet."""
        incidents, places = self._stored
        return (
            [self._incidents[key] for key in self._touched[0] if key not in incidents],
            [self._places[key] for key in self._touched[1] if key not in places],
        )

    def changed(self) -> tuple[list[Incident], list[IncidentAlert]]:
        """What is stored otherwise."""
        incidents, places = self._stored
        return (
            [self._incidents[key] for key in self._touched[0] if key in incidents],
            [self._places[key] for key in self._touched[1] if key in places],
        )

    def _firing(self, alert: str) -> Iterator[IncidentAlert]:
        """The places in which an alert fires."""
        places = (self._places[incident, alert] for incident in self._of_alert.get(alert, ()))
        return (place for place in places if place.resolved_at is None)

    def _replace(self, place: IncidentAlert) -> None:
        self._places[place.incident, place.alert] = place
        self._touched[1][place.incident, place.alert] = None

    def _put(self, place: IncidentAlert) -> None:
        self._places[place.incident, place.alert] = place
        self._of_alert[place.alert].append(place.incident)

    def _keep(self, incident: Incident) -> Incident:
        self._incidents[incident.id] = incident
        self._touched[0][incident.id] = None
        return incident

    def _note_digest(self, alert: AlertChanged, group: Group) -> None:
        if group.sends_at is not None:
            self.digests.append(
                Digest(
                    incident=group.incident,
                    rule=alert.rule,
                    rule_title=alert.rule_title,
                    team=group.requests[0].team,
                    sends_at=group.sends_at,
                    due_at=group.sends_at,
                )
            )
