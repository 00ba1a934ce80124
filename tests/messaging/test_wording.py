import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.messaging import Attachment, Language, Mail, MailRefused, WordingMissing, render
from domain.messaging.channels import compose
from domain.messaging.templates import PLACEHOLDER, wordings

KINDS = (
    "invitation",
    "plan_proposed",
    "questions_proposed",
    "guardian_asked",
    "agreement_issued",
    "agreement_signed",
    "development_plan_shared",
    "check_in",
    "review",
    "pulse",
    "assignment",
    "digest",
    "check_in_reminder",
    "check_in_pace",
    "check_in_taper",
    "check_in_paused",
    "sign_in",
    "address_changed",
    "cheque_deadline",
    "invoice_issued",
    "credit_note_issued",
    "invoice_not_on_peppol",
    "invoice_not_delivered",
    "access_point_away",
    "invoice_reminder",
    "invoice_reminder_again",
    "key_made",
    "session_planned",
    "session_moved",
    "session_cancelled",
    "session_reminder",
    "sessions_changed",
    "group_seat",
    "group_seat_offered",
    "group_left",
    "group_cancelled",
    "support_alert",
    "agreement_signer_gone",
    "coachee_of_age",
    "channel_test",
    "notifications_lost",
)
FACTS = {
    "deadline": "start_by",
    "day": "2026-05-01",
    "cheque": "4711",
    "number": "2026/12",
    "gross_cents": 123450,
    "open_cents": 23450,
    "due_on": "2026-04-01",
    "payment_reference": "+++090/9337/55493+++",
    "prefix": "krl_a1b2c3d4",
    "time": "09:00",
    "until_day": "2026-05-02",
    "until_time": "10:00",
    "clock": "Europe/Brussels",
    "minutes": 60,
    "place": "Gent",
    "code": "012345",
    "initials": "A.P.",
}
LINK = "https://coach.example/c/token"
HOSTILE = '<script>alert("x")</script>&\r\nBcc: everyone@example.org'

every_language = pytest.mark.parametrize("language", list(Language))
every_kind = pytest.mark.parametrize("kind", KINDS)


def say(kind, language=Language.NL, facts=FACTS, practice="Praktijk Lena", link=LINK):
    return render(kind, language, facts, practice_name=practice, link=link)


@every_language
def test_every_kind_has_words_in_every_language(language):
    assert tuple(wordings(language)["kinds"]) == KINDS


@every_language
@every_kind
def test_every_language_tells_the_same_facts(kind, language):
    def told(of):
        words = wordings(of)["kinds"][kind]
        return [sorted(PLACEHOLDER.findall(words[part])) for part in ("subject", "text")]

    assert told(language) == told(Language.NL)


@every_language
def test_every_language_has_the_same_terms(language):
    assert wordings(language)["terms"].keys() == wordings(Language.NL)["terms"].keys()


@every_language
@every_kind
def test_nothing_is_left_to_fill_in(kind, language):
    words = say(kind, language)
    assert "{" not in words.subject + words.text
    assert "{" not in re.sub(r"<head>.*</head>", "", words.html, flags=re.DOTALL)


@every_language
def test_a_check_in_says_nothing_on_a_locked_screen(language):
    words = say("check_in", language)
    assert words.sender == "Krachtlijn"
    for secret in ("Lena", "coach", "werkgever", "succes", "kracht ", "belemmering", "obstacle", "strength"):
        shown = f"{words.sender} {words.subject} {words.text.replace(LINK, '')}"
        assert secret.lower() not in shown.lower(), secret


def test_a_check_in_offers_a_moment():
    words = say("check_in")
    assert words.subject == "Je hebt een moment voor jezelf"
    assert f"\n{LINK}\n" in words.text
    assert f'href="{LINK}"' in words.html


def test_each_language_writes_amounts_and_days_its_own_way():
    told = {language: say("invoice_issued", language).text for language in Language}
    assert "1.234,50\u00a0€" in told[Language.NL]
    assert "1 april 2026" in told[Language.NL]
    assert "1\u202f234,50\u00a0€" in told[Language.FR]
    assert "1er avril 2026" in told[Language.FR]
    assert "€1,234.50" in told[Language.EN]
    assert "1. April 2026" in told[Language.DE]


@every_kind
@every_language
def test_no_day_is_written_as_machines_do(kind, language):
    assert not re.search(r"\d{4}-\d\d-\d\d", say(kind, language).text)


@every_language
def test_a_clock_is_told_by_its_city(language):
    told = say("session_planned", language, facts=FACTS | {"clock": "America/New_York"}).text
    assert "New York" in told
    assert "America" not in told


@pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.startswith(("session", "group", "check_in", "agreement_i"))]
)
def test_a_coachee_is_spoken_to_in_one_way_in_german(kind):
    words = say(kind, Language.DE)
    assert not re.search(r"\b(Ihr|Ihre|Ihren|Ihnen)\b|für Sie|Sie haben", f"{words.subject} {words.text}")


def test_a_paragraph_about_an_unknown_fact_is_left_out():
    words = say("invoice_issued", facts={"number": "2026/12", "gross_cents": None, "payment_reference": ""})
    assert "2026/12" in words.text
    assert "betalen" not in words.text.lower()
    assert "mededeling" not in words.text


def test_a_check_in_without_its_link_is_not_written():
    with pytest.raises(WordingMissing):
        say("check_in", link=None)


def test_a_kind_without_words_is_not_written():
    with pytest.raises(WordingMissing):
        say("newsletter")


@every_language
@every_kind
def test_what_people_fill_in_never_becomes_markup_or_a_header(kind, language):
    words = say(kind, language, facts=dict.fromkeys(FACTS, HOSTILE) | {"day": "2026-05-01", "until_day": "2026-05-02",
                "due_on": "2026-04-01", "gross_cents": 1, "open_cents": 1}, practice=HOSTILE)  # fmt: skip
    assert "<script" not in words.html
    assert "\n" not in words.subject
    message = compose(mail(words))
    assert message["Bcc"] is None
    assert [name for name, _ in message.raw_items()].count("To") == 1


def test_facts_are_not_read_as_wording():
    words = say("invoice_issued", facts=FACTS | {"number": "{link} {practice}"})
    assert "{link} {practice}" in words.subject


def mail(words):
    return Mail(
        message_id="<1@coach.example>",
        to="amir@example.org",
        sender_name=words.sender,
        sender_address="post@coach.example",
        subject=words.subject,
        text=words.text,
        html=words.html,
        language=Language.NL,
        written_at=datetime(2026, 3, 2, 11, tzinfo=UTC),
        headers={"Auto-Submitted": "auto-generated"},
    )


def test_a_header_cannot_be_smuggled_in_by_any_field():
    base = mail(say("invitation"))
    message = compose(replace(base, subject=HOSTILE, sender_name=HOSTILE, headers={"List-Unsubscribe": HOSTILE}))
    raw = message.as_bytes()
    assert b"\nBcc:" not in raw
    assert message["Bcc"] is None


@pytest.mark.parametrize("address", ["amir@example.org\r\nBcc: x@example.org", "a@b@c", "", "no-at-sign\n"])
def test_an_impossible_address_is_refused(address):
    with pytest.raises(MailRefused):
        compose(replace(mail(say("invitation")), to=address))


@pytest.mark.parametrize("name", ["Zoë & Söhne, nv", 'Lena "de coach"', "課 教練", "=?utf-8?q?x?="])
def test_any_name_of_a_practice_survives_the_journey(name):
    message = compose(replace(mail(say("invitation")), sender_name=name))
    assert message["From"].addresses[0].display_name == name
    message.as_bytes().decode("ascii")


def test_an_attachment_travels_whole_with_its_name_and_type():
    content = bytes(range(256))
    sent = replace(mail(say("invitation")), attachments=(Attachment("é.bin", "application/pdf", content),))
    [part] = list(compose(sent).iter_attachments())
    assert (part.get_content(), part.get_filename(), part.get_content_type()) == (content, "é.bin", "application/pdf")
