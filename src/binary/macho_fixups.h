#pragma once
// What dyld writes into a Mach-O image before it runs: rebase and bind opcodes, and their successor, chained fixups.

#include "binary/macho_file.h"
#include "binary/section_patcher.h"

namespace prova::macho {

/// Runs the rebase, bind and lazy bind opcodes of LC_DYLD_INFO. A rebased slot holds its target already; a bound slot
/// becomes an import (Reach::kPointer). Weak binds are left out: they repeat other binds, or name local symbols.
/// Time is bounded by the budget: every slot costs memory. Source: <mach-o/loader.h>, struct dyld_info_command.
void run_fixup_opcodes(const MachFile& file, BinaryImage& image, LoadBudget& budget);

/// Follows the chains of LC_DYLD_CHAINED_FIXUPS and writes what they stand for into owned copies: targets, and zero
/// where an import goes. Formats: DYLD_CHAINED_PTR_64, _64_OFFSET, and the ARM64E ones of userland, kernel and
/// firmware; others become a defect. Source: <mach-o/fixup-chains.h>. O(slots log sections).
void follow_fixup_chains(const MachFile& file, BinaryImage& image, LoadBudget& budget);

}  // namespace prova::macho
