#pragma once
// Call frame information: which address ranges the compiler gave unwind rules to. Shared by ELF and Mach-O.

#include <bit>
#include <optional>

#include "binary/binary_image.h"
#include "binary/load_budget.h"

namespace prova {

/// A .eh_frame section, or the stretch of memory in which one lies.
struct EhFrame {
  ByteView content;          ///< After relocation, where the file needs that.
  VirtualAddress address{};  ///< Of the first byte.
  FileOffset offset{};       ///< Of the first byte in the file, for defects.
  unsigned bits = 64;        ///< Size of a pointer.
  std::endian order = std::endian::little;
  /// False when only the start is known (PT_GNU_EH_FRAME): then the zero terminator ends it. A section is read to its
  /// end, since `ld -r` concatenates terminated ones.
  bool bounded = true;
  std::optional<VirtualAddress> text_base, data_base;  ///< For DW_EH_PE_textrel and DW_EH_PE_datarel.
};

/// Appends the range of every frame description entry (FDE) whose size is not zero, in file order. Entries that make
/// no sense are skipped and become defects. O(content size).
/// Spec: Linux Standard Base 5.0 Core, 10.6 "Exception Frames"; DWARF 5, 6.4.1, for the 64-bit length.
void read_eh_frame(const EhFrame& frame, std::vector<UnwindRange>& out, LoadBudget& budget,
                   std::vector<Defect>& defects);

/// How a pointer is stored: DW_EH_PE_* of the Linux Standard Base 5.0 Core, 10.5.1.
namespace dw_eh_pe {
constexpr std::uint8_t kAbsPtr = 0x00, kUleb128 = 0x01, kUdata2 = 0x02, kUdata4 = 0x03, kUdata8 = 0x04, kSleb128 = 0x09,
                       kSdata2 = 0x0a, kSdata4 = 0x0b, kSdata8 = 0x0c;
constexpr std::uint8_t kFormatMask = 0x0f, kApplicationMask = 0x70;
constexpr std::uint8_t kPcRel = 0x10, kTextRel = 0x20, kDataRel = 0x30, kFuncRel = 0x40, kAligned = 0x50;
constexpr std::uint8_t kIndirect = 0x80, kOmit = 0xff;
}  // namespace dw_eh_pe

/// The address of the .eh_frame section that a .eh_frame_hdr names, or nothing when the header does not say.
/// Spec: Linux Standard Base 5.0 Core, 10.6.2 "The .eh_frame_hdr section".
[[nodiscard]] std::optional<VirtualAddress> eh_frame_of_header(const EhFrame& header);

}  // namespace prova
