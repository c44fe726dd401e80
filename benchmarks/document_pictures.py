"""A picture of each kind of document for docs/pictures/: its pages side by side, as pdftoppm sees the PDF."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

from console.papers.document import sample
from console.papers.pdf import pdf_of
from console.papers.wording import KINDS

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
DOTS_AN_INCH = 64
MOST_PAGES = 4
GAP = 12


def main() -> int:
    """Draw them all."""
    for kind in KINDS:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "paper.pdf"
            source.write_bytes(pdf_of(sample(kind)))
            subprocess.run(
                ["pdftoppm", "-r", str(DOTS_AN_INCH), "-l", str(MOST_PAGES), "-png", source, Path(folder) / "page"],
                check=True,
            )
            pages = [Image.open(path).convert("RGB") for path in sorted(Path(folder).glob("page-*.png"))]
        whole = Image.new("RGB", (sum(page.width + GAP for page in pages) + GAP, pages[0].height + 2 * GAP), "#c8ccd2")
        for number, page in enumerate(pages):
            whole.paste(page, (GAP + number * (page.width + GAP), GAP))
        target = PICTURES / f"papers-{kind}.png"
        whole.quantize(64).save(target, optimize=True)
        print(f"{target.relative_to(PICTURES.parent.parent)}: {len(pages)} pages, {target.stat().st_size // 1024} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
