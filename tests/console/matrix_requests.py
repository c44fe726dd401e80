"""Every route of the desk as requests: which object it is about, and a body that would be taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from fastapi import UploadFile
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, create_model

from console.accounts.guard import permission_of
from console.app import ROUTERS
from tests.console.matrix_places import Place, World

# The kind of object behind each parameter of an address. A name that two features use stands with its whole address.
PARAMETERS: Final = {
    "alert_id": "alert",
    "incident_id": "incident",
    "finding_id": "finding",
    "site_id": "site",
    "login": "account",
    "id_hash": "session",
    "notice_id": "notice",
    "file_id": "notice_file",
    "token": "token",
    "run_id": "run",
    "step_run_id": "step",
    "playbook_id": "playbook",
    "callout_id": "callout",
    "clock_id": "clock",
    "report_id": "report",
    "instruction_id": "instruction",
    "message_id": "message",
    "delivery_id": "delivery",
    "indicator_id": "indicator",
    "share_id": "share",
    "kiosk_id": "kiosk",
    "/messages/{message_id}/resend:message_id": "delivery",
    "/api/v1/messages/{message_id}/resend:message_id": "delivery",
    "day": "day",
    "what": "act",
    "kind": "template",
    "/province/packages/{name}:name": "package",
}
# Fields of bodies and of queries that name an object of a place.
REFERENCES: Final = {
    "incident": "incident",
    "incident_id": "incident",
    "finding": "finding",
    "findings": "finding",
    "finding_ids": "finding",
    "site": "site",
    "only_site": "site",
    "site_id": "site",
    "unit": "unit",
    "notice": "notice",
    "notices": "notice",
    "/notices/remind:ids": "notice",
    "unit_id": "unit",
    "refs": "alert",
}
# The link itself belongs to the whole prefecture: nobody with less than that sees or does anything here.
WHOLE: Final = (
    "/province/messages/{message_id}",
    "/province/messages/{message_id}/again",
    "/province/messages/{message_id}/dead",
    "/province/days",
    "/province/days/{day}",
    "/province/packages",
    "/province/packages/{name}",
    "/api/v1/province",
)
# Everybody may look at these, but a change is for the whole prefecture.
WHOLE_WRITES: Final = (
    "/response/mechanism",
    "/response/mechanism/periods",
    "/api/v1/mechanism",
    "/response/calendar",
    "/api/v1/calendar",
    "/response/playbooks",
    "/api/v1/playbooks",
    "/exercise",
    "/exercise/end",
    "/api/v1/exercise",
)
# What a field says when its kind alone would not make sense.
WORDS: Final[dict[str, Any]] = {
    "version": 1,
    "reason": "核对矩阵",
    "until": "2026-11-30",
    "class": "02.09",
    "class_code": "02.09",
    "action": "start",
    "outcome": "success",
    "kind": "hazard",
    "ids": "none",
    "before": "",
    "day": "2026-11-23",
    "file": b"PK",
    "name": "核对",
    "sheet": b"unit_id\n",
}
# The same for one route: (method, path) → field → value.
ROUTE_WORDS: Final[dict[tuple[str, str], dict[str, Any]]] = {
    ("POST", "/alerts/judge-all"): {"to": "true", "until": "2026-11-23T13:00:00Z"},
    ("POST", "/alerts/{alert_id}/verdict"): {"to": "true"},
    ("POST", "/api/v1/alerts/{alert_id}/verdict"): {"to": "true"},
    ("POST", "/incidents/{incident_id}/move"): {"to": "handling"},
    ("POST", "/api/v1/incidents/{incident_id}/move"): {"to": "handling"},
    ("POST", "/notices/{notice_id}/move"): {"to": "withdrawn"},
    ("POST", "/api/v1/notices/{notice_id}/move"): {"to": "withdrawn"},
    ("POST", "/response/runs/{run_id}/steps/{step_run_id}/decide"): {"approve": "yes"},
    ("POST", "/findings/{finding_id}/move"): {"to": "confirmed", "until": ""},
    ("POST", "/incidents/{incident_id}/learned"): {"at": "2026-11-23T19:00"},
    ("POST", "/api/v1/incidents/{incident_id}/learned"): {"at": "2026-11-23T11:00:00Z"},
    ("POST", "/api/v1/findings/{finding_id}/move"): {"to": "confirmed", "until": None},
    ("POST", "/intelligence/share"): {"marking": "内部", "target": "province"},
    ("POST", "/intelligence/indicators/{indicator_id}/move"): {"to": "stopped"},
    ("POST", "/api/v1/intelligence/indicators/{indicator_id}/move"): {"to": "stopped"},
}


# Forms that a route reads by itself, so that it declares no fields.
FORMS: Final[dict[str, dict[str, str]]] = {
    "/province/reports/{report_id}": {"version": "1"},
    "/notices/{notice_id}/edit": {"version": "1"},
    "/owner/{notice_id}/sign": {"name": "核对", "phone": "13000000001"},
    "/owner/{notice_id}/ask": {"text": "核对"},
}
# What a write needs beside its guard's permission, for what the matrix asks.
FURTHER: Final = {
    ("POST", "/callouts/{callout_id}/acknowledge"): "response.work",
    ("POST", "/api/v1/callouts/{callout_id}/acknowledge"): "response.work",
    ("POST", "/notices/{notice_id}/move"): "notices.review",
    ("POST", "/api/v1/notices/{notice_id}/move"): "notices.review",
}


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one address, and the permission that its guard asks for (None: open to all)."""

    method: str
    path: str
    permission: str | None
    route: APIRoute

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def needs(self) -> tuple[str, ...]:
        """Every permission that a request of the matrix needs here."""
        further = FURTHER.get((self.method, self.path))
        return tuple(one for one in (self.permission, further) if one)

    @property
    def is_whole(self) -> bool:
        """Whether it is about the prefecture as a whole."""
        return self.path in WHOLE or (self.method != "GET" and self.path in WHOLE_WRITES)

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"{(\w+)(?::\w+)?}", self.path)

    def kind_of(self, parameter: str) -> str:
        """The kind of object that a parameter names. AssertionError with what to add for one nobody knows."""
        kind = PARAMETERS.get(f"{self.path}:{parameter}") or PARAMETERS.get(parameter)
        assert kind, (
            f"{self.name}: nobody told the matrix what {{{parameter}}} is. Plant such an object in each place "
            "(tests/console/matrix_records.py) and add the parameter to PARAMETERS of tests/console/matrix_requests.py."
        )
        return kind

    def references(self) -> list[str]:
        """Fields of query and body that name an object of a place."""
        # What a write's address carries beside the object is the filter of the list it was made from.
        asked = [name for name in self.queries() if name not in ("site", "unit", "county")]
        return [name for name in (*asked, *self.fields()) if self.reference(name)]

    def reference(self, name: str) -> str | None:
        """The kind of object that a field of the query or the body names."""
        return REFERENCES.get(f"{self.path}:{name}") or REFERENCES.get(name)

    def queries(self) -> dict[str, Any]:
        """Parameters of the query, with what each may be."""
        return {field.alias: field for dependant in _all(self.route.dependant) for field in dependant.query_params}

    def fields(self) -> dict[str, dict[str, Any]]:
        """The fields of the body, each with its JSON schema."""
        schema = self._schema()
        return {name: _solved(one, schema) for name, one in schema.get("properties", {}).items()}

    def address(self, named: dict[str, str]) -> str:
        """The address about these objects, by parameter."""
        return re.sub(r"{(\w+)(?::\w+)?}", lambda match: named[match[1]], self.path)

    def request(self, world: World, place: Place) -> dict[str, Any]:
        """What to send so that the request is about this place."""
        sent: dict[str, Any] = {}
        query = {
            name: self._value(name, _schema_of(field), world, place)
            for name, field in self.queries().items()
            if field.field_info.is_required() or (name in REFERENCES and self.method != "GET")
        }
        if query:
            sent["params"] = query
        if self.method in ("GET", "HEAD"):
            return sent
        body = {name: self._value(name, one, world, place) for name, one in self.fields().items()}
        body = {name: value for name, value in body.items() if value is not None} | FORMS.get(self.path, {})
        if self._is_json():
            sent["json"] = body
        elif any(isinstance(value, bytes) for value in body.values()):
            sent["files"] = {n: (f"{n}.csv", value) for n, value in body.items() if isinstance(value, bytes)}
            sent["data"] = {n: value for n, value in body.items() if not isinstance(value, bytes)}
        else:
            sent["data"] = body
        return sent

    def _value(self, name: str, schema: dict[str, Any], world: World, place: Place) -> Any:
        said = ROUTE_WORDS.get((self.method, self.path), {})
        if name in said:
            return said[name]
        kind = self.reference(name)
        if kind:
            found = world.of(kind, place)
            return [found] if schema.get("type") == "array" else found
        return WORDS[name] if name in WORDS else sample(schema)

    def _is_json(self) -> bool:
        params = self.route.dependant.body_params
        return bool(params) and type(params[0].field_info).__name__ not in ("Form", "File")

    def _schema(self) -> dict[str, Any]:
        params = self.route.dependant.body_params
        if self._is_json() and len(params) == 1:
            annotation = params[0].field_info.annotation
            return TypeAdapter(annotation).json_schema()
        fields: dict[str, Any] = {
            param.alias: (bytes if _is_file(param.field_info.annotation) else param.field_info.annotation, ...)
            for param in params
        }
        return create_model("Body", **fields).model_json_schema() if fields else {}


def every_route() -> Iterator[Route]:
    """Every method of every address of the desk."""
    for router in ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute), route
            names = list(_permissions(route.dependant))
            for method in sorted(route.methods):
                yield Route(method, route.path, names[0] if names else None, route)


def sample(schema: dict[str, Any]) -> Any:
    """A value that a JSON schema takes; None where nothing needs to be said."""
    choices = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    if choices:
        return choices[0]
    if "default" in schema:
        return schema["default"]
    if "anyOf" in schema:
        optional = any(one.get("type") == "null" for one in schema["anyOf"])
        return None if optional else sample(schema["anyOf"][0])
    return _of_kind(schema)


def _of_kind(schema: dict[str, Any]) -> Any:
    texts = {"date-time": "2026-11-30T00:00:00Z", "date": "2026-11-30", "binary": b"nothing"}
    made: dict[str, Callable[[], Any]] = {
        "integer": lambda: max(1, schema.get("minimum", 1)),
        "number": lambda: max(1, schema.get("minimum", 1)),
        "boolean": lambda: True,
        "array": lambda: [sample(schema.get("items", {}))] * schema.get("minItems", 0),
        "object": lambda: {name: sample(schema["properties"][name]) for name in schema.get("required", [])},
    }
    text = texts.get(schema.get("format", ""), "核对矩阵")
    return made.get(schema.get("type", ""), lambda: text[: schema.get("maxLength", 40)])()


def _permissions(dependant: Dependant) -> Iterator[str]:
    if name := permission_of(dependant.call):
        yield name
    for inner in dependant.dependencies:
        yield from _permissions(inner)


def _all(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for inner in dependant.dependencies:
        yield from _all(inner)


def _schema_of(field: Any) -> dict[str, Any]:
    return TypeAdapter(field.field_info.annotation).json_schema()


def _solved(schema: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    """The schema with references to definitions put in."""
    if "$ref" in schema:
        return _solved(whole["$defs"][schema["$ref"].rsplit("/", 1)[1]], whole)
    return {
        key: _solved(value, whole)
        if isinstance(value, dict)
        else [_solved(one, whole) if isinstance(one, dict) else one for one in value]
        if isinstance(value, list)
        else value
        for key, value in schema.items()
    }


def _is_file(annotation: Any) -> bool:
    return annotation is UploadFile or UploadFile in getattr(annotation, "__args__", ())
