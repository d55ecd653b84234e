"""Provider profiles: data that describes who mails what, and where its links may lead."""
