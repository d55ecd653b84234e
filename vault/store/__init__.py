"""The SQLCipher store."""
