"""The desk API: drafts, their versions, submissions and the editorial acts, for staff's programs with tokens."""
