"""How far a request is from what is usual on its site, and why, in words."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Final

from analytics.alerts.claim import Why
from analytics.ml.profile import Profile, Usual
from analytics.ml.request import Request, punctuation_of, shape_of

# Characters that end a value and begin a command somewhere: quotes, brackets, separators of SQL, HTML and shells.
_SHARP: Final = frozenset("'\"<>();|&`$\\{}\x00\r\n")
_FRESH: Final = 20.0  # a parameter that shows something new in 5 % of requests surprises nobody by it
_NEW_SCRIPT: Final = 0.9
_NEW_METHOD: Final = 0.4
_NEW_PARAMETER: Final = 0.5
_LEAST_SEEN: Final = 20
_OTHERS: Final = 0.3


@dataclass(frozen=True, slots=True)
class Surprise:
    """0 nothing unusual, 1 nothing usual; the parameter that weighs most, and the reasons, strongest first."""

    score: float
    parameter: str | None
    why: tuple[Why, ...]


CALM: Final = Surprise(0.0, None, ())


def surprise(profile: Profile, request: Request) -> Surprise:
    """How unusual a request is. Paths the site never had are other detectors' business, unless a script runs there."""
    reasons: list[tuple[str | None, Why]] = []
    known = profile.methods.get(request.template)
    if known is None:
        reasons += [(None, why) for why in _new_script(profile, request)]
    else:
        if request.method not in known and request.method != "HEAD":
            reasons.append((None, _method(request, known)))
        for name, value in request.values:
            usual = profile.parameters.get((request.template, name))
            found = _unknown_parameter(request, name, value) if usual is None else _value(usual, name, value)
            reasons += [(name, why) for why in found]
    if not reasons:
        return CALM
    reasons.sort(key=lambda reason: -reason[1].weight)
    calm: dict[str | None, float] = {}
    for about, why in reasons:
        calm[about] = calm.get(about, 1.0) * (1.0 - why.weight)
    least = min(calm, key=lambda about: calm[about])
    rest = 1.0
    for about, left in calm.items():
        # Reasons about one parameter add up; several slightly odd parameters are an ordinary long form.
        rest *= left if about == least else 1.0 - _OTHERS * (1.0 - left)
    return Surprise(round(1.0 - rest, 4), least, tuple(why for _name, why in reasons[:6]))


def _new_script(profile: Profile, request: Request) -> list[Why]:
    if not request.script or request.folder in profile.script_folders or request.folder not in profile.folders:
        return []
    return [
        Why(
            _NEW_SCRIPT,
            f"目录 {request.folder} 过去 {profile.days} 天的请求中从未有过脚本",
            f"in {profile.days} days no script was ever asked for under {request.folder}",
        )
    ]


def _method(request: Request, known: frozenset[str]) -> Why:
    usual = "、".join(sorted(known))
    return Why(
        _NEW_METHOD,
        f"该路径首次使用 {request.method} 方法（常用 {usual}）",
        f"method {request.method} never used on this path (usual: {usual})",
    )


def _unknown_parameter(request: Request, name: str, value: str) -> list[Why]:
    sharp = len(_SHARP & (punctuation_of(value) | punctuation_of(name)))
    weight = min(0.95, _NEW_PARAMETER + 0.15 * sharp)
    return [
        Why(
            weight,
            f"参数 {_short(name)} 在该路径从未出现",
            f"parameter {_short(name)} was never seen on this path",
        )
    ]


def _value(usual: Usual, name: str, value: str) -> list[Why]:
    if usual.seen < _LEAST_SEEN:
        return []
    found = [_length(usual, name, value), _characters(usual, name, value), _shape(usual, name, value)]
    found.append(_listed(usual, name, value))
    return [why for why in found if why is not None]


def _length(usual: Usual, name: str, value: str) -> Why | None:
    length = len(value)
    if usual.shortest <= length <= usual.longest:
        return None
    spread = max(sqrt(usual.variance), 1.0, 0.1 * usual.mean)
    away = abs(length - usual.mean) / spread
    if away <= 2:
        return None
    # Chebyshev: at most 1/k² of any distribution lies further than k spreads from its mean.
    weight = round(0.9 * (1.0 - 1.0 / away**2) * min(1.0, away / 6), 3)
    return Why(
        weight,
        f"参数 {_short(name)} 长度 {length}，此前为 {usual.shortest}–{usual.longest}",
        f"parameter {_short(name)}: length {length}, usual {usual.shortest}-{usual.longest}",
    )


def _characters(usual: Usual, name: str, value: str) -> Why | None:
    new = punctuation_of(value) - usual.punctuation
    if not new:
        return None
    strength = len(new) + 2 * len(new & _SHARP)
    shown = " ".join(sorted(character if character.isprintable() else f"\\x{ord(character):02x}" for character in new))
    return Why(
        round(1.0 - 0.72**strength, 3),
        f"参数 {_short(name)} 出现从未有过的字符 {shown[:40]}",
        f"parameter {_short(name)} holds characters never seen there: {shown[:40]}",
    )


def _shape(usual: Usual, name: str, value: str) -> Why | None:
    if shape_of(value) in usual.shapes:
        return None
    weight = round(0.7 * max(0.0, 1.0 - _FRESH * usual.fresh_shapes), 3)
    if weight < 0.05:
        return None
    return Why(
        weight,
        f"参数 {_short(name)} 的构成与此前 {usual.seen} 次都不同：{_short(value)}",
        f"parameter {_short(name)} is built unlike any of {usual.seen} before: {_short(value)}",
    )


def _listed(usual: Usual, name: str, value: str) -> Why | None:
    if usual.values is None or value in usual.values:
        return None
    weight = round(0.5 * max(0.0, 1.0 - _FRESH * usual.fresh_values), 3)
    if weight < 0.05:
        return None
    return Why(
        weight,
        f"参数 {_short(name)} 只有过 {len(usual.values)} 种取值，这次是新的：{_short(value)}",
        f"parameter {_short(name)} only ever had {len(usual.values)} values; this one is new: {_short(value)}",
    )


def _short(text: str) -> str:
    printable = "".join(character if character.isprintable() else "·" for character in text)
    return printable if len(printable) <= 60 else printable[:57] + "…"
