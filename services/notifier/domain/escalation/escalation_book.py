"""The escalations of the incidents that a batch of alerts touches: what begins, is raised and ends with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from services.notifier.domain.escalation.escalating import begun, begun_again, ended, taken
from services.notifier.domain.escalation.escalation import Escalation, Policies, Policy, State
from services.notifier.domain.incidents.incident import Incident


class EscalationBook:
    """In memory, until it is stored.

    Args:
        stored: those of the incidents that the batch can touch.

    Attributes:
        outgrown: incidents that are more than whoever took care of them took care of, and why, for the ledger.
    """

    def __init__(self, policies: Policies, stored: Iterable[Escalation], now: datetime) -> None:
        self._policies = policies
        self._now = now
        self._known = {escalation.incident: escalation for escalation in stored}
        self._touched: dict[str, Escalation] = {}
        self.outgrown: dict[str, str] = {}

    def opened(self, incident: Incident) -> None:
        """People are told of it; if nobody takes care, others will be."""
        policy = self._policies.of(incident)
        if policy is not None and incident.id not in self._known:
            self._keep(begun(incident.id, policy, self._now))

    def reopened(self, incident: Incident) -> None:
        """It was over, and is no more: from the first step."""
        policy, before = self._policies.of(incident), self._known.get(incident.id)
        self.outgrown[incident.id] = "opened again"
        if policy is not None:
            self._keep(self._from_the_first_step(incident, policy, before))

    def comes_again(self, incident: Incident, taken_at: datetime) -> None:
        """It comes and goes, and somebody takes care of it since then: who does, does so still."""
        policy, before = self._policies.of(incident), self._known.get(incident.id)
        if policy is not None:
            self._keep(taken(self._from_the_first_step(incident, policy, before), policy, taken_at))

    def worsened(self, incident: Incident) -> None:
        """It is for the worse; under another policy the steps begin again, under the same they go on."""
        policy = self._policies.of(incident)
        before = self._known.get(incident.id)
        if policy is None or (before is not None and before.policy == policy.id and before.state is not State.ENDED):
            return
        self.outgrown[incident.id] = "severity raised"
        self._keep(self._from_the_first_step(incident, policy, before))

    def more_critical(self, incident: Incident) -> None:
        """A more critical alert joined it. Who takes care took care of less, also under the same policy; steps that go
        on under it go on."""
        policy = self._policies.of(incident)
        before = self._known.get(incident.id)
        self.outgrown[incident.id] = "criticality raised"
        goes_on = before is not None and before.state is State.RUNNING
        if policy is not None and not (goes_on and before is not None and before.policy == policy.id):
            self._keep(self._from_the_first_step(incident, policy, before))

    def resolved(self, incident: Incident) -> None:
        """Nobody else is told."""
        before = self._known.get(incident.id)
        if before is not None and before.state is not State.ENDED:
            self._keep(ended(before))

    def changed(self) -> list[Escalation]:
        """What is to be stored."""
        return list(self._touched.values())

    def _from_the_first_step(self, incident: Incident, policy: Policy, before: Escalation | None) -> Escalation:
        return begun(incident.id, policy, self._now) if before is None else begun_again(before, policy, self._now)

    def _keep(self, escalation: Escalation) -> None:
        self._known[escalation.incident] = escalation
        self._touched[escalation.incident] = escalation
