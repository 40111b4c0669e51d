"""Every setting of every process, read once from the environment and checked before use."""

from __future__ import annotations

import logging
import math
import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec


class WrongSettings(SystemExit):
    """The environment does not fit; said in one line, and ends the process with status 78."""

    def __init__(self, line: str) -> None:
        super().__init__(78)  # EX_CONFIG of sysexits.h
        self.line = line
        # said here, because Python says nothing when it ends with a status of one's own
        print(line, file=sys.stderr)

    def __str__(self) -> str:
        return self.line


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings with their development defaults. The names in the environment are upper case.

    Durations end in their unit (`_s`, `_ms`). Each field is explained in `.env.example`.
    """

    amqp_uri: str = "amqp://guest:guest@127.0.0.1:5672//"
    mongo_uri: str = "mongodb://127.0.0.1:27017/?replicaSet=rs0"
    mongo_prefix: str = "anydoor"
    release_keys_uri: str = ""
    meili_url: str = "http://127.0.0.1:7700"
    meili_key: str = ""
    meili_index_prefix: str = ""

    portal_host: str = "127.0.0.1"
    portal_port: int = 8000
    portal_url: str = "http://127.0.0.1:8000"
    secure_cookies: bool = False
    health_host: str = "127.0.0.1"
    health_port: int = 0
    instance: str = ""

    spool_dir: Path = Path("var/spool")
    keys_dir: Path = Path("var/keys")
    snapshot_dir: Path = Path("var/snapshot")

    coordinator_agency: str = ""
    triage_agency: str = ""
    time_zone: str = ""
    matching_weights: str = ""

    exit_url: str = "https://www.weather.gov/"
    emergency_phone: str = "911"
    hotline_phone: str = "1-888-373-7888"
    hotline_text: str = "233733"

    lease_urgent_s: int = 900
    lease_s: int = 86_400
    case_manager_lease_urgent_s: int = 900
    case_manager_lease_s: int = 86_400
    tip_open_within_s: int = 14_400
    capacity_decay_s: int = 86_400

    retry_delay_ms: int = 2_000
    tries_before_parking: int = 8
    reconcile_every_s: float = 15.0
    reconcile_after_s: float = 20.0
    call_deadline_s: float = 5.0
    accept_deadline_s: float = 1.5
    scheduler_every_s: float = 1.0

    webhook_allow_loopback: bool = False
    webhook_timeout_s: float = 10.0
    source_allow_loopback: bool = False
    source_timeout_s: float = 20.0
    log_level: str = "INFO"


#: What may be told to nobody: kept out of every error line and log.
SECRET_FIELDS = frozenset({"amqp_uri", "mongo_uri", "release_keys_uri", "meili_key"})


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of this process.

    Raises WrongSettings with one line that names the variable and what it must be.
    """
    environ = os.environ if environ is None else environ
    given: dict[str, Any] = {}
    for field in msgspec.structs.fields(Settings):
        text = environ.get(field.name.upper(), "")
        if text == "":
            continue
        given[field.name] = _convert(field.name, text, field.type)
    settings = Settings(**given)
    _check(settings)
    return settings


def _convert(name: str, text: str, kind: Any) -> Any:
    try:
        return msgspec.convert(text, kind, strict=False, dec_hook=lambda cls, value: cls(value))
    except (msgspec.ValidationError, ValueError):
        shown = "the given value" if name in SECRET_FIELDS else repr(text)
        wanted = getattr(kind, "__name__", str(kind))
        raise WrongSettings(f"{name.upper()} must be {wanted}, not {shown}") from None


#: A scheme, and a host whose port, if there is one, is a number. What is before the last @ of a
#: host is its user, so an @ in a password must be written %40.
_AMQP = re.compile(r"amqps?://([^/@]+@)?[^/@:?]+(:\d+)?(/.*)?")
_MONGO = re.compile(r"mongodb(\+srv)?://([^/@]+@)?[^/@?]+(/.*)?")
_MONGO_OR_NONE = re.compile(f"({_MONGO.pattern})?")
_HTTP = re.compile(r"https?://[^/]+(/.*)?")
_FORMS = {
    "amqp_uri": (_AMQP, "amqp://user:password@host:port/vhost"),
    "mongo_uri": (_MONGO, "mongodb://host:port/?replicaSet=name"),
    "release_keys_uri": (_MONGO_OR_NONE, "mongodb://host:port/?replicaSet=name"),
    "meili_url": (_HTTP, "http://host:port"),
    "exit_url": (_HTTP, "https://host/page"),
    "mongo_prefix": (re.compile(r"[A-Za-z0-9_-]{1,20}"), "letters, digits, - and _, at most 20"),
}


def _check(settings: Settings) -> None:
    for name, (form, wanted) in _FORMS.items():
        if not form.fullmatch(getattr(settings, name)):
            raise WrongSettings(f"{name.upper()} must be like {wanted}")
    if not 0 <= settings.portal_port <= 65_535 or not 0 <= settings.health_port <= 65_535:
        raise WrongSettings("PORTAL_PORT and HEALTH_PORT must be between 0 and 65535")
    for field in msgspec.structs.fields(Settings):
        value = getattr(settings, field.name)
        if field.name.endswith(("_s", "_ms")) and not (value > 0 and math.isfinite(value)):
            raise WrongSettings(f"{field.name.upper()} must be more than 0")
    try:
        if settings.time_zone:
            ZoneInfo(settings.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise WrongSettings("TIME_ZONE must be like America/New_York") from None
    if settings.tries_before_parking < 1:
        raise WrongSettings("TRIES_BEFORE_PARKING must be at least 1")
    if settings.log_level.upper() not in logging.getLevelNamesMapping():
        raise WrongSettings("LOG_LEVEL must be DEBUG, INFO, WARNING or ERROR")
