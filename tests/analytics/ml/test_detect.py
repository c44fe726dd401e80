"""Claims of the learned detector."""

from __future__ import annotations

import pytest

from analytics.ml.detect import SCRIPT, HttpProfileDetector
from analytics.ml.learn import LearningSettings, learn
from analytics.ml.profile import Profile
from tests.analytics.ml.traffic import table
from tests.factories import batch

ATTACKER = "203.0.113.77"


@pytest.fixture(scope="module")
def detector() -> HttpProfileDetector:
    learned = learn("kd-003", [table()], LearningSettings())
    assert isinstance(learned, Profile)
    return HttpProfileDetector(lambda sites: {"kd-003": learned} if "kd-003" in sites else {})


def request(path: str, query: str | None = None, **more: object) -> dict[str, object]:
    return {
        "gongga.site.id": "kd-003",
        "source.ip": ATTACKER,
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "url.path": path,
        "url.query": query,
        **more,
    }


def test_scripts_under_a_folder_that_never_had_any_are_one_claim(detector: HttpProfileDetector) -> None:
    claims = detector.detect(batch("http", *[request("/upload/2026/x.jsp") for _ in range(17)]))

    assert [(claim.rule_id, claim.count, claim.level, claim.entity) for claim in claims] == [
        (SCRIPT, 17, "high", ATTACKER)
    ]
    assert claims[0].title == "目录 /upload/{n}/ 出现可执行脚本请求，返回 200，此前从未出现"
    assert claims[0].model_id is not None


def test_an_injected_parameter_is_named(detector: HttpProfileDetector) -> None:
    claims = detector.detect(batch("log.web", request("/list.jsp", "id=7'%20or%20'1'='1&page=1")))

    assert "参数 id" in claims[0].title
    assert claims[0].stage == "initial-access"


@pytest.mark.parametrize(
    "row",
    [
        request("/list.jsp", "id=7&page=1"),
        request("/upload/2026/x.jsp", **{"http.response.status_code": 404}),
        request("/upload/2026/x.jsp", **{"gongga.site.id": "kd-004"}),
        request("/upload/2026/x.jsp", **{"gongga.site.id": None}),
    ],
)
def test_the_usual_the_missing_and_sites_without_profile_are_kept_still(
    detector: HttpProfileDetector, row: dict[str, object]
) -> None:
    assert detector.detect(batch("http", row)) == []


def test_other_datasets_are_none_of_its_business(detector: HttpProfileDetector) -> None:
    assert detector.detect(batch("flow", {"gongga.site.id": "kd-003"})) == []
