"""The field dictionary: every field an event may carry, in one table.

Names are ECS 9.x names or live under `gongga.*`. Arrow schemas, store columns, Elasticsearch templates and
`docs/fields.md` are derived from `FIELDS` and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

SCHEMA_VERSION: Final = 1

DATASETS: Final = (
    "flow",
    "http",
    "dns",
    "tls",
    "log.web",
    "probe.http",
    "probe.tls",
    "probe.dns",
    "probe.content",
    "probe.exposure",
    "probe.ipv6",
)

WIRE: Final = ("flow", "http", "dns", "tls")
WEB: Final = ("http", "log.web")
PROBE: Final = tuple(name for name in DATASETS if name.startswith("probe."))
PROBE_WEB: Final = ("probe.http", "probe.content", "probe.exposure", "probe.ipv6")

# Kinds of values. `ip` is text in its canonical form; `date` is UTC with microseconds.
KINDS: Final = ("keyword", "keywords", "long", "float", "boolean", "ip", "ips", "date")


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its ECS name, kind, meaning, and the datasets that carry it."""

    name: str
    kind: str
    meaning: str
    datasets: tuple[str, ...]


def _fields(datasets: Iterable[str], *rows: tuple[str, str, str]) -> tuple[Field, ...]:
    carried = tuple(datasets)
    return tuple(Field(name, kind, meaning, carried) for name, kind, meaning in rows)


FIELDS: Final[tuple[Field, ...]] = (
    *_fields(
        DATASETS,
        ("@timestamp", "date", "When it happened: start of a flow, time of a request, end of a check."),
        ("event.id", "keyword", "Sensor, segment number and row: the same packet read twice gets the same id."),
        ("event.dataset", "keyword", "One of the datasets of this dictionary."),
        ("event.kind", "keyword", "`event` for what was seen, `state` for the result of a check."),
        ("event.start", "date", "First moment covered."),
        ("event.end", "date", "Last moment covered."),
        ("event.duration", "long", "Nanoseconds between start and end."),
        ("observer.name", "keyword", "Name of the sensor."),
        ("source.ip", "ip", "Address of the side that opened the connection, or that asked."),
        ("source.port", "long", "Port of that side."),
        ("destination.ip", "ip", "Address of the side that answered."),
        ("destination.port", "long", "Port of that side."),
        ("network.direction", "keyword", "`inbound`, `outbound`, `internal` or `external`, from the inventory."),
        ("gongga.site.id", "keyword", "Site of the inventory that the event concerns, filled in by intake."),
        ("gongga.unit.id", "keyword", "Unit responsible for that site, filled in by intake."),
        ("gongga.county", "keyword", "Division code (GB/T 2260) of that unit, filled in by intake."),
    ),
    *_fields(
        WIRE,
        ("network.transport", "keyword", "`tcp`, `udp`, `icmp`, `ipv6-icmp`, or the protocol number as text."),
        ("network.type", "keyword", "`ipv4` or `ipv6`."),
        ("network.community_id", "keyword", "Community ID v1 of the five-tuple."),
        ("network.vlan.id", "keyword", "Outer VLAN id, when tagged."),
    ),
    *_fields(
        ("flow",),
        ("network.iana_number", "keyword", "IP protocol number as text."),
        (
            "network.protocol",
            "keyword",
            "Protocol of the first payload bytes: http, dns, tls, ssh, quic.",
        ),
        ("network.packets", "long", "Packets in both directions."),
        ("network.bytes", "long", "IP bytes in both directions."),
        ("source.packets", "long", "Packets sent by the source."),
        ("source.bytes", "long", "IP bytes sent by the source."),
        ("destination.packets", "long", "Packets sent by the destination."),
        ("destination.bytes", "long", "IP bytes sent by the destination."),
        (
            "gongga.flow.state",
            "keyword",
            "TCP end state in Zeek's words: S0, S1, SF, REJ, RSTO, RSTR, …",
        ),
        ("gongga.flow.history", "keyword", "Order of what was seen, Zeek's letters: capital from the source."),
        (
            "gongga.flow.end_reason",
            "keyword",
            "Why it was written: `closed`, `idle`, `active`, `evicted`, `flushed`.",
        ),
        ("gongga.flow.source.payload_bytes", "long", "Transport payload bytes sent by the source."),
        ("gongga.flow.destination.payload_bytes", "long", "Transport payload bytes sent by the destination."),
        ("gongga.flow.source.tcp_flags", "long", "Union of the TCP flags sent by the source."),
        ("gongga.flow.destination.tcp_flags", "long", "Union of the TCP flags sent by the destination."),
        ("gongga.flow.rtt", "long", "Microseconds from SYN to the first ACK of the handshake; null when not seen."),
        ("gongga.flow.packet_size.min", "long", "Smallest IP length, either direction."),
        ("gongga.flow.packet_size.max", "long", "Largest IP length, either direction."),
        ("gongga.flow.interval.mean", "float", "Mean microseconds between packets, either direction."),
        ("gongga.flow.interval.stddev", "float", "Standard deviation of those intervals, microseconds."),
        ("gongga.tunnel", "keyword", "Encapsulations removed, outermost first, joined by `/`: `gre`, `vxlan`, …"),
    ),
    *_fields(
        (*WEB, *PROBE_WEB),
        ("http.request.method", "keyword", "Method as sent."),
        ("http.response.status_code", "long", "Status code."),
        ("http.response.body.bytes", "long", "Bytes of the response body."),
        ("http.response.mime_type", "keyword", "Content type without parameters."),
        ("url.original", "keyword", "Request target as sent, not decoded."),
        ("url.path", "keyword", "Path of the target, not decoded."),
        ("url.query", "keyword", "Query of the target without `?`, not decoded."),
        ("url.domain", "keyword", "Host asked for, lower case, without port."),
    ),
    *_fields(
        WEB,
        ("http.version", "keyword", "Protocol version: `1.0`, `1.1`, `2`."),
        ("http.request.referrer", "keyword", "Referer as sent."),
        ("http.request.body.bytes", "long", "Bytes of the request body."),
        ("http.request.mime_type", "keyword", "Content type of the request body."),
        ("user_agent.original", "keyword", "User-Agent as sent."),
        ("user.name", "keyword", "Authenticated user of an access log."),
    ),
    *_fields(
        ("http",),
        ("gongga.http.request.body", "keyword", "First 512 bytes of the request body, decoded as Latin-1."),
        ("gongga.http.server", "keyword", "Server header of the response."),
    ),
    *_fields(
        ("log.web",),
        ("log.file.path", "keyword", "File the line came from."),
        ("gongga.log.line", "long", "Line number in that file, from 1."),
    ),
    *_fields(
        ("dns",),
        ("dns.id", "keyword", "Transaction id."),
        ("dns.type", "keyword", "`query` when no answer was seen, else `answer`."),
        ("dns.op_code", "keyword", "Operation: QUERY, NOTIFY, UPDATE, …"),
        ("dns.header_flags", "keywords", "AA, TC, RD, RA, AD, CD as set."),
        ("dns.question.name", "keyword", "Name asked for, lower case."),
        ("dns.question.type", "keyword", "Record type asked for: A, AAAA, …"),
        ("dns.question.class", "keyword", "Class asked for: IN, …"),
        ("dns.response_code", "keyword", "NOERROR, NXDOMAIN, …; null without an answer."),
        ("dns.resolved_ip", "ips", "Addresses in the answer."),
        ("gongga.dns.answers", "keywords", "Every answer as text: address, name or data."),
    ),
    *_fields(
        ("tls", "probe.tls"),
        ("tls.version", "keyword", "Negotiated version: `1.0` … `1.3`."),
        ("tls.cipher", "keyword", "Negotiated suite, IANA name."),
        ("tls.established", "boolean", "Whether the handshake was completed."),
        ("tls.client.server_name", "keyword", "SNI sent."),
    ),
    *_fields(
        ("tls",),
        ("tls.next_protocol", "keyword", "First ALPN protocol offered."),
        ("gongga.tls.ja4", "keyword", "JA4 of the ClientHello."),
    ),
    *_fields(
        ("probe.tls",),
        ("tls.server.subject", "keyword", "Subject of the leaf certificate."),
        ("tls.server.issuer", "keyword", "Issuer of the leaf certificate."),
        ("tls.server.not_before", "date", "Start of its validity."),
        ("tls.server.not_after", "date", "End of its validity."),
        ("tls.server.hash.sha256", "keyword", "SHA-256 of the leaf certificate, upper-case hex."),
    ),
    *_fields(
        ("probe.dns",),
        ("dns.question.name", "keyword", "Name asked for, lower case."),
        ("dns.question.type", "keyword", "Record type asked for: A, AAAA, …"),
        ("dns.response_code", "keyword", "NOERROR, NXDOMAIN, …; null without an answer."),
        ("dns.resolved_ip", "ips", "Addresses in the answer."),
    ),
    *_fields(
        PROBE,
        ("event.outcome", "keyword", "`success` when the check could be made, `failure` when not, `unknown`."),
        ("event.reason", "keyword", "Why it could not be made, in words."),
        ("url.full", "keyword", "Address checked."),
        ("url.port", "long", "Port checked."),
        ("server.ip", "ip", "Address the request went to."),
        ("rule.id", "keyword", "Rule that was run, for exposure checks."),
        ("gongga.check.id", "keyword", "Check that was run, a key of `rules/checks.yml`: `tls/certificate-expired`, …"),
        (
            "gongga.check.result",
            "keyword",
            "`fail` fault present, `pass` ran and clean, `unknown` could not tell, `blocked` a guard answered.",
        ),
        (
            "gongga.check.location",
            "keyword",
            "What it is about, normalised: a path, a name; joins the finding's key.",
        ),
        ("gongga.check.evidence", "keyword", "Excerpt the result rests on, masked, at most 512 characters."),
        ("gongga.check.why", "keywords", "Reasons in words, strongest first, each led by its weight: `0.96|…`."),
        ("gongga.check.round", "keyword", "Identifies one due run: site, check, due time. A retry keeps it."),
        ("gongga.check.attempt", "long", "Attempt within the round, from 1."),
        ("gongga.scope.id", "keyword", "Authorisation that allowed the request."),
        ("gongga.timing.dns", "long", "Microseconds to resolve."),
        ("gongga.timing.connect", "long", "Microseconds to connect."),
        ("gongga.timing.tls", "long", "Microseconds of the TLS handshake."),
        ("gongga.timing.first_byte", "long", "Microseconds from request to first byte."),
        ("gongga.timing.total", "long", "Microseconds altogether."),
    ),
    *_fields(
        ("probe.content",),
        ("gongga.page.title", "keyword", "Title of the page."),
        ("gongga.page.text_hash", "keyword", "SHA-256 of the visible text."),
        (
            "gongga.page.structure_distance",
            "float",
            "Tag paths against the baseline: 0 same, 1 nothing in common.",
        ),
        ("gongga.page.text_kept", "float", "Share of the baseline's visible text still there, 0 to 1."),
        ("gongga.page.phash_distance", "long", "Bits of the visual fingerprint that differ from the baseline, of 64."),
        ("gongga.page.hidden_hosts", "keywords", "Hosts that hidden links point to."),
        ("gongga.page.new_script_hosts", "keywords", "Script hosts the baseline does not have."),
        ("gongga.page.baseline", "keyword", "Identifier of the baseline compared with."),
        ("gongga.page.body_hash", "keyword", "SHA-256 of the body as received."),
    ),
)


def _merged() -> dict[str, Field]:
    merged: dict[str, Field] = {}
    for field in FIELDS:
        known = merged.get(field.name)
        if known and known.kind != field.kind:
            raise ValueError(f"field {field.name} is both {known.kind} and {field.kind}")
        carried = (known.datasets if known else ()) + field.datasets
        merged[field.name] = Field(field.name, field.kind, known.meaning if known else field.meaning, carried)
    return merged


BY_NAME: Final[dict[str, Field]] = _merged()


def fields_of(dataset: str) -> tuple[Field, ...]:
    """The fields that a dataset carries, in the dictionary's order. KeyError for an unknown dataset."""
    if dataset not in DATASETS:
        raise KeyError(f"unknown dataset {dataset!r}; known: {', '.join(DATASETS)}")
    return tuple(field for field in BY_NAME.values() if dataset in field.datasets)
