"""A notice as JSON."""

from __future__ import annotations

from tests.console.noticeside import Bureau


def test_a_document_tells_findings_recipients_and_the_timeline(bureau: Bureau) -> None:
    notice, _link = bureau.issued()
    told = bureau.drafter.get(f"/api/v1/notices/{notice}").json()

    assert (told["state"], told["kind"], told["version"]) == ("issued", "hazard", 4)
    assert [one["id"] for one in told["findings"]] == ["fi-0001"]
    assert [one["unit"] for one in told["recipients"]] == ["U-1"]
    assert told["timeline"][0]["kind"] == "sent"
