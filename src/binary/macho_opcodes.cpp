// Rebase and bind opcodes: two small byte codes that enumerate pointer slots.

#include "binary/byte_cursor.h"
#include "binary/macho_fixups.h"

namespace prova::macho {
namespace {

constexpr std::uint8_t kOpcodeMask = 0xf0, kImmediateMask = 0x0f;
/// BIND_TYPE_POINTER and REBASE_TYPE_POINTER.
constexpr std::uint32_t kTypePointer = 1;

/// State that both byte codes share: where the next slot is.
class SlotCursor {
 public:
  SlotCursor(const MachFile& file, const LinkEdit& range)
      : file_(file), range_(range), code_(ByteReader(file.bytes_of(range))) {}

  [[nodiscard]] ByteCursor& code() { return code_; }
  [[nodiscard]] FileOffset at() const { return FileOffset{range_.offset + code_.position()}; }
  [[nodiscard]] unsigned width() const { return file_.bits / 8; }

  Status set_segment(std::uint64_t index) {
    PROVA_TRY(offset, code_.uleb128());
    if (index >= file_.segments.size()) {
      return fail(ErrorCode::kMalformed,
                  fmt::format("fixups in segment {}, there are {}", index, file_.segments.size()), at());
    }
    segment_ = &file_.segments[static_cast<std::size_t>(index)];
    offset_ = offset;
    return {};
  }
  /// Address of the current slot. Errors: kMalformed (outside of its segment).
  [[nodiscard]] Result<VirtualAddress> slot() const {
    if (segment_ == nullptr || offset_ > segment_->vmsize || segment_->vmsize - offset_ < width()) {
      return fail(ErrorCode::kMalformed, "fixup outside of its segment", at());
    }
    return VirtualAddress{segment_->vmaddr + offset_};
  }
  void advance(std::uint64_t bytes) { offset_ += bytes; }

 private:
  const MachFile& file_;
  LinkEdit range_;
  ByteCursor code_;
  const Segment* segment_ = nullptr;
  std::uint64_t offset_ = 0;
};

class RebaseMachine {
 public:
  RebaseMachine(const MachFile& file, BinaryImage& image, LoadBudget& budget)
      : slots_(file, file.rebase), image_(image), budget_(budget) {}

  Status run() {
    while (!slots_.code().at_end() && !budget_.spent()) {
      PROVA_TRY(byte, slots_.code().read<std::uint8_t>());
      const std::uint8_t immediate = byte & kImmediateMask;
      switch (byte & kOpcodeMask) {
        case 0x00:
          return {};  // DONE
        case 0x10:
          type_ = immediate;
          break;
        case 0x20:
          PROVA_TRY(slots_.set_segment(immediate));
          break;
        case 0x30: {  // ADD_ADDR_ULEB
          PROVA_TRY(bytes, slots_.code().uleb128());
          slots_.advance(bytes);
          break;
        }
        case 0x40:
          slots_.advance(std::uint64_t{immediate} * slots_.width());
          break;
        case 0x50:
          PROVA_TRY(rebase(immediate, 0));
          break;
        case 0x60: {  // DO_REBASE_ULEB_TIMES
          PROVA_TRY(times, slots_.code().uleb128());
          PROVA_TRY(rebase(times, 0));
          break;
        }
        case 0x70: {  // DO_REBASE_ADD_ADDR_ULEB
          PROVA_TRY(bytes, slots_.code().uleb128());
          PROVA_TRY(rebase(1, bytes));
          break;
        }
        case 0x80: {  // DO_REBASE_ULEB_TIMES_SKIPPING_ULEB
          PROVA_TRY(times, slots_.code().uleb128());
          PROVA_TRY(skip, slots_.code().uleb128());
          PROVA_TRY(rebase(times, skip));
          break;
        }
        default:
          return fail(ErrorCode::kMalformed, fmt::format("rebase opcode {:#04x} is not defined", byte), slots_.at());
      }
    }
    return {};
  }

 private:
  Status rebase(std::uint64_t times, std::uint64_t skip) {
    for (std::uint64_t i = 0; i < times; ++i) {
      PROVA_TRY(where, slots_.slot());
      if (!budget_.take(sizeof(Relocation), slots_.at())) return {};
      const auto value = image_.pointer_at(where);
      const bool inside = value && image_.section_at(*value) != nullptr;
      image_.relocations.push_back({where, type_, inside ? value : std::nullopt, {}});
      slots_.advance(slots_.width() + skip);
    }
    return {};
  }

  SlotCursor slots_;
  BinaryImage& image_;
  LoadBudget& budget_;
  std::uint32_t type_ = kTypePointer;
};

class BindMachine {
 public:
  /// Lazy code ends every symbol with DONE; `lazy` goes on after it.
  BindMachine(const MachFile& file, const LinkEdit& range, bool lazy, BinaryImage& image, LoadBudget& budget)
      : file_(file), slots_(file, range), lazy_(lazy), image_(image), budget_(budget) {}

  Status run() {
    while (!slots_.code().at_end() && !budget_.spent()) {
      PROVA_TRY(byte, slots_.code().read<std::uint8_t>());
      if ((byte & kOpcodeMask) == 0 && !lazy_) return {};
      PROVA_TRY(step(byte, byte & kImmediateMask));
    }
    return {};
  }

 private:
  Status step(std::uint8_t byte, std::uint8_t immediate) {
    ByteCursor& code = slots_.code();
    switch (byte & kOpcodeMask) {
      case 0x00:
        return {};
      case 0x10:
        library_ = immediate;
        return {};
      case 0x20: {  // SET_DYLIB_ORDINAL_ULEB
        PROVA_TRY(ordinal, code.uleb128());
        library_ = ordinal;
        return {};
      }
      case 0x30:
        library_ = 0;
        return {};  // Special: this image, main executable, flat or weak look-up.
      case 0x40: {  // SET_SYMBOL_TRAILING_FLAGS_IMM
        PROVA_TRY(name, code.c_string(kMaxNameLength));
        name_ = without_underscore(name);
        return {};
      }
      case 0x50:
        type_ = immediate;
        return {};
      case 0x60: {  // SET_ADDEND_SLEB
        PROVA_TRY(addend, code.sleb128());
        (void)addend;
        return {};
      }
      case 0x70:
        return slots_.set_segment(immediate);
      case 0x80: {  // ADD_ADDR_ULEB
        PROVA_TRY(bytes, code.uleb128());
        slots_.advance(bytes);
        return {};
      }
      case 0x90:
        return bind(1, 0);
      case 0xa0: {  // DO_BIND_ADD_ADDR_ULEB
        PROVA_TRY(bytes, code.uleb128());
        return bind(1, bytes);
      }
      case 0xb0:
        return bind(1, std::uint64_t{immediate} * slots_.width());
      case 0xc0: {  // DO_BIND_ULEB_TIMES_SKIPPING_ULEB
        PROVA_TRY(times, code.uleb128());
        PROVA_TRY(skip, code.uleb128());
        return bind(times, skip);
      }
      default:
        return fail(ErrorCode::kMalformed, fmt::format("bind opcode {:#04x} is not defined", byte), slots_.at());
    }
  }

  Status bind(std::uint64_t times, std::uint64_t skip) {
    for (std::uint64_t i = 0; i < times; ++i) {
      PROVA_TRY(where, slots_.slot());
      const std::string_view library = file_.library(library_);
      if (!budget_.take_entry<Import>(name_, slots_.at()) || !budget_.take_entry<Relocation>(name_, slots_.at()) ||
          !budget_.take(library.size(), slots_.at())) {
        return {};
      }
      image_.relocations.push_back({where, type_, std::nullopt, std::string(name_)});
      if (!name_.empty()) {
        image_.imports.push_back({std::string(library), std::string(name_), where, Import::Reach::kPointer});
      }
      slots_.advance(slots_.width() + skip);
    }
    return {};
  }

  const MachFile& file_;
  SlotCursor slots_;
  bool lazy_;
  BinaryImage& image_;
  LoadBudget& budget_;
  std::uint64_t library_ = 0;
  std::string_view name_;
  std::uint32_t type_ = kTypePointer;
};

void report(const Status& status, BinaryImage& image) {
  if (!status) add_defect(image.defects, status.error().offset.value_or(FileOffset{0}), status.error().message);
}

}  // namespace

void run_fixup_opcodes(const MachFile& file, BinaryImage& image, LoadBudget& budget) {
  report(RebaseMachine(file, image, budget).run(), image);
  report(BindMachine(file, file.bind, false, image, budget).run(), image);
  report(BindMachine(file, file.lazy_bind, true, image, budget).run(), image);
}

}  // namespace prova::macho
