"""Charts for documents: few colours that everybody can tell apart, each also told apart by its shape."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from console.papers.paper import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's palette; black first, because most printers have no other.
COLOURS: Final = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00")
MARKERS: Final = ("o", "s", "^", "D", "v", "P")
LINES: Final = ("-", "--", "-.", ":", "-", "--")
HATCHES: Final = ("", "//", "..", "xx", "\\\\", "++")
DOTS_AN_INCH: Final = 200
_SIZE: Final = (6.14, 2.9)  # inches: the width of the text, 156 mm
_STYLE: Final[Any] = {
    "font.family": ["Noto Sans CJK SC", "sans-serif"],
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": False,
    "hatch.linewidth": 0.6,
    # The same numbers are the same file.
    "svg.hashsalt": "gongga",
    "svg.fonttype": "path",
}


def trend(labels: Sequence[str], series: Mapping[str, Sequence[float]], caption: str) -> Picture:
    """Lines over time, one a series, each with its own marker and its last value written beside it."""
    with _figure() as (figure, axes):
        for number, (name, values) in enumerate(series.items()):
            place = number % len(COLOURS)
            style: dict[str, Any] = {"color": COLOURS[place], "marker": MARKERS[place], "linestyle": LINES[place]}
            axes.plot(range(len(labels)), values, label=name, linewidth=1.4, markersize=4, **style)
            if values:
                axes.annotate(
                    f"{values[-1]:g}", (len(labels) - 1, values[-1]), (5, 0), textcoords="offset points", va="center"
                )
        axes.set_xticks(range(len(labels)), labels)
        axes.set_ylim(bottom=0)
        axes.locator_params(axis="y", integer=True)
        axes.grid(axis="y", linewidth=0.4, color="#BBBBBB")
        if len(series) > 1:
            axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.17), ncols=len(series), frameon=False)
        return _picture(figure, caption)


def bars(labels: Sequence[str], series: Mapping[str, Sequence[float]], caption: str) -> Picture:
    """Bars lying side by side, one group a label, the value written at the end of each; for labels of any length."""
    with _figure(max(1.6, 0.5 + 0.27 * len(labels) * max(1, len(series)))) as (figure, axes):
        height = 0.8 / max(1, len(series))
        for number, (name, values) in enumerate(series.items()):
            place = (number + 1) % len(COLOURS)
            at = [row + (number - (len(series) - 1) / 2) * height for row in range(len(labels))]
            drawn = axes.barh(
                at, values, height * 0.9, label=name, color=COLOURS[place], hatch=HATCHES[number], edgecolor="white"
            )
            axes.bar_label(drawn, fmt="%g", padding=3)
        axes.set_yticks(range(len(labels)), labels)
        axes.invert_yaxis()
        axes.xaxis.set_visible(False)
        axes.spines["bottom"].set_visible(False)
        if len(series) > 1:
            axes.legend(loc="lower right", frameon=False)
        return _picture(figure, caption)


@contextmanager
def _figure(height: float = _SIZE[1]) -> Iterator[tuple[Figure, Axes]]:
    # Loaded when the first chart is drawn: it takes a third of a second.
    import matplotlib  # noqa: PLC0415
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(_SIZE[0], height), layout="constrained")
        FigureCanvasAgg(figure)
        yield figure, figure.add_subplot()


def _picture(figure: Figure, caption: str) -> Picture:
    svg, png = io.BytesIO(), io.BytesIO()
    figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None})
    figure.savefig(png, format="png", dpi=DOTS_AN_INCH, metadata={"Software": None})
    return Picture(png=png.getvalue(), svg=svg.getvalue(), caption=caption)
