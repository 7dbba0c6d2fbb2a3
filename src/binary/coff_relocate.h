#pragma once
// Applying the relocations of COFF objects, as a linker would, so that calls in an object point somewhere.
// Spec: Microsoft PE Format, "COFF Relocations (Object Only)", "Type Indicators".

#include <cstdint>
#include <optional>
#include <span>

#include "binary/binary_image.h"

namespace prova::pe {

/// One place to patch. Addresses are those that the object loader gave out.
struct Patch {
  std::uint32_t type = 0;
  VirtualAddress place{};
  VirtualAddress symbol{};
  VirtualAddress base{};  ///< What relative virtual addresses count from.
};

/// Patches `bytes`, which begin at the place, and returns the address that they now refer to: symbol plus the addend
/// that stood there. nullopt, and nothing changed, for types that refer to no address (section numbers, offsets in
/// debug sections), for those of other machines, and where `bytes` are too few.
[[nodiscard]] std::optional<VirtualAddress> apply_relocation(Arch arch, const Patch& patch, std::span<std::byte> bytes);

}  // namespace prova::pe
