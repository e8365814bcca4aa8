"""The ledger: what was public at every revision, kept by PostgreSQL, and the window through which it is read."""
