from collections.abc import Callable

from evoscope.abr.findings import Findings
from evoscope.abr.report.names import series_names, slugs

Factory = Callable[..., Findings]


def test_different_series_keep_their_names(series_factory: Factory) -> None:
    series = [series_factory(s, levels=(10.0,)) for s in ("P3", "P6")]
    assert series_names(series) == ("P3 right click", "P6 right click")


def test_rate_and_transducer_tell_apart_what_the_name_does_not(series_factory: Factory) -> None:
    slow, fast = (series_factory(levels=(10.0,), rate_hz=rate) for rate in (11.1, 61.1))
    assert series_names([slow, fast]) == ("P3 right click 11.1/s", "P3 right click 61.1/s")
    air, bone = (series_factory(levels=(10.0,), transducer=t) for t in ("insert", "bone"))
    assert series_names([air, bone]) == ("P3 right click insert", "P3 right click bone")


def test_the_same_ear_twice_is_numbered(series_factory: Factory) -> None:
    one = series_factory(levels=(10.0,))
    assert series_names([one, one]) == ("P3 right click (1)", "P3 right click (2)")


def test_no_name_leaves_the_folder_or_collides_on_any_file_system() -> None:
    found = slugs(["../../etc/passwd", "a", "A", "\u00e9t\u00e9", "\u6f22\u5b57", "x" * 300])
    assert found[:4] == ("etc-passwd", "a", "A-2", "ete")
    assert found[4] == "series"
    assert len(found[5]) == 80
