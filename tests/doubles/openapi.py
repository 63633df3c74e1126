"""Judges requests and answers by a published OpenAPI description."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, FormatChecker

E164: Final = re.compile(r"\+[1-9]\d{6,14}")
_SENDER_NAME: Final = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 ]{1,11}|\d{3,6}")
_FORM: Final = "application/x-www-form-urlencoded"
_FORMATS: Final = FormatChecker(formats=())


def _format(name: str) -> Callable[[Callable[[str], bool]], Callable[[str], bool]]:
    """Registers what a text of a format must be; a value that is no text has no format."""

    def register(is_right: Callable[[str], bool]) -> Callable[[str], bool]:
        _FORMATS.checks(name, raises=ValueError)(lambda value: not isinstance(value, str) or is_right(value))
        return is_right

    return register


@_format("phone-number")
def _is_number(text: str) -> bool:
    """A number in E.164, or a sender's name or short code."""
    return bool(E164.fullmatch(text) or _SENDER_NAME.fullmatch(text))


@_format("uri")
def _is_reference(text: str) -> bool:
    """An address; those of pages are relative to the interface's own."""
    return text.startswith("/") or is_absolute(text)


@_format("date-time")
def _is_moment(text: str) -> bool:
    """A moment or a day."""
    return bool(datetime.fromisoformat(text))


@_format("date-time-rfc-2822")
def _is_mail_date(text: str) -> bool:
    return bool(parsedate_to_datetime(text))


def is_absolute(text: str) -> bool:
    """Whether it is a whole HTTP address, its host without an underscore."""
    parts = urlsplit(text)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and "_" not in str(parts.hostname)


def read_value(text: str, schema: Mapping[str, Any]) -> Any:
    """A value of a form or a query in the type that its schema says; text that can't be read stays text."""
    kind = schema.get("type")
    if kind == "integer" and re.fullmatch(r"-?\d+", text):
        return int(text)
    if kind == "number" and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text)
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return text


@dataclass(frozen=True)
class Operation:
    """One method of one path. ``components``: of the whole description, for its references."""

    path: str
    spec: Mapping[str, Any]
    components: Mapping[str, Any]

    def faults_of_query(self, path: Mapping[str, str], query: Mapping[str, Sequence[str]]) -> list[str]:
        """What is wrong with the parameters of a request."""
        allowed = {item["name"]: item for item in self.spec.get("parameters", ()) if item["in"] == "query"}
        inside = {item["name"]: item for item in self.spec.get("parameters", ()) if item["in"] == "path"}
        schemas = {name: item["schema"] for name, item in (allowed | inside).items()}
        given = {**{name: [value] for name, value in path.items()}, **query}
        return list(self._faults_of_fields(given, schemas, required=list(inside)))

    def faults_of_form(self, form: Mapping[str, Sequence[str]]) -> list[str]:
        """What is wrong with the form of a request."""
        schema = self.spec["requestBody"]["content"][_FORM]["schema"]
        return list(self._faults_of_fields(form, schema["properties"], schema.get("required", ())))

    def faults_of_answer(self, status: int, content: Any) -> list[str]:
        """What is wrong with an answer; a status that is not described has no form that could be wrong."""
        described = self.spec["responses"].get(str(status))
        if described is None:
            return [f"{status} is not described"]
        return self._faults(content, described["content"]["application/json"]["schema"], "answer")

    def _faults_of_fields(
        self, given: Mapping[str, Sequence[str]], schemas: Mapping[str, Any], required: Sequence[str]
    ) -> Iterator[str]:
        yield from (f"{name} is missing" for name in required if name not in given)
        for name, values in given.items():
            schema = schemas.get(name)
            if schema is None:
                yield f"{name} is no field of {self.path}"
            elif schema.get("type") == "array":
                yield from self._faults(list(values), schema, name)
            elif len(values) > 1:
                yield f"{name} is given {len(values)} times"
            else:
                yield from self._faults(read_value(values[0], schema), schema, name)

    def _faults(self, value: Any, schema: Mapping[str, Any], name: str) -> list[str]:
        whole = {**schema, "components": self.components}
        judge = Draft202012Validator(whole, format_checker=_FORMATS)
        return [f"{name}: {error.json_path} {error.message}" for error in judge.iter_errors(value)]


def _in_json_schema(schema: Any) -> Any:
    """OpenAPI 3.0's ``nullable`` in the words of JSON Schema."""
    if isinstance(schema, list):
        return [_in_json_schema(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: _in_json_schema(item) for name, item in schema.items()}
    if found.pop("nullable", False) is True and isinstance(found.get("type"), str):
        found["type"] = [found["type"], "null"]
    return found


@dataclass(frozen=True)
class Description:
    """A description, and the way to find what a request means in it."""

    spec: Mapping[str, Any]

    @classmethod
    def of_file(cls, file: Path) -> Description:
        return cls(_in_json_schema(json.loads(file.read_text(encoding="utf-8"))))

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation that a request asks for, with what its path says; None if there is no such one."""
        for template, item in self.spec["paths"].items():
            pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
            match = re.fullmatch(pattern, path)
            if match and method.lower() in item:
                return Operation(template, item[method.lower()], self.spec["components"]), match.groupdict()
        return None
