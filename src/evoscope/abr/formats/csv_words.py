"""The words of a plain CSV: what laboratories write for the words of the recording."""

from __future__ import annotations

import unicodedata

# Words of column names, German, French and Spanish, without their accents.
ENGLISH = {
    **dict.fromkeys(("zeit", "temps", "tiempo"), "time"),
    **dict.fromkeys(("mikrosekunden", "microsecondes", "microsegundos"), "us"),
    **dict.fromkeys(("millisekunden", "millisecondes", "milisegundos"), "ms"),
    **dict.fromkeys(("sekunden", "secondes", "segundos"), "s"),
    **dict.fromkeys(("pegel", "reizpegel", "schallpegel", "niveau", "nivel"), "level"),
    **dict.fromkeys(("intensitat", "intensitaet", "intensite", "intensidad"), "intensity"),
    **dict.fromkeys(("frequenz", "frequence", "frecuencia"), "frequency"),
    **dict.fromkeys(("ohr", "seite", "oreille", "cote", "oido", "lado"), "ear"),
    **dict.fromkeys(("proband", "sujet", "sujeto", "paciente", "versuchstier"), "subject"),
    **dict.fromkeys(("reiz", "stimulus", "estimulo"), "stimulus"),
    **dict.fromkeys(("polaritat", "polaritaet", "polarite", "polaridad"), "polarity"),
    **dict.fromkeys(("mittelungen", "moyennages", "promediaciones"), "averages"),
    **dict.fromkeys(("spezies", "espece", "especie"), "species"),
    **dict.fromkeys(("geschlecht", "sexe", "sexo"), "sex"),
    **dict.fromkeys(("alter", "edad"), "age"),
    **dict.fromkeys(("tage", "jours", "dias"), "days"),
    **dict.fromkeys(("wochen", "semaines", "semanas"), "weeks"),
    **dict.fromkeys(("monate", "mois", "meses"), "months"),
    **dict.fromkeys(("jahre", "ans", "anos"), "years"),
    **dict.fromkeys(("einheit", "unite", "unidad"), "unit"),
    **dict.fromkeys(("abtastrate", "abtastfrequenz"), "fs"),
}
EARS = {
    **dict.fromkeys(("right", "r", "ad", "re", "od", "right ear", "rechts"), "right"),
    **dict.fromkeys(("left", "l", "as", "le", "og", "oi", "left ear", "links"), "left"),
    **dict.fromkeys(("both", "b", "au"), "both"),
    **dict.fromkeys(("droite", "droit", "derecha", "derecho", "d"), "right"),
    **dict.fromkeys(("gauche", "izquierda", "izquierdo", "g", "i"), "left"),
}
POLARITIES = {
    **dict.fromkeys(("alternating", "alt", "alternate"), "alternating"),
    **dict.fromkeys(("alternierend", "alternee", "alternante", "alterna"), "alternating"),
    **dict.fromkeys(("rarefaction", "rare", "rar", "rarefaccion", "sog"), "rarefaction"),
    **dict.fromkeys(("condensation", "cond", "con", "condensacion", "druck"), "condensation"),
}
REFERENCES = {"nhl": "nHL", "spl": "SPL", "pespl": "peSPL", "ppespl": "peSPL"}
# M is no word here for a woman (mujer): alone it is male, in every language.
SEXES = {
    **dict.fromkeys(("f", "w", "weiblich", "femme", "feminin", "mujer", "femenino"), "female"),
    **dict.fromkeys(("m", "h", "mannlich", "homme", "masculin", "hombre", "masculino"), "male"),
}
SPECIES = {
    **dict.fromkeys(("mensch", "humain", "humano", "humans"), "human"),
    **dict.fromkeys(("maus", "souris", "raton", "mice"), "mouse"),
    **dict.fromkeys(("ratte", "rata", "rats"), "rat"),
}
STIMULI = {
    **dict.fromkeys(("clicks", "klick", "klicks", "clic", "clics"), "click"),
    **dict.fromkeys(("toneburst", "tone burst", "tonburst", "tone pip", "tonepip"), "tone"),
    "ce chirp": "chirp",
}
SPREADS = frozenset({"sd", "std", "stdev", "std dev", "sem", "variance"})
# What rows that sum others up are called, and no subject is.
SUMMARIES = frozenset({
    *("mean", "average", "avg", "grand average", "grand mean", "median"),
    *("mittelwert", "mittel", "moyenne", "ecart type", "media", "promedio"),
    *SPREADS,
})  # fmt: skip


def plain(text: str) -> str:
    """Return a text in small letters, without accents; a micro sign becomes u.

    Example:
        >>> plain("Fréquence"), plain("Intensität [µV]")
        ('frequence', 'intensitat [uv]')
    """
    # Without its micro sign a microsecond would be a second.
    small = text.lower().replace("\N{MICRO SIGN}", "u").replace("\N{GREEK SMALL LETTER MU}", "u")
    parts = unicodedata.normalize("NFKD", small)
    return "".join(letter for letter in parts if not unicodedata.combining(letter))


def is_summary(cell: str) -> bool:
    """Whether a cell names what sums up the rows above it.

    Example:
        >>> is_summary("Mean:"), is_summary("Mean 2"), is_summary("Écart-type")
        (True, False, True)
    """
    return plain(cell).strip(" :.").replace("-", " ").replace("_", " ") in SUMMARIES


def reference(word: str) -> str:
    """Return nHL, SPL or peSPL however it is written; another word as it is.

    Raises:
        ValueError: hearing level, which levels of an ABR stimulus are not in.

    Example:
        >>> reference("dB nHL"), reference("ppe SPL"), reference("unknown")
        ('nHL', 'peSPL', 'unknown')
    """
    bare = word.lower().removeprefix("db").replace(" ", "").replace("_", "")
    if bare in ("hl", "ehl"):
        raise ValueError(
            f"level_reference should be one of 'nHL', 'SPL', 'peSPL'. Found {word!r}. "
            "If 0 dB is the threshold of normal ears for this stimulus, write nHL."
        )
    return REFERENCES.get(bare, word)
