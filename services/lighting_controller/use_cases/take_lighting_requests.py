"""Take what rules ask for: overrides begin, are renewed or let go. The lights follow when due rows are acted on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from services.lighting_controller.domain.calendars.calendar import Calendars
from services.lighting_controller.domain.orders import holding
from services.lighting_controller.domain.orders.announcing import override_changed
from services.lighting_controller.domain.orders.holding import Outcome
from services.lighting_controller.storage.groups import Groups
from services.lighting_controller.storage.overrides import Overrides
from services.lighting_controller.use_cases.advance_overrides import advance_override
from shared import bus
from shared.model.lighting import LightingRequested
from shared.runtime.database import Database, Received


def take_lighting_requests(
    database: Database, calendars: Calendars, received: Sequence[Received[LightingRequested]], now: datetime
) -> Counter[Outcome]:
    """What each request did. A renewal touches its override only, never a group or a luminaire."""
    with database.transaction() as transaction:
        requests = [item.message for item in transaction.first_seen(received)]
        Groups(transaction).lock({request.group for request in requests})
        known = Overrides(transaction).get({request.override for request in requests})
        changed, to_decide, outcomes = dict(known), set[str](), Counter[Outcome]()
        for request in requests:
            before = changed.get(request.override)
            if before is not None and holding.gives_another_order(before, request):
                group = Groups(transaction).get([before.order.group]).get(before.order.group)
                before = advance_override(transaction, before, calendars, group, now)
            answer = holding.take(before, request, now)
            outcomes[answer.outcome] += 1
            if answer.override is None:
                continue
            changed[request.override] = answer.override
            for transition in answer.told:
                transaction.publish(bus.OVERRIDE_CHANGED, override_changed(answer.override, transition))
            if answer.moves_lights:
                to_decide |= {answer.override.order.group, (before or answer.override).order.group}
        Overrides(transaction).save([item for name, item in changed.items() if item != known.get(name)])
        if to_decide:
            Groups(transaction).mark_due(to_decide, now)
    return outcomes
