"""Where a visit looks for TLS."""

from __future__ import annotations

import pytest

from tests.probe_values import HOST, scope, visit


@pytest.mark.parametrize(
    ("urls", "ports", "place"),
    [
        ([f"http://{HOST}/"], [80], None),
        ([f"http://{HOST}/"], [80, 443], (HOST, 443)),
        ([f"https://{HOST}:8443/"], [8443], (HOST, 8443)),
        ([f"http://{HOST}:8080/"], [8080, 9000, 18443], (HOST, 18443)),
    ],
)
def test_tls_is_looked_for_inside_the_scope(urls: list[str], ports: list[int], place: tuple[str, int] | None) -> None:
    assert visit(scope(80, urls=urls, ports=ports)).secure() == place


def test_the_first_address_is_the_home_page() -> None:
    assert visit(scope(80)).home == f"http://{HOST}:80/"
