"""What Kubernetes itself would say of a resource."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import kubernetes_validate

from tests.deploy.tools import KUBERNETES

OF_THE_OPERATOR: Final = {"ServiceMonitor", "PrometheusRule"}
"""Kinds whose schemas Kubernetes doesn't have; their own tests look at them."""

Resource = dict[str, Any]


def validate(resources: Iterable[Resource]) -> None:
    """Check each against the schemas of Kubernetes; unknown fields are faults.

    Raises:
        kubernetes_validate.ValidationError: the first that isn't valid.
    """
    for item in resources:
        if item["kind"] not in OF_THE_OPERATOR:
            kubernetes_validate.validate(item, KUBERNETES, strict=True)


def of_kind(resources: Iterable[Resource], kind: str) -> dict[str, Resource]:
    """The resources of a kind by their names."""
    return {item["metadata"]["name"]: item for item in resources if item["kind"] == kind}


def pods(resources: Iterable[Resource]) -> Iterator[tuple[str, Resource]]:
    """The name and the pod specification of all that starts pods."""
    for item in resources:
        if item["kind"] in {"Deployment", "StatefulSet", "Job"}:
            yield item["metadata"]["name"], item["spec"]["template"]["spec"]


def not_restricted(pod: Resource) -> list[str]:
    """What the pod security standard `restricted` would refuse; also a root file system that can be written."""
    general = pod.get("securityContext", {})
    faults = [] if general.get("runAsNonRoot") and general.get("runAsUser") else ["may be root"]
    if general.get("seccompProfile") != {"type": "RuntimeDefault"}:
        faults.append("no seccomp profile")
    if any("hostPath" in volume for volume in pod.get("volumes", ())):
        faults.append("sees its node")
    for container in pod["containers"]:
        own = container.get("securityContext", {})
        if own.get("allowPrivilegeEscalation") is not False or own.get("capabilities") != {"drop": ["ALL"]}:
            faults.append(f"{container['name']} has capabilities, or may get some")
    return faults
