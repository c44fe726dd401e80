"""The first half of the chain through the real processes, on the lab, against its ground truth."""

from __future__ import annotations

import json
from typing import Any

import pytest

from lab.site import load_sites
from lab.story import ATTACKER, BACKUP, CONTROLLER, GATEWAY, SCANNED_PATHS, VICTIM
from lab.truth import alerts, findings
from tests.running import Platform, wait_for

pytestmark = pytest.mark.e2e


def incident(platform: Platform) -> dict[str, Any] | None:
    """The victim's incident once the replaced page and the beacon have joined it."""
    rows = platform.rows("select * from incident where site_id = ? order by detected_at", VICTIM)
    for row in rows:
        rules = {alert["rule_id"] for alert in members(platform, row["id"])}
        titles = " ".join(alert["title"] for alert in members(platform, row["id"]))
        if row["class_code"] == "02.09" and len(rules) >= 4 and CONTROLLER in titles:
            return row
    return None


def members(platform: Platform, incident_id: str) -> list[dict[str, Any]]:
    return platform.rows(
        "select alert.* from alert join incident_member m on m.member_id = alert.id and m.kind = 'alert' "
        "where m.incident_id = ?",
        incident_id,
    )


def told(platform: Platform) -> str:
    """What stands in the records, for a failure that explains itself."""
    alerts = platform.rows("select level, site_id, entity, title, incident_id from alert order by last_seen")
    incidents = platform.rows("select id, site_id, class_code, level_proposed, title from incident")
    lines = [json.dumps(row, ensure_ascii=False) for row in (*incidents, *alerts)]
    return "\n".join([*lines, platform.logs()])


def test_the_night_becomes_one_incident_that_tells_the_story(lab_platform: Platform) -> None:
    found = wait_for(lambda: incident(lab_platform), "the incident", 240, lambda: told(lab_platform))
    joined = members(lab_platform, found["id"])
    titles = "\n".join(alert["title"] for alert in joined)

    assert found["level_proposed"] in (1, 2, 3, 4)
    assert json.loads(found["grading"])["matched"] or json.loads(found["grading"])["next"]
    for stage in (str(SCANNED_PATHS), "/upload/", "首页", CONTROLLER):
        assert stage in titles, f"{stage} is missing from:\n{titles}"
    assert {alert["site_id"] for alert in joined} == {VICTIM}
    assert ATTACKER in {alert["entity"] for alert in joined}
    assert all(json.loads(alert["why"]) for alert in joined), "an alert without reasons"


def test_it_is_the_only_incident_of_the_victim_and_no_decoy_is_in_it(lab_platform: Platform) -> None:
    found = wait_for(lambda: incident(lab_platform), "the incident", 240, lambda: told(lab_platform))
    joined = members(lab_platform, found["id"])
    others = lab_platform.rows("select id from incident where site_id = ? and id <> ?", VICTIM, found["id"])

    assert others == []
    assert not [alert for alert in joined if GATEWAY in alert["entity"] or BACKUP in alert["title"]]


def test_every_planted_weakness_is_found_and_none_invented(lab_platform: Platform) -> None:
    truth = findings(load_sites())

    def found() -> set[tuple[str, str, str]]:
        rows = lab_platform.rows("select site_id, check_id, location from finding")
        return {(row["site_id"], row["check_id"], row["location"]) for row in rows}

    def difference() -> str:
        here = found()
        return f"missed: {sorted(truth - here)}\ninvented: {sorted(here - truth)}\n{lab_platform.logs()}"

    wait_for(lambda: found() >= truth, "every planted weakness", 240, difference)
    wait_for(lambda: incident(lab_platform), "the incident", 240, lambda: told(lab_platform))

    assert found() == truth, difference()


def test_the_probe_cries_where_something_is_wrong_and_nowhere_else(lab_platform: Platform) -> None:
    wanted = {site for site, _check in alerts(load_sites())}

    def crying() -> set[str]:
        rows = lab_platform.rows(
            "select distinct site_id from alert where site_id is not null and site_id <> ?", VICTIM
        )
        return {row["site_id"] for row in rows}

    wait_for(lambda: crying() >= wanted, "every site in trouble", 240, lambda: told(lab_platform))
    wait_for(lambda: incident(lab_platform), "the incident", 240, lambda: told(lab_platform))

    assert crying() == wanted, told(lab_platform)


def test_nothing_went_to_quarantine_and_the_probe_only_read(lab_platform: Platform) -> None:
    import urllib.request

    from lab.site import CONTROL

    wait_for(lambda: incident(lab_platform), "the incident", 240, lambda: told(lab_platform))
    with urllib.request.urlopen(f"http://{CONTROL[0]}:{CONTROL[1]}/", timeout=5) as answer:
        seen = json.load(answer)

    assert lab_platform.rows("select name, reason from quarantine") == []
    assert set(seen["methods"]) <= {"GET", "HEAD", "OPTIONS"}
    assert seen["strays"] == 0, "a request left the scope"
