"""A probe's settings from a file."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from sensors.probe.settings import ProbeSettings
from sensors.probe.settings_file import SettingsError, load_settings


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "probe.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_missing_file_means_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path / "none.toml") == ProbeSettings()


def test_times_are_seconds_and_lists_become_tuples(tmp_path: Path) -> None:
    text = """
        unit = "甘孜州网安应保中心"
        timeout = 10
        retry_delays = [1, 2.5]
        name_servers = ["127.0.0.53:15353"]
        ca_file = "ca.pem"
        requests_per_second = 20
        auto_approve_first = true
        [periods]
        availability = 5
    """

    settings = load_settings(written(tmp_path, text))

    assert settings.timeout == timedelta(seconds=10)
    assert settings.retry_delays == (timedelta(seconds=1), timedelta(seconds=2.5))
    assert settings.name_servers == ("127.0.0.53:15353",)
    assert settings.ca_file == Path("ca.pem")
    assert settings.auto_approve_first is True
    assert settings.period("availability") == timedelta(seconds=5)
    assert settings.period("tls") == ProbeSettings().period("tls")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("colour = 1", "unknown setting 'colour'"),
        ("timeout = ", "not readable as TOML"),
        ('timeout = "long"', "'timeout'"),
        ("timeout = -1", "no number of seconds"),
        ("unit = 5", "no text"),
        ("auto_approve_first = 1", "expected yes or no"),
        ("concurrency = true", "expected a number"),
        ("concurrency = -1", "cannot be negative"),
        ("[periods]\nmoon = 5", "expected a table with some of"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        load_settings(written(tmp_path, text))
