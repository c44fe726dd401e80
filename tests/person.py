"""Somebody at the desk over HTTP, with a real session: logs in, and asks again when the desk just died."""

from __future__ import annotations

import re
import time
from typing import Any

from httpx2 import Client, Response, TransportError

PASSWORD = "七里坪的青稞 2026 熟了"
_PATIENCE = 40.0


class Person:
    """One log-in. `ask` repeats what only reads; `do` sends once and says None when the answer was lost."""

    def __init__(self, url: str, login: str, password: str) -> None:
        self.login = login
        self._client = Client(base_url=url, timeout=30, trust_env=False)
        self._enter(password)

    def _enter(self, password: str) -> None:
        """Log in with the one-time password and choose one's own."""
        self._until_answered("POST", "/login", data={"login": self.login, "password": password})
        page = self._until_answered("GET", "/account/password").text
        own = PASSWORD
        form = {"current": password, "new": own, "again": own, "csrf": token_of(page)}
        self._until_answered("POST", "/account/password", data=form)
        self._client.headers["x-csrf-token"] = token_of(self._until_answered("GET", "/account").text)

    def session(self, cookie: str) -> str:
        """The session's number, for a browser that is to be this person's too."""
        return str(self._client.cookies[cookie])

    def leave(self) -> None:
        """Close the connection; the session stays."""
        self._client.close()

    def ask(self, path: str, **query: Any) -> Any:
        """What the API says, as JSON; the desk may be away for a while."""
        answer = self._until_answered("GET", path, params=query)
        assert answer.status_code == 200, f"{self.login} GET {path}: {answer.status_code} {answer.text[:500]}"
        return answer.json()

    def page(self, path: str) -> str:
        """A page's text."""
        answer = self._until_answered("GET", path)
        assert answer.status_code == 200, f"{self.login} GET {path}: {answer.status_code} {answer.text[:500]}"
        return answer.text

    def file(self, path: str) -> bytes:
        """A file of the desk."""
        answer = self._until_answered("GET", path)
        assert answer.status_code == 200, f"{self.login} GET {path}: {answer.status_code} {answer.text[:500]}"
        return answer.content

    def do(self, method: str, path: str, body: Any = None) -> Response | None:
        """Send a change once; None when nobody can know whether it arrived."""
        try:
            return self._client.request(method, path, json=body)
        except TransportError:
            return None

    def _until_answered(self, method: str, path: str, **sent: Any) -> Response:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                return self._client.request(method, path, **sent)
            except TransportError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)


def token_of(page: str) -> str:
    """The token that a page carries for its forms."""
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found, page[:500]
    return found[1]
