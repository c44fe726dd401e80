"""One small website of a test: ordinary until it is defaced, with a folder that lists its files until mended."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

_HOME = (
    "<html><head><title>示例局</title></head><body><h1>示例局门户</h1><nav><a href='/news/1.html'>要闻</a></nav>"
    "<p>为群众提供政策查询、办事指南与意见征集服务。工作日接受现场咨询，节假日请使用网上办理。</p>"
    "<ul><li>关于做好冬季森林草原防灭火工作的通知</li><li>政务服务大厅十一月办件情况公示</li></ul>"
    "<footer>主办：示例局 网站标识码：5133010001 蜀ICP备20200001号-1 川公网安备 51330102000001号</footer></body></html>"
)
_DEFACED = (
    "<html><head><title>hacked by night-owl</title></head><body><h1>hacked by night-owl</h1>"
    "<pre>your server is mine now</pre>"
    "<footer>主办：示例局 网站标识码：5133010001 蜀ICP备20200001号-1 川公网安备 51330102000001号</footer></body></html>"
)
_LISTING = (
    "<html><head><title>Index of /upload/</title></head><body><h1>Index of /upload/</h1><hr><pre>"
    '<a href="../">../</a>\n'
    '<a href="2026/">2026/</a>   20-Nov-2026 10:11   -\n<a href="table.xls">table.xls</a>   20-Nov-2026 10:11   20480\n'
    "</pre><hr></body></html>"
)


@dataclass
class PretendSite:
    """The site's address, and the two switches."""

    url: str = ""
    is_defaced: bool = False
    lists_files: bool = True
    methods: set[str] = field(default_factory=set)

    def page(self, path: str) -> str | None:
        if path == "/":
            return _DEFACED if self.is_defaced else _HOME
        return _LISTING if path == "/upload/" and self.lists_files else None


@contextmanager
def pretend_site() -> Iterator[PretendSite]:
    """The site, until the block ends."""
    site = PretendSite()

    class Answers(http.server.BaseHTTPRequestHandler):
        """Answers as the site stands."""

        def do_GET(self) -> None:
            """One page, or that there is none."""
            site.methods.add(self.command)
            page = site.page(self.path.partition("?")[0])
            body = (page or "<h1>404</h1>").encode()
            self.send_response(200 if page else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            for name, value in _GUARDS.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    site.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


_GUARDS = {
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'self'",
    "Strict-Transport-Security": "max-age=31536000",
}
