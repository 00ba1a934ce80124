"""Where our own requests may go, when somebody else named the address: to public places, by https, and nowhere else.

An address is looked at when it is given, and its name is resolved again by whoever connects: that goes to the very
address which was judged, so that a name which points elsewhere a moment later leads nowhere (DNS rebinding). An origin
that the operator trusts by name, such as a test server on this machine, is taken as it is.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from domain.kit.errors import Invalid

HTTPS = 443
LONGEST = 2048
LOOK_UP_SECONDS = 5.0
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
Address = IPv4Address | IPv6Address

TRANSLATED = (ip_network("64:ff9b::/96"), ip_network("64:ff9b:1::/48"))  # NAT64 (RFC 6052, RFC 8215)


class AddressUnusable(Invalid):
    """This is no address that we can send to: it needs https, a host name, and the usual port."""


class AddressNotPublic(Invalid):
    """This address leads to a private or local network; we send to public addresses alone."""


class AddressUnknown(Invalid):
    """The host of this address cannot be found."""


async def resolved(host: str, port: int) -> list[str]:
    """The numeric addresses of a host, as this machine knows them."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(LOOK_UP_SECONDS):
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


@dataclass(frozen=True, slots=True)
class Egress:
    """`trusted` are origins ("http://127.0.0.1:8099") which the operator named: these are not judged."""

    trusted: frozenset[str] = field(default_factory=frozenset[str])
    resolve: Resolve = resolved

    async def check(self, address: str) -> None:
        """Refuse by name an address to which we would not send."""
        parts = self.read(address)
        if origin_of(parts) not in self.trusted:
            await self.pin(parts.hostname or "", parts.port or HTTPS)

    def read(self, address: str) -> SplitResult:
        """The parts of an address whose form is one we send to."""
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError as error:
            raise AddressUnusable from error
        plain = len(address) <= LONGEST and address.isascii() and address.isprintable() and " " not in address
        if not plain or not parts.hostname or parts.username is not None or parts.fragment:
            raise AddressUnusable
        if origin_of(parts) not in self.trusted and (parts.scheme != "https" or port not in {None, HTTPS}):
            raise AddressUnusable
        return parts

    async def pin(self, host: str, port: int) -> str:
        """The one numeric address to connect to; of a host that leads to a private place too, none."""
        if any(urlsplit(origin).hostname == host and urlsplit(origin).port == port for origin in self.trusted):
            return host
        try:
            found = [host] if is_number(host) else await self.resolve(host, port)
        except (OSError, UnicodeError, TimeoutError) as error:
            raise AddressUnknown from error
        if not found:
            raise AddressUnknown
        if not all(is_public(one) for one in found):
            raise AddressNotPublic
        return found[0]


def origin_of(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.netloc}"


def is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_public(number: str) -> bool:
    """Whether anybody on the internet could reach it; what an IPv6 address carries within is judged as well."""
    try:
        address = ip_address(number.partition("%")[0])
    except ValueError:
        return False
    return all(one.is_global and not one.is_multicast and not one.is_reserved for one in _carried(address))


def _carried(address: Address) -> list[Address]:
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]
    if any(address in network for network in TRANSLATED):
        return [IPv4Address(int(address) & 0xFFFFFFFF)]
    inner: list[Address] = [address]
    if address.sixtofour is not None:
        inner.append(address.sixtofour)
    if address.teredo is not None:
        inner += address.teredo
    return inner
