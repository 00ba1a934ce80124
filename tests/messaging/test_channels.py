import asyncio
import socket
import ssl
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from ipaddress import IPv4Address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from domain.messaging import (
    FileMailer,
    Language,
    Mail,
    MailDeferred,
    MailerUnreachable,
    MailRefused,
    SmtpMailer,
    Tls,
    render,
)
from tests.messaging.make import Post, mail_server

pytestmark = pytest.mark.anyio
NOON = datetime(2026, 3, 2, 11, tzinfo=UTC)


def mail(to="amir@example.org", language=Language.NL):
    link = "https://coach.example/c/" + "t" * 60
    words = render("plan_proposed", language, {}, practice_name="Praktijk Zoë", link=link)
    return Mail(
        message_id="<0199@coach.example>",
        to=to,
        sender_name=words.sender,
        sender_address="post@coach.example",
        subject=words.subject,
        text=words.text,
        html=words.html,
        language=language,
        written_at=NOON,
        headers={"Auto-Submitted": "auto-generated"},
    )


@pytest.mark.parametrize("language", list(Language))
async def test_a_mail_arrives_with_its_headers_in_every_language(language):
    async with mail_server(Post()) as post:
        await SmtpMailer(host="127.0.0.1", port=post.port).send(mail(language=language))
    [envelope], [arrived] = post.taken, post.mails
    words = render("plan_proposed", language, {}, practice_name="", link="https://coach.example/c/" + "t" * 60)
    assert (envelope.mail_from, envelope.rcpt_tos) == ("post@coach.example", ["amir@example.org"])
    assert arrived["Message-ID"] == "<0199@coach.example>"
    assert arrived["Subject"] == words.subject
    assert arrived["From"].addresses[0].display_name == "Praktijk Zoë"
    assert arrived["To"] == "amir@example.org"
    assert arrived["Date"].datetime == NOON
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived["Content-Language"] == language
    assert arrived.get_body(("plain",)).get_content().startswith(words.text.split(",")[0])
    assert "https://coach.example/c/" + "t" * 60 in arrived.get_body(("html",)).get_content()


async def test_a_recipient_who_does_not_exist_is_refused_and_not_named():
    async with mail_server(Post(to_recipient=lambda address: f"550 5.1.1 <{address}> unknown")) as post:
        with pytest.raises(MailRefused) as refusal:
            await SmtpMailer(host="127.0.0.1", port=post.port).send(mail())
    assert str(refusal.value) == "550 5.1.1"
    assert refusal.value.__cause__ is None


async def test_a_recipient_who_must_wait_is_deferred():
    async with mail_server(Post(to_recipient=lambda _: "450 4.2.0 greylisted")) as post:
        with pytest.raises(MailDeferred, match=r"450 4\.2\.0"):
            await SmtpMailer(host="127.0.0.1", port=post.port).send(mail())


@pytest.mark.parametrize(("answer", "error"), [("554 5.7.1 spam", MailRefused), ("451 later", MailDeferred)])
async def test_words_that_a_server_does_not_take_are_refused_or_deferred(answer, error):
    async with mail_server(Post(to_content=lambda _: answer)) as post:
        with pytest.raises(error):
            await SmtpMailer(host="127.0.0.1", port=post.port).send(mail())


async def test_an_address_that_the_server_cannot_carry_is_refused():
    async with mail_server(Post(), enable_SMTPUTF8=False) as post:
        with pytest.raises(MailRefused):
            await SmtpMailer(host="127.0.0.1", port=post.port).send(mail(to="zoë@example.org"))


async def test_a_server_that_is_away_is_unreachable():
    with socket.socket() as taken:  # and nobody listens on it
        taken.bind(("127.0.0.1", 0))
        mailer = SmtpMailer(host="127.0.0.1", port=taken.getsockname()[1])
        with pytest.raises(MailerUnreachable):
            await mailer.send(mail())
        with pytest.raises(MailerUnreachable):
            await mailer.check()


async def test_a_server_that_never_answers_is_unreachable():
    async def say_nothing(reader, writer):
        await reader.read()
        writer.close()

    silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    async with silent:
        with pytest.raises(MailerUnreachable):
            await SmtpMailer(host="127.0.0.1", port=port, timeout_seconds=0.2).send(mail())
        await asyncio.sleep(0.01)  # for the server to hear that the call is over


async def test_a_server_without_the_wanted_encryption_is_unreachable():
    async with mail_server(Post()) as post:
        with pytest.raises(MailerUnreachable):
            await SmtpMailer(host="127.0.0.1", port=post.port, tls=Tls.STARTTLS).send(mail())
    assert post.taken == []


@pytest.fixture
def certificate(tmp_path):
    """A certificate for 127.0.0.1 that nobody trusts of itself, and a server context that shows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(datetime.now(UTC) - timedelta(days=1))  # noqa: TID251 - TLS looks at real time
    builder = builder.not_valid_after(datetime.now(UTC) + timedelta(days=1))  # noqa: TID251
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), False)
    builder = builder.add_extension(x509.BasicConstraints(True, None), True)
    path = tmp_path / "server.pem"
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + builder.sign(key, hashes.SHA256()).public_bytes(pem))
    return path


def shown(certificate):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


async def test_a_server_with_a_trusted_certificate_takes_mail_after_login(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    post = Post()
    login = {"authenticator": post.authenticate, "auth_required": True}
    async with mail_server(post, tls_context=shown(certificate), require_starttls=True, **login):
        mailer = SmtpMailer(host="127.0.0.1", port=post.port, user="lena", password="open sesame", tls=Tls.STARTTLS)
        await mailer.check()
        await mailer.send(mail())
    assert len(post.taken) == 1
    assert set(post.logins) == {b"open sesame"}
    assert "sesame" not in repr(mailer)


async def test_tls_from_the_start_works_too(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with mail_server(Post(), tls=shown(certificate)) as post:
        await SmtpMailer(host="127.0.0.1", port=post.port, tls=Tls.IMPLICIT).send(mail())
    assert len(post.taken) == 1


async def test_a_server_with_an_unknown_certificate_gets_nothing(certificate):
    async with mail_server(Post(), tls_context=shown(certificate)) as post:
        with pytest.raises(MailerUnreachable):
            await SmtpMailer(host="127.0.0.1", port=post.port, tls=Tls.STARTTLS).send(mail())
    assert post.taken == []


async def test_a_wrong_password_holds_the_mail_and_refuses_nobody(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    post = Post()
    async with mail_server(post, tls_context=shown(certificate), authenticator=post.authenticate):
        with pytest.raises(MailerUnreachable, match="535"):
            await SmtpMailer(host="127.0.0.1", port=post.port, user="lena", password="wrong", tls=Tls.STARTTLS).send(
                mail()
            )


async def test_the_demonstration_writes_each_mail_to_a_file_and_tells_nothing_private(tmp_path):
    told = []
    mailer = FileMailer(tmp_path / "mail", told.append)
    await mailer.check()
    for _ in range(3):
        await mailer.send(mail())
    files = sorted((tmp_path / "mail").iterdir())
    assert [path.suffix for path in files] == [".eml"] * 3
    assert [path.name for path in files] == [line.rsplit(" ", 1)[1] for line in told]
    assert message_from_bytes(files[0].read_bytes(), policy=default)["To"] == "amir@example.org"
    assert not any("amir" in line or "voorstel" in line.lower() for line in told)


async def test_mails_on_disk_are_for_nobody_elses_eyes(tmp_path):
    mailer = FileMailer(tmp_path / "mail", lambda _: None)
    await mailer.send(mail())
    [file] = (tmp_path / "mail").iterdir()
    assert (file.parent.stat().st_mode & 0o777, file.stat().st_mode & 0o777) == (0o700, 0o600)


async def test_a_folder_that_cannot_be_written_is_unreachable(tmp_path):
    (tmp_path / "mail").write_text("a file stands in the way")
    mailer = FileMailer(tmp_path / "mail")
    with pytest.raises(MailerUnreachable):
        await mailer.check()
    with pytest.raises(MailerUnreachable):
        await mailer.send(mail())
