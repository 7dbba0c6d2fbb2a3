#include "binary/macho_file.h"

#include <algorithm>

#include "base/hash.h"
#include "binary/load.h"

namespace prova::macho {
namespace {

constexpr std::uint32_t kMagic32 = 0xfeedface, kMagic64 = 0xfeedfacf;
/// Programs have some dozens; the cap keeps loops over segments short. Ours.
constexpr std::uint32_t kMaxLoadCommands = 10'000;
/// dyld's library ordinals in use fit 16 bits.
constexpr std::size_t kMaxLibraries = 65'535;

constexpr std::uint32_t LC_SEGMENT = 0x1, LC_SYMTAB = 0x2, LC_UNIXTHREAD = 0x5, LC_DYSYMTAB = 0xb, LC_LOAD_DYLIB = 0xc,
                        LC_LOAD_WEAK_DYLIB = 0x80000018, LC_SEGMENT_64 = 0x19, LC_UUID = 0x1b,
                        LC_REEXPORT_DYLIB = 0x8000001f, LC_LAZY_LOAD_DYLIB = 0x20, LC_DYLD_INFO = 0x22,
                        LC_DYLD_INFO_ONLY = 0x80000022, LC_LOAD_UPWARD_DYLIB = 0x80000023, LC_FUNCTION_STARTS = 0x26,
                        LC_MAIN = 0x80000028, LC_SOURCE_VERSION = 0x2a, LC_BUILD_VERSION = 0x32,
                        LC_DYLD_EXPORTS_TRIE = 0x80000033, LC_DYLD_CHAINED_FIXUPS = 0x80000034;

/// Bytes that each command needs; shorter ones are not looked at. 0: not a command that we read.
std::uint32_t least_size(std::uint32_t command) {
  switch (command) {
    case LC_SEGMENT:
      return 56;
    case LC_SEGMENT_64:
      return 72;
    case LC_SYMTAB:
    case LC_LOAD_DYLIB:
    case LC_LOAD_WEAK_DYLIB:
    case LC_REEXPORT_DYLIB:
    case LC_LAZY_LOAD_DYLIB:
    case LC_LOAD_UPWARD_DYLIB:
    case LC_UUID:
    case LC_MAIN:
    case LC_BUILD_VERSION:
      return 24;
    case LC_DYSYMTAB:
      return 80;
    case LC_DYLD_INFO:
    case LC_DYLD_INFO_ONLY:
      return 48;
    case LC_UNIXTHREAD:
    case LC_FUNCTION_STARTS:
    case LC_SOURCE_VERSION:
    case LC_DYLD_EXPORTS_TRIE:
    case LC_DYLD_CHAINED_FIXUPS:
      return 16;
    default:
      return 0;
  }
}

/// "12.3.1" from the nibbles xxxx.yy.zz of a version.
std::string dotted(std::uint32_t version) {
  return fmt::format("{}.{}.{}", version >> 16U, version >> 8U & 0xffU, version & 0xffU);
}

std::string_view tool_name(std::uint32_t tool) {
  switch (tool) {
    case 1:
      return "clang";
    case 2:
      return "swift";
    case 3:
      return "ld";
    case 4:
      return "lld";
    default:
      return "tool";
  }
}

class CommandReader {
 public:
  CommandReader(MachFile& file, LoadBudget& budget, std::vector<Defect>& defects)
      : file_(file), budget_(budget), defects_(defects) {}

  void read_all(std::uint64_t at, std::uint32_t count) {
    if (count > kMaxLoadCommands) {
      add_defect(defects_, FileOffset{16},
                 fmt::format("{} load commands, at most {} accepted", count, kMaxLoadCommands));
      count = kMaxLoadCommands;
    }
    for (std::uint32_t i = 0; i < count && !budget_.spent(); ++i) {
      const std::uint32_t command = file_.u32_at(at), size = file_.u32_at(at + 4);
      if (size < 8 || !file_.in.contains(FileOffset{at}, size)) {
        add_defect(defects_, FileOffset{at},
                   fmt::format("load command {} of {} bytes, {} left", i, size,
                               at < file_.bytes.size() ? file_.bytes.size() - at : 0));
        return;
      }
      if (size < least_size(command)) {
        add_defect(defects_, FileOffset{at},
                   fmt::format("load command {:#x} of {} bytes, expected {}", command, size, least_size(command)));
      } else {
        read(command, at, size);
      }
      at += size;
    }
  }

 private:
  void read(std::uint32_t command, std::uint64_t at, std::uint32_t size) {
    const auto u32 = [&](std::uint64_t field) { return file_.u32_at(at + field); };
    const auto link_edit = [&](std::uint64_t field) { return LinkEdit{u32(field), u32(field + 4)}; };
    switch (command) {
      case LC_SEGMENT:
      case LC_SEGMENT_64:
        return read_segment(at, size, command == LC_SEGMENT_64);
      case LC_SYMTAB:
        file_.symoff = u32(8), file_.nsyms = u32(12), file_.stroff = u32(16), file_.strsize = u32(20);
        return;
      case LC_DYSYMTAB:
        file_.indirectsymoff = u32(56), file_.nindirectsyms = u32(60);
        return;
      case LC_LOAD_DYLIB:
      case LC_LOAD_WEAK_DYLIB:
      case LC_REEXPORT_DYLIB:
      case LC_LAZY_LOAD_DYLIB:
      case LC_LOAD_UPWARD_DYLIB:
        if (file_.libraries.size() < kMaxLibraries) {
          file_.libraries.push_back(name_in(clamped(file_.bytes, at, size), u32(8)));
        }
        return;
      case LC_DYLD_INFO:
      case LC_DYLD_INFO_ONLY:
        file_.rebase = link_edit(8), file_.bind = link_edit(16), file_.lazy_bind = link_edit(32);
        file_.exports = link_edit(40);
        return;
      case LC_FUNCTION_STARTS:
        file_.function_starts = link_edit(8);
        return;
      case LC_DYLD_EXPORTS_TRIE:
        file_.exports = link_edit(8);
        return;
      case LC_DYLD_CHAINED_FIXUPS:
        file_.chained_fixups = link_edit(8);
        return;
      case LC_MAIN:
        file_.main_offset = file_.in.value_at<std::uint64_t>(FileOffset{at + 8});
        return;
      case LC_UNIXTHREAD:
        return read_thread(at, size);
      default:
        return read_toolmark(command, at, size);
    }
  }

  void read_segment(std::uint64_t at, std::uint32_t size, bool wide) {
    // Words are as wide as the command says, whatever the header: the two agree in files that run.
    const auto word = [&](std::uint64_t field, std::uint64_t index) {
      return wide ? file_.in.value_at<std::uint64_t>(FileOffset{at + field + 8 * index})
                  : file_.u32_at(at + field + 4 * index);
    };
    Segment segment;
    segment.name = name_in(clamped(file_.bytes, at + 8, 16), 0);
    segment.vmaddr = word(24, 0) + file_.slide;
    segment.vmsize = word(24, 1), segment.fileoff = word(24, 2), segment.filesize = word(24, 3);
    const std::uint64_t rest = wide ? 56 : 40;
    segment.protection = file_.u32_at(at + rest + 4);  // initprot
    segment.header = FileOffset{at};
    const std::uint32_t announced = file_.u32_at(at + rest + 8);
    const std::uint64_t header_size = rest + 16, section_size = wide ? 80 : 68;
    const std::uint64_t room = (size - header_size) / section_size;
    if (announced > room) {
      add_defect(defects_, FileOffset{at},
                 fmt::format("segment of {} sections, its load command holds {}", announced, room));
    }
    segment.sections = static_cast<std::size_t>(std::min<std::uint64_t>(announced, room));
    if (!budget_.take(sizeof(Segment), segment.header)) return;
    file_.segments.push_back(segment);
    for (std::size_t i = 0; i < segment.sections; ++i) {
      read_section(at + header_size + i * section_size, wide, segment.protection);
    }
  }

  void read_section(std::uint64_t at, bool wide, std::uint32_t protection) {
    SectionHeader s;
    s.name = name_in(clamped(file_.bytes, at, 16), 0);
    s.segment = name_in(clamped(file_.bytes, at + 16, 16), 0);
    s.addr = (wide ? file_.in.value_at<std::uint64_t>(FileOffset{at + 32}) : file_.u32_at(at + 32)) + file_.slide;
    s.size = wide ? file_.in.value_at<std::uint64_t>(FileOffset{at + 40}) : file_.u32_at(at + 36);
    const std::uint64_t rest = at + (wide ? 48 : 40);
    const auto u32 = [&](std::uint64_t index) { return file_.u32_at(rest + 4 * index); };
    s.offset = u32(0), s.reloff = u32(2), s.nreloc = u32(3), s.flags = u32(4);
    s.reserved1 = u32(5), s.reserved2 = u32(6);
    s.protection = protection;
    s.header = FileOffset{at};
    if (budget_.take(sizeof(SectionHeader), s.header)) file_.sections.push_back(s);
  }

  /// The program counter in the first thread state. Source: <mach/*/thread_status.h>: x86_64 rip is register 16,
  /// i386 eip 10, arm pc 15, arm64 pc 32.
  void read_thread(std::uint64_t at, std::uint32_t size) {
    std::uint64_t place = 0;
    unsigned width = 4;
    switch (file_.cpu_type) {
      case CPU_TYPE_X86_64:
        place = 16 + 16 * 8, width = 8;
        break;
      case CPU_TYPE_X86:
        place = 16 + 10 * 4;
        break;
      case CPU_TYPE_ARM:
        place = 16 + 15 * 4;
        break;
      case CPU_TYPE_ARM64:
        place = 16 + 32 * 8, width = 8;
        break;
      default:
        return;
    }
    if (place + width > size) return;
    file_.thread_address =
        width == 8 ? file_.in.value_at<std::uint64_t>(FileOffset{at + place}) : file_.u32_at(at + place);
  }

  void read_toolmark(std::uint32_t command, std::uint64_t at, std::uint32_t size) {
    if (file_.toolmarks.size() >= kMaxToolmarks) return;
    const auto mark = [&](Toolmark::Kind kind, std::string value) {
      file_.toolmarks.push_back({kind, std::move(value), FileOffset{at}});
    };
    if (command == LC_UUID) {
      const std::string digits = to_hex(clamped(file_.bytes, at + 8, 16));
      const std::string_view hex = digits;
      mark(Toolmark::Kind::kMachOUuid, fmt::format("{}-{}-{}-{}-{}", hex.substr(0, 8), hex.substr(8, 4),
                                                   hex.substr(12, 4), hex.substr(16, 4), hex.substr(20)));
    } else if (command == LC_SOURCE_VERSION) {
      const auto v = file_.in.value_at<std::uint64_t>(FileOffset{at + 8});
      if (v == 0) return;
      mark(Toolmark::Kind::kVersionResource,
           fmt::format("source_version={}.{}.{}", v >> 40U, v >> 30U & 0x3ffU, v >> 20U & 0x3ffU));
    } else if (command == LC_BUILD_VERSION) {
      mark(Toolmark::Kind::kVersionResource, fmt::format("min_os={}", dotted(file_.u32_at(at + 12))));
      mark(Toolmark::Kind::kVersionResource, fmt::format("sdk={}", dotted(file_.u32_at(at + 16))));
      const std::uint64_t tools = std::min<std::uint64_t>(file_.u32_at(at + 20), (size - 24) / 8);
      for (std::uint64_t i = 0; i < std::min<std::uint64_t>(tools, kMaxBuildTools); ++i) {
        const std::uint32_t tool = file_.u32_at(at + 24 + i * 8), version = file_.u32_at(at + 28 + i * 8);
        mark(tool == 3 || tool == 4 ? Toolmark::Kind::kLinkerVersion : Toolmark::Kind::kCompiler,
             fmt::format("{} {}", tool_name(tool), dotted(version)));
      }
    }
  }

  /// One UUID and one build version is the rule; zippered libraries have two.
  static constexpr std::size_t kMaxToolmarks = 64;
  static constexpr std::uint64_t kMaxBuildTools = 8;

  MachFile& file_;
  LoadBudget& budget_;
  std::vector<Defect>& defects_;
};

}  // namespace

std::string_view name_in(ByteView strings, std::uint64_t offset) {
  const std::string_view rest = as_text(clamped(strings, offset, kMaxNameLength));
  return rest.substr(0, rest.find('\0'));
}

std::string_view without_underscore(std::string_view name) { return name.starts_with('_') ? name.substr(1) : name; }

std::uint64_t MachFile::base() const {
  if (is_object()) return slide;
  const auto it =
      std::find_if(segments.begin(), segments.end(), [](const Segment& s) { return s.fileoff == 0 && s.filesize > 0; });
  return it == segments.end() ? 0 : it->vmaddr;
}

Result<MachFile> read_mach_file(ByteView bytes, LoadBudget& budget, std::vector<Defect>& defects) {
  PROVA_TRY(magic, ByteReader(bytes).read_at<std::uint32_t>(FileOffset{0}));
  const bool swapped = magic == byte_swapped(kMagic32) || magic == byte_swapped(kMagic64);
  const std::uint32_t native = swapped ? byte_swapped(magic) : magic;
  if (native != kMagic32 && native != kMagic64) {
    return fail(ErrorCode::kMalformed,
                fmt::format("Mach-O magic is {:#010x}, expected 0xfeedface or 0xfeedfacf", magic), FileOffset{0});
  }
  MachFile file;
  file.bytes = bytes;
  file.in = ByteReader(bytes, swapped ? std::endian::big : std::endian::little);
  file.bits = native == kMagic64 ? 64 : 32;
  const std::uint64_t header_size = file.is_64() ? 32 : 28;
  PROVA_TRY(header, file.in.slice(FileOffset{0}, header_size));
  (void)header;
  file.cpu_type = file.u32_at(4), file.cpu_subtype = file.u32_at(8);
  file.file_type = file.u32_at(12), file.flags = file.u32_at(24);
  file.slide = file.is_object() ? kObjectBase : 0;
  CommandReader(file, budget, defects).read_all(header_size, file.u32_at(16));
  return file;
}

}  // namespace prova::macho

namespace prova {

bool looks_like_macho(ByteView file) {
  const auto magic = ByteReader(file).value_at<std::uint32_t>(FileOffset{0});
  return magic == macho::kMagic32 || magic == macho::kMagic64 || magic == byte_swapped(macho::kMagic32) ||
         magic == byte_swapped(macho::kMagic64);
}

}  // namespace prova
