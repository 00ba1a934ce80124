"""The practice's own text of the agreement, version by version, with the placeholders that each issue fills in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from sqlalchemy import func, select

from domain.agreements.model import AgreementTemplate, AgreementTemplateNotFound
from domain.kit.errors import Invalid
from domain.kit.ids import AgreementTemplateId, StaffId, new_id
from domain.kit.paging import Page, PageRequest, fetch_page
from domain.kit.work import ActorKind, Work, find
from domain.messaging import Language, announce, read_worded
from domain.practice import get_practice

PLACEHOLDER = re.compile(r"\{([^{}\n]{0,60})\}")
PLACEHOLDERS = (
    "coachee_name",
    "practice_name",
    "practice_address",
    "enterprise_number",
    "coach_name",
    "guidance",
    "planned_hours",
    "sessions",
    "cancellation_hours",
    "cancellation_notice",
    "cancellation_deadline",
    "date",
)


class UnknownPlaceholder(Invalid):
    """The text names something in braces that no agreement can fill in; `placeholder` says what, `known` what can."""


class PlaceholderEmpty(Invalid):
    """The text names something in braces for which this agreement has no value; `placeholder` says what."""


@dataclass(frozen=True, slots=True)
class Words:
    """The text in use in a language; number 0 is the one that comes with the program."""

    language: Language
    number: int
    title: str
    text: str
    template_id: AgreementTemplateId | None = None


async def write_template(work: Work, language: Language, *, title: str, text: str) -> AgreementTemplate:
    """The practice's next version in that language; agreements that were issued keep the words that they had."""
    check_placeholders(title, field="title")
    check_placeholders(text, field="text")
    await get_practice(work, lock=True)  # so that two versions cannot take one number
    last = select(func.max(AgreementTemplate.number)).where(
        AgreementTemplate.practice_id == work.practice_id, AgreementTemplate.language == language
    )
    template = AgreementTemplate(
        practice_id=work.practice_id,
        id=AgreementTemplateId(new_id()),
        language=language,
        number=(await work.session.scalar(last) or 0) + 1,
        title=title.strip(),
        text=text.replace("\r\n", "\n").strip(),
        written_by=cast("StaffId", work.actor.id) if work.actor.kind is ActorKind.STAFF else None,
        written_at=work.now,
    )
    await work.store(template)
    announce(work, "agreement_template_written", template.id, language=language, number=template.number)
    return template


async def get_template(work: Work, template_id: AgreementTemplateId) -> AgreementTemplate:
    return await find(work, AgreementTemplate, template_id, AgreementTemplateNotFound)


async def list_templates(work: Work, page: PageRequest) -> Page[AgreementTemplate]:
    """Every version, in the order in which they were written."""
    query = select(AgreementTemplate).where(AgreementTemplate.practice_id == work.practice_id)
    return await fetch_page(work, query, page, list_name="agreement_templates", keys=[AgreementTemplate.id])


async def words_in_use(work: Work, language: Language) -> Words:
    """The newest of the practice's own, or else the text that comes with the program."""
    newest = (
        select(AgreementTemplate)
        .where(AgreementTemplate.practice_id == work.practice_id, AgreementTemplate.language == language)
        .order_by(AgreementTemplate.number.desc())
        .limit(1)
    )
    own = await work.session.scalar(newest)
    return Words(language, own.number, own.title, own.text, own.id) if own else shipped(language)


async def all_words_in_use(work: Work) -> list[Words]:
    """The text in use in every language."""
    return [await words_in_use(work, language) for language in Language]


@cache
def shipped(language: Language) -> Words:
    """The text that comes with the program: what a career centre owes its client to say."""
    texts = read_worded(Path(__file__).with_name("defaults.toml"))[language]
    return Words(language, 0, texts["title"], texts["text"].strip())


def check_placeholders(text: str, *, field: str) -> None:
    for name in PLACEHOLDER.findall(text):
        if name not in PLACEHOLDERS:
            raise UnknownPlaceholder(field=field, placeholder=name, known=list(PLACEHOLDERS))


def fill(text: str, values: Mapping[str, str | None]) -> str:
    """The text with its values; a value's own braces are not looked at again."""

    def value(match: re.Match[str]) -> str:
        found = values.get(match[1])
        if not found:
            raise PlaceholderEmpty(placeholder=match[1])
        return found

    return PLACEHOLDER.sub(value, text)
