"""The ways by which people are told something: a mail, a webhook, a note on the desk."""
