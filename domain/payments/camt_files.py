"""camt.053, the statement in XML: read by a parser that follows nothing, loads nothing and stops early."""

from datetime import date
from decimal import Decimal, InvalidOperation
from importlib import import_module
from typing import Any

from domain.payments.bank_statements import (
    BankFileForbidden,
    BankFileForeignCurrency,
    BankFileIncomplete,
    BankFileUnreadable,
    BankStatement,
    StatementLine,
    found_ogm,
)

etree: Any = import_module("lxml.etree")  # it brings no types
DEEPEST = 40
NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."
EURO = "EUR"
OLD, NEW = ("OPBD", "PRCD"), ("CLBD",)
TOO_MUCH = "ERR_RESOURCE_LIMIT"
CUT_OFF = {"ERR_DOCUMENT_END", "ERR_TAG_NOT_FINISHED", "ERR_DOCUMENT_EMPTY", "ERR_LT_REQUIRED", "ERR_GT_REQUIRED"}


def read_camt(content: bytes) -> list[BankStatement]:
    """The statements of a file, or the refusal that says what is wrong with it."""
    root = _root(content)
    if not str(etree.QName(root).namespace or "").startswith(NAMESPACE):
        raise BankFileUnreadable(fact="namespace")
    try:
        statements = [_statement(one) for one in root.iterfind("{*}BkToCstmrStmt/{*}Stmt")]
    except (ValueError, InvalidOperation) as error:
        raise BankFileUnreadable(fact="value") from error
    if not statements:
        raise BankFileUnreadable(fact="Stmt")
    for statement in statements:
        statement.must_add_up()
    return statements


def _root(content: bytes) -> Any:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise BankFileForbidden
    parser: Any = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    try:
        root: Any = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        first: Any = parser.error_log[0].type_name if len(parser.error_log) else None
        if first == TOO_MUCH:  # the parser stops before all of the levels are there to be counted
            raise BankFileForbidden from error
        raise (BankFileIncomplete if first in CUT_OFF else BankFileUnreadable)(line=error.lineno) from error
    if root.getroottree().docinfo.doctype or _depth(root) > DEEPEST:
        raise BankFileForbidden
    return root


def _depth(root: Any) -> int:
    deepest = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _statement(read: Any) -> BankStatement:
    account = _text(read, "Acct/Id/IBAN")
    balances = {_text(one, "Tp/CdOrPrtry/Cd"): _signed(one) for one in read.iterfind("{*}Bal")}
    old = next((balances[code] for code in OLD if code in balances), None)
    new = next((balances[code] for code in NEW if code in balances), None)
    if old is None or new is None:
        raise BankFileIncomplete(fact="Bal")
    lines = [line for entry in read.iterfind("{*}Ntry") for line in _lines(entry, _text(read, "Id"))]
    return BankStatement(account=account, old_cents=old, new_cents=new, lines=lines)


def _lines(entry: Any, statement: str) -> list[StatementLine]:
    """An entry, or each payment of a batch where their amounts are told."""
    whole, details = _signed(entry), list(entry.iterfind("{*}NtryDtls/{*}TxDtls"))
    parts = [_part(one) for one in details]
    reference = _text(entry, "AcctSvcrRef") or f"{statement}/{_text(entry, 'NtryRef')}"
    booked_on = date.fromisoformat((_text(entry, "BookgDt/Dt") or _text(entry, "BookgDt/DtTm"))[:10])
    sign = 1 if whole >= 0 else -1
    if len(parts) > 1 and None not in parts and sum(one or 0 for one in parts) == abs(whole):
        return [
            _line(one, booked_on, sign * (part or 0), f"{reference}/{place}")
            for place, (one, part) in enumerate(zip(details, parts, strict=True), start=1)
        ]
    return [_line(details[0] if details else entry, booked_on, whole, reference)]


def _line(read: Any, booked_on: date, cents: int, reference: str) -> StatementLine:
    side = "Dbtr" if cents >= 0 else "Cdtr"
    structured = _text(read, "RmtInf/Strd/CdtrRefInf/Ref")
    told = structured or " ".join(one.text or "" for one in read.iterfind("{*}RmtInf/{*}Ustrd"))
    return StatementLine(
        booked_on=booked_on,
        cents=cents,
        reference=reference[:100],
        ogm=found_ogm(told),
        text=" ".join(told.split())[:500],
        name=(_text(read, f"RltdPties/{side}/Nm") or _text(read, f"RltdPties/{side}/Pty/Nm"))[:140],
        account=_text(read, f"RltdPties/{side}Acct/Id/IBAN"),
    )


def _part(details: Any) -> int | None:
    for path in ("Amt", "AmtDtls/TxAmt/Amt"):
        if (found := details.find(_path(path))) is not None:
            return _cents(found)
    return None


def _signed(read: Any) -> int:
    found = read.find("{*}Amt")
    if found is None:
        raise BankFileIncomplete(fact="Amt")
    return _cents(found) * (1 if _text(read, "CdtDbtInd") == "CRDT" else -1)


def _cents(amount: Any) -> int:
    if amount.get("Ccy", EURO) != EURO:
        raise BankFileForeignCurrency(currency=amount.get("Ccy"))
    value = Decimal(amount.text.strip()) * 100
    if not value.is_finite() or value != value.to_integral_value() or not 0 <= value <= 10**15:
        raise ValueError("an amount of whole cents")
    return int(value)


def _text(read: Any, path: str) -> str:
    found = read.find(_path(path))
    return (found.text or "").strip() if found is not None else ""


def _path(path: str) -> str:
    return "/".join(f"{{*}}{part}" for part in path.split("/"))
