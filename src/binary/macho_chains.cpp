// Chained fixups: every slot holds, besides what it stands for, the distance to the next one in its page.

#include "binary/macho_fixups.h"

namespace prova::macho {
namespace {

constexpr std::uint16_t kPageWithoutChain = 0xffff;
/// DYLD_CHAINED_PTR_*.
constexpr std::uint16_t kArm64e = 1, kPtr64 = 2, kPtr64Offset = 6, kArm64eKernel = 7, kArm64eUserland = 9,
                        kArm64eFirmware = 10, kArm64eUserland24 = 12;
/// DYLD_CHAINED_IMPORT*.
constexpr std::uint32_t kImport = 1, kImportAddend = 2, kImportAddend64 = 3;

/// `count` bits of `word` from bit `first` on.
constexpr std::uint64_t bits_of(std::uint64_t word, unsigned first, unsigned count) {
  return word >> first & ((1ULL << count) - 1);
}

/// A slot's word taken apart.
struct Slot {
  bool bind = false;
  std::uint64_t ordinal = 0;  ///< Of a bind: index into the imports.
  std::uint64_t target = 0;   ///< Of a rebase: address.
  std::uint64_t next = 0;     ///< Bytes to the next slot; 0 at the end.
};

Slot decode_64(std::uint64_t word, bool offsets, std::uint64_t base) {
  Slot slot;
  slot.next = bits_of(word, 51, 12) * 4;
  slot.bind = bits_of(word, 63, 1) != 0;
  slot.ordinal = bits_of(word, 0, 24);
  slot.target = (bits_of(word, 0, 36) + (offsets ? base : 0)) | bits_of(word, 36, 8) << 56U;
  return slot;
}

Slot decode_arm64e(std::uint64_t word, std::uint16_t format, std::uint64_t base) {
  const bool offsets = format == kArm64eUserland || format == kArm64eUserland24 || format == kArm64eKernel;
  const bool authenticated = bits_of(word, 63, 1) != 0;
  Slot slot;
  slot.bind = bits_of(word, 62, 1) != 0;
  slot.next = bits_of(word, 51, 11) * (format == kArm64eKernel || format == kArm64eFirmware ? 4 : 8);
  slot.ordinal = bits_of(word, 0, format == kArm64eUserland24 ? 24 : 16);
  // An authenticated pointer's target is always an offset; the signature is not part of the address.
  slot.target = authenticated ? bits_of(word, 0, 32) + base
                              : (bits_of(word, 0, 43) + (offsets ? base : 0)) | bits_of(word, 43, 8) << 56U;
  return slot;
}

class ChainWalker {
 public:
  ChainWalker(const MachFile& file, BinaryImage& image, LoadBudget& budget)
      : file_(file),
        image_(image),
        budget_(budget),
        patcher_(image),
        data_(file.bytes_of(file.chained_fixups)),
        in_(data_, file.in.order()) {}

  void walk() {
    if (data_.size() < kHeaderSize) {
      return add_defect(image_.defects, at(0),
                        fmt::format("chained fixups of {} bytes, expected {}", data_.size(), kHeaderSize));
    }
    imports_at_ = u32(8), symbols_at_ = u32(12), import_count_ = u32(16), import_format_ = u32(20);
    if (u32(24) != 0) add_defect(image_.defects, at(24), "compressed names of chained fixups cannot be read");
    const std::uint64_t starts = u32(4);
    const std::uint64_t segments = std::min<std::uint64_t>(u32(starts), file_.segments.size());
    for (std::uint64_t i = 0; i < segments && !budget_.spent(); ++i) {
      const std::uint64_t offset = u32(starts + 4 + 4 * i);
      if (offset != 0) walk_segment(starts + offset, file_.segments[static_cast<std::size_t>(i)]);
    }
    bad_slots_.report(image_.defects, "chained fixups lead outside of their page or name no import");
  }

 private:
  [[nodiscard]] std::uint32_t u32(std::uint64_t offset) const {
    return in_.value_at<std::uint32_t>(FileOffset{offset});
  }
  [[nodiscard]] std::uint16_t u16(std::uint64_t offset) const {
    return in_.value_at<std::uint16_t>(FileOffset{offset});
  }
  [[nodiscard]] FileOffset at(std::uint64_t offset) const { return FileOffset{file_.chained_fixups.offset + offset}; }

  void walk_segment(std::uint64_t info, const Segment& segment) {
    const std::uint64_t page_size = u16(info + 4), pages = u16(info + 20);
    format_ = u16(info + 6);
    if (page_size != 0x1000 && page_size != 0x4000) {
      return add_defect(image_.defects, at(info + 4),
                        fmt::format("fixup pages of {} bytes, expected 4096 or 16384", page_size));
    }
    if (!known_format()) {
      return add_defect(image_.defects, at(info + 6), fmt::format("chained pointer format {} cannot be read", format_));
    }
    for (std::uint64_t page = 0; page < pages && page * page_size < segment.vmsize && !budget_.spent(); ++page) {
      const std::uint16_t start = u16(info + 22 + 2 * page);
      if (start == kPageWithoutChain) continue;
      if (start >= page_size) {
        bad_slots_.add(at(info + 22 + 2 * page));
        continue;
      }
      follow(segment.vmaddr + page * page_size, start, page_size, at(info + 22 + 2 * page));
    }
  }

  [[nodiscard]] bool known_format() const {
    return format_ == kPtr64 || format_ == kPtr64Offset || format_ == kArm64e || format_ == kArm64eKernel ||
           format_ == kArm64eUserland || format_ == kArm64eFirmware || format_ == kArm64eUserland24;
  }

  [[nodiscard]] Slot decode(std::uint64_t word) const {
    const bool plain = format_ == kPtr64 || format_ == kPtr64Offset;
    return plain ? decode_64(word, format_ == kPtr64Offset, file_.base()) : decode_arm64e(word, format_, file_.base());
  }

  /// A chain only goes forward and stays in its page, so it ends.
  void follow(std::uint64_t page, std::uint64_t offset, std::uint64_t page_size, FileOffset started_at) {
    for (;;) {
      const VirtualAddress where{page + offset};
      const auto word = patcher_.original_at(where, 8);
      if (!word) return bad_slots_.add(started_at);
      const Slot slot = decode(*word);
      apply(slot, where, started_at);
      if (slot.next == 0 || budget_.spent()) return;
      offset += slot.next;
      if (offset >= page_size) return bad_slots_.add(started_at);
    }
  }

  void apply(const Slot& slot, VirtualAddress where, FileOffset started_at) {
    Relocation relocation{where, format_, std::nullopt, {}};
    if (slot.bind) {
      bind(slot.ordinal, relocation, started_at);
    } else if (image_.section_at(VirtualAddress{slot.target}) != nullptr) {
      relocation.target = VirtualAddress{slot.target};
    }
    if (!patcher_.write(where, slot.bind ? 0 : slot.target, 8)) bad_slots_.add(started_at);
    if (budget_.take_entry<Relocation>(relocation.symbol, started_at))
      image_.relocations.push_back(std::move(relocation));
  }

  void bind(std::uint64_t ordinal, Relocation& relocation, FileOffset started_at) {
    if (ordinal >= import_count_) return bad_slots_.add(started_at);
    std::uint64_t library = 0, name_at = 0;
    if (import_format_ == kImportAddend64) {
      const auto word = in_.value_at<std::uint64_t>(FileOffset{imports_at_ + ordinal * 16});
      library = bits_of(word, 0, 16), name_at = bits_of(word, 32, 32);
    } else if (import_format_ == kImport || import_format_ == kImportAddend) {
      const std::uint32_t word = u32(imports_at_ + ordinal * (import_format_ == kImport ? 4 : 8));
      library = bits_of(word, 0, 8), name_at = bits_of(word, 9, 23);
    } else {
      return bad_slots_.add(started_at);
    }
    const std::string_view name = without_underscore(name_in(data_, symbols_at_ + name_at));
    const std::string_view library_name = file_.library(library);  // Negative ordinals are out of range: empty.
    if (name.empty()) return bad_slots_.add(started_at);
    relocation.symbol = name;
    if (!budget_.take_entry<Import>(name, started_at) || !budget_.take(library_name.size(), started_at)) return;
    image_.imports.push_back({std::string(library_name), std::string(name), relocation.where, Import::Reach::kPointer});
  }

  static constexpr std::uint64_t kHeaderSize = 28;

  const MachFile& file_;
  BinaryImage& image_;
  LoadBudget& budget_;
  SectionPatcher patcher_;
  ByteView data_;
  ByteReader in_;
  std::uint64_t imports_at_ = 0, symbols_at_ = 0, import_count_ = 0;
  std::uint32_t import_format_ = 0;
  std::uint16_t format_ = 0;
  DefectTally bad_slots_;
};

}  // namespace

void follow_fixup_chains(const MachFile& file, BinaryImage& image, LoadBudget& budget) {
  if (file.chained_fixups.size > 0) ChainWalker(file, image, budget).walk();
}

}  // namespace prova::macho
