"""Files → returns: the guarded archive, its cells, two-key location, typed figures."""
