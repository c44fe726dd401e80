"""What an office may set: every value with its default and its meaning. Read from `office.toml` in the data folder."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

FILE: Final = "office.toml"


class SettingsError(ValueError):
    """The file cannot be used; the sentence says what, where, and what to do."""


def says(meaning: str) -> dict[str, str]:
    """The metadata of a setting: what it is for."""
    return {"meaning": meaning}


@dataclass(frozen=True, slots=True)
class Office:
    """Who issues."""

    name: str = field(default="甘孜州委网信办", metadata=says("The issuing organ, as documents name it."))
    region: str = field(default="513300", metadata=says("Its division code, six digits."))
    place: str = field(default="甘孜州", metadata=says("Its name in short, as the title of the big screen has it."))
    contact: str = field(default="网络安全科", metadata=says("Whom a unit asks back: a person or a section."))
    phone: str = field(default="", metadata=says("The telephone beside the contact."))
    address: str = field(
        default="http://127.0.0.1:8600", metadata=says("Address of the desk as units and colleagues reach it.")
    )


@dataclass(frozen=True, slots=True)
class ProvinceLink:
    """How the province is reached, and how messages prove themselves."""

    us: str = field(default="gz-513300", metadata=says("Our name on the link."))
    peer: str = field(default="sc-510000", metadata=says("The province's name on the link."))
    transport: str = field(
        default="package", metadata=says("`https`, `taxii`, or `package`: signed files carried by hand.")
    )
    url: str = field(default="", metadata=says("Address of the province's receiver, for https and taxii."))
    collection: str = field(
        default="",
        metadata=says("Address of the province's TAXII 2.1 collection, for what is intelligence, with taxii."),
    )
    collection_secret: str = field(
        default="", metadata=says("File in the folder keys with user:password or a token for that collection.")
    )
    peer_key: str = field(default="", metadata=says("File with the province's public key (PEM), pinned."))
    signature: str = field(default="Ed25519", metadata=says("How we sign: `Ed25519` or `SM2`."))
    marking: str = field(
        default="敏感", metadata=says("The gravest marking that may leave: `公开`, `内部`, `敏感` or `重要`.")
    )
    is_exercise: bool = field(
        default=False, metadata=says("The other side is a simulator: it alone gets what an exercise sends.")
    )


@dataclass(frozen=True, slots=True)
class Channels:
    """Ways to reach people. An empty value switches a channel off."""

    webhook: str = field(default="", metadata=says("Address that messages are posted to as JSON."))
    webhook_secret: str = field(default="", metadata=says("Key of the HMAC-SHA256 that each post carries."))
    webhook_per_minute: int = field(
        default=20, metadata=says("Most posts a minute; what is more goes out together as a digest.")
    )
    smtp: str = field(default="", metadata=says("Mail server, `host:port`."))
    sender: str = field(default="gongga@localhost", metadata=says("Sender of the mails."))
    command: str = field(
        default="", metadata=says("Program that gets each message as JSON on stdin; exit 0 is delivered.")
    )


@dataclass(frozen=True, slots=True)
class Response:
    """What playbooks may do by themselves."""

    http_allowed: str = field(
        default="",
        metadata=says("Servers that steps of type http-api may ask: `host` or `host:port`, separated by commas."),
    )


@dataclass(frozen=True, slots=True)
class OfficeSettings:
    """The whole file: one table a part."""

    office: Office = Office()
    province: ProvinceLink = ProvinceLink()
    channels: Channels = Channels()
    response: Response = Response()


def load_office(data: Path) -> OfficeSettings:
    """The settings of a data folder; defaults when it has no file. SettingsError for a value that makes no sense."""
    path = data / FILE
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return OfficeSettings()
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{FILE} cannot be read: {error}; mend it or remove it") from error
    return parsed(content)


def parsed(content: Mapping[str, Any]) -> OfficeSettings:
    """The settings of a document. SettingsError for an unknown name or a value of the wrong kind."""
    parts = {part.name: part.default for part in fields(OfficeSettings)}
    for name in content:
        if name not in parts:
            raise SettingsError(f"{FILE}: there is no part [{name}]; known: {', '.join(parts)}")
    return OfficeSettings(**{name: _part(name, default, content.get(name, {})) for name, default in parts.items()})


def _part(name: str, default: Any, values: object) -> Any:
    if not isinstance(values, Mapping):
        raise SettingsError(f"{FILE}: {name} must be a table: [{name}]")
    known = {one.name: getattr(default, one.name) for one in fields(default)}
    for key, value in values.items():
        if key not in known:
            raise SettingsError(f"{FILE}: there is no {name}.{key}; known: {', '.join(known)}")
        if type(value) is not type(known[key]):
            raise SettingsError(f"{FILE}: {name}.{key} must be {type(known[key]).__name__}, not {value!r}")
    return type(default)(**values)
