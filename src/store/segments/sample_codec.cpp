#include "store/segments/sample_codec.h"

#include <fmt/format.h>
#include <zstd.h>

#include <algorithm>
#include <map>

#include "store/segments/encoding.h"

namespace prova {
namespace {

/// Level 3 is zstd's default; 9 saves 2 % of the block and costs four times the time.
constexpr int kCompressionLevel = 3;

void append_record(std::string& out, const SampleRecord& record) {
  out.append(reinterpret_cast<const char*>(record.sha256.bytes.data()), record.sha256.bytes.size());
  for (const std::string* text : {&record.member, &record.name, &record.family, &record.actor, &record.version,
                                  &record.first_seen}) {
    append_text(out, *text);
  }
  for (const auto number : {static_cast<std::uint64_t>(record.role), static_cast<std::uint64_t>(record.format),
                            static_cast<std::uint64_t>(record.arch), std::uint64_t{record.bits}, record.size,
                            record.code_bytes}) {
    append_varint(out, number);
  }
  append_varint(out, record.toolmarks.size());
  for (const auto& [kind, value] : record.toolmarks) {
    append_varint(out, static_cast<std::uint64_t>(kind));
    append_text(out, value);
  }
}

/// An enumerator of at most `last`, or the cursor's failure as the first one.
template <typename Enum>
Enum read_enum(Cursor& in, Enum last, bool& known) {
  const std::uint64_t value = in.varint();
  known = known && value <= static_cast<std::uint64_t>(last);
  return static_cast<Enum>(value);
}

bool read_record(Cursor& in, SampleRecord& record) {
  const ByteView digest = in.take(record.sha256.bytes.size());
  if (!in.ok()) return false;
  std::memcpy(record.sha256.bytes.data(), digest.data(), digest.size());
  for (std::string* text : {&record.member, &record.name, &record.family, &record.actor, &record.version,
                            &record.first_seen}) {
    *text = in.text();
  }
  bool known = true;
  record.role = read_enum(in, SampleRole::kGoodware, known);
  record.format = read_enum(in, Format::kRaw, known);
  record.arch = read_enum(in, Arch::kArm64, known);
  record.bits = static_cast<std::uint32_t>(in.varint());
  record.size = in.varint();
  record.code_bytes = in.varint();
  for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n) {
    const auto kind = read_enum(in, Toolmark::Kind::kMachOUuid, known);
    record.toolmarks.emplace_back(kind, in.text());
  }
  return in.ok() && known;
}

/// Ascending numbers: how many, then gaps.
void append_ascending(std::string& out, const std::vector<std::uint32_t>& values) {
  append_varint(out, values.size());
  std::uint32_t previous = 0;
  for (const std::uint32_t value : values) {
    append_varint(out, value - previous);
    previous = value;
  }
}

bool read_ascending(Cursor& in, std::uint32_t limit, std::vector<std::uint32_t>& values) {
  const std::uint64_t count = in.varint();
  if (count > in.left()) return false;  // Each takes a byte at least.
  std::uint64_t value = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t gap = in.varint();
    if (gap >= limit || (i > 0 && gap == 0)) return false;
    value += gap;
    if (value >= limit) return false;
    values.push_back(static_cast<std::uint32_t>(value));
  }
  return in.ok();
}

std::map<std::string_view, std::uint64_t> number_imports(const std::vector<StoredFunction>& functions) {
  std::map<std::string_view, std::uint64_t> numbers;
  for (const StoredFunction& function : functions) {
    for (const std::string& import : function.imports) numbers.emplace(import, 0);
  }
  std::uint64_t next = 0;
  for (auto& [name, number] : numbers) number = next++;
  return numbers;
}

/// Field after field over all functions, which packs better than function after function.
void append_functions(std::string& out, const std::vector<StoredFunction>& functions) {
  std::uint64_t previous = 0;
  for (const StoredFunction& function : functions) {
    append_varint(out, raw(function.address) - previous);
    previous = raw(function.address);
  }
  for (const StoredFunction& function : functions) out += static_cast<char>(function.kind);
  for (const StoredFunction& function : functions) append_varint(out, function.fingerprint.blocks);
  for (const StoredFunction& function : functions) append_varint(out, function.fingerprint.instructions);
  for (const StoredFunction& function : functions) append_varint(out, function.fingerprint.bytes);
  for (const StoredFunction& function : functions) append_text(out, function.name);
  for (const StoredFunction& function : functions) append_ascending(out, function.callees);
  const auto numbers = number_imports(functions);
  append_varint(out, numbers.size());
  for (const auto& [name, number] : numbers) append_text(out, name);
  for (const StoredFunction& function : functions) {
    append_varint(out, function.imports.size());
    for (const std::string& import : function.imports) append_varint(out, numbers.at(import));
  }
}

bool read_imports(Cursor& in, std::vector<StoredFunction>& functions) {
  std::vector<std::string> names;
  for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n) names.push_back(in.text());
  for (StoredFunction& function : functions) {
    for (std::uint64_t n = in.varint(); n > 0 && in.ok(); --n) {
      const std::uint64_t number = in.varint();
      if (number >= names.size()) return false;
      function.imports.push_back(names[static_cast<std::size_t>(number)]);
    }
  }
  return in.ok();
}

bool read_functions(Cursor& in, std::vector<StoredFunction>& functions) {
  std::uint64_t address = 0;
  for (StoredFunction& function : functions) function.address = VirtualAddress{address += in.varint()};
  bool known = true;
  for (StoredFunction& function : functions) function.kind = read_enum(in, FunctionKind::kPlt, known);
  for (StoredFunction& function : functions) function.fingerprint.blocks = static_cast<std::uint32_t>(in.varint());
  for (StoredFunction& function : functions) function.fingerprint.instructions = static_cast<std::uint32_t>(in.varint());
  for (StoredFunction& function : functions) function.fingerprint.bytes = static_cast<std::uint32_t>(in.varint());
  for (StoredFunction& function : functions) function.name = in.text();
  const auto count = static_cast<std::uint32_t>(functions.size());
  for (StoredFunction& function : functions) {
    if (!in.ok() || !read_ascending(in, count, function.callees)) return false;
  }
  return in.ok() && known && read_imports(in, functions);
}

tl::unexpected<Error> damaged(std::string message) { return fail(ErrorCode::kStore, std::move(message)); }

Result<std::string> decompress(ByteView stored, const SampleEntry& entry) {
  if (entry.compression == 0 && entry.raw_bytes == stored.size()) return std::string(as_text(stored));
  if (entry.compression != 1) {
    return damaged(fmt::format("sample block with compression {} and {} of {} bytes", entry.compression, stored.size(),
                               entry.raw_bytes));
  }
  if (entry.raw_bytes > stored.size() * kMaxUnpackRatio) {
    return damaged(fmt::format("sample block of {} bytes claims to unpack to {}", stored.size(), entry.raw_bytes));
  }
  std::string block(entry.raw_bytes, '\0');
  const std::size_t size = ZSTD_decompress(block.data(), block.size(), stored.data(), stored.size());
  if (ZSTD_isError(size) != 0 || size != block.size()) {
    return damaged(fmt::format("sample block does not unpack: {}",
                               ZSTD_isError(size) != 0 ? ZSTD_getErrorName(size) : "another size than stated"));
  }
  return block;
}

}  // namespace

Result<PackedSample> pack_sample(const StoredSample& sample) {
  std::string block;
  append_record(block, sample.record);
  append_functions(block, sample.functions);
  if (block.size() >= 1ULL << 32) {
    return fail(ErrorCode::kLimit, fmt::format("names and calls of a sample take {} bytes, at most 4 GiB accepted", block.size()));
  }
  PackedSample packed;
  packed.raw_bytes = static_cast<std::uint32_t>(block.size());
  packed.stored.resize(ZSTD_compressBound(block.size()));
  const std::size_t size =
      ZSTD_compress(packed.stored.data(), packed.stored.size(), block.data(), block.size(), kCompressionLevel);
  if (ZSTD_isError(size) == 0 && size < block.size() && block.size() <= size * kMaxUnpackRatio) {
    packed.stored.resize(size);
    packed.compression = 1;
  } else {
    packed.stored = std::move(block);
  }
  return packed;
}

Result<StoredSample> unpack_sample(ByteView stored, const SampleEntry& entry, std::uint32_t functions) {
  PROVA_TRY(block, decompress(stored, entry));
  Cursor in(as_bytes(block));
  StoredSample sample;
  if (!read_record(in, sample.record)) return damaged("sample record is cut short or holds an unknown value");
  if (functions > in.left()) return damaged(fmt::format("{} functions in {} bytes", functions, in.left()));
  sample.functions.resize(functions);
  if (!read_functions(in, sample.functions) || !in.at_end()) {
    return damaged("functions of a sample do not fill their block");
  }
  return sample;
}

}  // namespace prova
