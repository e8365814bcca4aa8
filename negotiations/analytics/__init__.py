"""What the records say together: querysets in, dataclasses out, no HTTP."""
