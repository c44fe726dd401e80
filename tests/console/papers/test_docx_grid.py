from __future__ import annotations

from lxml import etree

from console.papers.docx_grid import grid_xml
from console.papers.layout import load_layout
from console.papers.paper import Grid
from console.papers.template_styles import MAIN


def test_a_table_has_its_widths_its_head_and_escaped_cells() -> None:
    xml = grid_xml(Grid(("一", "二"), (("<a>\n&", "乙"),), (1, 3)), load_layout())
    root = etree.fromstring(xml.encode())

    widths = [int(column.get(f"{{{MAIN}}}w", "0")) for column in root.iter(f"{{{MAIN}}}gridCol")]
    assert abs(widths[1] - 3 * widths[0]) <= 3
    assert [text.text for text in root.iter(f"{{{MAIN}}}t")] == ["一", "二", "<a>", "&", "乙", None]
    assert len(list(root.iter(f"{{{MAIN}}}tblHeader"))) == 1
    assert len(list(root.iter(f"{{{MAIN}}}br"))) == 1
