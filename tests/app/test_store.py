"""Nothing that someone corrected is lost or changed: on SQLite, and on a real PostgreSQL."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from glob import glob
from pathlib import Path

import pytest
from sqlalchemy import Engine, NullPool, create_engine, inspect, make_url, text
from sqlalchemy.exc import DatabaseError

from evoscope.abr.analysis import Options, analyze
from evoscope.abr.findings import Findings
from evoscope.abr.simulation import simulate_series
from evoscope.app.readings import (
    MarkLossType,
    MarkThreshold,
    MarkWave,
    Redo,
    Release,
    Undo,
)
from evoscope.app.readings.fold import NothingToTakeBackError
from evoscope.app.store.engine import HEAD, open_database, revision_of
from evoscope.app.store.errors import MissingError, StoreError
from evoscope.app.store.store import NewSeries, Store
from evoscope.app.store.tables import Base
from evoscope.app.store.views import SeriesQuery

MARK = MarkWave(kind="wave", level_db=60, wave="V", present=True, latency_ms=5.9)
_BINARIES = sorted(glob("/usr/lib/postgresql/*/bin"))  # noqa: PTH207 - Debian's place for them


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a database of these tests: on the server that EVOSCOPE_POSTGRES names, or on its own.

    A server of its own is reached through a socket in a private folder.
    """
    if given := os.environ.get("EVOSCOPE_POSTGRES"):
        with _database_of_its_own(given) as url:
            yield url
        return
    if not _BINARIES:
        pytest.skip("PostgreSQL's server is not installed (Debian: apt install postgresql)")
    home = tmp_path_factory.mktemp("pg")
    run = ["env"] if os.geteuid() else _as_someone_else(home)
    binaries = Path(_BINARIES[-1])

    def call(program: str, *arguments: str) -> None:
        subprocess.run(
            [*run, str(binaries / program), *arguments],
            check=True,
            capture_output=True,
            timeout=60,
            cwd=home,
        )

    data = str(home / "data")
    call("initdb", "-D", data, "-U", "evoscope", "-A", "trust", "--no-sync")
    options = f"-k {home} -c listen_addresses='' -c fsync=off"
    call("pg_ctl", "-D", data, "-o", options, "-l", str(home / "log"), "-w", "start")
    try:
        yield f"postgresql+psycopg://evoscope@/postgres?host={home}"
    finally:
        call("pg_ctl", "-D", data, "-m", "immediate", "stop")


@contextmanager
def _database_of_its_own(server: str) -> Iterator[str]:
    """Several processes of tests may share a server: each has a database there, for a while."""
    name = f"evoscope_{uuid.uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def _as_someone_else(home: Path) -> list[str]:
    """PostgreSQL refuses to run as root: run it as its own user, who has to reach the folder."""
    if shutil.which("runuser") is None:
        pytest.skip("PostgreSQL does not run as root, and there is no runuser")
    known = subprocess.run(["id", "postgres"], capture_output=True).returncode == 0
    user = "postgres" if known else "nobody"
    shutil.chown(home, user)
    for parent in [home, *home.parents]:
        if parent.stat().st_uid == os.geteuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o055)
    return ["runuser", "-u", user, "--"]


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "sqlite":
        store = Store(f"sqlite:///{tmp_path / 'store.sqlite'}")
    else:
        store = Store(request.getfixturevalue("postgres"))
    yield store
    for upload in store.uploads():
        store.delete_upload(upload.id)
    store.close()


@pytest.fixture(scope="session")
def findings() -> Findings:
    series, _ = simulate_series(true_threshold_db=22, levels_db=(20, 40, 60), seed=1)
    return analyze(series, options=Options(analyzer="classical"))


def add(store: Store, *findings: Findings) -> list[str]:
    upload = store.begin_upload(files=len(findings), pseudonymised=False)
    return store.end_upload(upload, series=[NewSeries(one, b"kept") for one in findings])


def named(findings: Findings, subject: str, threshold_db: float | None) -> Findings:
    info = findings.info.model_copy(update={"name": f"{subject} right click", "subject": subject})
    threshold = findings.threshold.model_copy(
        update={
            "value_db": threshold_db,
            "status": "inconclusive" if threshold_db is None else "estimated",
        }
    )
    return findings.model_copy(update={"info": info, "threshold": threshold})


def test_what_is_stored_comes_back_the_same(store: Store, findings: Findings) -> None:
    (series,) = add(store, findings)
    view = store.series(series)
    assert Findings.model_validate_json(view.findings) == findings
    assert store.recordings(series) == b"kept"
    assert view.summary.threshold_db == findings.threshold.value_db
    assert view.summary.created_at.tzinfo is not None


def test_another_analysis_stands_beside_the_first_and_leaves_corrections(
    store: Store, findings: Findings
) -> None:
    (series,) = add(store, findings)
    store.act(series, "anna", MARK)
    other = named(findings, "P3", 55.0)
    assert store.add_findings(series, other, {"filter_preset": "smooth"}) == 2
    assert Findings.model_validate_json(store.series(series).findings) == other
    first = store.series(series, version=1)
    assert Findings.model_validate_json(first.findings) == findings
    assert [one.options for one in first.versions] == [{}, {"filter_preset": "smooth"}]
    assert store.reading(series, "anna").waves[0].latency_ms == 5.9


def test_two_raters_do_not_see_or_undo_each_other(store: Store, findings: Findings) -> None:
    (series,) = add(store, findings)
    store.act(series, "anna", MARK)
    store.act(series, "bert", MarkThreshold(kind="threshold", value_db=40))
    with pytest.raises(NothingToTakeBackError):
        store.act(series, "carl", Undo(kind="undo"))
    assert store.act(series, "bert", Undo(kind="undo")).is_empty
    assert [one.rater for one in store.series(series).readings if not one.is_empty] == ["anna"]
    # What bert did and took back is still known.
    assert [one.act.kind for one in store.acts(series, "bert")] == ["threshold", "undo"]


@pytest.mark.parametrize("table", ["corrections", "findings"])
def test_the_database_itself_refuses_to_change_what_was_said(
    store: Store, findings: Findings, table: str
) -> None:
    (series,) = add(store, findings)
    store.act(series, "anna", MARK)
    with store.engine.connect() as connection, pytest.raises(DatabaseError, match="never changed"):
        connection.execute(text(f"UPDATE {table} SET created_at = created_at"))


def test_forgetting_an_upload_forgets_everything_of_it(store: Store, findings: Findings) -> None:
    (series,) = add(store, findings)
    store.act(series, "anna", MARK)
    store.delete_upload(store.series(series).summary.upload)
    for question in (store.series, store.recordings, store.delete_series):
        with pytest.raises(MissingError):
            question(series)
    with store.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            assert connection.execute(table.select()).all() == [], table.name


def test_series_are_found_sorted_and_paged(store: Store, findings: Findings) -> None:
    ids = add(store, *(named(findings, f"P{i}", level) for i, level in enumerate((30, None, 10))))
    store.act(ids[2], "anna", MARK)

    def found(**query: object) -> list[str]:
        page = store.search(SeriesQuery.model_validate(query))
        return [one.subject for one in page.series]

    assert found(sort="threshold_db", order="up") == ["P2", "P0", "P1"]
    assert found(sort="threshold_db", order="down") == ["P0", "P2", "P1"]
    assert found(sort="name", order="up", limit=1, offset=1) == ["P1"]
    assert found(status="inconclusive") == ["P1"]
    assert found(corrected=True) == ["P2"]
    assert found(subject="P0") == ["P0"]
    assert found(text="p1 RIGHT") == ["P1"]
    assert found(text="%") == []
    assert store.search(SeriesQuery(limit=1)).total == 3


def test_lists_are_by_what_people_say_where_they_say_it(store: Store, findings: Findings) -> None:
    ids = add(store, *(named(findings, f"P{i}", level) for i, level in enumerate((30, 20, 10))))
    store.act(ids[2], "anna", MarkThreshold(kind="threshold", value_db=50))
    store.act(ids[2], "bert", MarkThreshold(kind="threshold", value_db=25))
    store.act(ids[0], "bert", MarkThreshold(kind="threshold", status="no_response"))
    store.act(ids[1], "anna", MarkLossType(kind="loss_type", value="chl"))

    def found(**query: object) -> list[str]:
        asked = {"sort": "threshold_db", "order": "up", **query}
        return [one.subject for one in store.search(SeriesQuery.model_validate(asked)).series]

    assert found() == ["P2", "P1", "P0"]  # nobody's: as analyzed
    assert found(rater="anna") == ["P1", "P0", "P2"]
    assert found(rater="*") == ["P1", "P2", "P0"]  # bert's came later than anna's
    assert found(rater="*", status="no_response") == ["P0"]
    assert found(rater="anna", status="no_response") == []
    assert found(rater="*", loss_type="chl") == ["P1"]
    assert found(rater="bert", loss_type="chl") == []
    # What is taken back no longer counts, and an earlier mark of another does again.
    store.act(ids[2], "bert", Undo(kind="undo"))
    assert found(rater="*") == ["P1", "P2", "P0"]
    (row,) = [one for one in store.search(SeriesQuery(rater="*")).series if one.id == ids[2]]
    assert row.threshold_mark is not None
    assert (row.threshold_mark.rater, row.threshold_mark.value_db) == ("anna", 50)
    assert row.threshold_db == 10  # the analysis's own stays beside it


def test_corrected_by_names_who_did_not_take_everything_back(
    store: Store, findings: Findings
) -> None:
    (series,) = add(store, findings)

    def told() -> tuple[list[str], ...]:
        (row,) = store.search(SeriesQuery()).series
        assert row.raters == store.series(series).summary.raters
        return list(row.raters), store.raters()

    def is_found(*, corrected: bool) -> bool:
        return store.ids(SeriesQuery(corrected=corrected)) == [series]

    store.act(series, "bert", MarkThreshold(kind="threshold", value_db=40))
    store.act(series, "anna", MARK)
    assert told() == (["anna", "bert"], ["anna", "bert"])
    store.act(series, "bert", Undo(kind="undo"))
    assert told() == (["anna"], ["anna"])
    assert is_found(corrected=True)
    store.act(series, "anna", Release(kind="release", level_db=MARK.level_db, wave=MARK.wave))
    assert told() == ([], [])
    assert is_found(corrected=False)
    assert store.act(series, "bert", Redo(kind="redo")).threshold is not None
    assert told() == (["bert"], ["bert"])
    assert is_found(corrected=True)


def test_acts_made_at_once_are_all_kept(store: Store, findings: Findings) -> None:
    (series,) = add(store, findings)

    def work() -> None:
        for _ in range(5):
            store.act(series, "anna", MARK)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.number for one in store.acts(series, "anna")] == list(range(1, 21))


def test_uploads_that_a_kill_interrupted_say_so(store: Store, findings: Findings) -> None:
    running = store.begin_upload(files=3, pseudonymised=True)
    (series,) = add(store, findings)
    assert store.mark_interrupted() == 1
    assert store.upload(running).state == "interrupted"
    assert store.upload(store.series(series).summary.upload).state == "done"


def test_the_tables_are_those_of_the_code(store: Store) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    assert revision_of(store.engine) == HEAD
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, Base.metadata) == []


def at_revision(url: str, revision: str) -> Engine:
    """A database as an earlier version made it."""
    from alembic import command
    from alembic.config import Config

    import evoscope.app.store.engine as engine

    config = Config()
    config.set_main_option("script_location", str(Path(engine.__file__).parent / "migrations"))
    made = create_engine(url, poolclass=NullPool)
    with made.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    return made


def fill(engine: Engine, findings: Findings) -> None:
    """Put a series into a database of the first revision, with acts of three raters."""
    now = "2026-01-01 00:00:00"
    threshold = findings.threshold
    rows = {
        "uploads": {"id": "u", "created_at": now, "state": "done", "files": 1,
                    "pseudonymised": False, "errors": "[]", "skipped": "[]"},
        "series": {"id": "s", "upload_id": "u", "position": 0, "created_at": now, "name": "P3",
                   "subject": "P3", "ear": "right", "species": "human", "stimulus": "click",
                   "recordings": b"kept"},
        "findings": {"id": 1, "series_id": "s", "version": 1, "created_at": now, "options": "{}",
                     "analyzer": "classical", "status": threshold.status, "loss_type": "normal",
                     "threshold_db": threshold.value_db, "levels": 3, "warnings": 0,
                     "document": findings.model_dump_json()},
    }  # fmt: skip
    with engine.begin() as connection:
        for table, row in rows.items():
            values = ", ".join(f":{name}" for name in row)
            connection.execute(
                text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})"), row
            )
        said = {"kind": "threshold", "status": "estimated", "value_db": 40}
        named = {"kind": "loss_type", "value": "chl"}
        absent = {"kind": "wave", "level_db": 60, "wave": "I", "present": False}
        acts = (
            ("anna", said),
            ("anna", {"kind": "undo"}),
            ("bert", said),
            ("bert", named),
            ("carl", absent),
        )
        for number, (rater, act) in enumerate(acts, start=1):
            connection.execute(
                text(
                    "INSERT INTO corrections (series_id, rater, number, created_at,"
                    " findings_version, act) VALUES ('s', :rater, :number, :now, 1, :act)"
                ),
                {"rater": rater, "number": number, "now": now, "act": json.dumps(act)},
            )


@pytest.fixture(params=["sqlite", "postgresql"])
def earlier(request: pytest.FixtureRequest, tmp_path: Path, findings: Findings) -> Iterator[str]:
    """URL of a database of the first revision that holds a series."""
    if request.param == "sqlite":
        made = at_revision(url := f"sqlite:///{tmp_path / 'earlier.sqlite'}", "0001")
        fill(made, findings)
        yield url
        return
    with _database_of_its_own(request.getfixturevalue("postgres")) as url:
        made = at_revision(url, "0001")
        fill(made, findings)
        yield url


def test_an_earlier_store_is_brought_along_and_still_refuses_changes(
    earlier: str, findings: Findings
) -> None:
    store = Store(earlier)
    (row,) = store.search(SeriesQuery()).series
    assert row.level_reference == findings.threshold.level_reference == "nHL"
    assert row.raters == ("bert", "carl")  # anna took hers back; carl marked a wave alone
    (anna,), (bert,) = (store.search(SeriesQuery(rater=who)).series for who in ("anna", "*"))
    assert (anna.threshold_mark, anna.loss_mark) == (None, None)  # she took it back
    assert bert.threshold_mark is not None
    assert bert.loss_mark is not None
    assert (bert.threshold_mark.rater, bert.threshold_mark.value_db) == ("bert", 40)
    assert bert.loss_mark.value == "chl"
    with store.engine.connect() as connection, pytest.raises(DatabaseError, match="never changed"):
        connection.execute(text("UPDATE findings SET level_reference = 'SPL'"))
    store.close()


def test_a_step_that_fails_leaves_the_store_as_it_was(earlier: str, findings: Findings) -> None:
    made = create_engine(earlier, poolclass=NullPool)
    broken = "INSERT INTO findings SELECT 2, series_id, 2, created_at, options, analyzer, status, "
    broken += "threshold_db, low_db, high_db, loss_type, levels, warnings, '{' FROM findings"
    with made.begin() as connection:
        connection.execute(text(broken))
    with pytest.raises(json.JSONDecodeError):
        open_database(earlier)
    assert revision_of(made) == "0001"
    with made.begin() as connection:
        connection.execute(text("DELETE FROM findings WHERE id = 2"))
    store = Store(earlier)  # not half of it done already
    assert store.search(SeriesQuery()).total == 1
    store.close()


def tables_of(engine: Engine) -> dict[str, object]:
    """Columns, keys, indexes and constraints of every table, whatever their order."""
    look = inspect(engine)
    return {
        table: (
            sorted((c["name"], str(c["type"]), c["nullable"]) for c in look.get_columns(table)),
            look.get_pk_constraint(table),
            sorted(look.get_foreign_keys(table), key=str),
            sorted(look.get_unique_constraints(table), key=str),
            sorted(look.get_indexes(table), key=str),
        )
        for table in look.get_table_names()
    }


def test_a_store_that_begins_today_is_as_one_that_came_all_the_way(earlier: str) -> None:
    engine = open_database(earlier)
    migrated = tables_of(engine)
    if engine.dialect.name == "sqlite":
        fresh = open_database(f"{earlier}.fresh")
    else:
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE"))
            connection.execute(text("CREATE SCHEMA public"))
        fresh = open_database(earlier)
    assert tables_of(fresh) == migrated
    assert revision_of(fresh) == HEAD
    engine.dispose()
    fresh.dispose()


def test_a_table_of_someone_else_is_not_taken_for_ours(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'theirs.sqlite'}"
    theirs = create_engine(url, poolclass=NullPool)
    with theirs.begin() as connection:
        connection.execute(text("CREATE TABLE uploads (theirs TEXT)"))
    with pytest.raises(StoreError):
        open_database(url)
    assert inspect(theirs).get_table_names() == ["uploads"]


def test_head_is_the_last_migration() -> None:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    import evoscope.app.store.engine as engine

    config = Config()
    config.set_main_option("script_location", str(Path(engine.__file__).parent / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_an_sqlite_store_survives_a_kill_of_its_server(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    Store(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://u:secret@host/x", "one of sqlite, postgresql"),
        ("no url", "SQLAlchemy URL"),
        ("postgresql+psycopg://u:secret@127.0.0.1:1/x", "should answer"),
        ("sqlite:////no/such/folder/x.sqlite", "should answer"),
    ],
)
def test_a_database_that_cannot_be_opened_is_explained_without_its_password(
    url: str, said: str
) -> None:
    with pytest.raises(StoreError, match=said) as error:
        open_database(url)
    assert "secret" not in str(error.value)


def test_a_database_of_a_later_version_is_not_touched(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    engine = open_database(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StoreError, match="of this version"):
        open_database(url)
