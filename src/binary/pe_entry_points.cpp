// What the image itself names as code: the entry point, TLS callbacks, Guard CF targets and SafeSEH handlers.

#include <algorithm>

#include "binary/pe_file.h"

namespace prova::pe {
namespace {

/// Windows calls TLS callbacks up to a zero; programs have one or two.
constexpr std::uint64_t kMaxTlsCallbacks = 1024;

/// Where a load configuration keeps what we read, by pointer size.
/// Spec: "Load Configuration Layout"; guard fields as in winnt.h of the Windows SDK.
struct LoadConfigLayout {
  std::uint64_t seh_table, seh_count, guard_table, guard_count, guard_flags;
};
constexpr LoadConfigLayout kLayout32{0x40, 0x44, 0x50, 0x54, 0x58}, kLayout64{0x60, 0x68, 0x80, 0x88, 0x90};

std::uint64_t pointer_in(const PeFile& pe, const ByteReader& in, std::uint64_t at) {
  return pe.pointer_size() == 8 ? in.value_at<std::uint64_t>(FileOffset{at})
                                : in.value_at<std::uint32_t>(FileOffset{at});
}

/// A table of RVAs, `stride` bytes apart, at virtual address `table`: each one in code is a function start.
void read_code_table(PeFile& pe, std::uint64_t table, std::uint64_t count, std::uint64_t stride, std::string_view what,
                     FileOffset declared_at) {
  if (table == 0 || count == 0) return;
  const Mapped mapped = pe.map(distance(pe.image.base, VirtualAddress{table}));
  const std::uint64_t room = mapped.bytes.size() / stride;
  if (count > room) {
    pe.defect(declared_at, fmt::format("{} of {} entries at {:#x}, {} can be read", what, count, table, room));
  }
  std::uint64_t outside = 0;
  for (std::uint64_t i = 0; i < std::min(count, room); ++i) {
    const VirtualAddress start = pe.at(mapped.reader().value_at<std::uint32_t>(FileOffset{i * stride}));
    if (pe.image.is_code(start)) {
      pe.image.function_starts.push_back(start);
    } else {
      ++outside;
    }
  }
  if (outside > 0) pe.defect(mapped.offset, fmt::format("{}: {} entries do not lie in code", what, outside));
}

void read_tls_callbacks(PeFile& pe) {
  const Mapped directory = pe.map_directory(Directory::kTls, "TLS directory");
  const unsigned width = pe.pointer_size();
  const std::uint64_t callbacks = pointer_in(pe, directory.reader(), 3 * width);  // AddressOfCallBacks
  if (callbacks == 0) return;
  const Mapped table = pe.map(distance(pe.image.base, VirtualAddress{callbacks}));
  const ByteReader in = table.reader();
  for (std::uint64_t i = 0; i < kMaxTlsCallbacks; ++i) {
    if (!in.contains(FileOffset{i * width}, width)) {
      pe.defect(table.bytes.empty() ? directory.offset + 3 * width : table.offset + i * width,
                "TLS callback table without a zero entry at its end");
      return;
    }
    const VirtualAddress callback{pointer_in(pe, in, i * width)};
    if (raw(callback) == 0) return;
    if (pe.image.is_code(callback)) {
      pe.image.entry_points.push_back(callback);
    } else {
      pe.defect(table.offset + i * width, fmt::format("TLS callback {:#x} does not lie in code", raw(callback)));
    }
  }
}

}  // namespace

void read_entry_points(PeFile& pe) {
  const auto entry = pe.headers.optional.entry_point;
  if (entry != 0) {  // A DLL may have none.
    if (!pe.image.is_code(pe.at(entry))) {
      pe.defect(pe.headers.pe_offset + 0x28, fmt::format("entry point RVA {:#x} does not lie in code", entry));
    }
    if (pe.image.section_at(pe.at(entry)) != nullptr) pe.image.entry_points.push_back(pe.at(entry));
  }
  read_tls_callbacks(pe);
}

void read_load_config(PeFile& pe) {
  const DataDirectory& directory = pe.headers.directory(Directory::kLoadConfig);
  if (directory.rva == 0) return;
  // The structure starts with its own size; the directory's is 0x40 in images for Windows XP whatever follows.
  Mapped config = pe.map(directory.rva);
  config.bytes = clamped(config.bytes, 0, config.reader().value_at<std::uint32_t>(FileOffset{0}));
  const ByteReader in = config.reader();
  const LoadConfigLayout& layout = pe.pointer_size() == 8 ? kLayout64 : kLayout32;
  if (pe.image.arch == Arch::kX86) {
    read_code_table(pe, pointer_in(pe, in, layout.seh_table), pointer_in(pe, in, layout.seh_count), 4,
                    "SafeSEH handler table", config.offset + layout.seh_table);
  }
  // GuardFlags bits 28 to 31: bytes of metadata behind each RVA.
  const std::uint64_t stride = 4 + (in.value_at<std::uint32_t>(FileOffset{layout.guard_flags}) >> 28);
  read_code_table(pe, pointer_in(pe, in, layout.guard_table), pointer_in(pe, in, layout.guard_count), stride,
                  "Guard CF function table", config.offset + layout.guard_table);
}

}  // namespace prova::pe
