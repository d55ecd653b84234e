"""A mailbox on a server (IMAP, RFC 3501): opened over TLS alone, and only read unless a person asks for more."""
