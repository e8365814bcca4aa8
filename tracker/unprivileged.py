"""How to run PostgreSQL's programs, which refuse root: as ourselves, in a user namespace, or as a powerless user."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass, field
from pathlib import Path


class CannotRunError(Exception):
    """Nobody we can be is accepted by PostgreSQL and reaches its folders; the message says what to do."""


@dataclass(frozen=True)
class Runner:
    """How to run a program as somebody PostgreSQL accepts: words before the command, and who then owns the files."""

    prefix: list[str] = field(default_factory=list)
    owner: tuple[int, int] | None = None  # None: the files stay ours

    def own(self, path: Path) -> None:
        """Give `path` and all in it to the owner; called for nothing but what this module made."""
        for place, _, names in os.walk(path) if self.owner else ():
            for name in (place, *(os.path.join(place, name) for name in names)):
                os.chown(name, *self.owner or (-1, -1), follow_symlinks=False)


def runner_for(folder: Path, data: Path, binaries: Path) -> Runner:
    """Ourselves; for root a user namespace, where files stay root's; where that is forbidden, a user without rights."""
    me, owner = os.geteuid(), (data if data.exists() else folder).stat().st_uid
    if me != 0:
        if data.exists() and owner != me:
            raise CannotRunError(f"{data} belongs to user {owner}; start as that user, or move the folder away.")
        return Runner() if any(account.pw_uid == me for account in pwd.getpwall()) else mapped() or Runner()
    here = mapped() if owner == 0 or not data.exists() else None
    # Done, not asked for: access(2) leaves out the rights that setpriv lends.
    wanted = ["sh", "-c", 'cd "$1" && exec "$0" --version', str(binaries / "postgres"), str(folder)]
    for runner in [here] if here else _handed_over(data):
        if subprocess.run([*runner.prefix, *wanted], capture_output=True, check=False).returncode == 0:
            runner.own(data)
            return runner
    raise CannotRunError(
        "PostgreSQL refuses to run as root, and without root's rights it cannot reach "
        f"{binaries} or {folder}: put the project where others may read it (such as /srv), or set DATABASE_URL."
    )


def _nobody() -> pwd.struct_passwd:
    """An account without rights; initdb insists that the number it runs under has a name."""
    accounts = [account for account in pwd.getpwall() if account.pw_uid != 0]
    return next((account for account in accounts if account.pw_name == "nobody"), accounts[0])


def mapped() -> Runner | None:
    """Ourselves under another number: files stay ours and no account is needed, but containers often forbid it."""
    prefix = ["unshare", "--user", f"--map-user={_nobody().pw_uid}", f"--map-group={_nobody().pw_gid}"]
    try:
        allowed = subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return None
    return Runner(prefix) if allowed else None


# What a powerless user may need to pass through a folder that is root's alone: to read, or (in most containers) more.
PASSING = ("", "dac_read_search", "dac_override")


def _handed_over(data: Path) -> list[Runner]:
    """The owner of the data; nobody, where there is none yet or it is still root's. The least rights come first."""
    uid, gid = (data.stat().st_uid, data.stat().st_gid) if data.exists() else (0, 0)
    if uid == 0:
        uid, gid = _nobody().pw_uid, _nobody().pw_gid
    become = ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups"]
    rights = ([f"--inh-caps=+{right}", f"--ambient-caps=+{right}"] if right else [] for right in PASSING)
    return [Runner([*become, *right], (uid, gid)) for right in rights]
