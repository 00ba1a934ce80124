"""What frameworks do to careless APIs (design/api.md §4.7): each trap, and that we do not step into it."""

import inspect
import json

import pytest
from litestar import Router, get
from sqlalchemy import text

import api.app
from api.app import PUBLISHED, create_app, http_handlers
from api.auth import RouteWithoutScope
from domain.kit.ids import new_id
from domain.kit.work import OPERATOR, begin
from domain.practice import Role
from tests.api.scratch import is_problem

pytestmark = pytest.mark.anyio

STAFF = {"name": "Nele", "email": "nele@example.be", "role": "coach"}


def pointer(answer) -> str:
    return answer.json()["errors"][0]["pointer"]


async def test_an_unknown_address_is_a_problem(lena, anonymous):
    for client in (lena, anonymous):
        for path in ("/", "/v1", "/v1/nothing", "/v1/staff/x/y", "/v1/%00"):
            assert is_problem(await client.get(path), 404, "no-such-address")


async def test_a_method_that_is_not_taken_is_a_problem_that_names_those_that_are(lena):
    answer = await lena.delete("/v1/practice")
    assert is_problem(answer, 405, "method-not-allowed")
    assert {"GET", "PATCH"} <= set(answer.headers["allow"].replace(" ", "").split(","))
    for method in ("TRACE", "PUT", "BREW"):
        assert is_problem(await lena.request(method, "/v1/staff"), 405, "method-not-allowed")


async def test_a_request_without_a_key_is_a_problem_that_says_how_to_call(anonymous):
    answer = await anonymous.get("/v1/practice")
    assert is_problem(answer, 401, "key-missing")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("sent", ["", "Bearer", "Bearer ", "Basic abc", "Bearer krl_x", "Bearer \u00e9", "krl_x"])
async def test_a_key_that_is_none_is_refused(anonymous, sent):
    answer = await anonymous.get("/v1/practice", headers={"Authorization": sent.encode("latin-1")})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_key_in_the_address_is_refused(anonymous, cast):
    answer = await anonymous.get(f"/v1/practice?key={cast.keys[Role.OWNER]}")
    assert answer.status_code in {400, 401}
    assert cast.keys[Role.OWNER] not in answer.text


async def test_an_unforeseen_failure_is_a_problem_without_stack_or_sql(lab, caplog):
    answer = await lab.get("/v1/scratch/crash")
    assert is_problem(answer, 500, "internal-error")
    assert not any(word in answer.text for word in ("secret_column", "SELECT", "Traceback", "asyncpg", ".py"))
    assert answer.json()["request_id"] in caplog.text


async def test_head_answers_like_get_without_a_body(lena, anonymous):
    seen, head = await lena.get("/v1/practice"), await lena.head("/v1/practice")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == seen.headers["etag"]
    assert head.headers["content-length"] == seen.headers["content-length"]
    assert (await anonymous.head("/v1/practice")).status_code == 401
    assert (await lena.head("/v1/nothing")).status_code == 404


async def test_options_says_what_is_taken_without_a_key_and_does_nothing(anonymous, lena):
    before = (await lena.get("/v1/practice")).json()
    answer = await anonymous.options("/v1/practice", headers={"Origin": "https://evil.example"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert {"GET", "PATCH"} <= set(answer.headers["allow"].replace(" ", "").split(","))
    assert not [name for name in answer.headers if name.startswith("access-control")]
    assert (await lena.get("/v1/practice")).json() == before


async def test_no_answer_lets_the_page_of_another_site_read_it(lena):
    answer = await lena.get("/v1/practice", headers={"Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.startswith("access-control")]


async def test_every_answer_has_a_number_and_is_kept_by_nobody(lena, anonymous):
    answers = [await lena.get("/v1/practice"), await anonymous.get("/v1/nothing"), await anonymous.get("/health/live")]
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert len({answer.headers["request-id"] for answer in answers}) == 3


async def test_a_route_without_a_scope_does_not_start(house):
    @get("/open")
    async def forgotten() -> None: ...

    @get("/misspelt", scope="practice:raed")
    async def misspelt() -> None: ...

    for handler in (forgotten, misspelt):
        with pytest.raises(RouteWithoutScope):
            create_app(house, routers=(*PUBLISHED, Router("/v1", route_handlers=[handler])))


async def test_nothing_is_cached_between_callers(house):
    app = create_app(house).litestar
    for handler in http_handlers(app):
        assert not handler.cache, handler
        assert not [name for name, provide in handler.resolve_dependencies().items() if provide.use_cache], handler
    assert "exclude" not in inspect.getsource(api.app)


async def test_who_may_not_is_refused_before_the_body_is_read(cas, anonymous):
    for body in (b"{", b"\xff", json.dumps({"no": "such"}).encode()):
        headers = {"Content-Type": "application/json"}
        assert (await anonymous.post("/v1/staff", content=body, headers=headers)).status_code == 401
        assert is_problem(await cas.post("/v1/staff", content=body, headers=headers), 403, "scope-missing")
    assert is_problem(await cas.post("/v1/staff", content=b"{" * 2_000_000), 403, "scope-missing")


async def test_a_field_that_nobody_knows_is_refused_by_name(lab):
    for body, where in (
        ({"practice_id": "x"}, "/practice_id"),
        ({"parts": [{"count": 1}, {"count": 1, "no": 1}]}, "/parts/1/no"),
    ):
        answer = await lab.post("/v1/scratch/echo", json=body)
        assert is_problem(answer, 400, "invalid-request")
        assert pointer(answer) == where


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ('{"count": "12"}', "/count"),
        ('{"count": 12.0}', "/count"),
        ('{"count": 123456789012345678901234567890}', "/count"),
        ('{"count": -9223372036854775809}', "/count"),
        ('{"count": 1E+400}', "/count"),
        ('{"count": true}', "/count"),
        ('{"count": null}', "/count"),
        ('{"words": "a\\u0000b"}', "/words"),
        ('{"words": ""}', "/words"),
        ('{"words": 1}', "/words"),
        ('{"at": "2026-03-02T09:00:00"}', "/at"),
        ('{"at": 1700000000}', "/at"),
        ('{"at": "2026-02-30T09:00:00Z"}', "/at"),
        ('{"parts": [{"count": 1}, {}]}', "/parts/1/count"),
    ],
)
async def test_a_value_that_does_not_fit_is_refused_by_name(lab, body, where):
    answer = await lab.post("/v1/scratch/echo", content=body, headers={"Content-Type": "application/json"})
    assert is_problem(answer, 400, "invalid-request")
    assert pointer(answer) == where


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  ",
        b"null",
        b"[]",
        b"{",
        b'{"count": NaN}',
        b'{"words": "\\ud800"}',
        b'{"words": "\\udc00x"}',
        b'{"words": "\xff"}',
        b"\xff\xfe{",
        b'{"parts": ' + b"[" * 100_000,
        b"[" * 500_000,
        b'{"x": ' * 100_000,
        b'{"count": 1} {"count": 2}',
    ],
    ids=lambda body: repr(body[:20]),
)
async def test_what_is_no_json_object_is_refused(lab, body):
    answer = await lab.post("/v1/scratch/echo", content=body, headers={"Content-Type": "application/json"})
    assert is_problem(answer, 400, "invalid-request")
    assert answer.json()["errors"]


@pytest.mark.parametrize(
    "named", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "x", None]
)
async def test_json_under_another_name_is_refused(lab, named):
    headers = {} if named is None else {"Content-Type": named}
    answer = await lab.post("/v1/scratch/echo", content=b'{"count": 1}', headers=headers)
    assert is_problem(answer, 415, "unsupported-media-type")


@pytest.mark.parametrize(
    "named", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/merge-patch+json"]
)
async def test_json_under_its_own_name_is_taken(lab, named):
    answer = await lab.post("/v1/scratch/echo", content=b'{"count": 1}', headers={"Content-Type": named})
    assert answer.json() == {"count": 1}


@pytest.mark.parametrize("announced", [True, False])
async def test_a_body_over_a_megabyte_is_refused(lab, announced):
    async def in_pieces():
        for _ in range(11):
            yield b" " * 100_000

    body = b" " * 1_100_000 if announced else in_pieces()
    for headers in ({}, {"Idempotency-Key": "large"}):
        answer = await lab.post(
            "/v1/scratch/echo", content=body, headers={"Content-Type": "application/json"} | headers
        )
        assert is_problem(answer, 413, "body-too-large")
        body = b" " * 1_100_000 if announced else in_pieces()


async def test_a_body_that_an_action_does_not_take_is_refused(lena, house, cast):
    path = f"/v1/staff/{cast.staff[Role.BILLING]}/leave"
    answer = await lena.post(path, json={"left_at": "2020-01-01T00:00:00Z"})
    assert is_problem(answer, 400, "invalid-request")
    for nothing in (b"", b"{}", b" {} "):
        taken = await lena.post(path, content=nothing, headers={"Content-Type": "application/json"})
        assert taken.status_code == 200


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("secret=geheim", "/secret"),
        ("limit=1&limit=2", "/limit"),
        ("limit=0", "/limit"),
        ("limit=101", "/limit"),
        ("limit=123456789012345678901234567890", "/limit"),
        ("limit=x", "/limit"),
        ("limit=", "/limit"),
        ("cursor=%00", "/cursor"),
        ("cursor=" + "a" * 600, "/cursor"),
        ("cursor=%ff", "/cursor"),
        ("work=1", "/work"),
    ],
)
async def test_a_parameter_that_does_not_fit_is_refused_by_name_and_not_repeated(lena, query, where):
    answer = await lena.get(f"/v1/staff?{query}")
    assert is_problem(answer, 400, "invalid-request")
    assert pointer(answer) == where
    assert "geheim" not in answer.text
    assert "/v1/staff" not in answer.text


@pytest.mark.parametrize("bad", ["1", "x", "00000000-0000-0000-0000-00000000000g", "\u0661", "%00", "../practice"])
async def test_a_malformed_id_in_the_address_is_not_found(lena, bad):
    assert (await lena.get(f"/v1/staff/{bad}")).status_code in {200, 404} - ({200} if "practice" not in bad else set())
    assert is_problem(await lena.post(f"/v1/staff/{bad}/leave"), 404, "no-such-address")


async def test_an_id_of_nothing_is_not_found(lena):
    assert is_problem(await lena.get(f"/v1/staff/{new_id()}"), 404, "staff-not-found")


async def test_a_failing_commit_is_an_error_to_the_client_and_nothing_is_stored(lab, house, cast):
    for headers in ({}, {"Idempotency-Key": "commit"}):
        answer = await lab.post("/v1/scratch/commit", headers=headers)
        assert is_problem(answer, 409, "constraint-broken")
    async with begin(house, cast.practice_id, OPERATOR) as work:
        assert await work.session.scalar(text("SELECT name FROM practices")) == "Praktijk Lena"
        assert await work.session.scalar(text("SELECT count(*) FROM kept_answers")) == 0
