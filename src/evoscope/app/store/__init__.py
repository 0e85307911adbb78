"""What a server keeps: uploads, findings, and every correction that a person made.

Nothing is imported here: routes need the views and the errors, and start without SQLAlchemy.
"""
