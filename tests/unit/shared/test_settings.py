"""Settings are right or refused with one line that says which and why."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from shared.settings import SECRET_FIELDS, Settings, WrongSettings, load

WRONG = {
    "AMQP_URI": ["http://127.0.0.1", "127.0.0.1:5672", "amqp://host:port/", "amqp://"],
    "MONGO_URI": ["postgres://127.0.0.1", "mongodb://", "mongodb://u:p@ss@host/"],
    "RELEASE_KEYS_URI": ["postgres://127.0.0.1", "mongodb://"],
    "MEILI_URL": ["127.0.0.1:7700", "ftp://127.0.0.1"],
    "PORTAL_PORT": ["http", "-1", "65536", "8000.5", " "],
    "HEALTH_PORT": ["none", "70000"],
    "SECURE_COOKIES": ["maybe", "2"],
    "RETRY_DELAY_MS": ["0", "-5", "soon", "1.5"],
    "TRIES_BEFORE_PARKING": ["0", "-1", "many"],
    "CALL_DEADLINE_S": ["0", "-1", "nan", "inf", "five"],
    "RECONCILE_EVERY_S": ["0", "nan"],
    "LEASE_S": ["0", "1e3x"],
    "LOG_LEVEL": ["LOUD"],
    "TIME_ZONE": ["Mars/Olympus", "../etc/passwd", "EST5EDT5", " "],
    "MONGO_PREFIX": ["a/b", "a.b", "a b", "$a"],
}


def test_without_an_environment_the_development_defaults_hold() -> None:
    assert load({}) == Settings()


def test_an_empty_variable_is_one_that_is_not_set() -> None:
    assert load(dict.fromkeys(WRONG, "")) == Settings()


def test_each_setting_is_read_under_its_own_name() -> None:
    given = {
        "PORTAL_PORT": "8100",
        "SPOOL_DIR": "/tmp/spool",
        "SECURE_COOKIES": "true",
        "CALL_DEADLINE_S": "2.5",
        "INSTANCE": "registry-2",
    }
    expected = Settings(
        portal_port=8100,
        spool_dir=Path("/tmp/spool"),
        secure_cookies=True,
        call_deadline_s=2.5,
        instance="registry-2",
    )
    assert load(given) == expected
    assert load({name.lower(): value for name, value in given.items()}) == Settings()


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_a_wrong_setting_ends_the_process_with_a_line_that_names_it(name: str, value: str) -> None:
    with pytest.raises(WrongSettings) as refusal:
        load({name: value})
    assert refusal.value.code == 78
    assert name in refusal.value.line
    assert "\n" not in refusal.value.line


@pytest.mark.parametrize("name", ["AMQP_URI", "MONGO_URI"])
@pytest.mark.parametrize("secret", ["canary", "http://canary/", "mysql://u:canary@host:port/"])
def test_a_refusal_never_repeats_a_secret(name: str, secret: str) -> None:
    assert name.lower() in SECRET_FIELDS
    with pytest.raises(WrongSettings) as refusal:
        load({name: secret})
    assert "canary" not in refusal.value.line


def test_every_setting_has_a_type_that_text_can_become() -> None:
    plain = {str, int, float, bool, Path}
    assert {field.type for field in msgspec.structs.fields(Settings)} <= plain
