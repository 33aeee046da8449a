"""What `make bench` runs: the table of speeds that the system must reach, measured.

`place` makes the installations, once; `grids`, `imports`, `exports` and `verdicts` measure; `goals`
says what must be reached; `report` writes it down. Nothing here is timed by a test.
"""
