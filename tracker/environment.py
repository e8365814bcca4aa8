"""What the environment says, read once and checked: every wrong value ends the start with one sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Literal

from django.core.exceptions import ImproperlyConfigured
from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

ROOT = Path(__file__).resolve().parent.parent
Door = Literal["desk", "public", "both"]
DOORS: tuple[Door, ...] = ("desk", "public", "both")


@dataclass(frozen=True)
class Environment:
    """The tracker's environment variables. `.env.example` describes each."""

    database_url: str | None
    public_database_url: str | None
    serves: Door | None  # None: a management command, which uses DATABASE_URL as its own user
    demo: bool
    secret_key: str | None
    token_pepper: str | None  # enters the digests of the desk's tokens; None: the secret key does
    allowed_hosts: tuple[str, ...]
    requests_per_minute: int  # of one network at the public door
    redis_url: str | None  # where requests are counted; None: in each process by itself
    cache_megabytes: int  # for answers at the public door, in each process
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    contact: str | None  # whom readers tell of mistakes: a mail address or a page


def read(variables: Mapping[str, str]) -> Environment:
    """Read `variables` (usually `os.environ`); raises ImproperlyConfigured with the name and the remedy."""
    serves = variables.get("TRACKER_SERVES") or None
    if serves is not None and serves not in DOORS:
        raise ImproperlyConfigured(f"TRACKER_SERVES is {serves!r}; it must be one of {', '.join(DOORS)}.")
    demo = variables.get("TRACKER_DEMO", "")
    if demo not in ("", "0", "1"):
        raise ImproperlyConfigured(f"TRACKER_DEMO is {demo!r}; it must be 1, 0 or left out.")
    return Environment(
        database_url=variables.get("DATABASE_URL") or None,
        public_database_url=variables.get("PUBLIC_DATABASE_URL") or None,
        serves=serves,
        demo=demo == "1",
        secret_key=variables.get("TRACKER_SECRET_KEY") or None,
        token_pepper=variables.get("TRACKER_TOKEN_PEPPER") or None,
        allowed_hosts=tuple(host for host in variables.get("TRACKER_HOSTS", "").split(",") if host),
        requests_per_minute=_number(variables, "TRACKER_REQUESTS_PER_MINUTE", 1200, 1, 10**9),
        cache_megabytes=_number(variables, "TRACKER_CACHE_MEGABYTES", 16, 0, 10**5),
        redis_url=variables.get("REDIS_URL") or None,
        trusted_proxies=tuple(_networks(variables.get("TRACKER_TRUSTED_PROXIES", ""))),
        contact=_contact(variables.get("TRACKER_CONTACT", "")),
    )


def _number(variables: Mapping[str, str], name: str, usual: int, least: int, most: int) -> int:
    text = variables.get(name) or str(usual)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise ImproperlyConfigured(f"{name} is {text!r}; it must be a number from {least} on.")
    return int(text)


def _contact(text: str) -> str | None:
    if text and not re.fullmatch(r"[\w.+-]+@[\w.-]+|https://[^\s\"<>]+", text, re.ASCII):
        raise ImproperlyConfigured(
            f"TRACKER_CONTACT is {text!r}; it must be a mail address, or a page that begins with https://."
        )
    return text or None


def _networks(text: str) -> Iterator[IPv4Network | IPv6Network]:
    for each in filter(None, text.split(",")):
        try:
            yield ip_network(each.strip())
        except ValueError:
            raise ImproperlyConfigured(
                f"TRACKER_TRUSTED_PROXIES names {each.strip()!r}; write addresses or networks: 10.0.0.1,172.16.0.0/12."
            ) from None


def connection_settings(url: str, *, variable: str, options: str) -> dict[str, Any]:
    """Django's settings for the PostgreSQL at `url` (a libpq URI or keyword string), with libpq `options` added."""
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError as error:
        raise ImproperlyConfigured(
            f"{variable} is not a PostgreSQL address ({str(error).strip()}); "
            "write postgresql://user:password@host:5432/database."
        ) from None
    if not parts.get("dbname"):
        raise ImproperlyConfigured(
            f"{variable} names no database; write postgresql://user:password@host:5432/database."
        )
    named = {key: parts.pop(key, "") for key in ("dbname", "user", "password", "host", "port")}
    return {
        "ENGINE": "tracker.postgresql",
        "NAME": named["dbname"],
        "USER": named["user"] or "",
        "PASSWORD": named["password"] or "",
        "HOST": named["host"] or "",
        "PORT": str(named["port"] or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {**parts, "options": " ".join(filter(None, [str(parts.get("options") or ""), options]))},
    }
