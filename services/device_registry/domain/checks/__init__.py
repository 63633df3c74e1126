"""What must hold between the things of an inventory; each check yields the problems of one sort."""

from services.device_registry.domain.checks.identity import repeated_ids
from services.device_registry.domain.checks.mounting import mounting
from services.device_registry.domain.checks.observing import observing
from services.device_registry.domain.checks.referring import referring
from services.device_registry.domain.checks.swapping import swapping

CHECKS = (repeated_ids, referring, observing, mounting, swapping)
