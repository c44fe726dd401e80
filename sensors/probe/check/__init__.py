"""The checks: each family asks one site one kind of question and answers with outcomes."""
