"""What is told only after an answer: "real or synthetic?" with its score, and unknown ears."""

from evoscope.app.quiz.exercise import EXERCISES_KEPT, Exercise, unknown_ear
from evoscope.app.quiz.held import Held
from evoscope.app.quiz.score import ClassScore, QuizScore, score_of
from evoscope.app.quiz.sealed import QUIZZES_KEPT, Answered, Item, Quiz

__all__ = [
    "EXERCISES_KEPT",
    "QUIZZES_KEPT",
    "Answered",
    "ClassScore",
    "Exercise",
    "Held",
    "Item",
    "Quiz",
    "QuizScore",
    "score_of",
    "unknown_ear",
]
