"""CACAO 2.0: reading playbooks, finding what is wrong with them, their conditions and variables. No I/O."""
