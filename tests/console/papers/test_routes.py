from __future__ import annotations

import io

import docx

from console.papers.docx import shipped
from console.papers.wording import KINDS
from tests.console.deskside import Table

ADDRESS = "/notices/templates/hazard"


def test_who_signs_sees_the_template_of_every_kind_and_its_sample(table: Table) -> None:
    signer = table.seat("commander")

    page = signer.get("/notices/templates").text
    assert all(f'id="{kind}"' in page for kind in KINDS)
    assert signer.get(f"{ADDRESS}/docx").content == shipped("hazard")
    texts = [one.text for one in docx.Document(io.BytesIO(signer.get(f"{ADDRESS}/sample").content)).paragraphs]
    assert "甘网安通〔2026〕3号" in texts
    assert signer.get("/notices/templates/letter/docx").status_code == 404
    assert table.seat("editor").get("/notices/templates").status_code == 403


def test_a_template_is_tried_used_and_taken_back(table: Table) -> None:
    signer = table.seat("commander")
    sound = {"template": ("a.docx", shipped("hazard"))}

    assert signer.post(ADDRESS, files=sound, data={"wish": "try"}).content.startswith(b"PK")
    assert "恢复自带模板" not in signer.get("/notices/templates").text
    assert signer.post(ADDRESS, files=sound, data={"wish": "use"}).status_code == 303
    assert "恢复自带模板" in signer.get("/notices/templates").text
    assert signer.post(f"{ADDRESS}/restore").status_code == 303
    assert signer.post(f"{ADDRESS}/restore").status_code == 404


def test_a_bad_template_is_refused_on_the_page_and_by_the_api(table: Table) -> None:
    signer = table.seat("commander")
    bad = {"template": ("a.docx", b"no docx")}

    page = signer.post(ADDRESS, files=bad, data={"wish": "use"})
    told = signer.post(f"/api/v1{ADDRESS}", files=bad)

    assert page.status_code == told.status_code == 422
    assert "模板没有启用" in page.text
    assert "no docx" in page.text
    assert signer.post("/notices/templates/letter", files=bad, data={"wish": "use"}).status_code == 404
    good = signer.post(f"/api/v1{ADDRESS}", files={"template": ("a.docx", shipped("hazard"))})
    assert good.json() == {"kind": "hazard", "template": "own"}
    assert signer.post(f"/api/v1{ADDRESS}/restore").json()["template"] == "shipped"
