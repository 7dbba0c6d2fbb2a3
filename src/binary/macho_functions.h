#pragma once
// Where a Mach-O image says that functions begin: LC_FUNCTION_STARTS, compact unwind information, .eh_frame, entries.

#include "binary/macho_file.h"

namespace prova::macho {

/// Fills image.function_starts from LC_FUNCTION_STARTS and __TEXT,__unwind_info, image.unwind from __eh_frame and, in
/// objects, __LD,__compact_unwind. The linker folds neighbours with equal encodings into one entry of __unwind_info:
/// its entries tell where functions begin, but not where they end, so they give no ranges.
/// REQUIRES: section contents are final. O(tables).
void add_function_tables(const MachFile& file, BinaryImage& image, LoadBudget& budget);

/// Fills image.entry_points: LC_MAIN or LC_UNIXTHREAD, then initialisers and terminators. REQUIRES: section contents
/// are final.
void add_entry_points(const MachFile& file, BinaryImage& image);

}  // namespace prova::macho
