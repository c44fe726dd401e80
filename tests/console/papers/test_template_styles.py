from __future__ import annotations

from lxml import etree

from console.papers.layout import load_layout
from console.papers.template_styles import MAIN, styles_of, styles_part

W = f"{{{MAIN}}}"


def test_every_style_names_its_typeface_in_every_script() -> None:
    root = etree.fromstring(styles_part(load_layout()).encode())
    fonts = root.findall(f".//{W}rFonts")

    assert len(fonts) >= len(list(styles_of(load_layout())))
    for font in fonts:
        assert len({font.get(f"{W}{script}") for script in ("ascii", "hAnsi", "eastAsia", "cs")}) == 1


def test_running_text_is_set_on_exact_lines_and_a_little_closer() -> None:
    body = next(style for style in styles_of(load_layout()) if style.id == "Body")

    assert (body.size, body.line, body.tracking, body.first) == (16, 28.95, -0.25, 2)
    part = styles_part(load_layout())
    assert 'w:line="579" w:lineRule="exact"' in part
    assert '<w:spacing w:val="-5"/>' in part
