"""Schemas of tables: what columns each kind has, and what they mean. A module has the name of its kind."""
