"""Sets notices with the Jinja layouts ``templates/<language>/<kind>.<medium>.txt``; of a mail the first line is its
subject. A city may put its own beside its rules, in ``rules/notifier/templates/<language>/``.

A webhook has no layout: it gets the facts, and beside them the text that a mail would have, as JSON.
"""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, FileSystemLoader, PackageLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from services.notifier.domain import sms_text
from services.notifier.domain.channel import Language, Medium
from services.notifier.domain.composing.rendering import Facts, Text
from services.notifier.domain.delivering.notification import Kind


class JinjaLayouts:
    """The layouts.

    Args:
        public_url: where people find the portal.
        own: the city's folder of layouts, which go before the packaged ones; it need not exist.

    Attributes:
        names: of the packaged layouts: all there are.
    """

    def __init__(self, public_url: str, own: Path | None = None) -> None:
        packaged = PackageLoader("services.notifier")
        self.names = frozenset(filter(_is_notice, packaged.list_templates()))
        loaders: list[BaseLoader] = [] if own is None else [FileSystemLoader(own, encoding="utf-8")]
        # Plain text: nothing is to be escaped. A name that a layout misspells is an error, not an empty place.
        self._environment = ImmutableSandboxedEnvironment(
            loader=ChoiceLoader([*loaders, packaged]),
            undefined=StrictUndefined,
            autoescape=False,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["public_url"] = public_url

    def render(self, kind: Kind, medium: Medium, facts: Facts, language: Language = Language.FRENCH) -> Text:
        """The text of such a notice over such a medium."""
        if medium is Medium.WEBHOOK:
            return self._as_json(kind, facts, language)
        # Rather in French than not at all.
        names = [layout_name(kind, medium, known) for known in dict.fromkeys((language, Language.FRENCH))]
        text = self._environment.select_template(names).render(
            {item.name: getattr(facts, item.name) for item in fields(facts)}
        )
        if medium is Medium.EMAIL:
            subject, _, body = text.partition("\n")
            return Text(" ".join(subject.split()), body.strip() + "\n")
        return Text("", sms_text.fit(text) if medium is Medium.SMS else " ".join(text.split()))

    def _as_json(self, kind: Kind, facts: Facts, language: Language) -> Text:
        mail = self.render(kind, Medium.EMAIL, facts, language)
        said: dict[str, Any] = {"text": mail.body, "facts": asdict(facts)}
        return Text(mail.subject, json.dumps(said, ensure_ascii=False))


def layout_name(kind: Kind, medium: Medium, language: Language) -> str:
    """Below the folder of layouts: ``fr/fire.sms.txt``."""
    return f"{language.value}/{kind.value}.{medium.value}.txt"


def _is_notice(name: str) -> bool:
    return name.partition("/")[0] in tuple(Language)
