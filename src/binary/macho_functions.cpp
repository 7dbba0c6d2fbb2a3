#include "binary/macho_functions.h"

#include <algorithm>
#include <unordered_set>

#include "binary/byte_cursor.h"
#include "binary/eh_frame.h"
#include "binary/section_patcher.h"

namespace prova::macho {
namespace {

/// Initialisers and terminators that are looked at: large C++ programs have some thousands.
constexpr std::uint64_t kMaxInitialisers = 65'536;

const Section* section_named(const BinaryImage& image, std::string_view name) {
  const auto it =
      std::find_if(image.sections.begin(), image.sections.end(), [&](const Section& s) { return s.name == name; });
  return it == image.sections.end() ? nullptr : &*it;
}

/// Appends a function start that lies in code; on 32-bit Arm bit 0 says Thumb.
bool add_start(const MachFile& file, std::uint64_t address, FileOffset at, BinaryImage& image, LoadBudget& budget) {
  const VirtualAddress start{file.cpu_type == CPU_TYPE_ARM ? address & ~1ULL : address};
  if (!image.is_code(start)) return false;
  if (budget.take(sizeof(VirtualAddress), at)) image.function_starts.push_back(start);
  return true;
}

/// ULEB128 distances from start to start, the first from the image's base; zero ends them.
void add_function_starts(const MachFile& file, BinaryImage& image, LoadBudget& budget) {
  const ByteView data = file.bytes_of(file.function_starts);
  ByteCursor cursor(ByteReader(data, std::endian::little, FileOffset{file.function_starts.offset}));
  std::uint64_t address = file.base();
  DefectTally outside;
  while (!cursor.at_end() && !budget.spent()) {
    const FileOffset at{file.function_starts.offset + cursor.position()};
    const auto delta = cursor.uleb128();
    if (!delta) {
      add_defect(image.defects, at, "function starts are cut off");
      break;
    }
    if (*delta == 0) break;
    address += *delta;
    if (!add_start(file, address, at, image, budget)) outside.add(at);
  }
  if (data.size() < file.function_starts.size) {
    add_defect(image.defects, FileOffset{file.function_starts.offset},
               fmt::format("function starts of {} bytes, {} lie in the file", file.function_starts.size, data.size()));
  }
  outside.report(image.defects, "function starts outside of code");
}

/// __TEXT,__unwind_info: a two-level index. Source: <mach-o/compact_unwind_encoding.h>.
class UnwindInfo {
 public:
  UnwindInfo(const MachFile& file, const Section& section, BinaryImage& image, LoadBudget& budget)
      : file_(file), section_(section), in_(section.content, file.in.order()), image_(image), budget_(budget) {}

  void read() {
    if (u32(0) != 1) return;
    common_at_ = u32(4), common_count_ = u32(8);
    const std::uint64_t index_at = u32(20), index_count = u32(24);
    // Pages do not overlap in honest files: entries beyond the section's size in words are repeats.
    entries_left_ = in_.size() / 4;
    for (std::uint64_t i = 0; i < index_count && in_.contains(FileOffset{index_at + i * 12}, 12); ++i) {
      const std::uint64_t function = u32(index_at + i * 12), page = u32(index_at + i * 12 + 4);
      if (page == 0) continue;
      if (u32(page) == kRegular) read_regular(page);
      if (u32(page) == kCompressed) read_compressed(page, function);
      if (entries_left_ == 0 || budget_.spent()) return;
    }
  }

 private:
  static constexpr std::uint32_t kRegular = 2, kCompressed = 3;
  [[nodiscard]] std::uint32_t u32(std::uint64_t offset) const {
    return in_.value_at<std::uint32_t>(FileOffset{offset});
  }
  [[nodiscard]] std::uint16_t u16(std::uint64_t offset) const {
    return in_.value_at<std::uint16_t>(FileOffset{offset});
  }

  void read_regular(std::uint64_t page) {
    const std::uint64_t entries = page + u16(page + 4), count = u16(page + 6);
    for (std::uint64_t i = 0; i < count && entries_left_ > 0; ++i, --entries_left_) {
      add(u32(entries + i * 8), u32(entries + i * 8 + 4), entries + i * 8);
    }
  }

  void read_compressed(std::uint64_t page, std::uint64_t function) {
    const std::uint64_t entries = page + u16(page + 4), count = u16(page + 6);
    const std::uint64_t encodings = page + u16(page + 8);
    for (std::uint64_t i = 0; i < count && entries_left_ > 0; ++i, --entries_left_) {
      const std::uint32_t entry = u32(entries + i * 4);
      const std::uint64_t index = entry >> 24U;
      const std::uint32_t encoding =
          index < common_count_ ? u32(common_at_ + index * 4) : u32(encodings + (index - common_count_) * 4);
      add(function + (entry & 0xff'ffffU), encoding, entries + i * 4);
    }
  }

  /// An encoding of zero says that no function is there, or that nothing is known about it.
  void add(std::uint64_t function, std::uint32_t encoding, std::uint64_t place) {
    if (encoding == 0 || function == 0) return;
    (void)add_start(file_, file_.base() + function, section_.offset + place, image_, budget_);
  }

  const MachFile& file_;
  const Section& section_;
  ByteReader in_;
  BinaryImage& image_;
  LoadBudget& budget_;
  std::uint64_t common_at_ = 0, common_count_ = 0, entries_left_ = 0;
};

/// Objects: address, length, encoding, personality, LSDA of every function.
void add_compact_unwind(const MachFile& file, const Section& section, BinaryImage& image, LoadBudget& budget) {
  const std::uint64_t width = file.bits / 8, entry = 3 * width + 8;
  const ByteReader in(section.content, file.in.order());
  for (std::uint64_t at = 0; in.contains(FileOffset{at}, entry); at += entry) {
    const auto begin = read_integer(section.content.subspan(static_cast<std::size_t>(at)), file.bits / 8, in.order());
    const auto size = in.value_at<std::uint32_t>(FileOffset{at + width});
    if (!begin || size == 0 || !image.is_code(VirtualAddress{*begin})) continue;
    if (!budget.take(sizeof(UnwindRange), section.offset + at)) return;
    image.unwind.push_back({VirtualAddress{*begin}, size, std::nullopt});
  }
}

void add_eh_frame(const MachFile& file, const Section& section, BinaryImage& image, LoadBudget& budget) {
  EhFrame frame;
  frame.content = section.content;
  frame.address = section.address;
  frame.offset = section.offset;
  frame.bits = file.bits;
  frame.order = file.in.order();
  read_eh_frame(frame, image.unwind, budget, image.defects);
  std::erase_if(image.unwind, [&](const UnwindRange& range) { return !image.is_code(range.begin); });
}

}  // namespace

void add_function_tables(const MachFile& file, BinaryImage& image, LoadBudget& budget) {
  add_function_starts(file, image, budget);
  if (const Section* section = section_named(image, "__TEXT,__unwind_info")) {
    UnwindInfo(file, *section, image, budget).read();
  }
  if (const Section* section = section_named(image, "__TEXT,__eh_frame")) add_eh_frame(file, *section, image, budget);
  if (const Section* section = section_named(image, "__LD,__compact_unwind")) {
    add_compact_unwind(file, *section, image, budget);
  }
}

void add_entry_points(const MachFile& file, BinaryImage& image) {
  std::unordered_set<std::uint64_t> seen;
  const auto add = [&](std::uint64_t address) {
    const VirtualAddress at{file.cpu_type == CPU_TYPE_ARM ? address & ~1ULL : address};
    if (image.is_code(at) && seen.insert(raw(at)).second) image.entry_points.push_back(at);
    return image.is_code(at);
  };
  const auto entry = file.main_offset ? std::optional(file.base() + *file.main_offset) : file.thread_address;
  if (entry && !add(*entry)) {
    add_defect(image.defects, FileOffset{0}, fmt::format("entry point {:#x} lies in no executable section", *entry));
  }
  std::uint64_t left = kMaxInitialisers;
  for (const SectionHeader& section : file.sections) {
    const bool pointers = section.type() == S_MOD_INIT_FUNC_POINTERS || section.type() == S_MOD_TERM_FUNC_POINTERS;
    if (!pointers && section.type() != S_INIT_FUNC_OFFSETS) continue;
    const unsigned width = pointers ? file.bits / 8 : 4;
    for (std::uint64_t i = 0; i < section.size / width && left > 0; ++i, --left) {
      const ByteView bytes = image.bytes_at(VirtualAddress{section.addr + i * width}, width);
      const auto value = read_integer(bytes, width, file.in.order());
      if (!value) break;
      add(pointers ? *value : file.base() + *value);
    }
  }
}

}  // namespace prova::macho
