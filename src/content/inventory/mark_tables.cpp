#include "content/inventory/mark_tables.h"

#include <fmt/format.h>

#include <limits>

namespace prova {
namespace {

/// LEB128, as DWARF 5 (7.6) has it, unsigned.
void append_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(0x80 | (value & 0x7f));
  out += static_cast<char>(value);
}

/// Reads a section from front to back. After an error everything read is 0.
class Cursor {
 public:
  explicit Cursor(ByteView bytes) : bytes_(bytes) {}
  [[nodiscard]] bool done() const { return at_ == bytes_.size(); }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] std::uint64_t at() const { return at_; }
  [[nodiscard]] std::uint64_t left() const { return bytes_.size() - at_; }

  /// At most 5 bytes and 32 bits: files, places and counts of one file are no larger.
  std::uint32_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 35 && at_ < bytes_.size(); shift += 7) {
      const auto byte = std::to_integer<std::uint64_t>(bytes_[at_++]);
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value <= std::numeric_limits<std::uint32_t>::max() ? static_cast<std::uint32_t>(value) : fail_with_zero();
    }
    return fail_with_zero();
  }
  /// The highest `n` bytes of a hash, the highest first.
  std::uint64_t key(unsigned n) {
    if (left() < n) return fail_with_zero();
    std::uint64_t value = 0;
    for (unsigned i = 0; i < n; ++i) value = value << 8 | std::to_integer<std::uint64_t>(bytes_[at_++]);
    return value << (64 - 8 * n);
  }

 private:
  std::uint32_t fail_with_zero() {
    failed_ = true;
    return 0;
  }

  ByteView bytes_;
  std::uint64_t at_ = 0;
  bool failed_ = false;
};

template <typename Sink>
Status walk(ByteView section, unsigned key_bytes, std::uint64_t files, Sink sink) {
  Cursor in(section);
  std::uint64_t next_file = 0;
  while (!in.done()) {
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

Status check_mark_table(ByteView section, unsigned key_bytes, std::uint64_t files) {
  return walk(section, key_bytes, files, [](const StoredMark&) {});
}

void visit_mark_table(ByteView section, unsigned key_bytes, const std::function<void(const StoredMark&)>& sink) {
  (void)walk(section, key_bytes, kMaxFiles, sink);
}

}  // namespace prova
