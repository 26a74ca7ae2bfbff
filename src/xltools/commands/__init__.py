"""One module per command of the command line: each parses, calls the functions of the package, and prints."""
