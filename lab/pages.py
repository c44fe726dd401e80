"""What the pretend sites answer: ordinary home pages, planted weaknesses, and the replaced page of the story."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from lab.site import ELSEWHERE, HTTP_PORT, LabSite

HTML: Final = "text/html; charset=utf-8"
_NEWS: Final = (
    "关于做好冬季森林草原防灭火工作的通知",
    "政务服务大厅十一月办件情况公示",
    "农村公路养护工程招标公告",
    "义务教育阶段招生入学政策解读",
    "全面推进乡村振兴工作会议召开",
    "高海拔地区道路结冰安全提醒",
    "医疗保险缴费办理指南",
    "食品安全监督抽检信息",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: status, body, type, and further headers."""

    status: int
    body: bytes
    mime: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)


def answer(site: LabSite, path: str, state: str) -> Answer:
    """What a site in a state (`normal`, `defaced`, `down`) answers to a path."""
    if state == "down":
        return Answer(503, page("暂停服务", "<p>服务器维护中。</p>"))
    if path in ("/", "/index.html"):
        return Answer(200, defaced() if state == "defaced" else home(site))
    return _guard(site, path) or _planted(site, path) or _ordinary(site, path)


def _guard(site: LabSite, path: str) -> Answer | None:
    if "guarded" in site.traits:
        return Answer(403, page("访问被拦截", "<p>您的请求疑似攻击行为，已被网站防火墙拦截。</p>"))
    if "off-site" in site.traits and path.startswith(("/admin", "/login", "/manage")):
        return Answer(302, b"", headers={"Location": f"http://{ELSEWHERE[0]}:{HTTP_PORT}/"})
    return None


def _planted(site: LabSite, path: str) -> Answer | None:
    answers = (WEAKNESSES.get(trait, {}).get(path) for trait in sorted(site.traits))
    return next((found for found in answers if found is not None), None)


def _ordinary(site: LabSite, path: str) -> Answer:
    if path == "/robots.txt":
        return Answer(200, b"User-agent: *\nDisallow:\n", "text/plain")
    if path.startswith("/news/") and path.endswith(".html"):
        return Answer(200, page(site.name, f"<article><p>{_NEWS[len(path) % len(_NEWS)]}</p></article>{footer(site)}"))
    if "soft-404" in site.traits:
        return Answer(200, page(site.name, f"<p>您访问的内容正在整理中。</p>{footer(site)}"))
    if "debug-page" in site.traits:
        return Answer(404, DEBUG)
    return Answer(404, page("页面不存在", "<p>您访问的页面不存在或已移动。</p>"))


def page(title: str, body: str) -> bytes:
    """A small whole page."""
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body>{body}</body></html>"
    ).encode()


def home(site: LabSite) -> bytes:
    """A site's ordinary home page, with whatever is hidden in it."""
    items = "".join(
        f'<li><a href="/news/{number}.html">{text}</a><span>11-{20 - number:02d}</span></li>'
        for number, text in enumerate(_NEWS)
    )
    sections = "".join(
        f'<section><h2>{name}</h2><ul class="list">{items}</ul></section>'
        for name in ("要闻动态", "通知公告", "政策文件")
    )
    body = (
        f'<header><h1>{site.name}</h1><nav><a href="/">首页</a><a href="/news/1.html">政务公开</a>'
        f'<a href="/news/2.html">办事服务</a><a href="/news/3.html">互动交流</a></nav></header>'
        f"<main>{sections}<p>{site.unit_name}主办，为群众提供政策查询、办事指南与意见征集服务。"
        f"工作日接受现场咨询，节假日请使用网上办理。</p></main>"
        f"{hidden(site)}{footer(site)}"
    )
    head = "<style>.list li{display:flex}.wide-gap{position:absolute;left:-9999px}</style>"
    return page(site.name, body).replace(b"</head>", head.encode() + b"</head>")


def hidden(site: LabSite) -> str:
    """Links a reader never sees: three ways of hiding them."""
    links = "".join(
        f'<a href="http://{host}/">{text}</a>'
        for host, text in (
            ("www.lucky-spin.example", "澳门赌场在线投注"),
            ("www.fast-papers.example", "代办毕业证学历证"),
            ("www.big-win.example", "老虎机平台送彩金"),
        )
    )
    if "hidden-link-style" in site.traits:
        return f'<div style="display:none">{links}</div>'
    if "hidden-link-offscreen" in site.traits:
        return f'<div class="wide-gap">{links}</div>'
    if "hidden-link-script" in site.traits:
        return (
            '<script>document.write(\'<div style="height:0;overflow:hidden">'
            + links.replace("'", "\\'")
            + "</div>')</script>"
        )
    return ""


def footer(site: LabSite) -> str:
    """The legal footer: site code, ICP record, police record."""
    if "footer-missing" in site.traits:
        return f"<footer><p>版权所有 {site.unit_name}</p></footer>"
    number = site.site_code[-4:]
    return (
        f"<footer><p>主办：{site.unit_name} 网站标识码：{site.site_code}</p>"
        f'<p><a href="https://beian.miit.gov.cn/">蜀ICP备2020{number}号-1</a> '
        f'<a href="https://beian.mps.gov.cn/#/query/webSearch?code={site.county}0200{number}">'
        f"川公网安备 {site.county}0200{number}号</a></p></footer>"
    )


def defaced() -> bytes:
    """The replaced home page of the story."""
    return (
        b'<!doctype html><html><head><title>hacked by night-owl</title></head><body style="background:#000;color:#0f0">'
        b"<center><pre>  ___\n (o,o)  your server is mine now\n  )_)   no files were lost\n</pre>"
        b"<h1>hacked by night-owl</h1></center></body></html>"
    )


def _json(document: object) -> Answer:
    return Answer(200, json.dumps(document).encode(), "application/json")


DEBUG: Final = page(
    "Page not found at /",
    "<h1>Page not found <span>(404)</span></h1><p>Using the URLconf defined in <code>portal.urls</code>, Django tried "
    "these URL patterns.</p><p>You're seeing this error because you have <code>DEBUG = True</code> in your Django "
    "settings file.</p>",
)
_API: Final = {
    "swagger": "2.0",
    "info": {"title": "办件接口", "version": "1.0"},
    "host": "127.0.0.1",
    "basePath": "/api",
    "paths": {"/items": {"get": {"summary": "办件列表"}}},
}
_LISTING: Final = page(
    "Index of /upload/",
    '<h1>Index of /upload/</h1><hr><pre><a href="../">../</a>\n<a href="2026/">2026/</a>   20-Nov-2026 10:11   -\n'
    '<a href="table.xls">table.xls</a>   20-Nov-2026 10:11   20480\n</pre><hr>',
)
_PHPINFO: Final = page(
    "phpinfo()",
    '<h1 class="p">PHP Version 5.4.45</h1><table><tr><td class="e">System</td><td class="v">Linux portal</td></tr>'
    '<tr><td class="e">Configuration File (php.ini) Path</td><td class="v">/etc</td></tr></table>'
    '<h2>PHP Credits</h2><a name="module_core">Core</a>',
)
_LOGIN: Final = page(
    "后台管理系统",
    '<form action="/admin/login" method="post"><h1>网站后台管理登录</h1><label>用户名<input name="username"></label>'
    '<label>密码<input type="password" name="password"></label><button>登录</button></form>',
)
_DRUID: Final = page("Druid Stat Index", '<div class="navbar"><a>Druid Monitor</a></div><h3>Stat Index</h3>')
_NACOS: Final = page("Nacos", '<div id="root"></div><script src="console-ui/public/js/main.js"></script>')
_SWAGGER: Final = page("Swagger UI", '<div id="swagger-ui" class="swagger-ui-wrap"></div>')

# What a trait answers on which path.
WEAKNESSES: Final[Mapping[str, Mapping[str, Answer]]] = {
    "actuator": {
        "/actuator": _json({"_links": {"self": {"href": "/actuator"}, "env": {"href": "/actuator/env"}}}),
        "/actuator/env": _json(
            {"activeProfiles": ["prod"], "propertySources": [{"name": "systemProperties", "properties": {}}]}
        ),
        "/actuator/health": _json({"status": "UP"}),
    },
    "druid": {"/druid/index.html": Answer(200, _DRUID)},
    "nacos": {"/nacos/": Answer(200, _NACOS), "/nacos/index.html": Answer(200, _NACOS)},
    "swagger": {
        "/swagger-ui.html": Answer(200, _SWAGGER),
        "/swagger-ui/index.html": Answer(200, _SWAGGER),
        "/v2/api-docs": _json(_API),
    },
    "git": {
        "/.git/config": Answer(200, b"[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n", "text/plain"),
        "/.git/HEAD": Answer(200, b"ref: refs/heads/master\n", "text/plain"),
    },
    "backup-file": {"/backup.zip": Answer(200, b"PK\x03\x04\x14\x00\x00\x00\x08\x00" + bytes(512), "application/zip")},
    "directory-listing": {"/upload/": Answer(200, _LISTING)},
    "phpinfo": {"/phpinfo.php": Answer(200, _PHPINFO)},
    "admin-login": {"/admin/login": Answer(200, _LOGIN)},
}
