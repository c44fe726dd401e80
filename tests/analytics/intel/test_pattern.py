"""Reading STIX patterns."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.intel.normal import Value
from analytics.intel.pattern import LONGEST, read_pattern

SUM = "ab" * 32


@pytest.mark.parametrize(
    ("pattern", "values"),
    [
        ("[ipv4-addr:value = '198.51.100.7']", {("ipv4", "198.51.100.7")}),
        ("[ ipv6-addr:value='2001:DB8::0:1' ]", {("ipv6", "2001:db8::1")}),
        ("[ipv4-addr:value ISSUBSET '198.51.100.0/24']", {("ipv4", "198.51.100.0/24")}),
        ("[domain-name:value IN ('A.Test.', 'b.test')]", {("domain", "a.test"), ("domain", "b.test")}),
        ("[url:value = 'https://A.test:8443/x?y=1#z']", {("url", "a.test/x?y=1")}),
        (f"[file:hashes.'SHA-256' = '{SUM.upper()}']", {("sha256", SUM)}),
        (f"[file:hashes.SHA256 = '{SUM}' OR file:hashes.MD5 = 'x']", {("sha256", SUM)}),
        (
            "[domain-name:value = 'a.test'] OR [url:value = 'http://a.test/']",
            {("domain", "a.test"), ("url", "a.test/")},
        ),
        (r"[url:value = 'http://a.test/it\'s']", {("url", "a.test/it's")}),
    ],
)
def test_simple_comparisons_become_values(pattern: str, values: set[tuple[str, str]]) -> None:
    assert {(value.kind, value.value) for value in read_pattern(pattern).values} == values


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("[ipv4-addr:value = '198.51.100.7' AND domain-name:value = 'a.test']", "combined"),
        ("[ipv4-addr:value = '198.51.100.7'] FOLLOWEDBY [domain-name:value = 'a.test']", "combined"),
        ("[ipv4-addr:value = '198.51.100.7'] REPEATS 5 TIMES", "combined"),
        ("([ipv4-addr:value = '198.51.100.7'])", "combined"),
        ("[domain-name:value LIKE '%.test']", "operator"),
        ("[domain-name:value MATCHES '(a+)+$']", "operator"),
        ("[ipv4-addr:value != '198.51.100.7']", "operator"),
        ("[NOT ipv4-addr:value = '198.51.100.7']", "operator"),
        ("[email-addr:value = 'x@a.test']", "kind"),
        ("[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']", "kind"),
        ("[ipv4-addr:value = '999.1.1.1']", "value"),
        ("[ipv4-addr:value = '198.51.100.7'", "syntax"),
        ("", "syntax"),
        ("alert tcp any any", "syntax"),
        ("[" * (LONGEST + 1), "long"),
        ("[ipv4-addr:value IN (" + ",".join(f"'10.9.{n // 256}.{n % 256}'" for n in range(501)) + ")]", "many"),
    ],
)
def test_the_rest_is_named_and_not_guessed_at(pattern: str, code: str) -> None:
    reading = read_pattern(pattern)

    assert reading.values == ()
    assert reading.left[0][0] == code


def test_an_alternative_that_cannot_be_watched_leaves_the_others() -> None:
    reading = read_pattern("[email-addr:value = 'x@a.test' OR ipv4-addr:value = '198.51.100.7']")

    assert reading.values == (Value("ipv4", "198.51.100.7"),)
    assert reading.left == (("kind", "email-addr:value"),)


@given(st.text(st.sampled_from("[]()'\\=,<>! ORANDipv4-addr:value.\n"), max_size=300))
def test_no_text_makes_it_fail(text: str) -> None:
    read_pattern(text)


@pytest.mark.parametrize("part", ["[", "'", "a''", "[a:b='c' OR ", "\\'", "a[*]", "OR "])
def test_a_pattern_bomb_takes_no_time(part: str) -> None:
    text = (part * LONGEST)[:LONGEST]
    begun = time.perf_counter()

    read_pattern(text)

    assert time.perf_counter() - begun < 0.5
