"""The blinded quiz "real or synthetic?": sealed items, answers, and the score of a rater."""

from evoscope.app.quiz.score import ClassScore, QuizScore, score_of
from evoscope.app.quiz.sealed import Answered, Item, Quiz, Quizzes

__all__ = ["Answered", "ClassScore", "Item", "Quiz", "QuizScore", "Quizzes", "score_of"]
