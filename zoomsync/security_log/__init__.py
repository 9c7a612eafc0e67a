"""The security log: rows of who got in, was kept out or changed that (Settings > Security log)."""
