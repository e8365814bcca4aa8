"""The REST API: strict, read-only at the public door, described by openapi.yaml. Only here is REST framework known."""
