"""Installing a pair into a certificate store of this machine, by the store's own program."""
