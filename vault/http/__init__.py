"""HTTP as all of certvault speaks it: one factory of clients, one way to send a request and take in its answer."""
