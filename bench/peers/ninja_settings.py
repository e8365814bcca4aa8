"""The tracker's settings of a public process, with the addresses of django-ninja and no middleware."""

from tracker.settings import *

ROOT_URLCONF = "bench.peers.ninja"
MIDDLEWARE = []
SILENCED_SYSTEM_CHECKS = ["drf_spectacular.E001"]
