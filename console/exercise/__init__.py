"""演练: while an exercise runs, everything made is marked as one and nothing of it reaches the real province."""
