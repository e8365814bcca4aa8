"""django-ninja's application: `granian --interface wsgi bench.peers.ninja_wsgi:application`."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
