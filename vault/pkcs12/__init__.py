"""Opening PKCS#12 files: proof of the PIN, limits, and telling apart what is wrong."""
