"""Bank files made up for tests and demonstrations, as a bank would write them."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from domain.payments.bank_statements import BankFormat, BankStatement, StatementLine

NS = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"
LATEST = 9999


def write_bank_file(statement: BankStatement, format_: BankFormat) -> bytes:
    return write_coda(statement) if format_ is BankFormat.CODA else write_camt(statement)


def write_coda(statement: BankStatement, *, encoding: str = "windows-1252") -> bytes:
    """One statement; its lines must be of one day or in order, and at most 9,999 of them carry a sequence."""
    day = max((line.booked_on for line in statement.lines), default=None)
    dated = f"{day:%d%m%y}" if day else "010126"
    account = f"{statement.account:<34}EUR"
    moves = [record for place, line in enumerate(statement.lines, start=1) for record in _moves(place, line)]
    credit = sum(line.cents for line in statement.lines if line.cents > 0)
    debit = -sum(line.cents for line in statement.lines if line.cents < 0)
    records = [
        f"00000{dated}00005        00000000  {'Demonstratie':<26}{'GEBABEBB':<11}00403019261 00000{'':<37}2"[
            :127
        ].ljust(127)
        + "2",
        f"12001{account}{_amount(statement.old_cents)}{dated}{'Demonstratie':<26}{'Zichtrekening':<35}001",
        *moves,
        f"8001{account}{_amount(statement.new_cents)}{dated}{'':<64}0",
        f"9{'':<15}{len(moves) + 2:06}{debit * 10:015}{credit * 10:015}{'':<75}2",
    ]
    return "".join(f"{record:<128}\r\n" for record in records).encode(encoding, "replace")


def _moves(place: int, line: StatementLine) -> list[str]:
    sequence, dated = f"{(place - 1) % LATEST + 1:04}0000", f"{line.booked_on:%d%m%y}"
    digits = "".join(filter(str.isdigit, line.ogm or ""))
    told = f"1101{digits}" if digits else f"0{line.text[:100]}"
    first, second = f"{told[:54]:<54}", f"{told[54:107]:<53}"
    name = f"{line.name[:35]:<35}"
    return [
        f"21{sequence}{line.reference[:21]:<21}{_amount(line.cents)}{dated}00150000{first}{dated}00101 0",
        f"22{sequence}{second}{'':<35}{'':<11}{'':<16}1 0",
        f"23{sequence}{line.account[:34]:<37}{name}{'':<43}0 0",
    ]


def _amount(cents: int) -> str:
    return f"{int(cents < 0)}{abs(cents) * 10:015}"


def write_camt(statement: BankStatement) -> bytes:
    entries = "".join(map(_entry, statement.lines))
    balances = _balance("OPBD", statement.old_cents) + _balance("CLBD", statement.new_cents)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{NS}"><BkToCstmrStmt><Stmt><Id>DEMO</Id>'
        f"<Acct><Id><IBAN>{escape(statement.account)}</IBAN></Id></Acct>{balances}{entries}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _balance(code: str, cents: int) -> str:
    return f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_euros(cents)}</Bal>"


def _entry(line: StatementLine) -> str:
    side = "Dbtr" if line.cents >= 0 else "Cdtr"
    told = (
        f"<Strd><CdtrRefInf><Ref>{''.join(filter(str.isdigit, line.ogm))}</Ref></CdtrRefInf></Strd>"
        if line.ogm
        else f"<Ustrd>{escape(line.text)}</Ustrd>"
    )
    return (
        f"<Ntry>{_euros(line.cents)}<BookgDt><Dt>{line.booked_on}</Dt></BookgDt>"
        f"<AcctSvcrRef>{escape(line.reference)}</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><{side}>"
        f"<Nm>{escape(line.name)}</Nm></{side}><{side}Acct><Id><IBAN>{escape(line.account)}</IBAN></Id></{side}Acct>"
        f"</RltdPties><RmtInf>{told}</RmtInf></TxDtls></NtryDtls></Ntry>"
    )


def _euros(cents: int) -> str:
    whole, rest = divmod(abs(cents), 100)
    return f'<Amt Ccy="EUR">{whole}.{rest:02}</Amt><CdtDbtInd>{"CRDT" if cents >= 0 else "DBIT"}</CdtDbtInd>'


def demonstration(account: str, lines: Sequence[StatementLine], *, old_cents: int = 100_000) -> BankStatement:
    new = old_cents + sum(line.cents for line in lines)
    return BankStatement(account=account, old_cents=old_cents, new_cents=new, lines=lines)
