"""Profiles are data, and only intact data."""

from __future__ import annotations

import pickle

import pytest

from analytics.ml.learn import LearningSettings, learn
from analytics.ml.profile import Profile, ProfileError, digest_of, from_json, to_json
from tests.analytics.ml.traffic import table


@pytest.fixture(scope="module")
def profile() -> Profile:
    learned = learn("kd-003", [table()], LearningSettings())
    assert isinstance(learned, Profile)
    return learned


def test_a_profile_comes_back_the_same(profile: Profile) -> None:
    content = to_json(profile)

    assert from_json(content, digest_of(content)) == profile


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b'{"format": 99}', pickle.dumps({"format": 1}), b'{"format": 1, "id": "x"}']
)
def test_what_is_no_profile_is_refused(content: bytes) -> None:
    with pytest.raises(ProfileError):
        from_json(content)


def test_a_changed_file_is_refused(profile: Profile) -> None:
    content = to_json(profile)

    with pytest.raises(ProfileError, match="changed since it was learned"):
        from_json(content.replace(b'"threshold":0.', b'"threshold":9.'), digest_of(content))
