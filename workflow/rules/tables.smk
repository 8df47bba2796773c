# Tables made from theory or from other tables, one rule each, from the scripts in scripts/tables: a new table is one
# new script.
TABLE_SCRIPTS = [
    script
    for script in sorted((ROOT / "scripts/tables").glob("*.py"))
    if PLAN.can_build(script)
]
TABLES = [PLAN.tabulated(script) for script in TABLE_SCRIPTS]


rule tables:
    input:
        TABLES,


for table_script in TABLE_SCRIPTS:

    rule:
        name:
            f"tabulate_{table_script.stem}"
        input:
            **PLAN.inputs(table_script),
        output:
            PLAN.tabulated(table_script),
        log:
            f"{SCRATCH}/logs/tabulate/{table_script.stem}.log",
        benchmark:
            f"{SCRATCH}/benchmarks/tabulate/{table_script.stem}.tsv"
        # the longest first, so that all cores end together
        priority: seconds_expected(f"tabulate_{table_script.stem}")
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=memory_of(f"tabulate_{table_script.stem}"),
            runtime=lambda wildcards, attempt: attempt * 30,
        params:
            table=table_script.stem,
            code=code_reading(table_script),
            arguments=PLAN.parameters(table_script),
        message:
            f"Tabulate {table_script.stem}"
        script:
            "../../scripts/tables/{params.table}.py"
