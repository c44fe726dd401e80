"""What the pretend sites answer: pages of four makes, planted weaknesses, and the replaced page of the story."""

from __future__ import annotations

import random
import re
from typing import Final

from lab.answer import Answer, page
from lab.site import ELSEWHERE, HTTP_PORT, LabSite
from lab.weaknesses import DEBUG, WEAKNESSES

_NEWS: Final = (
    "关于做好冬季森林草原防灭火工作的通知",
    "政务服务大厅十一月办件情况公示",
    "农村公路养护工程招标公告",
    "义务教育阶段招生入学政策解读",
    "全面推进乡村振兴工作会议召开",
    "高海拔地区道路结冰安全提醒",
    "医疗保险缴费办理指南",
    "食品安全监督抽检信息",
    "冬春旅游安全提示",
    "牲畜越冬饲草储备情况通报",
    "地质灾害隐患点巡查工作部署",
    "青稞良种推广培训班开班",
    "城镇燃气安全专项排查结果公示",
    "老年人助餐服务点名单",
    "饮用水水源地水质监测公告",
    "事业单位公开考核招聘公告",
    "牦牛产业园区建设进展",
    "不动产登记一窗受理须知",
    "防范电信网络诈骗宣传进牧区",
    "双语政务服务窗口开通",
    "行政事业性收费目录清单",
    "重大行政决策事项征求意见",
    "冬季取暖用电安全告知书",
    "民族团结进步示范单位名单公示",
)
_SECTIONS: Final = ("要闻动态", "通知公告", "政策文件", "基层动态", "信息公开", "专题专栏")
_COLOURS: Final = ("#8c1c13", "#1f4e79", "#1e6b52", "#7a4b12")
# Where each make keeps its articles.
_ARTICLES: Final = {
    "static": "/news/{}.html",
    "cms": "/index.php/content/{}",
    "java": "/show.jsp?id={}",
    "service": "/guide/{}",
}
_ARTICLE: Final = re.compile(r"/(?:news/\d+\.html|index\.php/content/\d+|show\.jsp|list\.jsp|search\.jsp|guide/\d+)")


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
    if _ARTICLE.fullmatch(path):
        text = headlines(site)[len(path) % 8]
        body = f"<article><h1>{text}</h1><p>{site.unit_name}供稿。详情请到服务窗口咨询。</p></article>{footer(site)}"
        return Answer(200, page(site.name, body))
    if "soft-404" in site.traits:
        return Answer(200, page(site.name, f"<p>您访问的内容正在整理中。</p>{footer(site)}"))
    if "debug-page" in site.traits:
        return Answer(404, DEBUG)
    return Answer(404, page("页面不存在", "<p>您访问的页面不存在或已移动。</p>"))


def headlines(site: LabSite) -> list[str]:
    """The site's own choice and order of news; the same each time."""
    return random.Random(site.id).sample(_NEWS, 16)


def home(site: LabSite) -> bytes:
    """A site's ordinary home page, with whatever is hidden in it."""
    place = _ARTICLES[site.make]
    texts = headlines(site)
    names = random.Random(site.host).sample(_SECTIONS, 3)
    sections = "".join(
        f'<section><h2>{name}</h2><ul class="list">{_items(texts, place, number)}</ul></section>'
        for number, name in enumerate(names)
    )
    body = (
        f'<header><h1>{site.name}</h1><nav><a href="/">首页</a><a href="{place.format(1)}">政务公开</a>'
        f'<a href="{place.format(2)}">办事服务</a><a href="{place.format(3)}">互动交流</a></nav></header>'
        f"<main>{_hall(site)}{sections}<p>{site.unit_name}主办，为群众提供政策查询、办事指南与意见征集服务。"
        f"工作日接受现场咨询，节假日请使用网上办理。</p></main>{hidden(site)}{footer(site)}"
    )
    return page(site.name, body, _head(site))


def _items(texts: list[str], place: str, section: int) -> str:
    return "".join(
        f'<li><a href="{place.format(section * 5 + number)}">{text}</a><span>11-{22 - section - number:02d}</span></li>'
        for number, text in enumerate(texts[section * 5 : section * 5 + 5])
    )


def _hall(site: LabSite) -> str:
    if site.make != "service":
        return ""
    rows = "".join(
        f"<tr><td>{name}</td><td>{days} 个工作日</td></tr>"
        for name, days in (("居住证办理", 5), ("个体工商户登记", 1), ("不动产查询", 1), ("医保异地备案", 2))
    )
    return f'<table class="hall"><caption>高频事项</caption><tr><th>事项</th><th>时限</th></tr>{rows}</table>'


def _head(site: LabSite) -> str:
    colour = random.Random(site.id).choice(_COLOURS)
    generator = '<meta name="generator" content="县级网站群">' if site.make == "cms" else ""
    return (
        f'<meta name="description" content="{site.name}，{site.unit_name}主办">{generator}'
        f"<style>body{{margin:0;font:16px/1.7 sans-serif;color:#222}}"
        f"header{{background:{colour};color:#fff;padding:1em 2em}}"
        "nav a{color:#fff;margin-right:1.5em}main{max-width:60em;margin:1em auto;display:grid;gap:1em}"
        ".list li{display:flex;justify-content:space-between}footer{background:#eee;text-align:center;padding:1em}"
        ".wide-gap{position:absolute;left:-9999px}</style>"
    )


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
        return f"<script>document.write('<div style=\"height:0;overflow:hidden\">{links}</div>')</script>"
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
