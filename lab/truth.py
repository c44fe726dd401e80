"""The ground truth: which checks must fail where. Everything else must pass."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from lab.site import LabSite

# What each trait makes fail: check and location.
FAILS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "footer-missing": (("content/footer-mark-missing", ""),),
    "actuator": (("exposure/actuator", "/actuator"),),
    "druid": (("exposure/druid", "/druid/index.html"),),
    "nacos": (("exposure/nacos", "/nacos/"),),
    "swagger": (("exposure/swagger", "/v2/api-docs"),),
    "git": (("exposure/git", "/.git/config"),),
    "backup-file": (("exposure/backup-file", "/backup.zip"),),
    "directory-listing": (("exposure/directory-listing", "/upload/"),),
    "phpinfo": (("exposure/phpinfo", "/phpinfo.php"),),
    "admin-login": (("exposure/admin-login", "/admin/login"),),
    "debug-page": (("exposure/debug-page", ""),),
    "certificate-expiring": (("tls/certificate-expiring", ""),),
    "certificate-expired": (("tls/certificate-expired", ""),),
    "certificate-mismatch": (("tls/certificate-mismatch", ""),),
    "certificate-untrusted": (("tls/certificate-untrusted", ""),),
    "http-only": (("tls/absent", ""),),
    "hidden-link-style": (("content/hidden-link", "/"),),
    "hidden-link-offscreen": (("content/hidden-link", "/"),),
    "hidden-link-script": (("content/hidden-link", "/"),),
    "headers-missing": (
        ("headers/hsts-missing", ""),
        ("headers/frame-options-missing", ""),
        ("headers/content-type-options-missing", ""),
    ),
    "server-version": (("headers/server-version", ""),),
    "protocol-weak": (("tls/protocol-weak", ""),),
    "soft-404": (),
    "slow": (),
    "off-site": (),
    "guarded": (),
    "flapping": (),
    "down": (),
    "unresolved": (),
}
# What each trait makes the probe cry about.
ALERTS: Final[dict[str, tuple[str, ...]]] = {
    "hidden-link-style": ("content/hidden-link",),
    "hidden-link-offscreen": ("content/hidden-link",),
    "hidden-link-script": ("content/hidden-link",),
    "down": ("availability/home",),
    "unresolved": ("availability/home", "dns/unresolved"),
}


def alerts(sites: Iterable[LabSite]) -> set[tuple[str, str]]:
    """Every alert of a check there must be before the story's end: site and check. No other site may raise one."""
    return {(site.id, check) for site in sites for trait in site.traits for check in ALERTS.get(trait, ())}


def findings(sites: Iterable[LabSite]) -> set[tuple[str, str, str]]:
    """Every finding there must be: site, check, location."""
    return {(site.id, check, location) for site in sites for trait in site.traits for check, location in FAILS[trait]}
