// Traces of tools and people in a PE file. What each is worth: docs/methods/toolmarks.md.

#include <algorithm>
#include <ctime>

#include "base/hash.h"
#include "binary/authenticode.h"
#include "binary/compiler_strings.h"
#include "binary/pe_file.h"
#include "binary/rich_header.h"
#include "binary/version_resource.h"

namespace prova::pe {
namespace {

constexpr std::uint64_t kDebugEntrySize = 28;
/// Linkers write up to five entries.
constexpr std::uint64_t kMaxDebugEntries = 64;
/// "Debug Type": IMAGE_DEBUG_TYPE_CODEVIEW, IMAGE_DEBUG_TYPE_REPRO.
constexpr std::uint32_t kDebugCodeView = 2, kDebugRepro = 16;
constexpr std::uint32_t kRsds = 0x5344'5352, kNb10 = 0x3031'424e;
/// MAX_PATH is 260; long paths reach 32,767, which no build has been seen to use.
constexpr std::uint64_t kMaxPdbPath = 1024;

/// RFC 3339 in UTC. Seconds since 1970 in 32 bits always fit a calendar date.
std::string rfc3339(std::uint32_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
                     parts.tm_hour, parts.tm_min, parts.tm_sec);
}

/// 0 and all ones are what tools write for "no time".
void add_timestamp(PeFile& pe, Toolmark::Kind kind, std::uint32_t seconds, FileOffset offset) {
  if (seconds == 0 || seconds == 0xffff'ffff) return;
  pe.toolmark(kind, rfc3339(seconds), offset);
}

void read_rich(PeFile& pe) {
  const auto rich = read_rich_header(pe.image.file, pe.headers.pe_offset);
  if (!rich) return;
  for (const RichEntry& entry : rich->entries) {
    pe.toolmark(Toolmark::Kind::kRichHeader, fmt::format("{}.{} x {}", entry.product, entry.build, entry.count),
                entry.offset);
  }
  if (std::string hash = md5_hex(rich->clear_data); !hash.empty()) {
    pe.toolmark(Toolmark::Kind::kRichHash, std::move(hash), rich->offset);
  }
  if (rich->checksum != rich->key) {
    pe.defect(rich->key_offset, fmt::format("Rich header states checksum {:#010x}, its content gives {:#010x}",
                                            rich->key, rich->checksum));
  }
}

/// As Windows prints a GUID, then the age, which counts how often the PDB was rewritten.
std::string guid_text(const ByteReader& in, std::uint64_t at, std::uint32_t age) {
  const std::string tail = to_hex(clamped(in.bytes(), at + 8, 8));
  return fmt::format("{:08x}-{:04x}-{:04x}-{}-{} age {}", in.value_at<std::uint32_t>(FileOffset{at}),
                     in.value_at<std::uint16_t>(FileOffset{at + 4}), in.value_at<std::uint16_t>(FileOffset{at + 6}),
                     tail.substr(0, 4), tail.substr(4), age);
}

/// CodeView record: "RSDS" (PDB 7.0) or "NB10" (PDB 2.0), identity, then the path that the linker wrote the PDB to.
void read_codeview(PeFile& pe, Mapped record) {
  const ByteReader in(record.bytes);
  const auto signature = in.value_at<std::uint32_t>(FileOffset{0});
  std::uint64_t path_at = 0;
  if (signature == kRsds && in.size() >= 24) {
    path_at = 24;
    pe.toolmark(Toolmark::Kind::kPdbGuid, guid_text(in, 4, in.value_at<std::uint32_t>(FileOffset{20})), record.offset);
  } else if (signature == kNb10 && in.size() >= 16) {
    path_at = 16;
    pe.toolmark(Toolmark::Kind::kPdbGuid,
                fmt::format("{:08x} age {}", in.value_at<std::uint32_t>(FileOffset{8}),
                            in.value_at<std::uint32_t>(FileOffset{12})),
                record.offset);
  } else {
    pe.defect(record.offset, fmt::format("CodeView record begins with {:#010x}, expected RSDS or NB10", signature));
    return;
  }
  const std::string_view path = text_at(clamped(record.bytes, 0, path_at + kMaxPdbPath), path_at);
  if (!path.empty()) pe.toolmark(Toolmark::Kind::kPdbPath, std::string(path), record.offset + path_at);
}

/// True when the file was linked with /Brepro: its timestamps are then parts of a hash.
bool read_debug_directory(PeFile& pe) {
  const Mapped table = pe.map_directory(Directory::kDebug, "debug directory");
  const ByteReader in = table.reader();
  const std::uint64_t count = std::min(in.size() / kDebugEntrySize, kMaxDebugEntries);
  const auto field = [&](std::uint64_t entry, std::uint64_t at) {
    return in.value_at<std::uint32_t>(FileOffset{entry * kDebugEntrySize + at});
  };
  bool reproducible = false;
  for (std::uint64_t i = 0; i < count; ++i) reproducible |= field(i, 12) == kDebugRepro;
  for (std::uint64_t i = 0; i < count; ++i) {
    const FileOffset at = table.offset + i * kDebugEntrySize;
    // Entries of one link carry one time: it is told once.
    const bool repeated = i > 0 && field(i, 4) == field(i - 1, 4);
    if (!reproducible && !repeated) add_timestamp(pe, Toolmark::Kind::kDebugTimestamp, field(i, 4), at + 4);
    if (field(i, 12) != kDebugCodeView) continue;
    const FileOffset data{field(i, 24)};
    const ByteView record = clamped(pe.image.file, raw(data), field(i, 16));
    if (record.size() < field(i, 16)) {
      pe.defect(at + 16, fmt::format("debug record of {} bytes at {:#x}, {} lie inside the file", field(i, 16),
                                     raw(data), record.size()));
    }
    if (!record.empty()) read_codeview(pe, {record, data});
  }
  return reproducible;
}

void read_timestamps(PeFile& pe, bool reproducible) {
  const std::uint32_t linked = pe.headers.coff.timestamp;
  const FileOffset at = pe.headers.pe_offset + 8;
  if (reproducible) {
    pe.toolmark(Toolmark::Kind::kBuildId, fmt::format("repro:{:08x}", linked), at);
    return;
  }
  add_timestamp(pe, Toolmark::Kind::kLinkTimestamp, linked, at);
  const Mapped exports = pe.map(pe.headers.directory(Directory::kExport).rva);
  if (pe.headers.directory(Directory::kExport).rva == 0 || exports.bytes.size() < 8) return;
  add_timestamp(pe, Toolmark::Kind::kExportTimestamp, exports.reader().value_at<std::uint32_t>(FileOffset{4}),
                exports.offset + 4);
}

void read_signature(PeFile& pe) {
  const DataDirectory& table = pe.headers.directory(Directory::kSecurity);
  if (table.rva == 0 || table.size == 0) return;
  for (const Signer& signer : read_signers(pe.image.file, FileOffset{table.rva}, table.size, pe.image.defects)) {
    const std::string_view subject = signer.subject.empty() ? "(certificate absent)" : std::string_view(signer.subject);
    pe.toolmark(Toolmark::Kind::kSigner, fmt::format("{}; issued by {}", subject, signer.issuer), signer.offset);
    if (!signer.serial.empty()) pe.toolmark(Toolmark::Kind::kSignerSerial, signer.serial, signer.offset);
  }
}

}  // namespace

void read_toolmarks(PeFile& pe) {
  const OptionalHeader& optional = pe.headers.optional;
  pe.toolmark(Toolmark::Kind::kLinkerVersion, fmt::format("{}.{}", optional.linker_major, optional.linker_minor),
              pe.headers.pe_offset + 26);
  read_rich(pe);
  read_timestamps(pe, read_debug_directory(pe));
  read_version_resource(pe);
  read_signature(pe);
  read_compiler_strings(pe.image);
}

}  // namespace prova::pe
