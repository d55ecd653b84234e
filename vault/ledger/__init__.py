"""The only write paths that several operations share: admit a pair, claim a link, record an event."""
