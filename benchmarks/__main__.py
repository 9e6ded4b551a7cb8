"""Print every figure that there is a budget for, and write the report on precision.

``python -m benchmarks refit page`` prints some; what takes long is kept, so that a second run takes less.
"""

from __future__ import annotations

import os
import sys
import warnings

# Before numpy is imported: one thread, so that figures of different machines can be compared.
os.environ["OPENBLAS_NUM_THREADS"] = "1"


def main(wanted: list[str]) -> int:
    """Print the parts asked for, or all."""
    from benchmarks import engine, images, machine, page, precision, tables

    parts = {
        "refit": engine.print_refit,
        "building": engine.print_building,
        "imports": engine.print_imports,
        "sizes": page.print_sizes,
        "page": page.print_page,
        "explanations": engine.print_explanations,
        "perturbing": tables.print_perturbing,
        "tables": tables.print_table_rows,
        "composing": images.print_composing,
        "images": images.print_images,
        "segmenting": images.print_segmenting,
        "precision": precision.write_precision,
    }
    unknown = [name for name in wanted if name not in parts]
    if unknown:
        print(f"got {', '.join(unknown)}, expected some of {', '.join(parts)}", file=sys.stderr)
        return 2
    # lime's own regressions warn about collinear columns, over and over.
    warnings.simplefilter("ignore")
    machine.print_machine()
    for name in wanted or parts:
        parts[name]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
