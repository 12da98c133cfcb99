"""Settings: typed, named when they are wrong, and a secret that an instance remembers."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from pydantic import ValidationError

from engagement.kernel.settings import SettingsError, ensure_instance_secret, load_settings, remember, remembered

KEY = "k" * 40


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in os.environ:
        if name.startswith("ENGAGEMENT_") or name == "DATABASE_URL":
            monkeypatch.delenv(name)


def problems(**overrides: object) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(**overrides)
    return caught.value.problems


def test_a_misspelt_name_stops_the_start_and_is_told_the_right_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGAGEMENT_SECRET_KEY", KEY)
    monkeypatch.setenv("ENGAGEMENT_SMPT_HOST", "mail.example.org")
    assert problems() == ["ENGAGEMENT_SMPT_HOST is not a setting of Engagement; did you mean ENGAGEMENT_SMTP_HOST?"]


def test_a_missing_secret_names_itself(tmp_path: Path) -> None:
    (problem,) = problems(data_dir=tmp_path)
    assert problem.startswith("ENGAGEMENT_SECRET_KEY is missing")


def test_all_problems_are_told_at_once_and_no_value_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGAGEMENT_SECRET_KEY", "tooshort")
    monkeypatch.setenv("DATABASE_URL", "mysql://someone:verysecret@localhost/x")
    monkeypatch.setenv("ENGAGEMENT_SMTP_PORT", "99999")
    told = problems()
    assert [problem.partition(":")[0] for problem in told] == [
        "ENGAGEMENT_SECRET_KEY",
        "DATABASE_URL",
        "ENGAGEMENT_SMTP_PORT",
    ]
    assert "verysecret" not in str(told)
    assert "tooshort" not in str(told)


def test_settings_cannot_be_changed() -> None:
    settings = load_settings(secret_key=KEY)
    with pytest.raises(ValidationError):
        settings.smtp_port = 26


def test_secrets_are_not_shown_by_accident() -> None:
    assert KEY not in repr(load_settings(secret_key=KEY))


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGAGEMENT_SMTP_HOST", "")
    assert load_settings(secret_key=KEY).smtp_host == "localhost"


def test_hosts_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGAGEMENT_INDEX_HOSTS", "a.example, b.example,")
    assert load_settings(secret_key=KEY).index_hosts == ("a.example", "b.example")


def test_an_instance_remembers_its_secret(tmp_path: Path) -> None:
    made = ensure_instance_secret(tmp_path)
    assert ensure_instance_secret(tmp_path) == made
    assert load_settings(data_dir=tmp_path).secret_key.get_secret_value() == made
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_a_real_server_is_never_given_a_remembered_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ensure_instance_secret(tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgresql://localhost/x")
    (problem,) = problems(data_dir=tmp_path)
    assert problem.startswith("ENGAGEMENT_SECRET_KEY is missing")


def test_an_instance_remembers_settings_and_the_environment_wins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = load_settings(secret_key=KEY, data_dir=tmp_path, public_scheme="http", public_port=8017)
    remember(running, ("public_scheme", "public_port", "index_hosts"))
    later = load_settings(secret_key=KEY, data_dir=tmp_path)
    assert (later.public_scheme, later.public_port, later.index_hosts) == ("http", 8017, ("localhost",))
    assert "ENGAGEMENT_PUBLIC_PORT" in remembered(tmp_path)
    monkeypatch.setenv("ENGAGEMENT_PUBLIC_PORT", "9000")
    assert load_settings(secret_key=KEY, data_dir=tmp_path).public_port == 9000
    monkeypatch.setenv("DATABASE_URL", "postgresql://localhost/x")
    monkeypatch.delenv("ENGAGEMENT_PUBLIC_PORT")
    assert load_settings(secret_key=KEY, data_dir=tmp_path).public_port is None


def test_a_mistake_in_the_remembered_settings_is_named(tmp_path: Path) -> None:
    (tmp_path / "settings.env").write_text("ENGAGEMENT_PUBLIC_PORT=door\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="ENGAGEMENT_PUBLIC_PORT"):
        load_settings(secret_key=KEY, data_dir=tmp_path)


def test_secrets_are_not_remembered_with_the_settings(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="secret"):
        remember(load_settings(secret_key=KEY, data_dir=tmp_path), ("secret_key",))


def test_lists_are_read_from_commas_and_secrets_among_them_stay_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGAGEMENT_SECRET_KEY", KEY)
    monkeypatch.setenv("ENGAGEMENT_PREVIOUS_SECRET_KEYS", "first-key, second-key")
    monkeypatch.setenv("ENGAGEMENT_PRIVATE_MAIL_NETWORKS", "10.1.0.0/16, fd00::/8")
    monkeypatch.setenv("ENGAGEMENT_SENDER_DOMAINS", "bretten.example")
    settings = load_settings()
    assert [secret.get_secret_value() for secret in settings.previous_secret_keys] == ["first-key", "second-key"]
    assert list(map(str, settings.private_mail_networks)) == ["10.1.0.0/16", "fd00::/8"]
    assert settings.sender_domains == ("bretten.example",)
    assert "first-key" not in repr(settings)
    with pytest.raises(ValueError, match="secret"):
        remember(settings, ["previous_secret_keys"])


def test_a_network_with_a_mistake_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENGAGEMENT_SECRET_KEY", KEY)
    monkeypatch.setenv("ENGAGEMENT_PRIVATE_MAIL_NETWORKS", "10.1.0.0/99")
    assert any(problem.startswith("ENGAGEMENT_PRIVATE_MAIL_NETWORKS") for problem in problems())
