"""The tables of docs/text.md and docs/text-changes.md, from the content of result files."""

from __future__ import annotations

import json

from evoscope.measure.results import short_commit
from evoscope.text.benchmark import backbone_table, page, speed_table
from evoscope.text.benchmark.document import TextEvaluation


def figure_tables(content: str) -> dict[str, str]:
    """Tables of the evaluation, by name.

    Args:
        content: of ``text.json``.
    """
    found = TextEvaluation.model_validate_json(content)
    texts = sum(one.texts for one in found.data)
    return {
        "text-about": f"Pack {found.pack.name} {found.pack.version} "
        f"(`{found.pack.sha256[:12]}`), {found.precision}, {texts:,} texts of "
        f"{len(found.data)} dev parts, commit `{short_commit(found.commit)}`.",
        "text-goals": page.markdown(page.GOAL_HEAD, page.goal_rows(found.goals)),
        "text-figures": page.markdown(page.FIGURE_HEAD, page.figure_rows(found)),
        "text-pairs": page.markdown(page.PAIR_HEAD, page.pair_rows(found)),
        "text-lost": page.markdown(page.LOST_HEAD, page.lost_rows(found)),
        "text-changes": page.markdown(page.CHANGE_HEAD, page.change_rows(found)),
        "text-int8": page.markdown(page.PRECISION_HEAD, page.precision_rows(found)),
        "text-company": page.markdown(page.COMPANY_HEAD, page.company_rows(found)),
        "text-reliability": page.markdown(page.BIN_HEAD, page.reliability_rows(found.reliability)),
    }


def speed_tables(content: str) -> dict[str, str]:
    """Tables of speed and memory, by name.

    Args:
        content: of ``text_speed.json``.
    """
    found = json.loads(content)
    table = page.markdown(speed_table.SPEED_HEAD, speed_table.speed_rows(found))
    return {"text-speed": f"{table}\n\n{speed_table.speed_note(found)}"}


def backbone_tables(content: str) -> dict[str, str]:
    """Tables of encoders, by name.

    Args:
        content: of ``text_backbones.json``.
    """
    rows = json.loads(content)["encoders"]
    speed = page.markdown(backbone_table.SPEED_HEAD, backbone_table.speed(rows))
    quality = page.markdown(backbone_table.QUALITY_HEAD, backbone_table.quality(rows))
    return {"text-backbones": speed, "text-backbone-probes": quality}
