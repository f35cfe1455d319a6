"""What people type, read: one reading of days, times, periods and numbers for all commands and
forms.

Each reader takes a text as it was typed, folds it (`text.plain`), and raises ValueError for what is
nothing of its kind, or a Refusal that tells what is wrong with what plainly is.
"""
