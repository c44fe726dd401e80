from __future__ import annotations

import io
import subprocess
import sys

from PIL import Image

from console.papers.charts import COLOURS, HATCHES, LINES, MARKERS, bars, trend

MONTHS = [f"{month}月" for month in range(1, 13)]


def test_the_same_numbers_are_the_same_files_at_200_dots_an_inch() -> None:
    series = {"新增": list(range(12)), "销号": [3] * 12}
    picture = trend(MONTHS, series, "图1")

    assert picture == trend(MONTHS, series, "图1")
    assert picture.svg.startswith(b"<?xml")
    assert b"http://www.w3.org/2000/svg" in picture.svg
    with Image.open(io.BytesIO(picture.png)) as png:
        assert round(png.width / 200 * 25.4) == 156


def test_bars_of_nothing_are_drawn_too() -> None:
    assert bars(["暗链", "后台"], {"新增": [0, 0]}, "图2").png


def test_each_series_has_its_own_shape_besides_its_colour() -> None:
    assert len(set(COLOURS)) == len(set(MARKERS)) == len(LINES) == len(set(HATCHES)) == 6


def test_matplotlib_is_loaded_only_for_the_first_chart() -> None:
    said = subprocess.run(
        [sys.executable, "-c", "import sys, console.papers.charts; print('matplotlib' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert said.stdout.strip() == "False"
