"""From a mail to the download links inside it."""
