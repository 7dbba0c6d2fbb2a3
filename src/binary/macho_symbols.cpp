#include "binary/macho_symbols.h"

#include <algorithm>
#include <unordered_set>

#include "binary/byte_cursor.h"

namespace prova::macho {
namespace {

constexpr std::uint16_t N_ARM_THUMB_DEF = 0x0008, N_ALT_ENTRY = 0x0200;
constexpr std::uint32_t INDIRECT_SYMBOL_LOCAL = 0x80000000, INDIRECT_SYMBOL_ABS = 0x40000000;
constexpr std::uint64_t EXPORT_SYMBOL_FLAGS_REEXPORT = 0x08;
/// Longest path from the root of an exports trie. dyld itself recurses; 128 characters without a shared prefix are
/// common in C++ names, so an honest trie may be deep, but each level has at least one character of the name.
constexpr std::size_t kMaxTrieDepth = 4096;

std::uint64_t entry_size(const MachFile& file) { return file.is_64() ? 16 : 12; }

Symbol::Kind kind_of(const MachFile& file, const SymbolEntry& entry) {
  if (entry.section == 0 || entry.section > file.sections.size()) return Symbol::Kind::kOther;
  const SectionHeader& section = file.sections[entry.section - 1U];
  if (entry.value - section.addr >= section.size) return Symbol::Kind::kOther;  // __mh_execute_header
  if (entry.name.starts_with("ltmp") || (entry.desc & N_ALT_ENTRY) != 0) return Symbol::Kind::kOther;
  return section.holds_code() ? Symbol::Kind::kFunction : Symbol::Kind::kObject;
}

class ExportTrie {
 public:
  ExportTrie(const MachFile& file, BinaryImage& image, LoadBudget& budget)
      : file_(file), trie_(file.bytes_of(file.exports)), image_(image), budget_(budget) {}

  /// Depth first, with one string for the name so far: its cost is that of the labels, not of the names.
  void walk() {
    enter(0);
    while (!stack_.empty() && !budget_.spent()) {
      Node& node = stack_.back();
      name_.resize(node.name_length);
      if (node.children == 0) {
        stack_.pop_back();
        continue;
      }
      --node.children;
      ByteCursor cursor(ByteReader(trie_), node.next);
      const auto label = cursor.c_string(kMaxNameLength);
      const auto child = cursor.uleb128();
      if (!label || !child) {
        damaged_.add(at(node.next));
        node.children = 0;
        continue;
      }
      node.next = cursor.position();
      name_ += *label;
      enter(*child);
    }
    damaged_.report(image_.defects, "damaged nodes in the exports trie");
  }

 private:
  struct Node {
    std::uint64_t next;  ///< Where the next child is.
    unsigned children;   ///< Still to be visited.
    std::size_t name_length;
  };

  [[nodiscard]] FileOffset at(std::uint64_t place) const { return FileOffset{file_.exports.offset + place}; }

  void enter(std::uint64_t place) {
    if (name_.size() > kMaxNameLength || stack_.size() >= kMaxTrieDepth || !visited_.insert(place).second) {
      return damaged_.add(at(place));
    }
    ByteCursor cursor(ByteReader(trie_), place);
    const auto terminal = cursor.uleb128();
    if (!terminal || *terminal > trie_.size() - cursor.position()) return damaged_.add(at(place));
    const std::uint64_t children_at = cursor.position() + *terminal;
    if (*terminal > 0 && !add(cursor)) damaged_.add(at(place));
    const auto children = ByteReader(trie_).read_at<std::uint8_t>(FileOffset{children_at});
    if (!children) return damaged_.add(at(place));
    if (!budget_.take(sizeof(Node) + kVisitedBytes, at(place))) return;
    stack_.push_back({children_at + 1, *children, name_.size()});
  }

  Status add(ByteCursor& cursor) {
    PROVA_TRY(flags, cursor.uleb128());
    Export entry{std::string(without_underscore(name_)), {}, {}};
    if ((flags & EXPORT_SYMBOL_FLAGS_REEXPORT) != 0) {
      PROVA_TRY(ordinal, cursor.uleb128());
      PROVA_TRY(other, cursor.c_string(kMaxNameLength));
      const std::string_view name = other.empty() ? std::string_view(entry.name) : without_underscore(other);
      entry.forwarder = fmt::format("{}:{}", file_.library(ordinal), name);
    } else {
      PROVA_TRY(offset, cursor.uleb128());
      entry.address = VirtualAddress{file_.base() + offset};
    }
    if (budget_.take_entry<Export>(entry.name, at(cursor.position())) &&
        budget_.take(entry.forwarder.size(), at(cursor.position()))) {
      image_.exports.push_back(std::move(entry));
    }
    return {};
  }

  /// Memory of one element of an unordered_set.
  static constexpr std::uint64_t kVisitedBytes = 32;

  const MachFile& file_;
  ByteView trie_;
  BinaryImage& image_;
  LoadBudget& budget_;
  std::string name_;
  std::vector<Node> stack_;
  std::unordered_set<std::uint64_t> visited_;
  DefectTally damaged_;
};

}  // namespace

std::uint32_t symbol_count(const MachFile& file) {
  const std::uint64_t room = file.symoff < file.bytes.size() ? (file.bytes.size() - file.symoff) / entry_size(file) : 0;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(file.nsyms, room));
}

SymbolEntry symbol_at(const MachFile& file, std::uint32_t index) {
  SymbolEntry entry;
  if (index >= symbol_count(file)) return entry;
  const std::uint64_t at = file.symoff + index * entry_size(file);
  entry.at = FileOffset{at};
  entry.name = name_in(clamped(file.bytes, file.stroff, file.strsize), file.u32_at(at));
  entry.type = file.in.value_at<std::uint8_t>(FileOffset{at + 4});
  entry.section = file.in.value_at<std::uint8_t>(FileOffset{at + 5});
  entry.desc = file.in.value_at<std::uint16_t>(FileOffset{at + 6});
  entry.value = file.word_at(at + 8) + (entry.in_section() ? file.slide : 0);
  return entry;
}

void add_symbols(const MachFile& file, BinaryImage& image, LoadBudget& budget) {
  const std::uint32_t count = symbol_count(file);
  if (count < file.nsyms) {
    add_defect(image.defects, FileOffset{file.symoff},
               fmt::format("{} symbols announced, {} lie in the file", file.nsyms, count));
  }
  DefectTally nameless;
  for (std::uint32_t i = 0; i < count; ++i) {
    const SymbolEntry entry = symbol_at(file, i);
    if (file.u32_at(raw(entry.at)) >= std::max(file.strsize, 1U)) nameless.add(entry.at);
    if (!entry.in_section() || entry.name.empty()) continue;
    const std::string_view name = without_underscore(entry.name);
    if (!budget.take_entry<Symbol>(name, entry.at)) break;
    const Symbol::Kind kind = kind_of(file, entry);
    image.symbols.push_back({std::string(name), VirtualAddress{entry.value}, 0, kind, entry.external()});
    const bool thumb = file.cpu_type == CPU_TYPE_ARM && (entry.desc & N_ARM_THUMB_DEF) != 0;
    if (thumb && kind == Symbol::Kind::kFunction && budget.take_entry<Symbol>("", entry.at)) {
      image.symbols.push_back({"$t", VirtualAddress{entry.value}, 0, Symbol::Kind::kOther, false});
    }
  }
  nameless.report(image.defects, "symbols whose name lies outside of the string table");
}

void add_indirect_imports(const MachFile& file, BinaryImage& image, LoadBudget& budget) {
  const std::uint64_t room =
      file.indirectsymoff < file.bytes.size() ? (file.bytes.size() - file.indirectsymoff) / 4 : 0;
  const std::uint64_t entries = std::min<std::uint64_t>(file.nindirectsyms, room);
  // No two sections share entries, so no more than there are need be looked at.
  std::uint64_t left = entries;
  for (const SectionHeader& section : file.sections) {
    const bool stubs = section.type() == S_SYMBOL_STUBS;
    const bool slots = section.type() == S_NON_LAZY_SYMBOL_POINTERS || section.type() == S_LAZY_SYMBOL_POINTERS ||
                       section.type() == S_LAZY_DYLIB_SYMBOL_POINTERS ||
                       section.type() == S_THREAD_LOCAL_VARIABLE_POINTERS;
    const std::uint64_t size = stubs ? section.reserved2 : file.bits / 8;
    if ((!stubs && !slots) || size == 0) continue;
    for (std::uint64_t i = 0; i < section.size / size && section.reserved1 + i < entries && left > 0; ++i, --left) {
      const std::uint32_t index = file.u32_at(file.indirectsymoff + (section.reserved1 + i) * 4);
      if ((index & (INDIRECT_SYMBOL_LOCAL | INDIRECT_SYMBOL_ABS)) != 0) continue;
      const SymbolEntry entry = symbol_at(file, index);
      if (!entry.undefined() || entry.name.empty()) continue;
      const std::string_view name = without_underscore(entry.name);
      const std::string_view library =
          (file.flags & MH_TWOLEVEL) != 0 ? file.library(entry.desc >> 8U) : std::string_view{};
      if (!budget.take_entry<Import>(name, entry.at) || !budget.take(library.size(), entry.at)) return;
      image.imports.push_back({std::string(library), std::string(name), VirtualAddress{section.addr + i * size},
                               stubs ? Import::Reach::kCode : Import::Reach::kPointer});
    }
  }
}

void add_exports(const MachFile& file, BinaryImage& image, LoadBudget& budget) {
  if (file.is_object()) return;
  if (file.exports.size > 0) return ExportTrie(file, image, budget).walk();
  for (std::uint32_t i = 0; i < symbol_count(file); ++i) {
    const SymbolEntry entry = symbol_at(file, i);
    if (!entry.in_section() || !entry.external() || entry.private_external() || entry.name.empty()) continue;
    const std::string_view name = without_underscore(entry.name);
    if (!budget.take_entry<Export>(name, entry.at)) return;
    image.exports.push_back({std::string(name), VirtualAddress{entry.value}, {}});
  }
}

}  // namespace prova::macho
