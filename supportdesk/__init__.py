"""The desk's outermost part: settings, addresses, servers, the run command. The apps know nothing of it."""
