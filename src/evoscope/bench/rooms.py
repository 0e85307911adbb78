"""The tables of what stands around the analyzers: the service, the cluster, the training loop."""

from __future__ import annotations

import json

from evoscope.app.benchmark.table import service_table
from evoscope.bench.first_view import first_view_table
from evoscope.bench.frames import frames_table
from evoscope.bench.loop import loop_table
from evoscope.bench.table import Table
from evoscope.scale.page import tables as scale_tables

ROOMS: tuple[Table, ...] = (
    Table(
        "docs/service.md",
        "service",
        ("service.json",),
        lambda content: service_table(json.loads(content)),
    ),
    Table(
        "docs/service.md",
        "first-view",
        ("first_view.json",),
        lambda content: first_view_table(json.loads(content)),
    ),
    *(
        Table(
            "docs/scale.md",
            name,
            ("scale.json",),
            lambda content, name=name: scale_tables(json.loads(content))[name],
        )
        for name in ("scale-about", "scale-measured", "scale-billion", "scale-one")
    ),
    Table(
        "docs/benchmarks.md",
        "page-frames",
        ("page_frames.json",),
        lambda content: frames_table(json.loads(content)),
    ),
    Table(
        "docs/multitask.md",
        "overhead",
        ("multitask_overhead.json",),
        lambda content: loop_table(json.loads(content)),
    ),
)
