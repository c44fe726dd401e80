"""The unit's page: one link, one notice, one unit; a phone's form; nothing else is opened by it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from console.audit.tables import AUDIT_ENTRY
from console.notices.tables import NOTICE_FILE, NOTICE_LINK, NOTICE_RECIPIENT
from tests.console.noticeside import PNG, REPORT, Bureau


def test_the_first_look_is_noted_and_shows_what_is_wrong_and_how_to_mend_it(bureau: Bureau) -> None:
    notice, link = bureau.issued(1, evidence="标题含 x", check_id="tls/absent")
    for _ in range(2):
        page = bureau.table.browser().get(link)
    assert page.status_code == 200
    assert page.headers["referrer-policy"] == "no-referrer"
    for words in ("隐患1", "标题含 x", "HTTPS", "签收人姓名", "甘网安通〔2026〕1号"):
        assert words in page.text
    assert bureau.kinds(notice).count("opened") == 1
    assert 'name="viewport"' in page.text


def test_forms_without_scripts_bring_it_to_the_retest(bureau: Bureau) -> None:
    notice, link = bureau.issued()
    phone = bureau.table.browser(origin="http://desk.test")
    signed = phone.post(f"{link}/sign", data={"name": "扎西", "phone": "138"})
    assert (signed.status_code, signed.headers["location"]) == (303, link)
    assert "采取的措施" in phone.get(link).text
    proof = {"proof": ("截图.png", PNG, "image/png")}
    assert phone.post(f"{link}/feedback", data=REPORT, files=proof).status_code == 303
    assert "截图.png" in phone.get(link).text
    assert phone.post(f"{link}/retest", data={}).status_code == 303
    assert "正在复测" in phone.get(link).text
    assert bureau.row(notice).state == "retesting"
    assert bureau.finding_state() == "retest"


def test_doing_anything_twice_is_doing_it_once(bureau: Bureau) -> None:
    notice, link = bureau.issued()
    for _ in range(2):
        bureau.say(link, "sign", name="扎西")
        bureau.say(link, "begin")
        bureau.say(link, "ask", text="截止时间能否说明？")
    for _ in range(2):
        bureau.say(link, "feedback", **REPORT)
    for _ in range(2):
        bureau.say(link, "retest")

    kinds = bureau.kinds(notice)
    assert [kinds.count(kind) for kind in ("signed", "rectifying", "asked", "fed_back", "retest")] == [1, 1, 1, 1, 1]


def test_what_comes_too_early_or_says_nothing_is_refused(bureau: Bureau) -> None:
    _notice, link = bureau.issued()
    bureau.say(link, "feedback", expect=409, **REPORT)
    bureau.say(link, "retest", expect=409)
    bureau.say(link, "sign", expect=422, name="")
    bureau.say(link, "sign", name="扎西")
    bureau.say(link, "feedback", expect=422, **{**REPORT, "measures": " "})
    bureau.say(link, "ask", expect=422, text="")
    bureau.say(link, "extension", expect=422, until="2026-11-24", reason="采购中")
    bureau.say(link, "extension", expect=422, until="soon", reason="采购中")
    bureau.say(link, "dance", expect=404)


@pytest.mark.parametrize("token", ["x", "x" * 43, "x" * 5000, "%00", "..%2f..%2fetc"])
def test_a_token_that_is_none_opens_nothing_and_says_the_same(bureau: Bureau, token: str) -> None:
    bureau.issued()
    assert bureau.table.browser().get(f"/n/{token}").status_code == 404
    assert bureau.table.browser().post(f"/n/{token}/sign", json={"name": "扎西"}).status_code == 404


def test_an_ended_a_revoked_and_a_replaced_link_open_nothing(bureau: Bureau) -> None:
    notice, link = bureau.issued()
    made = bureau.drafter.post(f"/api/v1/notices/{notice}/link", json={"unit": "U-1"}).json()["link"]
    new = made.removeprefix("http://127.0.0.1:8600")
    assert bureau.table.browser().get(link).status_code == 404
    assert bureau.table.browser().get(new).status_code == 200
    bureau.drafter.post(f"/api/v1/notices/{notice}/revoke", json={"unit": "U-1"})
    assert bureau.table.browser().get(new).status_code == 404
    last = bureau.drafter.post(f"/api/v1/notices/{notice}/link", json={"unit": "U-1"}).json()["link"]
    assert bureau.drafter.post(f"/api/v1/notices/{notice}/link", json={"unit": "U-2"}).status_code == 404
    bureau.table.clock.pass_by(days=60)
    assert bureau.table.browser().get(last.removeprefix("http://127.0.0.1:8600")).status_code == 404


def test_a_link_is_used_only_as_often_as_people_do(bureau: Bureau) -> None:
    _notice, link = bureau.issued()
    phone = bureau.table.browser()
    answers = [phone.get(link).status_code for _ in range(31)]

    assert answers[:30] == [200] * 30
    assert answers[30] == 429
    bureau.table.clock.pass_by(minutes=1)
    assert phone.get(link).status_code == 200


def test_a_form_of_another_site_is_refused(bureau: Bureau) -> None:
    notice, link = bureau.issued()
    foreign = bureau.table.browser(origin="http://evil.example")

    assert foreign.post(f"{link}/sign", data={"name": "扎西"}).status_code == 403
    assert bureau.row(notice).state == "issued"


def test_a_link_of_a_circular_shows_nothing_of_other_units(bureau: Bureau) -> None:
    notice = bureau.signed(1, kind="tip", evidence="SECRET")
    links = bureau.move(bureau.drafter, notice, "issued")["links"]
    paths = {unit: link.removeprefix("http://127.0.0.1:8600") for unit, link in links.items()}
    bureau.say(paths["U-1"], "sign", name="扎西")
    page = bureau.table.browser().get(paths["U-2"]).text

    for secret in ("U-1", "扎西", "SECRET", "kd-1"):
        assert secret not in page
    assert bureau.row(notice).state == "issued"
    bureau.say(paths["U-2"], "sign", name="央金")
    assert bureau.row(notice).state == "closed"


def test_hostile_proof_is_refused_audited_and_changes_nothing(bureau: Bureau) -> None:
    notice, link = bureau.issued()
    bureau.say(link, "sign", name="扎西")
    phone = bureau.table.browser()
    answer = phone.post(f"{link}/feedback", data=REPORT, files={"proof": ("x.png", b"<html>", "image/png")})

    assert answer.status_code == 422
    assert "只收图片" in answer.text
    assert bureau.row(notice).state == "received"
    with bureau.table.desk.engine.begin() as connection:
        assert connection.execute(select(NOTICE_FILE)).all() == []
        last = connection.execute(select(AUDIT_ENTRY).order_by(AUDIT_ENTRY.c.seq.desc()).limit(1)).one()
    assert last.action == "notice.unit_refused"


def test_proof_is_saved_never_shown_and_its_reading_is_audited(bureau: Bureau) -> None:
    notice, link = bureau.issued()
    bureau.say(link, "sign", name="扎西")
    proof = {"proof": ("../../a b.png", PNG, "text/html")}
    bureau.table.browser().post(f"{link}/feedback", data=REPORT, files=proof)
    [kept] = bureau.drafter.get(f"/api/v1/notices/{notice}").json()["files"]
    got = bureau.drafter.get(f"/notices/{notice}/files/{kept['id']}")

    assert got.content == PNG
    assert got.headers["content-disposition"].startswith("attachment;")
    assert got.headers["content-type"] == "application/octet-stream"
    assert got.headers["x-content-type-options"] == "nosniff"
    with bureau.table.desk.engine.begin() as connection:
        actions = connection.execute(select(AUDIT_ENTRY.c.action).order_by(AUDIT_ENTRY.c.seq)).scalars().all()
    assert actions[-1] == "notice.proof"
    assert bureau.drafter.get(f"/notices/{notice}/files/nf-none").status_code == 404


def test_an_account_of_the_unit_does_the_same_and_another_units_sees_nothing(bureau: Bureau) -> None:
    notice, _link = bureau.issued()
    mine = bureau.table.seat("owner", unit="U-1")
    other = bureau.table.seat("owner", unit="U-2")
    assert "隐患1" in mine.get(f"/owner/{notice}").text
    assert "甘网安通" in mine.get("/owner").text
    assert mine.post(f"/owner/{notice}/sign", json={"name": "扎西"}).json()["state"] == "received"
    for path in (f"/owner/{notice}", f"/owner/{notice}/pdf"):
        assert other.get(path).status_code == 404
    assert other.post(f"/owner/{notice}/ask", json={"text": "这是什么？"}).status_code == 404
    assert "甘网安通" not in other.get("/owner").text
    assert mine.get(f"/notices/{notice}").status_code == 403


def test_an_account_over_the_whole_prefecture_answers_for_no_unit(bureau: Bureau) -> None:
    notice, _link = bureau.issued()
    anybody = bureau.table.seat("owner")

    assert anybody.get(f"/owner/{notice}").status_code == 404
    assert anybody.post(f"/owner/{notice}/sign", json={"name": "扎西"}).status_code == 404
    assert "甘网安通" not in anybody.get("/owner").text
    assert bureau.row(notice).state == "issued"


def test_a_draft_is_nothing_to_its_unit(bureau: Bureau) -> None:
    notice = bureau.signed()

    assert bureau.table.seat("owner", unit="U-1").get(f"/owner/{notice}").status_code == 404


def test_an_extension_is_asked_for_and_decided(bureau: Bureau) -> None:
    notice, link = bureau.issued()
    bureau.say(link, "sign", name="扎西")
    bureau.say(link, "extension", until="2026-12-20", reason="设备采购")
    bureau.move(bureau.drafter, notice, "granted")
    row = bureau.row(notice)
    assert row.extension_state == "granted"
    assert row.rectify_by.isoformat() == "2026-12-20T10:00:00+00:00"
    bureau.say(link, "extension", until="2026-12-30", reason="仍在采购")
    bureau.move(bureau.drafter, notice, "refused", expect=422)
    bureau.move(bureau.drafter, notice, "refused", "不再延期")
    assert bureau.row(notice).rectify_by == row.rectify_by
    bureau.move(bureau.drafter, notice, "granted", expect=409)


@pytest.mark.parametrize("body", [b"{", b"[1]", b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused(bureau: Bureau, body: bytes) -> None:
    _notice, link = bureau.issued()
    answer = bureau.table.browser().post(f"{link}/sign", content=body, headers={"content-type": "application/json"})

    assert answer.status_code == 422


def test_tokens_are_used_once_for_one_notice(bureau: Bureau) -> None:
    _first, one = bureau.issued(1)
    second, _two = bureau.issued(2)
    bureau.say(one, "sign", name="扎西")

    assert bureau.row(second).state == "issued"
    with bureau.table.desk.engine.begin() as connection:
        uses = connection.execute(select(NOTICE_LINK.c.uses).order_by(NOTICE_LINK.c.id)).scalars().all()
        signed = (
            connection.execute(select(NOTICE_RECIPIENT.c.signed_at).order_by(NOTICE_RECIPIENT.c.id)).scalars().all()
        )
    assert uses == [1, 0]
    assert [one is not None for one in signed] == [True, False]
