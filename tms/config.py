"""Every setting, read from the environment in one place."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from tms.seal_key import SEAL_FILE

#: Settings and what they mean; docs/operations.md shows the same list.
SETTINGS = {
    "TMS_DATA_DIR": "instance",  # database, keys, files; made by `init`
    "TMS_DATABASE_URL": "",  # default: SQLite in the data directory; else postgresql://…
    "TMS_ENV": "development",  # development | production (refuses weak keys and debug)
    "TMS_SECRET_KEY": "",  # signs cookies; default: a file in the data directory
    "TMS_DEFAULT_LOCALE": "zh_Hans_CN",  # what a browser gets that has not chosen
    "TMS_HTTPS": "",  # 1: cookies are Secure and __Host-, browsers are told to stay with HTTPS
    "TMS_TRUSTED_HOSTS": "",  # names under which it answers, by comma; default: any
    "TMS_PROXIES": "",  # addresses or networks of reverse proxies in front, by comma
    "TMS_CAS_URL": "",  # single sign-on: address of the CAS server
    "TMS_CAS_SERVICE": "",  # our own address as browsers see it, https://…
    "TMS_CAS_ATTRIBUTE": "",  # of the user, holding user name or ID number; default: his name there
    "TMS_SECOND_FACTOR": "",  # administrators | off; default: administrators in production
    "TMS_PASSWORD_PROFILE": "djbh3",  # djbh3 | asvs
    "TMS_MAX_UPLOAD_MB": "64",  # largest upload taken
    "TMS_WORKERS": "2",  # processes for jobs that `serve` starts and watches
    "TMS_EXPORT_ROWS": "1000000",  # rows of one export
    "TMS_EXPORT_ROWS_A_DAY": "2000000",  # rows that one account exports on a day
    "TMS_EXPORT_ALONE": "1000",  # people's full numbers on a day without a second person
    "TMS_FORGOTTEN_PERSON": "5",  # public requests for a new password in an hour, for one person
    "TMS_FORGOTTEN_ADDRESS": "300",  # the same from one address: a campus has one
}

#: Settings that begin so are numbers.
NUMBERS = ("TMS_EXPORT_", "TMS_FORGOTTEN_")

KEY_FILE = "keys.json"
SECRET_FILE = "secret.key"  # noqa: S105  a file name
DATABASE_FILE = "tms.sqlite"
MIN_SECRET = 32
#: "aaaa…", "change-me-change-me-…": long, but no secret.
MIN_DIFFERENT = 12


class ConfigError(RuntimeError):
    """The installation is set up so that it must not start; the text says what to change."""


def load(overrides: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Flask configuration from defaults, environment and *overrides* (strongest last)."""
    raw = {name: os.environ.get(name, default) for name, default in SETTINGS.items()}
    raw.update(overrides or {})
    data_dir = Path(raw["TMS_DATA_DIR"]).absolute()
    one_of(raw, "TMS_ENV", ("development", "production"))
    https = str(raw["TMS_HTTPS"]) == "1"
    config: dict[str, Any] = {
        **raw,
        "TMS_DATA_DIR": data_dir,
        "SQLALCHEMY_DATABASE_URI": database_url(str(raw["TMS_DATABASE_URL"]), data_dir),
        "SECRET_KEY": secret_key(str(raw["TMS_SECRET_KEY"]), data_dir),
        "MAX_CONTENT_LENGTH": int(raw["TMS_MAX_UPLOAD_MB"]) * 2**20,
        "TRUSTED_HOSTS": listed(raw["TMS_TRUSTED_HOSTS"]) or None,
        "TMS_PEERS": networks(raw["TMS_PROXIES"]),
        "TMS_HSTS": https,
        "MAX_FORM_MEMORY_SIZE": 4 * 2**20,
        "TMS_WORKERS": int(raw["TMS_WORKERS"]),
        **{name: int(raw[name]) for name in SETTINGS if name.startswith(NUMBERS)},
        "BABEL_DEFAULT_LOCALE": raw["TMS_DEFAULT_LOCALE"],
        "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
        "WTF_CSRF_TIME_LIMIT": None,  # the token lives as long as the session (DESIGN.md 4.12)
        **cookies(https),
    }
    config["TMS_SECOND_FACTOR"] = second_factor(str(raw["TMS_SECOND_FACTOR"]), raw["TMS_ENV"])
    one_of(config, "TMS_PASSWORD_PROFILE", ("djbh3", "asvs"))
    if config["TMS_CAS_URL"] and not config["TMS_CAS_SERVICE"]:
        raise ConfigError("TMS_CAS_URL needs TMS_CAS_SERVICE, our own address as browsers see it")
    check(config)
    return config


def cookies(https: bool) -> dict[str, Any]:
    """Settings of the one cookie there is (S19)."""
    return {
        "SESSION_COOKIE_NAME": "__Host-tms" if https else "tms",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
    }


def listed(text: str) -> list[str]:
    """The parts of a setting with commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def networks(text: str) -> list[str]:
    """Addresses of proxies.

    :raises ConfigError: one is none.
    """
    try:
        return [str(ip_network(part)) for part in listed(text)]
    except ValueError as error:
        raise ConfigError(f"TMS_PROXIES: {error}") from error


def second_factor(given: str, env: str) -> str:
    """Whether administrators must have an authenticator: in production, unless it says not."""
    if given not in ("", "administrators", "off"):
        raise ConfigError("TMS_SECOND_FACTOR must be administrators or off")
    return given or ("administrators" if env == "production" else "off")


def one_of(config: Mapping[str, Any], name: str, allowed: tuple[str, ...]) -> None:
    """:raises ConfigError: the setting *name* is none of *allowed*."""
    if config[name] not in allowed:
        raise ConfigError(f"{name} must be {' or '.join(allowed)}")


def database_url(url: str, data_dir: Path) -> str:
    """SQLAlchemy's form of the URL: psycopg 3 for PostgreSQL, a file of ours when none is given."""
    if not url:
        return f"sqlite:///{data_dir / DATABASE_FILE}"
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def secret_key(given: str, data_dir: Path) -> str:
    """The key that signs cookies: as given, or the data directory's, made at the first start."""
    if given:
        return given
    path = data_dir / SECRET_FILE
    if not path.exists():
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text("ascii")


def check(config: Mapping[str, Any]) -> None:
    """Refuse to start in production with a weak or readable key, or debug (S25)."""
    if config["TMS_ENV"] != "production":
        return
    secret = config["SECRET_KEY"]
    if len(secret) < MIN_SECRET or len(set(secret)) < MIN_DIFFERENT:
        raise ConfigError(
            f"TMS_SECRET_KEY needs at least {MIN_SECRET} random characters in production"
        )
    check_addresses(config)
    if os.environ.get("FLASK_DEBUG") == "1":
        raise ConfigError("FLASK_DEBUG must not be set in production")
    for name in (KEY_FILE, SECRET_FILE, SEAL_FILE):
        path = config["TMS_DATA_DIR"] / name
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise ConfigError(f"{name} is readable by others: chmod 600 {path}")


def check_addresses(config: Mapping[str, Any]) -> None:
    """In production single sign-on goes over HTTPS only, on both sides (S25)."""
    for name in ("TMS_CAS_URL", "TMS_CAS_SERVICE"):
        if config[name] and not config[name].startswith("https://"):
            raise ConfigError(f"{name} must begin with https:// in production")


def check_sqlite(config: Mapping[str, Any], version: tuple[int, ...]) -> None:
    """Refuse a SQLite whose write-ahead log can lose data (fixed in 3.51.3, 3.50.7, 3.44.6)."""
    mended = version >= (3, 51, 3) or any(
        (minor, patch) <= version[1:] < (minor + 1, 0) for minor, patch in ((50, 7), (44, 6))
    )
    if config["TMS_ENV"] == "production" and not mended:
        shown = ".".join(map(str, version))
        raise ConfigError(f"SQLite {shown} can lose data in production: 3.51.3 or newer is needed")
