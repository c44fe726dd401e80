"""Claims of rules and correlations, in words."""

from __future__ import annotations

from analytics.sigma.correlate import MemoryHits
from analytics.sigma.detect import SigmaDetector, stage, techniques
from analytics.sigma.ruleset import Ruleset, shipped
from tests.factories import at, batch

ATTACKER = "203.0.113.77"


def detector() -> SigmaDetector:
    return SigmaDetector(Ruleset.load(shipped()), MemoryHits())


def request(path: str, status: int = 200, method: str = "GET", **more: object) -> dict[str, object]:
    return {
        "event.id": path,
        "gongga.site.id": "kd-003",
        "source.ip": ATTACKER,
        "url.original": path,
        "url.path": path,
        "http.request.method": method,
        "http.response.status_code": status,
        **more,
    }


def test_one_claim_for_each_rule_site_and_source() -> None:
    claims = detector().detect(batch("http", *[request(f"/upload/{number}.jsp") for number in range(60)]))

    assert [(claim.title, claim.count, len(claim.event_ids)) for claim in claims] == [
        (f"上传目录中的脚本被访问并执行：/upload/0.jsp，来自 {ATTACKER}", 60, 50)
    ]
    assert claims[0].title_en.startswith("A script under an upload folder")
    assert claims[0].techniques == ("T1505.003",)
    assert (claims[0].stage, claims[0].class_code, claims[0].site_id) == ("persistence", "02.04", "kd-003")


def test_a_scan_and_the_upload_after_it_are_told_across_batches() -> None:
    looking = detector()
    missing = [request(f"/none/{number}", 404, **{"@timestamp": at(number)}) for number in range(120)]
    first = looking.detect(batch("http", *missing[:60]))
    second = looking.detect(batch("http", *missing[60:]))
    third = looking.detect(batch("http", request("/upload/save", 200, "POST", **{"@timestamp": at(300)})))

    assert first == []
    assert [claim.title for claim in second] == [f"同一来源 {ATTACKER} 在 2 分钟内试探 120 个不存在的路径"]
    assert [claim.title for claim in third] == [f"{ATTACKER} 扫描之后向上传接口提交了内容，网站接受"]
    assert third[0].site_id == "kd-003"
    assert all(claim.why for claim in (*second, *third))


def test_a_probe_result_brings_its_own_reasons_and_site() -> None:
    row = {
        "gongga.site.id": "kd-003",
        "gongga.check.id": "content/tamper",
        "gongga.check.result": "fail",
        "url.full": "http://www.kd3.lab/",
        "gongga.check.why": ["0.40|出现新的脚本域名", "0.96|标题改变"],
    }

    [claim] = detector().detect(batch("probe.content", row))

    assert (claim.entity, claim.level, claim.class_code) == ("kd-003", "critical", "02.09")
    assert [why.text for why in claim.why] == ["标题改变", "出现新的脚本域名"]


def test_values_of_events_cannot_write_into_a_sentence() -> None:
    [claim] = detector().detect(batch("http", request("/upload/{source.ip.__class__}.jsp")))

    assert "{source.ip.__class__}" in claim.title


def test_tags_name_techniques_and_the_furthest_stage() -> None:
    tags = ("attack.initial-access", "attack.command_and_control", "attack.t1190", "cve.2021.1")

    assert techniques(tags) == ("T1190",)
    assert stage(tags) == "command-and-control"
    assert stage(()) is None
