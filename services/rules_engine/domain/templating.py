"""Templates: rules with parameters, written once and used by several directorates.

A template is an entry of a rules file with ``template``, ``parameters`` and ``rule``; a rule that says ``use`` and
``with`` is that rule with every ``$name`` replaced. What comes of it is a document like any other, in which each value
knows the file and the place where it was really written, so that it is checked like any other rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from services.rules_engine.domain.fields import SHAPE, Fields, described
from services.rules_engine.domain.rule import Place
from shared.documents import Document, Path, did_you_mean
from shared.problems import Problem, Span

SLUG: Final = "template"
TEMPLATE: Final = ("template", "about", "parameters", "rule")
PARAMETER: Final = ("about", "default")
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_PLACEHOLDER: Final = re.compile(r"\$(\$|[a-z][a-z0-9_]*)")
_ID: Final = re.compile(r"[a-z0-9]+([.-][a-z0-9]+)*")


@dataclass(frozen=True)
class Template:
    """A rule with gaps.

    Attributes:
        parameters: their names, each with the place of its default; None: it must be given.
        body: the place of the rule in its document.
    """

    id: str
    parameters: Mapping[str, Place | None]
    body: Place = field(repr=False, compare=False)


def is_template(entry: Any) -> bool:
    """Whether an entry of a rules file is a template."""
    return isinstance(entry, dict) and "template" in entry


def is_use(entry: Any) -> bool:
    """Whether an entry is a rule made of a template."""
    return isinstance(entry, dict) and "use" in entry


def read_template(place: Place, problems: list[Problem]) -> Template | None:
    """The template at a place; what is wrong with it is added to the problems."""
    fields = Fields(place, problems, TEMPLATE)
    fields.required("template", "rule")
    name, parameters = fields.text("template"), dict(_parameters(fields))
    fields.text("about")
    if name is not None and not _ID.fullmatch(name):
        fields.fault("template", f"'{name}' can't be the name of a template", "small letters, digits and hyphens")
    if not isinstance(fields.value("rule"), dict):
        fields.fault("rule", f"'rule' is {described(fields.value('rule'))}; it must be a rule with $names in it")
        return None
    problems.extend(_unknown_names(fields.at("rule"), parameters))
    return None if name is None else Template(name, parameters, fields.at("rule"))


def _parameters(fields: Fields) -> Iterator[tuple[str, Place | None]]:
    written = fields.value("parameters")
    if fields.has("parameters") and not isinstance(written, dict):
        fields.fault("parameters", f"'parameters' is {described(written)}; it must be names", "parameters: {seuil: {}}")
        return
    for name, options in (written or {}).items():
        place = fields.at("parameters", name)
        if not _NAME.fullmatch(name):
            fields.problems.append(
                place.problem(SHAPE, f"'{name}' can't be a name", hint="small letters, digits and _")
            )
        if options is None:
            yield name, None
            continue
        own = Fields(place, fields.problems, PARAMETER)
        yield name, own.at("default") if own.has("default") else None


def _unknown_names(body: Place, parameters: Mapping[str, Place | None]) -> Iterator[Problem]:
    for path, text in _texts(_value(body), body.path):
        for name in _names(text):
            if name not in parameters:
                hint = did_you_mean(name, parameters) or f"there are: {', '.join(parameters) or 'none'}"
                yield body.document.problem(path, SLUG, f"no parameter '{name}' in this template", hint)


def _texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _texts(each, (*path, key))


def _names(text: str) -> Iterable[str]:
    return (name for name in _PLACEHOLDER.findall(text) if name != "$")


def expand(place: Place, templates: Mapping[str, Template], problems: list[Problem]) -> Document | None:
    """A document with one rule: that of the template used at a place, with what is written beside ``use`` on top."""
    document, entry = place.document, _value(place)
    name = entry["use"]
    template = templates.get(name) if isinstance(name, str) else None
    if template is None:
        hint = did_you_mean(str(name), templates) or f"there are: {', '.join(sorted(templates)) or 'none'}"
        problems.append(place.problem(SLUG, f"no template '{name}'", "use", hint=hint))
        return None
    given = _given(place, template, problems)
    if given is None:
        return None
    made = _Copy(document.file)
    made.put(_Filled(template.body, given), (0,))
    for key in entry:
        if key not in ("use", "with"):
            made.put(_Filled(Place(document, (*place.path, key)), {}), (0, key), key_at=(*place.path, key))
    made.spans[0,] = place.span
    return made.document()


def _given(place: Place, template: Template, problems: list[Problem]) -> dict[str, Place] | None:
    """The places of the values of all parameters."""
    written = _value(place).get("with", {})
    if not isinstance(written, dict):
        problems.append(place.problem(SHAPE, f"'with' is {described(written)}; it must give values", "with"))
        return None
    faults = [
        place.problem(SLUG, f"template '{template.id}' has no parameter '{name}'", "with", name, hint=hint)
        for name in written
        if name not in template.parameters
        for hint in [did_you_mean(name, template.parameters) or f"it has: {', '.join(template.parameters)}"]
    ]
    found = {name: Place(place.document, (*place.path, "with", name)) for name in written}
    for name, default in template.parameters.items():
        if name not in found and default is None:
            faults.append(
                place.problem(
                    SLUG, f"'{name}' is missing for template '{template.id}'", "use", hint=f"with: {{{name}: ...}}"
                )
            )
        elif name not in found and default is not None:
            found[name] = default
    problems += faults
    return None if faults else found


def _value(place: Place) -> Any:
    value = place.document.data
    for step in place.path:
        value = value[step]
    return value


@dataclass(frozen=True)
class _Filled:
    """A value at a place with the places of what its gaps are filled with."""

    place: Place
    given: Mapping[str, Place]

    def below(self, step: str | int) -> _Filled:
        return _Filled(Place(self.place.document, (*self.place.path, step)), self.given)

    @property
    def whole(self) -> _Filled | None:
        """What the value stands for, if it is a gap and nothing else."""
        value = _value(self.place)
        if isinstance(value, str) and value[:1] == "$" and value[1:] in self.given:
            return _Filled(self.given[value[1:]], {})
        return None

    def text(self, text: str) -> str:
        """A text with its gaps filled."""
        return _PLACEHOLDER.sub(lambda found: self._word(found[1]), text)

    def _word(self, name: str) -> str:
        if name == "$" or name not in self.given:
            return "$" if name == "$" else f"${name}"
        value = _value(self.given[name])
        return str(value).lower() if isinstance(value, bool) else str(value)


class _Copy:
    """A document in the making: values from several documents, each with its file and place."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.data: list[Any] = [{}]
        self.spans: dict[Path, Span] = {}
        self.key_spans: dict[Path, Span] = {}
        self.files: dict[Path, str] = {}

    def put(self, source: _Filled, path: Path, key_at: Path | None = None) -> None:
        """Put a value, with all below it, where the path says."""
        for known in (self.spans, self.key_spans, self.files):
            for old in [each for each in known if each[: len(path)] == path]:
                del known[old]
        value = self._copied(source, path)
        target: Any = self.data
        for step in path[:-1]:
            target = target[step]
        target[path[-1]] = value
        if key_at is not None:
            self.key_spans[path] = source.place.document.key_spans.get(key_at, source.place.span)

    def _copied(self, source: _Filled, path: Path) -> Any:
        if (whole := source.whole) is not None:
            return self._copied(whole, path)
        value, document = _value(source.place), source.place.document
        self.spans[path] = source.place.span
        self.files[path] = document.file_of(source.place.path)
        if isinstance(value, dict):
            for key in value:
                if (span := document.key_spans.get((*source.place.path, key))) is not None:
                    self.key_spans[*path, key] = span
            return {key: self._copied(source.below(key), (*path, key)) for key in value}
        if isinstance(value, list):
            return [self._copied(source.below(index), (*path, index)) for index in range(len(value))]
        return source.text(value) if isinstance(value, str) else value

    def document(self) -> Document:
        return Document(self.file, self.data, self.spans, self.key_spans, files=self.files)
