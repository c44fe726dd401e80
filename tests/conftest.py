"""Fixtures of several folders: the platform on the lab, started once for the tests that need it whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.running import Platform, platform


@pytest.fixture(scope="session")
def lab_platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """`gongga up` on the lab, for the whole run."""
    with platform(tmp_path_factory.mktemp("lab") / "data") as running:
        yield running
