"""Where our requests may go: public places by https, judged at the very moment of connecting."""

import pytest

from domain.kit.egress import AddressNotPublic, AddressUnknown, AddressUnusable, Egress, is_public

pytestmark = pytest.mark.anyio


def resolving(*answers):
    """A resolver that gives each answer once, and the last for ever."""
    left = list(answers)

    async def resolve(host, port):
        return left.pop(0) if len(left) > 1 else left[0]

    return resolve


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "ff02::1",
        "not a number",
    ],
)
def test_a_private_place_is_not_public(number):
    assert not is_public(number)


@pytest.mark.parametrize(
    "number", ["8.8.8.8", "142.250.1.1", "2a00:1450:400e::1", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_a_public_place_is(number):
    assert is_public(number)


@pytest.mark.parametrize(
    "address",
    [
        "http://push.example/x",
        "https://push.example:8443/x",
        "https://user@push.example/x",
        "https://push.example/x#y",
        "https:///x",
        "ftp://push.example/x",
        "https://push.example/a b",
        "https://püsh.example/",
        "https://[push/",
        "https://push.example:port/",
        "https://push.example/" + "x" * 2048,
        "",
    ],
)
async def test_an_address_of_another_form_is_refused(address):
    with pytest.raises(AddressUnusable):
        await Egress(resolve=resolving(["8.8.8.8"])).check(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/x",
        "https://[::1]/x",
        "https://[::ffff:10.0.0.1]/x",
        "https://localhost/x",
        "https://inside/x",
    ],
)
async def test_an_internal_address_is_refused_by_name(address):
    with pytest.raises(AddressNotPublic):
        await Egress(resolve=resolving(["127.0.0.1"])).check(address)


async def test_a_host_that_leads_to_a_private_place_too_is_refused():
    with pytest.raises(AddressNotPublic):
        await Egress(resolve=resolving(["8.8.8.8", "10.0.0.1"])).check("https://push.example/x")


async def test_a_host_that_is_not_found_is_refused_by_name():
    async def nowhere(host, port):
        raise OSError

    for resolve in (nowhere, resolving([])):
        with pytest.raises(AddressUnknown):
            await Egress(resolve=resolve).check("https://push.example/x")


async def test_a_name_that_points_elsewhere_a_moment_later_leads_nowhere():
    egress = Egress(resolve=resolving(["8.8.8.8"], ["127.0.0.1"]))
    await egress.check("https://push.example/x")
    with pytest.raises(AddressNotPublic):
        await egress.pin("push.example", 443)


async def test_only_the_very_origin_that_the_operator_named_is_trusted():
    egress = Egress(frozenset({"http://127.0.0.1:8099"}), resolving(["127.0.0.1"]))
    await egress.check("http://127.0.0.1:8099/push/1")
    for address in ("http://127.0.0.1:8098/push/1", "http://localhost:8099/push/1"):
        with pytest.raises(AddressUnusable):
            await egress.check(address)
