"""Audit: who did what, and when. Written in the transaction that did it; the database refuses to change a line."""

from domain.audit.entries import (
    AuditEntry as AuditEntry,
    list_entries as list_entries,
    list_reads as list_reads,
    plain as plain,
    record as record,
    record_many as record_many,
)
