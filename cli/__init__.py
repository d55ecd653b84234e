"""The program ``certvault``: reads the command line, asks the person, calls the library, shows the result."""
