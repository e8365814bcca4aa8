"""Through the window the desk's own models read what is public, on a connection that can do nothing else."""

import pytest
from django.core.signals import request_started
from django.db import connections
from django.db.models import Count
from django.test.utils import CaptureQueriesContext

from negotiations.ledger.window import WindowRefusesWriting, open_window, window_at
from negotiations.models import Actor, Delegation, Talk
from tests.scenery import drafted, public_scenery, published

two_connections = [
    pytest.mark.django_db(transaction=True, databases=["default", "public"]),
    pytest.mark.two_connections,
    pytest.mark.usefixtures("committed"),
]


class TestOnTwoConnections:
    pytestmark = two_connections

    def test_reads_go_to_the_public_connection_and_none_to_the_desks(self) -> None:
        public_scenery()

        with CaptureQueriesContext(connections["default"]) as on_the_desk, open_window():
            titles = [
                talk.title for talk in Talk.objects.prefetch_related("delegations__party").select_related("process")
            ]

        assert titles == ["Istanbul talks", "Antalya talks"]
        assert on_the_desk.captured_queries == []

    def test_a_draft_cannot_be_found(self) -> None:
        drafted()

        with open_window():
            assert not Talk.objects.exists()
            assert not Actor.objects.filter(slug="ukraine").exists()

    def test_a_queryset_consumed_after_the_window_reads_nothing_of_the_desk(self) -> None:
        drafted()
        with open_window():
            talks = Talk.objects.all()
            late = talks.using("public")

        assert list(late) == []

    def test_grouping_works_on_views(self) -> None:
        public_scenery()

        with open_window():
            counted = dict(Talk.objects.annotate(n=Count("delegations")).values_list("slug", "n"))

        assert counted == {"istanbul": 1, "antalya": 0}

    def test_the_public_transaction_is_read_only_and_sees_one_snapshot(self) -> None:
        with open_window(), connections["public"].cursor() as cursor:
            cursor.execute("SELECT current_setting('transaction_read_only'), current_setting('transaction_isolation')")
            assert cursor.fetchone() == ("on", "repeatable read")
            cursor.execute("SHOW search_path")
            assert cursor.fetchone() == ("window_now, extensions, pg_temp",)

    def test_a_connection_that_was_ended_meanwhile_is_made_anew_and_keeps_the_promises(self) -> None:
        public = connections["public"]
        with open_window():
            pass
        before = public.connection.info.backend_pid
        with connections["default"].cursor() as owner:
            owner.execute("SET ROLE tracker_public")
            owner.execute("SELECT pg_terminate_backend(%s, 5000)", [before])
            owner.execute("RESET ROLE")

        request_started.send(sender=type(self))
        with open_window(), public.cursor() as cursor:
            cursor.execute("SELECT current_setting('transaction_read_only'), current_setting('transaction_isolation')")
            assert cursor.fetchone() == ("on", "repeatable read")
        assert public.connection.info.backend_pid != before

    def test_what_is_asked_of_now_and_of_the_past_in_turn_is_prepared_for_each(self) -> None:
        public_scenery()
        connections["public"].close()
        for _ in range(3):
            for revision in (None, 1):
                with open_window(revision):
                    list(Talk.objects.all())

        with connections["public"].cursor() as cursor:
            cursor.execute(
                """SELECT statement LIKE '%/* then */', generic_plans + custom_plans FROM pg_prepared_statements
                    WHERE statement LIKE '%FROM "negotiations_talk"%' ORDER BY 1"""
            )
            assert cursor.fetchall() == [(False, 2), (True, 2)]


@pytest.mark.django_db
class TestOnTheDesksConnection:
    def test_writing_in_the_window_is_refused(self) -> None:
        with open_window(), pytest.raises(WindowRefusesWriting, match=r"negotiations\.Talk"):
            Talk.objects.create(slug="planted")

    def test_inside_the_role_is_the_public_one(self) -> None:
        with open_window(), connections["default"].cursor() as cursor:
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == ("tracker_public",)

    def test_role_and_path_are_taken_back_at_the_end(self) -> None:
        with open_window():
            pass

        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT current_user = session_user, current_setting('search_path')")
            assert cursor.fetchone() == (True, "public,extensions")

    def test_they_are_taken_back_after_an_error_too(self) -> None:
        public_scenery()
        with pytest.raises(ZeroDivisionError), open_window():
            _ = 1 / 0

        assert Delegation.objects.count() == 1

    def test_an_unknown_revision_is_an_error(self) -> None:
        with pytest.raises(LookupError, match="no revision 7"), open_window(7):
            pass

    def test_turned_to_a_revision_it_shows_that_and_then_what_it_showed_before(self) -> None:
        scenery = public_scenery()
        scenery.istanbul.title = "Renamed"
        scenery.istanbul.save(update_fields=["title"])
        published(scenery.istanbul, kind="correction")

        def titles() -> list[str]:
            return list(Talk.objects.filter(slug="istanbul").values_list("title", flat=True))

        with open_window() as now:
            with window_at(1) as then:
                first = titles()
                with window_at(0):
                    before_all = titles()
                first_again = titles()
            newest = titles()

        assert (now.revision, then.revision) == (2, 1)
        assert (before_all, first, first_again, newest) == ([], ["Istanbul talks"], ["Istanbul talks"], ["Renamed"])

    def test_it_turns_back_after_an_error_and_never_to_what_is_not_there(self) -> None:
        public_scenery()

        with open_window():
            with pytest.raises(ZeroDivisionError), window_at(0):
                _ = 1 / 0
            for number in (-1, 2):
                with pytest.raises(LookupError, match=f"no revision {number}"), window_at(number):
                    pass
            assert Talk.objects.count() == 2
