"""The two forms of a catalogue's file, TOML and JSON, and what every one of them is refused for."""

import json
import tomllib
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Any, TypeVar, cast

import msgspec

from domain.documents import File
from domain.kit.errors import Invalid
from domain.messaging import Language

Shape = TypeVar("Shape", bound=msgspec.Struct)


class FileForm(StrEnum):
    TOML = "toml"
    JSON = "json"


class FileNotUnicode(Invalid):
    """The file is not in UTF-8. Nothing was taken over."""


class FileNotRead(Invalid):
    """The file is not of the form that it should have; `facts` tell where. Nothing was taken over."""


class DuplicateKey(Invalid):
    """A catalogue has every key once; `facts` name the one that stands in it twice. Nothing was taken over."""


class UnknownLanguage(Invalid):
    """Labels are in nl, fr, en or de. Nothing was taken over."""


class LabelMissing(Invalid):
    """What a practice words itself has a label in one language at least. Nothing was taken over."""


def read_file(content: bytes, form: FileForm, shape: type[Shape]) -> Shape:
    """What is in a file, as a thing of that shape."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileNotUnicode(at_byte=error.start) from error
    try:
        told = tomllib.loads(text) if form is FileForm.TOML else json.loads(text, object_pairs_hook=_once)
        return msgspec.convert(told, shape, strict=True)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise FileNotRead(form=form, found=str(error)[:500]) from error


def write_file(thing: msgspec.Struct, form: FileForm, name: str) -> File:
    """A thing as a file that can be read again."""
    told: dict[str, Any] = msgspec.to_builtins(thing)
    text = _toml(told) if form is FileForm.TOML else json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    return File(f"{name}.{form}", "application/octet-stream", text.encode())


def must_be_unique(keys: Iterable[str], *, field: str = "key") -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise DuplicateKey(field=field, key=key)
        seen.add(key)


def must_be_spoken(languages: Collection[str], key: str) -> None:
    """Labels are in languages that we speak."""
    if unknown := sorted(set(languages) - set(Language)):
        raise UnknownLanguage(field="labels", key=key, language=unknown[0])


def must_be_labelled(labels: Mapping[str, str], key: str) -> None:
    must_be_spoken(labels, key)
    if not labels:
        raise LabelMissing(field="labels", key=key)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    must_be_unique((key for key, _ in pairs), field="file")
    return dict(pairs)


def _toml(told: Mapping[str, Any]) -> str:
    """A table with its plain values first and its lists of tables behind; there is nothing deeper in a catalogue."""
    plain = {name: value for name, value in told.items() if not _is_tables(value)}
    lines = _lines(plain)
    for name, rows in told.items():
        for row in rows if name not in plain else ():
            lines += ["", f"[[{name}]]", *_lines(row)]
    return "\n".join(lines) + "\n"


def _lines(table: Mapping[str, Any]) -> list[str]:
    return [f"{name} = {_value(value)}" for name, value in table.items() if value is not None]


def _is_tables(value: Any) -> bool:
    match value:
        case [dict(), *_]:
            return True
        case _:
            return False


def _value(value: Any) -> str:
    """A value in one line: a string of JSON is one of TOML too, but for the one character that JSON leaves as it is."""
    match value:
        case dict():
            fields = cast("dict[str, Any]", value)
            return "{ " + ", ".join(_lines(fields)) + " }"
        case list() | tuple():
            rows = cast("list[Any]", value)
            return "[" + ", ".join(_value(row) for row in rows) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
