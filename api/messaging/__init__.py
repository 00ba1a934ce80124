"""Messaging over HTTP: events, the audit trail, the outbox; and in test mode the mailbox and the clock."""
