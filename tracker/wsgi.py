"""The WSGI application: `granian --interface wsgi tracker.wsgi:application`."""

import logging
import os

from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
application = get_wsgi_application()


def _refuse_an_open_public_door() -> None:
    """Ends the process when the public door would be served by a role that may do more than read what is public.

    A database that is down does not stop the start: the window takes on the public role by itself, and answers are
    503 until the database is there.
    """
    from django.conf import settings
    from django.db import connections

    if not settings.SERVES_PUBLIC:
        return
    try:
        wrongs = run_checks(tags=["database"], databases=[settings.PUBLIC_ALIAS])
    except OperationalError as error:
        logging.getLogger("tracker").warning("The database does not answer yet: %s", str(error).strip())
        return
    finally:
        connections[settings.PUBLIC_ALIAS].close()  # this thread answers nothing, and a fork would share it
    if wrongs:
        raise ImproperlyConfigured(" ".join(f"{wrong.msg} {wrong.hint}" for wrong in wrongs))


_refuse_an_open_public_door()
