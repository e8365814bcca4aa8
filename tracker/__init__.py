"""Wiring: settings, environment, urls, the embedded PostgreSQL and the database backend. No domain words here."""
