"""The page at `/`: a reference dashboard that is itself only a client of the public API, and asks no database."""
