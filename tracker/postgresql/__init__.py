"""Django's PostgreSQL backend, whose migrations keep ledger twins in step and whose GROUP BY names every column."""
