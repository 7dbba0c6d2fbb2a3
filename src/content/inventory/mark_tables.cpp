#include "content/inventory/mark_tables.h"

#include <fmt/format.h>

#include "content/inventory/packed_stream.h"

namespace prova {
namespace {

/// LEB128, as DWARF 5 (7.6) has it, unsigned.
void append_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(0x80 | (value & 0x7f));
  out += static_cast<char>(value);
}

template <typename Sink>
Status walk(ByteView section, unsigned key_bytes, std::uint64_t files, Sink sink) {
  PackedStream in(section);
  std::uint64_t next_file = 0;
  while (in.left() != 0) {
    const std::uint64_t start = in.at(), file = next_file + in.varint(), count = in.varint();
    if (in.failed() || file >= files || count == 0 || count > in.left() / (key_bytes + 1)) {
      return fail(ErrorCode::kStore, fmt::format("the marks at byte {} of their section fit no file", start));
    }
    next_file = file + 1;
    std::uint32_t place = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
      place += in.varint();  // Modulo 2^32, as places are.
      const std::uint64_t key = in.key(key_bytes);
      if (in.failed()) return fail(ErrorCode::kStore, fmt::format("the marks at byte {} of their section end early", start));
      sink(StoredMark{key, static_cast<std::uint32_t>(file), place});
    }
  }
  if (!in.done()) return fail(ErrorCode::kStore, fmt::format("the marks are not the {} bytes that their section says", in.at()));
  return {};
}

}  // namespace

void MarkTableWriter::begin(std::uint32_t file, std::uint64_t count) {
  append_varint(bytes_, file - next_file_);
  append_varint(bytes_, count);
  next_file_ = file + 1;
  place_ = 0;
}

void MarkTableWriter::add(std::uint64_t hash, std::uint32_t place) {
  append_varint(bytes_, place - place_);
  for (unsigned i = 0; i < key_bytes_; ++i) bytes_ += static_cast<char>(hash >> (56 - 8 * i) & 0xff);
  place_ = place;
}

std::string MarkTableWriter::packed() const { return pack(bytes_); }

Status check_mark_table(ByteView section, unsigned key_bytes, std::uint64_t files) {
  return walk(section, key_bytes, files, [](const StoredMark&) {});
}

void visit_mark_table(ByteView section, unsigned key_bytes, const std::function<void(const StoredMark&)>& sink) {
  (void)walk(section, key_bytes, kMaxFiles, [&](const StoredMark& mark) { sink(mark); });
}

}  // namespace prova
