rule check:
    input:
        [],
