"""One writer among many, a process of its own: `python -m tests.publication.writer publish|retract SLUG,SLUG TIMES`.

Says `ready` and waits for a line; then publishes TIMES revisions, each of which gives both talks the same new title, or
retracts them once. Prints `done`, or `refused` with the reason.
"""

import os
import sys


def main(act: str, slugs: list[str], times: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    import django

    django.setup()
    from negotiations import publication
    from negotiations.models import Talk
    from tests.scenery import editor

    by = editor()
    seen = list(Talk.objects.filter(slug__in=slugs).order_by("slug"))
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        for number in range(times) if act == "publish" else ():
            for talk in seen:  # one after the other: to hold both could deadlock with whoever locks them by their ids
                Talk.objects.filter(pk=talk.pk).update(title=f"{slugs[0]} {number}")
            publication.publish(seen, by=by, kind="editorial", note=f"{slugs[0]} {number}")
        if act == "retract":
            publication.retract(seen, by=by, note="It was another meeting.")
        print("done", flush=True)
    except publication.Refused as refused:
        print(f"refused: {refused}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2].split(","), int(sys.argv[3]))
