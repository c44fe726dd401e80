"""The planted weaknesses: what a site with a trait answers on which path."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from lab.answer import Answer, page


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
