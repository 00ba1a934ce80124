import stat

import pytest

from commands.outside import open_access_point, open_mailer
from commands.peppol.rest import RestAccessPoint
from commands.settings import SettingError, Settings, open_vault
from domain.messaging import FileMailer, SmtpMailer
from domain.peppol import FolderAccessPoint


def test_a_fresh_installation_makes_its_master_key_for_its_owner_alone(tmp_path):
    first = open_vault(Settings(home=tmp_path / "home"))
    again = open_vault(Settings(home=tmp_path / "home"))
    assert first.fingerprint == again.fingerprint
    assert stat.S_IMODE((tmp_path / "home" / "master.key").stat().st_mode) == 0o600


@pytest.mark.parametrize("key", ["not base64 at all", "c2hvcnQ=", ""])
def test_a_master_key_that_is_none_is_told_by_name(tmp_path, key):
    file = tmp_path / "key"
    file.write_text(key)
    with pytest.raises(SettingError, match="master key"):
        open_vault(Settings(home=tmp_path, master_key_file=file))


def test_a_named_key_file_that_is_missing_is_never_made_up(tmp_path):
    with pytest.raises(SettingError, match="cannot be read"):
        open_vault(Settings(home=tmp_path, master_key_file=tmp_path / "missing"))
    assert not (tmp_path / "missing").exists()


def test_without_a_mail_server_mails_become_files(tmp_path):
    assert isinstance(open_mailer(Settings(home=tmp_path)), FileMailer)


@pytest.mark.parametrize("url", ["smtp://localhost:2525", "smtp+starttls://u:p%40@mail.example.org", "smtps://m:465"])
def test_a_mail_server_is_named_by_an_address(tmp_path, url):
    assert isinstance(open_mailer(Settings(home=tmp_path, smtp_url=url)), SmtpMailer)


@pytest.mark.parametrize("url", ["mail.example.org", "http://mail.example.org", "smtp://"])
def test_an_address_that_names_no_mail_server_is_refused(tmp_path, url):
    with pytest.raises(SettingError, match="KRACHTLIJN_SMTP_URL"):
        open_mailer(Settings(home=tmp_path, smtp_url=url))


def test_without_an_access_point_e_invoices_become_files_and_the_demonstration_has_a_fake_one(tmp_path):
    files = open_access_point(Settings(home=tmp_path))
    assert isinstance(files, FolderAccessPoint)
    assert files.folder == tmp_path / "peppol"
    elsewhere = open_access_point(Settings(home=tmp_path, peppol_url="file:///srv/my%20e-invoices"))
    assert isinstance(elsewhere, FolderAccessPoint)
    assert str(elsewhere.folder) == "/srv/my e-invoices"
    assert isinstance(open_access_point(Settings(home=tmp_path, test_mode=True)), RestAccessPoint)


def test_an_access_point_over_http_has_an_address_and_a_token_that_is_not_shown(tmp_path):
    settings = Settings(home=tmp_path, peppol_url="https://ap.example.org/v1/", peppol_token="hush", peppol_secret="sh")
    access_point = open_access_point(settings)
    assert isinstance(access_point, RestAccessPoint)
    assert (access_point.url, access_point.token) == ("https://ap.example.org/v1", "hush")
    assert "hush" not in repr(settings) + repr(access_point)
    assert "'sh'" not in repr(settings)
    assert isinstance(open_access_point(Settings(home=tmp_path, peppol_url="http://127.0.0.1:8099")), RestAccessPoint)


@pytest.mark.parametrize("url", ["ap.example.org", "http://ap.example.org", "ftp://ap", "https://", "file://host/x"])
def test_an_address_that_names_no_safe_access_point_is_refused(tmp_path, url):
    with pytest.raises(SettingError, match="KRACHTLIJN_PEPPOL_URL"):
        open_access_point(Settings(home=tmp_path, peppol_url=url))
