#include "binary/go_functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/byte_reader.h"

namespace prova {
namespace {

/// Magic numbers of the four layouts; each differs from the one before in where things are, not in what there is.
constexpr std::uint32_t kGo12 = 0xffff'fffb, kGo116 = 0xffff'fffa, kGo118 = 0xffff'fff0, kGo120 = 0xffff'fff1;
/// The largest programs (Kubernetes, CockroachDB) have some 200,000. This cap is ours.
constexpr std::uint64_t kMaxGoFunctions = 4'000'000;
/// Places that begin like a table and are looked at more closely. This cap is ours.
constexpr std::size_t kMaxCandidates = 64;

/// Where the parts of one table lie, relative to its start.
struct GoTable {
  std::uint32_t magic = 0;
  unsigned pointer = 8;              ///< Bytes.
  std::uint64_t functions = 0;
  std::uint64_t text = 0;            ///< What function entries are relative to; 0 where they are addresses.
  std::uint64_t names = 0, entries = 0;
  unsigned field = 8;                ///< Bytes of an entry's field: an address, or since 1.18 a 32-bit distance.

  [[nodiscard]] bool is_relative() const { return magic == kGo118 || magic == kGo120; }
};

bool is_magic(std::uint32_t magic) { return magic == kGo12 || magic == kGo116 || magic == kGo118 || magic == kGo120; }

std::uint64_t word(const ByteReader& in, std::uint64_t at, unsigned size) {
  return size == 8 ? in.value_at<std::uint64_t>(FileOffset{at}) : in.value_at<std::uint32_t>(FileOffset{at});
}

/// Start of `.text`, for tables whose own field is not filled in (Go 1.26 and externally linked programs).
std::uint64_t text_start(const BinaryImage& image) {
  for (const Section& section : image.sections) {
    if (section.executable && (section.name == ".text" || section.name == "__text")) return raw(section.address);
  }
  return 0;
}

/// The table whose first byte `in` begins with, if it is one: header, at least one function, and the first of them in code.
std::optional<GoTable> read_header(const ByteReader& in, const BinaryImage& image) {
  GoTable table;
  table.magic = in.value_at<std::uint32_t>(FileOffset{0});
  if (!is_magic(table.magic)) return std::nullopt;
  const auto byte = [&in](std::uint64_t at) { return in.value_at<std::uint8_t>(FileOffset{at}); };
  const unsigned quantum = byte(6);
  table.pointer = byte(7);
  if (byte(4) != 0 || byte(5) != 0 || (quantum != 1 && quantum != 2 && quantum != 4) || table.pointer * 8 != image.bits) return std::nullopt;
  const auto slot = [&](unsigned index) { return word(in, 8 + std::uint64_t{index} * table.pointer, table.pointer); };
  table.functions = slot(0);
  table.field = table.is_relative() ? 4 : table.pointer;
  if (table.magic == kGo12) {
    table.entries = 8 + table.pointer;
  } else if (table.magic == kGo116) {
    table.names = slot(2);
    table.entries = slot(6);
  } else {
    table.text = slot(2) != 0 ? slot(2) : text_start(image);
    table.names = slot(3);
    table.entries = slot(7);
  }
  const std::uint64_t size = 2 * std::uint64_t{table.field};
  if (table.functions == 0 || table.functions > kMaxGoFunctions || table.names >= in.size() || table.entries >= in.size() ||
      !in.contains(FileOffset{table.entries}, size)) {
    return std::nullopt;
  }
  const VirtualAddress first{table.text + word(in, table.entries, table.field)};
  return image.is_code(first) ? std::optional(table) : std::nullopt;
}

/// Adds the functions of one table.
class GoFunctions {
 public:
  GoFunctions(const ByteReader& in, const GoTable& table, FileOffset offset, BinaryImage& image, LoadBudget& budget)
      : in_(in), table_(table), offset_(offset), image_(image), budget_(budget) {
    for (const Symbol& symbol : image.symbols) {
      if (symbol.kind == Symbol::Kind::kFunction) named_.push_back(symbol.address);
    }
    std::sort(named_.begin(), named_.end(), [](VirtualAddress a, VirtualAddress b) { return raw(a) < raw(b); });
  }

  void add() {
    std::uint64_t index = 0;
    const auto lies_in_file = [&] { return in_.contains(FileOffset{at(index)}, 2 * std::uint64_t{table_.field}); };
    while (index < table_.functions && lies_in_file() && add_entry(index)) ++index;
    outside_.report(image_.defects, "functions of the Go table outside of code");
    if (index < table_.functions && !lies_in_file()) {
      add_defect(image_.defects, offset_, fmt::format("Go function table of {} entries, {} lie in the file", table_.functions, index));
    }
  }

 private:
  [[nodiscard]] std::uint64_t at(std::uint64_t index) const { return table_.entries + index * 2 * table_.field; }
  [[nodiscard]] VirtualAddress entry(std::uint64_t index) const { return VirtualAddress{table_.text + word(in_, at(index), table_.field)}; }

  /// False once the budget is spent.
  bool add_entry(std::uint64_t index) {
    const VirtualAddress start = entry(index);
    const FileOffset place = offset_ + at(index);
    if (!image_.is_code(start)) {
      outside_.add(place);
      return true;
    }
    if (!budget_.take(sizeof(VirtualAddress), place)) return false;
    image_.function_starts.push_back(start);
    if (std::binary_search(named_.begin(), named_.end(), start, [](VirtualAddress a, VirtualAddress b) { return raw(a) < raw(b); })) return true;
    const std::string_view name = name_of_entry(index);
    if (name.empty()) return true;
    if (!budget_.take_entry<Symbol>(name, place)) return false;
    image_.symbols.push_back({std::string(name), start, size_of(index, start), Symbol::Kind::kFunction, false});
    return true;
  }

  /// Up to the next entry; behind the last one stands the end of its function, one more first field. 0 where that is no answer.
  [[nodiscard]] std::uint64_t size_of(std::uint64_t index, VirtualAddress start) const {
    const VirtualAddress next = entry(index + 1);
    const Section* section = image_.section_at(start);
    return raw(next) > raw(start) && distance(section->address, next) <= section->size ? distance(start, next) : 0;
  }

  /// The second field leads to the function's record; its second field, behind the entry, to the name.
  [[nodiscard]] std::string_view name_of_entry(std::uint64_t index) const {
    const std::uint64_t base = table_.magic == kGo12 ? 0 : table_.entries;
    const std::uint64_t record = base + word(in_, at(index) + table_.field, table_.field);
    if (!in_.contains(FileOffset{record}, table_.field + 4)) return {};
    const auto name = in_.value_at<std::uint32_t>(FileOffset{record + table_.field});
    return in_.c_string(FileOffset{table_.names + name}, kMaxNameLength).value_or(std::string_view{});
  }

  const ByteReader& in_;
  const GoTable& table_;
  FileOffset offset_;
  BinaryImage& image_;
  LoadBudget& budget_;
  std::vector<VirtualAddress> named_;  ///< Ascending.
  DefectTally outside_;
};

bool is_go_section(std::string_view name) {
  return name == ".gopclntab" || name == ".data.rel.ro.gopclntab" || name == "__gopclntab";
}

/// Reads the table at `at` of the section, if there is one.
bool read_table(const Section& section, std::uint64_t at, BinaryImage& image, LoadBudget& budget) {
  const FileOffset offset = section.offset + at;
  const ByteReader in(section.content.subspan(static_cast<std::size_t>(at)), image.big_endian ? std::endian::big : std::endian::little, offset);
  const auto table = read_header(in, image);
  if (!table) return false;
  GoFunctions(in, *table, offset, image, budget).add();
  return true;
}

/// Whether the four bytes at `start` are the magic number of a layout. -1 as a number, as common as it is, is none.
bool magic_at(std::string_view bytes, std::size_t start, bool big_endian) {
  const ByteReader in(as_bytes(bytes), big_endian ? std::endian::big : std::endian::little);
  return is_magic(in.value_at<std::uint32_t>(FileOffset{start}));
}

/// Looks for the first bytes of a table at multiples of 4: linkers align it at least so. `left` bounds the closer looks.
bool search_table(const Section& section, BinaryImage& image, LoadBudget& budget, std::size_t& left) {
  const std::string_view bytes = as_text(section.content);
  // Bytes 4 and 5 of the header are 0 behind three bytes of 0xff in either byte order; read_header checks the rest.
  const std::string_view needle = image.big_endian ? std::string_view("\xff\xff\xff", 3) : std::string_view("\xff\xff\xff\0\0", 5);
  for (std::size_t found = bytes.find(needle); found != std::string_view::npos && left > 0; found = bytes.find(needle, found + 1)) {
    const std::size_t start = image.big_endian ? found : found - 1;
    if ((!image.big_endian && found == 0) || start % 4 != 0 || !magic_at(bytes, start, image.big_endian)) continue;
    --left;
    if (read_table(section, start, image, budget)) return true;
  }
  return false;
}

}  // namespace

void add_go_functions(BinaryImage& image, LoadBudget& budget) {
  for (std::size_t i = 0; i < image.sections.size(); ++i) {
    if (is_go_section(image.sections[i].name) && read_table(image.sections[i], 0, image, budget)) return;
  }
  std::size_t left = kMaxCandidates;
  std::uint64_t bytes = image.file.size();  // Sections that share their bytes are not searched over and over.
  for (const Section& section : image.sections) {
    if (section.executable || section.content.size() > bytes) continue;
    bytes -= section.content.size();
    if (search_table(section, image, budget, left)) return;
  }
}

}  // namespace prova
