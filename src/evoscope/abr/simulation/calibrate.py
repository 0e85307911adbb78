"""Print the clinic's marginals next to the published ones.

Run it as ``python -m evoscope.abr.simulation.calibrate [PATIENTS [SEED]]``.
"""

from __future__ import annotations

import sys
import time

from evoscope.abr.simulation.marginals import clinic_marginals, gather
from evoscope.abr.simulation.patients import simulate_patients
from evoscope.abr.simulation.targets import CLINIC_TARGETS


def table(found: dict[str, float]) -> str:
    """Lay out target against got, marking what was promised and not met.

    Example:
        >>> print(table({"V marked, %": 70.0}).splitlines()[1])
        V marked, %                                    74.600     70.000   MISSED
    """
    lines = [f"{'marginal':<42} {'target':>10} {'got':>10}"]
    for name, target in CLINIC_TARGETS.items():
        if name in found:
            met = target.met_by(found[name])
            word = {None: "", True: "met", False: "MISSED"}[met]
            lines.append(f"{name:<42} {target.value:>10.3f} {found[name]:>10.3f}   {word}".rstrip())
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Simulate a clinic and compare; exit code 1 when a promise is not kept."""
    patients = int(arguments[0]) if arguments else 2038
    seed = int(arguments[1]) if len(arguments) > 1 else 1
    start = time.process_time()
    found = clinic_marginals(gather(simulate_patients("clinic", patients=patients, seed=seed)))
    cost_ms = 1e3 * (time.process_time() - start) / found["recordings"]
    print(table(found))
    print(f"{cost_ms:.2f} ms of CPU per recording")
    missed = [n for n, t in CLINIC_TARGETS.items() if n in found and t.met_by(found[n]) is False]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
