"""The page of the docx templates: what is in use, trying one on the sample, putting one in use, going back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from analytics.lifecycle import Unknown
from console.accounts.guard import viewer
from console.accounts.viewer import Viewer
from console.papers import use_cases
from console.papers.checking import MOST_BYTES, TemplateRefused
from console.papers.document import sample
from console.papers.docx import MEDIA_TYPE, docx_of, shipped
from console.papers.fields import docx_fields
from console.papers.office_templates import own_template
from console.papers.wording import KINDS, load_wording
from console.web.acts import answered
from console.web.desk import Desk, desk
from console.web.render import page

router = APIRouter()

Here = Annotated[Desk, Depends(desk)]
Signer = Annotated[Viewer, Depends(viewer("notices.sign"))]


@router.get("/notices/templates", include_in_schema=False)
def show_list(request: Request, here: Here, who: Signer) -> Response:
    return _page(request, here, who)


@router.get("/notices/templates/{kind}/docx", include_in_schema=False)
def fetch(here: Here, who: Signer, kind: str) -> Response:
    return _file(f"template-{kind}.docx", _in_use(here, kind))


@router.get("/notices/templates/{kind}/sample", include_in_schema=False)
def fetch_sample(here: Here, who: Signer, kind: str) -> Response:
    return _file(f"sample-{kind}.docx", docx_of(sample(kind), _in_use(here, kind)))


@router.post("/notices/templates/{kind}", include_in_schema=False)
def take(
    request: Request,
    here: Here,
    who: Signer,
    kind: str,
    template: UploadFile,
    wish: Annotated[str, Form(pattern="^(try|use)$")] = "try",
) -> Response:
    content = template.file.read(MOST_BYTES + 1)
    try:
        if wish == "try":
            return _file(f"trial-{kind}.docx", use_cases.try_template(here, who, kind, content))
        use_cases.use_template(here, who, kind, content)
    except Unknown as error:
        raise HTTPException(404) from error
    except TemplateRefused as error:
        return _page(request, here, who, str(error), 422)
    return RedirectResponse("/notices/templates", 303)


@router.post("/notices/templates/{kind}/restore", include_in_schema=False)
def restore(here: Here, who: Signer, kind: str) -> Response:
    with answered():
        use_cases.restore_template(here, who, kind)
    return RedirectResponse("/notices/templates", 303)


@router.post("/api/v1/notices/templates/{kind}")
def take_as_data(here: Here, who: Signer, kind: str, template: UploadFile) -> dict[str, str]:
    """Put a docx template in use for a kind; 422 says in one sentence what is wrong with it."""
    content = template.file.read(MOST_BYTES + 1)
    with answered():
        use_cases.use_template(here, who, kind, content)
    return {"kind": kind, "template": "own"}


@router.post("/api/v1/notices/templates/{kind}/restore")
def restore_as_data(here: Here, who: Signer, kind: str) -> dict[str, str]:
    """Go back to the template that ships."""
    with answered():
        use_cases.restore_template(here, who, kind)
    return {"kind": kind, "template": "shipped"}


def _page(request: Request, here: Desk, who: Viewer, refused: str = "", status: int = 200) -> Response:
    kinds = [load_wording(kind) for kind in KINDS]
    own = {kind for kind in KINDS if own_template(here.data.root, kind) is not None}
    values: dict[str, Any] = {"kinds": kinds, "own": own, "refused": refused, "fields": sorted(_fields())}
    return page(request, who, "papers/templates.html", status, **values)


def _fields() -> set[str]:
    return set(docx_fields(sample("report"))[0])


def _in_use(here: Desk, kind: str) -> bytes:
    if kind not in KINDS:
        raise HTTPException(404)
    return own_template(here.data.root, kind) or shipped(kind)


def _file(name: str, content: bytes) -> Response:
    return Response(content, media_type=MEDIA_TYPE, headers={"content-disposition": f'attachment; filename="{name}"'})
