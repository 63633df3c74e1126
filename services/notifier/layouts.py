"""Sets notices with the Jinja layouts ``templates/<kind>.<medium>.txt``; the first line of a mail is its subject."""

from __future__ import annotations

from dataclasses import fields

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from services.notifier.domain import sms_text
from services.notifier.domain.channel import Medium
from services.notifier.domain.notification import Kind
from services.notifier.domain.rendering import Facts, Text


class JinjaLayouts:
    """The packaged layouts. ``public_url``: where people find the portal."""

    def __init__(self, public_url: str) -> None:
        # Plain text: nothing is to be escaped. A name that a layout misspells is an error, not an empty place.
        self._environment = ImmutableSandboxedEnvironment(
            loader=PackageLoader("services.notifier"),
            undefined=StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["public_url"] = public_url

    def render(self, kind: Kind, medium: Medium, facts: Facts) -> Text:
        """The text of such a notice over such a medium."""
        layout = self._environment.get_template(f"{kind.value}.{medium.value}.txt")
        text = layout.render({item.name: getattr(facts, item.name) for item in fields(facts)})
        if medium is Medium.SMS:
            return Text("", sms_text.fit(text))
        subject, _, body = text.partition("\n")
        return Text(" ".join(subject.split()), body.strip() + "\n")
