"""Judgements on built artifacts: each returns findings that name the artifact and say why.

One module per concern: `tables` (schemas, rows), `identities` and `order` (what theory says of the numbers),
`simulation` (certificates, trained networks against state evolution, exponents), `figures`, `files` (seals, stale
files), `reference` (released numbers). `verdict` says which of them judge which table: a new kind of table is one
entry there.
"""
