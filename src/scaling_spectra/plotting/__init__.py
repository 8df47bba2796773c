"""Drawing only: functions from tables to figures, no file access, no numerics beyond means and errors."""
