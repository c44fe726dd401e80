"""The sites' past."""

from __future__ import annotations

from analytics.ml.learn import COLUMNS, LearningSettings, TooLittle, learn
from analytics.ml.profile import Profile
from lab.past import LOGGED, WATCHED, YOUNG, past
from lab.site import load_sites
from sensors.contract.batch import EventBatch
from sensors.contract.fields import fields_of
from tests.factories import NOON

BATCHES = list(past(load_sites(), NOON))
HOSTS = {site.host: site.id for site in load_sites()}


def profile_of(batch: EventBatch) -> tuple[str, Profile | TooLittle]:
    site = HOSTS[batch.column("url.domain")[0]]
    carried = {field.name for field in fields_of(batch.dataset)}
    full = batch if set(COLUMNS) <= carried else None
    return site, learn(site, [full.table] if full else [], LearningSettings())


def test_every_site_with_a_past_has_a_batch_that_ends_before_the_story() -> None:
    assert len(BATCHES) == len(WATCHED) + len(LOGGED) + len(YOUNG)
    assert {batch.dataset for batch in BATCHES} == {"http", "log.web"}
    assert all(max(batch.column("@timestamp")) <= NOON for batch in BATCHES)


def test_watched_sites_can_be_learned_and_the_young_one_is_left_alone() -> None:
    learned = dict(profile_of(batch) for batch in BATCHES if batch.dataset == "http")

    assert all(isinstance(learned[site], Profile) for site in WATCHED)
    assert all(isinstance(learned[site], TooLittle) for site in YOUNG)
