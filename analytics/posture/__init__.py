"""Roll-ups: the numbers that screens show, each counted once, by a job, from the lists it stands for."""
