"""Two task queues on PostgreSQL that do the same leasing: their own schemas and public interfaces, every job due."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import asyncpg
import psycopg
from pgqueuer.db import AsyncpgDriver
from pgqueuer.queries import EntrypointExecutionParameter, Queries
from pgqueuer.types import QueueEntrypoint, QueueManagerId
from procrastinate import App, PsycopgConnector, SyncPsycopgConnector

from benchmarks.harness.servers import plain
from benchmarks.harness.workers import AsyncClaim

WANTED = 5
_AT_ONCE = 50_000
_ENTRYPOINT = QueueEntrypoint("call")


def fill_pgqueuer(url: str, rows: int) -> None:
    """Install its schema and add jobs by its own `enqueue`."""

    async def fill() -> None:
        connection = await asyncpg.connect(plain(url))
        queries = Queries(AsyncpgDriver(connection))
        await queries.install()
        for start in range(0, rows, _AT_ONCE):
            n = min(_AT_ONCE, rows - start)
            await queries.enqueue([_ENTRYPOINT] * n, [None] * n, [0] * n)
        await connection.close()

    asyncio.run(fill())


async def open_pgqueuer(url: str, _number: int, _beside: int) -> AsyncClaim:
    """Open the worker's own connection."""
    queries = Queries(AsyncpgDriver(await asyncpg.connect(plain(url))))
    entrypoints = {_ENTRYPOINT: EntrypointExecutionParameter(concurrency_limit=0)}
    manager = QueueManagerId(uuid4())

    async def claim() -> int:
        return len(await queries.dequeue(WANTED, entrypoints, manager, None, timedelta(minutes=30)))

    return claim


def fill_procrastinate(url: str, rows: int) -> None:
    """Install its schema and add the jobs in one statement, without its notifications."""
    with App(connector=SyncPsycopgConnector(conninfo=plain(url))).open() as app:
        app.schema_manager.apply_schema()
    with psycopg.connect(plain(url)) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name) SELECT 'calls', 'call' FROM generate_series(1, %s)",
            (rows,),
        )


_apps: dict[str, App] = {}


async def open_procrastinate(url: str, _number: int, beside: int) -> AsyncClaim:
    """Open a pool with one connection for each worker of the process. A call leases one job, so five calls are a
    claim."""
    if url not in _apps:
        _apps[url] = App(connector=PsycopgConnector(conninfo=plain(url), min_size=beside, max_size=beside))
        await _apps[url].open_async()
    jobs = _apps[url].job_manager
    worker_id = await jobs.register_worker()

    async def claim() -> int:
        return len([job for _ in range(WANTED) if (job := await jobs.fetch_job(["calls"], worker_id)) is not None])

    return claim
