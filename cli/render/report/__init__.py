"""Reports: files for people, calendars, auditors and monitoring."""
