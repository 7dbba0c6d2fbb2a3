#pragma once
// Relocatable Mach-O objects: what the static linker would do with their relocations.

#include "binary/macho_file.h"

namespace prova::macho {

/// Where the undefined symbols of an object were put; common ones (tentative definitions) count as undefined.
struct ObjectLayout {
  std::uint64_t externals = 0;                  ///< Undefined symbol n stands at externals + 8 n.
  std::optional<std::uint64_t> got;             ///< Slot of symbol n at got + pointer size * n.
  std::vector<std::byte>* got_bytes = nullptr;  ///< Owned by the image.
};

/// Adds, behind the object's own sections: one stand-in address per undefined symbol, mapped by no section, and, where
/// relocations ask for one, a "__DATA,__got" made up by us.
[[nodiscard]] ObjectLayout lay_out_object(const MachFile& file, BinaryImage& image, LoadBudget& budget);

/// Applies the relocations of x86-64 and arm64 objects to owned copies; appends them, and the undefined symbols as
/// imports (Reach::kCode). REQUIRES: image.sections is sorted and final. Source: <mach-o/x86_64/reloc.h>,
/// <mach-o/arm64/reloc.h>. O(relocations log sections).
void relocate_object(const MachFile& file, const ObjectLayout& layout, BinaryImage& image, LoadBudget& budget);

}  // namespace prova::macho
