"""Nothing outside the signed scope is allowed, whatever is asked and whatever is resolved."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sensors.probe.scope import Permit, Refusal, ScopeError, host_of, load_scope, public_pem, sign
from tests.probe_values import HOST, document, scope

KEY = Ed25519PrivateKey.generate()
NOW = datetime.now(UTC)


def signed(folder: Path, **changed: Any) -> Path:
    path = folder / "scope.json"
    path.write_bytes(sign(document(80) | changed, KEY))
    return path


def test_the_listed_host_port_and_address_are_allowed() -> None:
    assert isinstance(scope(80).allows(HOST, HOST, 80, NOW), Permit)


@pytest.mark.parametrize(
    ("host", "address", "port", "word"),
    [
        ("other.example", HOST, 80, "not in scope"),
        (HOST, HOST, 81, "port 81"),
        (HOST, "127.0.0.2", 80, "resolves to 127.0.0.2"),
        (HOST, "169.254.169.254", 80, "resolves to"),
    ],
)
def test_anything_else_is_refused_with_a_reason(host: str, address: str, port: int, word: str) -> None:
    asked = scope(80).allows(host, address, port, NOW)

    assert isinstance(asked, Refusal)
    assert word in asked.reason


@pytest.mark.parametrize("address", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "224.0.0.1"])
def test_without_listed_addresses_only_public_ones_are_allowed(address: str) -> None:
    given = scope(80, addresses=[])

    assert isinstance(given.allows(HOST, address, 80, NOW), Refusal)
    assert isinstance(given.allows(HOST, "8.8.8.8", 80, NOW), Permit)


def test_outside_its_time_a_scope_and_an_entry_allow_nothing() -> None:
    late = NOW + timedelta(days=2)
    over = scope(80, valid_until=(NOW - timedelta(hours=1)).isoformat())

    assert isinstance(scope(80).allows(HOST, HOST, 80, late), Refusal)
    assert isinstance(over.allows(HOST, HOST, 80, NOW), Refusal)
    assert over.entries(NOW) == {}


def test_a_signed_scope_is_read(tmp_path: Path) -> None:
    assert load_scope(signed(tmp_path), public_pem(KEY), NOW).id == "scope-1"


def test_a_scope_changed_by_one_byte_is_refused(tmp_path: Path) -> None:
    path = signed(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"s-1", b"s-2"))

    with pytest.raises(ScopeError, match="was changed after it was signed"):
        load_scope(path, public_pem(KEY))


def test_another_key_no_key_and_no_signature_are_refused(tmp_path: Path) -> None:
    path = signed(tmp_path)
    bare = tmp_path / "bare.json"
    bare.write_text(json.dumps(document(80)))

    for file, key, word in (
        (path, public_pem(Ed25519PrivateKey.generate()), "another key"),
        (path, None, "no public key"),
        (path, b"nonsense", "no PEM public key"),
        (bare, public_pem(KEY), "is not signed"),
        (tmp_path / "missing", public_pem(KEY), "cannot be read"),
    ):
        with pytest.raises(ScopeError, match=word):
            load_scope(file, key)


@pytest.mark.parametrize(("name", "value"), [("ports", ["x"]), ("addresses", ["1.2.3"]), ("valid_until", "soon")])
def test_a_wrong_entry_is_named(name: str, value: Any) -> None:
    with pytest.raises(ScopeError, match="scope entry 1"):
        scope(80, **{name: value})


def test_names_are_compared_in_one_form() -> None:
    assert host_of(" WWW.Example.CN. ") == "www.example.cn"
    assert host_of("政务.中国") == "xn--zfr164b.xn--fiqs8s"
    assert host_of("[::1]") == "::1"
