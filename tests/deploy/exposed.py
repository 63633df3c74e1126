"""Prints the metrics that the city's programs expose, with their labels, as JSON: ``{name: [label, ...]}``."""

from __future__ import annotations

import json
import sys
import warnings

warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")

from prometheus_client import REGISTRY  # noqa: E402

from services.console import city  # noqa: E402 - it has all services

assert city.SERVICES
known = {
    name: list(getattr(collector, "_labelnames", ()))
    for collector, names in REGISTRY._collector_to_names.items()
    for name in names
}
json.dump(known, sys.stdout)
