"""Web push is written as the RFCs want it, and a push service that looks closely takes it."""

from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import derive_private_key, generate_private_key

from domain.kit.secrets import Vault
from domain.kit.work import system_clock
from domain.messaging.push_service import Answer, PushService
from domain.messaging.webpush import (
    CURVE,
    LARGEST,
    PushKeysUnusable,
    PushTooLarge,
    Receiver,
    base64url,
    encrypt,
    public_key,
    signed_by,
    unbase64url,
)

ORIGIN = "https://push.example"
CONTACT = "mailto:post@coach.example"


@pytest.fixture
def key():
    return Vault(b"a master key of thirty-two bytes").push_key(1)


@pytest.fixture
def service():
    return PushService(ORIGIN)


def headers(key, browser, **changed):
    usual = {
        "ttl": "60",
        "content-encoding": "aes128gcm",
        "urgency": "normal",
        "topic": "a",
        "authorization": signed_by(key, browser.endpoint, CONTACT, system_clock()),
    }
    return {name: value for name, value in (usual | changed).items() if value is not None}


def push(service, key, browser, text="hello", **changed):
    path = browser.endpoint.removeprefix(ORIGIN)
    return service.take(path, headers(key, browser, **changed), encrypt(text.encode(), browser.receiver)).status


def test_the_example_of_rfc_8291_comes_out_byte_for_byte():
    receiver = Receiver.read(
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
    )
    ephemeral = derive_private_key(int.from_bytes(unbase64url("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")), CURVE)
    salt = unbase64url("DGv6ra1nlYgDCS1FRnbzlw")
    body = encrypt(b"When I grow up, I want to be a watermelon", receiver, salt=salt, ephemeral=ephemeral)
    assert base64url(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
        "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_a_browser_reads_what_was_written_for_it_and_another_does_not(service, key):
    hers, others = (service.subscribe(public_key(key)) for _ in range(2))
    assert push(service, key, hers, "een moment") == 201
    assert [one.text for one in hers.shown] == ["een moment"]
    path = others.endpoint.removeprefix(ORIGIN)
    assert service.take(path, headers(key, others), encrypt(b"x", hers.receiver)) == Answer(400, {})
    assert others.shown == []


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"ttl": None}, 400),
        ({"content-encoding": "aesgcm"}, 415),
        ({"topic": "a" * 33}, 400),
        ({"urgency": "at once"}, 400),
        ({"authorization": None}, 403),
        ({"authorization": "vapid t=a.b.c, k=d"}, 403),
    ],
)
def test_the_push_service_refuses_what_is_not_right(service, key, changed, status):
    browser = service.subscribe(public_key(key))
    assert push(service, key, browser, **changed) == status
    assert browser.shown == []


def test_a_signature_of_another_key_for_another_place_or_out_of_date_is_refused(service, key):
    browser = service.subscribe(public_key(key))
    now = system_clock()
    ours = signed_by(key, browser.endpoint, CONTACT, now)
    forged = signed_by(generate_private_key(CURVE), browser.endpoint, CONTACT, now).partition(",")[0]
    for wrong in (
        forged + ours[ours.index(",") :],
        signed_by(key, "https://elsewhere.example/x", CONTACT, now),
        signed_by(key, browser.endpoint, CONTACT, now - timedelta(days=1)),
        signed_by(key, browser.endpoint, "nobody", now),
    ):
        assert push(service, key, browser, authorization=wrong) == 403
    assert push(service, key, browser) == 201


def test_a_reminder_takes_the_place_of_what_a_phone_that_is_away_has_not_had(service, key):
    browser = service.subscribe(public_key(key))
    browser.away = True
    for text, topic, ttl in (("first", "a", "60"), ("other", "b", "60"), ("again", "a", "60"), ("stale", "c", "0")):
        assert push(service, key, browser, text, topic=topic, ttl=ttl) == 201
    browser.come_back(system_clock())
    assert [one.text for one in browser.shown] == ["other", "again"]


def test_more_than_a_push_service_takes_is_not_sent(service, key):
    browser = service.subscribe(public_key(key))
    assert push(service, key, browser, "x" * LARGEST) == 201
    with pytest.raises(PushTooLarge):
        encrypt(b"x" * (LARGEST + 1), browser.receiver)


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        ("", ""),
        ("BCVx", "BTBZMqHH6r4Tts7J_aSIgg"),
        ("B" + "A" * 86, "BTBZMqHH6r4Tts7J_aSIgg"),  # 65 bytes, and no point on the curve
        ("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", "BTBZ"),
        ("é" * 87, "BTBZMqHH6r4Tts7J_aSIgg"),
    ],
)
def test_keys_of_no_browser_are_refused(p256dh, auth):
    with pytest.raises(PushKeysUnusable):
        Receiver.read(p256dh, auth)


def test_the_key_of_the_installation_comes_of_the_master_key_and_its_number():
    one, same, other = (Vault(master).push_key(1) for master in (b"a" * 32, b"a" * 32, b"b" * 32))
    assert public_key(one) == public_key(same) != public_key(other)
    assert public_key(one) != public_key(Vault(b"a" * 32).push_key(2))
