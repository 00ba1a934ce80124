"""What a screen reader relies on, on every page and in every state of it."""

from html.parser import HTMLParser

import pytest

from domain.checkins import Kind, PlanState
from domain.messaging import Language
from domain.people import Purpose
from tests.phone.make import plant

pytestmark = pytest.mark.anyio

VOID = {"meta", "link", "input", "path", "circle", "br"}
SHARE = (Purpose.SHARE_CHECK_INS_WITH_COACH,)
WRONG = {
    "nothing_today": "1",
    "text": "a" * 281,
    "other_quality": "\x00",
    "strength": "9",
    "qualities": "none",
    "happened": "yes",
    "sentence": "a" * 141,
    "locus": "x",
    "layer": "x",
    "small_step": "\x00",
    "sharing": "x",
    "decision": "accept",
}


class Reader(HTMLParser):
    """Everything with its attributes, and whether every element was closed where it should be."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.open = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), tuple(self.open)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), tuple(self.open)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, *tags):
        return [attributes for tag, attributes, _ in self.elements if tag in tags]


def check(html):
    page = Reader(html)
    assert page.open == []
    ids = [attributes["id"] for _, attributes, _ in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    labelled = {attributes["for"] for attributes in page.all("label")}
    for field in page.all("input", "textarea"):
        assert field.get("type") == "hidden" or field["id"] in labelled, field
    for _, attributes, _ in page.elements:
        for other in attributes.get("aria-describedby", "").split():
            assert other in ids, other
        if attributes.get("href", "").startswith("#"):
            assert attributes["href"][1:] in ids, attributes
    assert len(page.all("h1")) == 1
    assert len(page.all("fieldset")) == len(page.all("legend"))
    assert len(page.all("form")) <= 2  # one to answer, one to choose something else
    assert not page.all("img", "iframe", "style")
    ours = [{"type": "module", "src": "/phone/app/app.js"}, {"type": "application/json", "id": "words"}]
    assert page.all("script") == ours, "nothing in the page runs, and its words are data"
    return page


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("consents", [(), SHARE])
async def test_every_page_is_well_made_whether_or_not_something_is_wrong(house, cast, anonymous, language, consents):
    for kind in Kind:
        planted = await plant(house, cast, kind=kind, language=language, consents=consents)
        check((await anonymous.get(planted.page)).text)
        wrong = await anonymous.post(planted.page, data=WRONG)
        assert wrong.status_code == 422
        assert len(check(wrong.text).all("li")) > 3
        right = {"text": "x", "happened": "yes", "wished": "x"}
        check((await anonymous.post(planted.page, data=right)).text)
    planted = await plant(house, cast, language=language, consents=consents, plan_state=PlanState.PROPOSED)
    check((await anonymous.get(planted.plan_page)).text)
    wrong = await anonymous.post(planted.plan_page, data=WRONG)
    assert wrong.status_code == 422
    check(wrong.text)
    check((await anonymous.post(planted.plan_page, data={"decision": "decline"})).text)
