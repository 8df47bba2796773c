"""Risk at finite d: nothing is added to state evolution."""

# whether inputs measure the way state evolution has it
GAUSSIAN = True
