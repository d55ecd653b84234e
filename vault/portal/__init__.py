"""From a download link and a PIN to the file: the token service of a provider."""
