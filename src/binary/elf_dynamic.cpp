#include "binary/elf_dynamic.h"

#include <algorithm>
#include <unordered_set>

namespace prova::elf {
namespace {

constexpr std::uint32_t SHT_INIT_ARRAY = 14, SHT_FINI_ARRAY = 15, SHT_PREINIT_ARRAY = 16;
/// Elements of init and fini arrays that are looked at: large C++ programs have some thousands.
constexpr std::uint64_t kMaxArrayEntries = 65'536;

/// Number of symbols by DT_HASH: nchain equals it. gABI, "Hash Table".
std::uint64_t count_by_hash(const ElfFile& elf, std::uint64_t address) {
  return ByteReader(elf.mapped_at(address, 8), elf.in.order()).value_at<std::uint32_t>(FileOffset{4});
}

/// Number of symbols by DT_GNU_HASH: one past the end of the chain that starts last. The format is that of
/// https://flapenguin.me/elf-dt-gnu-hash: nbuckets, symoffset, bloom_size, bloom_shift, bloom words, buckets, chains;
/// a chain ends at an odd hash.
std::uint64_t count_by_gnu_hash(const ElfFile& elf, std::uint64_t address) {
  const ByteReader in(elf.mapped_at(address, ~0ULL), elf.in.order());
  const auto u32 = [&](std::uint64_t at) { return in.value_at<std::uint32_t>(FileOffset{at}); };
  const std::uint64_t buckets = u32(0), first = u32(4), bloom_words = u32(8);
  const std::uint64_t buckets_at = 16 + bloom_words * (elf.bits / 8);
  const std::uint64_t chains_at = buckets_at + buckets * 4;
  if (chains_at > in.size()) return 0;
  std::uint64_t last = 0;
  for (std::uint64_t i = 0; i < buckets; ++i) last = std::max<std::uint64_t>(last, u32(buckets_at + i * 4));
  if (last < first) return first;
  for (;; ++last) {
    const std::uint64_t at = chains_at + (last - first) * 4;
    if (at + 4 > in.size() || (u32(at) & 1U) != 0) return last + 1;
  }
}

const SectionHeader* section_of_type_at(const ElfFile& elf, std::uint32_t type, std::uint64_t address) {
  const auto it = std::find_if(elf.sections.begin(), elf.sections.end(),
                               [&](const SectionHeader& s) { return s.type == type && s.addr == address; });
  return it == elf.sections.end() ? nullptr : &*it;
}

class EntryPoints {
 public:
  EntryPoints(const ElfFile& elf, BinaryImage& image) : elf_(elf), image_(image) {}

  void add(std::uint64_t address) {
    const bool arm = elf_.machine == EM_ARM;
    const VirtualAddress at{arm ? address & ~1ULL : address};
    if (address == 0 || !image_.is_code(at) || !seen_.insert(raw(at)).second) return;
    image_.entry_points.push_back(at);
    if (arm && at != VirtualAddress{address}) {
      image_.symbols.push_back({"$t", at, 0, Symbol::Kind::kOther, false});
    }
  }

  void add_array(std::uint64_t address, std::uint64_t size) {
    const std::uint64_t width = elf_.bits / 8;
    for (std::uint64_t i = 0; i < size / width && array_entries_left_ > 0; ++i, --array_entries_left_) {
      const auto pointer = image_.pointer_at(VirtualAddress{address + i * width});
      if (!pointer) return;
      add(raw(*pointer));
    }
  }

 private:
  const ElfFile& elf_;
  BinaryImage& image_;
  std::unordered_set<std::uint64_t> seen_;
  std::uint64_t array_entries_left_ = kMaxArrayEntries;
};

void add_section_entries(const BinaryImage& image, const ElfFile& elf, const SectionAddresses* placed,
                         EntryPoints& points) {
  for (const Section& section : image.sections) {
    if (section.executable && (section.name == ".init" || section.name == ".fini")) points.add(raw(section.address));
  }
  for (const std::uint32_t type : {SHT_PREINIT_ARRAY, SHT_INIT_ARRAY, SHT_FINI_ARRAY}) {
    for (std::size_t i = 0; i < elf.sections.size(); ++i) {
      const SectionHeader& header = elf.sections[i];
      const VirtualAddress address =
          placed != nullptr ? (*placed)[i].value_or(VirtualAddress{0}) : VirtualAddress{header.addr};
      if (header.type == type) points.add_array(raw(address), header.size);
    }
  }
}

/// The older way to name constructors: sections of pointers that crtbegin.o's code walks, with -1 or 0 at the ends.
void add_constructor_lists(const BinaryImage& image, EntryPoints& points) {
  for (const Section& section : image.sections) {
    const bool list = section.name.starts_with(".ctors") || section.name.starts_with(".dtors");
    if (list) points.add_array(raw(section.address), section.size);
  }
}

}  // namespace

Dynamic read_dynamic(const ElfFile& elf, std::vector<Defect>& defects) {
  Dynamic dynamic;
  const auto it =
      std::find_if(elf.segments.begin(), elf.segments.end(), [](const Segment& s) { return s.type == PT_DYNAMIC; });
  if (it == elf.segments.end()) return dynamic;
  const std::uint64_t width = elf.bits / 8;
  const ByteView content = clamped(elf.bytes, it->offset, it->filesz);
  if (content.size() < it->filesz) {
    add_defect(defects, it->header,
               fmt::format("dynamic section of {} bytes at {:#x}, {} lie in the file", it->filesz, it->offset,
                           content.size()));
  }
  dynamic.present = !content.empty();
  for (std::uint64_t at = 0; at + 2 * width <= content.size(); at += 2 * width) {
    const std::uint64_t tag = elf.word_at(it->offset + at);
    const std::uint64_t value = elf.word_at(it->offset + at + width);
    if (tag == 0) break;
    if (tag < dynamic.standard.size()) dynamic.standard[tag] = value;
    if (tag == DT_GNU_HASH) dynamic.gnu_hash = value;
    if (tag == DT_FLAGS_1) dynamic.flags_1 = value;
  }
  return dynamic;
}

SymbolTable dynamic_symbols(const ElfFile& elf, const Dynamic& dynamic, std::uint64_t at_least) {
  const auto symtab = dynamic.get(DT_SYMTAB), strtab = dynamic.get(DT_STRTAB);
  if (!dynamic.present || !symtab || !strtab || elf.load_at(*symtab) == nullptr) {
    for (std::size_t i = 0; i < elf.sections.size(); ++i) {
      if (elf.sections[i].type == SHT_DYNSYM) return SymbolTable::from_section(elf, i);
    }
    return {};
  }
  const std::uint64_t entry_size = elf.is_64() ? 24 : 16;
  std::uint64_t count = 0;
  if (const SectionHeader* section = section_of_type_at(elf, SHT_DYNSYM, *symtab); section != nullptr) {
    count = section->size / entry_size;
  } else if (const auto hash = dynamic.get(DT_HASH)) {
    count = count_by_hash(elf, *hash);
  } else if (dynamic.gnu_hash) {
    count = count_by_gnu_hash(elf, *dynamic.gnu_hash);
  }
  count = std::min<std::uint64_t>(std::max(count, at_least), elf.bytes.size() / entry_size);
  const ByteView entries = elf.mapped_at(*symtab, count * entry_size);
  const ByteView strings = elf.mapped_at(*strtab, dynamic.get(DT_STRSZ).value_or(~0ULL));
  return {elf, entries, elf.offset_of(*symtab), strings};
}

void add_exports(const ElfFile& elf, const SymbolTable& symbols, BinaryImage& image, LoadBudget& budget) {
  for (std::uint64_t i = 1; i < symbols.count(); ++i) {
    const SymbolEntry entry = symbols.at(i);
    const bool shared =
        entry.binding() == STB_GLOBAL || entry.binding() == STB_WEAK || entry.binding() == STB_GNU_UNIQUE;
    const bool visible = entry.visibility() == STV_DEFAULT || entry.visibility() == STV_PROTECTED;
    if (!shared || !visible || !entry.has_address() || entry.type() == STT_SECTION || entry.type() == STT_FILE)
      continue;
    const std::string_view name = symbols.name_of(entry);
    if (name.empty()) continue;
    if (!budget.take_entry<Export>(name, entry.at)) return;
    const bool thumb = elf.machine == EM_ARM && entry.type() == STT_FUNC;
    image.exports.push_back({std::string(name), VirtualAddress{thumb ? entry.value & ~1ULL : entry.value}, {}});
  }
}

void add_entry_points(const ElfFile& elf, const Dynamic& dynamic, const SectionAddresses* placed, BinaryImage& image) {
  EntryPoints points(elf, image);
  if (elf.entry != 0 && elf.type != ET_REL && !image.is_code(VirtualAddress{elf.entry})) {
    add_defect(image.defects, FileOffset{24},
               fmt::format("entry point {:#x} lies in no executable section", elf.entry));
  }
  if (elf.type != ET_REL) points.add(elf.entry);
  add_constructor_lists(image, points);
  if (!dynamic.present) return add_section_entries(image, elf, placed, points);
  points.add(dynamic.get(DT_INIT).value_or(0));
  points.add(dynamic.get(DT_FINI).value_or(0));
  points.add_array(dynamic.get(DT_PREINIT_ARRAY).value_or(0), dynamic.get(DT_PREINIT_ARRAYSZ).value_or(0));
  points.add_array(dynamic.get(DT_INIT_ARRAY).value_or(0), dynamic.get(DT_INIT_ARRAYSZ).value_or(0));
  points.add_array(dynamic.get(DT_FINI_ARRAY).value_or(0), dynamic.get(DT_FINI_ARRAYSZ).value_or(0));
}

}  // namespace prova::elf
