"""Write the fit report: one JSON, one page."""

from __future__ import annotations

from pathlib import Path

from evoscope.abr.benchmark.evaluation import write_text
from evoscope.abr.benchmark.fit.curve_pictures import (
    amplitude_picture,
    example_picture,
    latency_picture,
)
from evoscope.abr.benchmark.fit.curves import (
    amplitude_curve,
    latency_curve,
    normal_adult_clicks,
)
from evoscope.abr.benchmark.fit.document import FitReport
from evoscope.abr.benchmark.fit.marginals import PUBLISHED_PATIENTS, compare, distances
from evoscope.abr.benchmark.fit.page import Pictures, render_page
from evoscope.abr.benchmark.fit.pictures import marginal_pictures
from evoscope.abr.benchmark.fit.real import compare_with_real
from evoscope.abr.benchmark.fit.table import Table, read_table
from evoscope.abr.cohort import Cohort, is_simulated
from evoscope.abr.report.canvas import style
from evoscope.abr.simulation.profiles import PROFILES, get_profile


def write_fit_report(cohort: Cohort, folder: Path) -> FitReport:
    """Compare a cohort with what is published and write ``fit.json`` and ``fit.html``.

    Args:
        cohort: simulated; an imported one is compared as it is, and called real.
        folder: where to write; made where there is none. Earlier reports in it are replaced.

    Returns:
        What was written as JSON.

    Raises:
        FormatError: a damaged cohort, or one without alternating recordings of known class.
        OSError: the folder cannot be written.
    """
    table = read_table(cohort)
    profile = profile_of(cohort, table)
    marginals = compare(table, promised=profile == "clinic")
    ears = normal_adult_clicks(table)
    latency, amplitude = latency_curve(ears), amplitude_curve(ears)
    real, noise = compare_with_real()
    patients = table.frame["patient_id"].nunique()
    report = FitReport(
        cohort=cohort.path.name,
        sha256=cohort.table_sha256(),
        profile=profile,
        simulated=is_simulated(cohort),
        recordings=len(table.frame),
        patients=patients,
        notes=tuple(_notes(cohort, table, profile, patients)),
        marginals=marginals,
        distances=distances(table, marginals),
        latency=latency,
        amplitude=amplitude,
        real=real,
    )
    with style():
        pictures = Pictures(
            marginals=marginal_pictures(table, marginals),
            curves=tuple(
                p for p in (latency_picture(ears, latency), amplitude_picture(amplitude)) if p
            ),
            examples=example_picture(cohort, table),
            noise=noise,
        )
    page = render_page(report, pictures)
    write_text(report.model_dump_json(indent=1) + "\n", folder / "fit.json")
    write_text(page, folder / "fit.html")
    return report


def profile_of(cohort: Cohort, table: Table) -> str:
    """Name of the profile that made a cohort: as it states, or as its patients are named."""
    stated = cohort.metadata.provenance.get("profile")
    if isinstance(stated, str):
        return stated
    named = str(table.frame["patient_id"].iloc[0]).split("-")[0]
    return named if named in PROFILES and is_simulated(cohort) else ""


def _notes(cohort: Cohort, table: Table, profile: str, patients: int) -> list[str]:
    notes = []
    if profile != "clinic":
        notes.append(
            f"This is not the clinic profile ({profile or 'none is stated'}): the published "
            "figures are of that clinic, so nothing was promised here."
        )
    elif (shift := get_profile(profile).ear.threshold_shift_db) != 0.0:
        notes.append(
            f"Ears of this clinic answer {-shift:g} dB below the norm: fitted to how often wave V "
            "is marked. So its few adults come early beside the tables of wave V over level, as at "
            "a level that much higher, and are larger; the profile 'adult' follows the tables."
        )
    if patients != PUBLISHED_PATIENTS:
        notes.append(
            f"The published clinic has {PUBLISHED_PATIENTS} patients, this cohort {patients}: "
            "counts are scaled and not judged, and chance moves the other figures more."
        )
    if (table.frame["weight"] != 1.0).any():
        notes.append(
            "This cohort is enriched: rows count by their weight, so the figures are those of the "
            "clinic that it was made from; single polarities and curves aside."
        )
    if len(table.frame) < cohort.n_rows:
        notes.append(
            f"{cohort.n_rows - len(table.frame)} rows were left out: single polarities, or rows "
            "without class, Fmp or residual noise."
        )
    return notes
