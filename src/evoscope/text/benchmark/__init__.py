"""How a text model is measured, beside trivial guesses, TF-IDF and lists of words."""

from evoscope.text.benchmark.baselines import score_figures, tfidf_baseline
from evoscope.text.benchmark.document import TextEvaluation, TextFigure
from evoscope.text.benchmark.evaluate import Advance, evaluate
from evoscope.text.benchmark.figures import (
    Figure,
    class_figures,
    label_figures,
    number_figures,
)
from evoscope.text.benchmark.lexicons import (
    better_profanity,
    nrc_emotions,
    profanity_probability,
    swearing,
    vader_valence,
)
from evoscope.text.benchmark.metrics import quartile_accuracy, rank_correlation, weighted_f1
from evoscope.text.benchmark.rivals import list_figures, tfidf_figures
from evoscope.text.benchmark.tfidf import (
    Tfidf,
    crossed_tfidf_labels,
    tfidf_classes,
    tfidf_labels,
    tfidf_numbers,
)
from evoscope.text.benchmark.thresholds import crossed_calls, steady_threshold, tuned_thresholds

__all__ = [
    "Advance",
    "Figure",
    "TextEvaluation",
    "TextFigure",
    "Tfidf",
    "better_profanity",
    "class_figures",
    "crossed_calls",
    "crossed_tfidf_labels",
    "evaluate",
    "label_figures",
    "list_figures",
    "nrc_emotions",
    "number_figures",
    "profanity_probability",
    "quartile_accuracy",
    "rank_correlation",
    "score_figures",
    "steady_threshold",
    "swearing",
    "tfidf_baseline",
    "tfidf_classes",
    "tfidf_figures",
    "tfidf_labels",
    "tfidf_numbers",
    "tuned_thresholds",
    "vader_valence",
    "weighted_f1",
]
