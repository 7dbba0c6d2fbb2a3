#pragma once
// Sequential checked reads: what DWARF, dyld's opcodes and export tries are made of.

#include "base/byte_reader.h"

namespace prova {

/// A position in a ByteReader's bytes. Reads advance it; a failed read leaves it where it was.
class ByteCursor {
 public:
  explicit ByteCursor(ByteReader in, std::uint64_t position = 0) : in_(in), position_(position) {}

  [[nodiscard]] std::uint64_t position() const { return position_; }
  void seek(std::uint64_t position) { position_ = position; }
  [[nodiscard]] bool at_end() const { return position_ >= in_.size(); }
  [[nodiscard]] const ByteReader& reader() const { return in_; }

  /// Errors: kTruncated.
  template <std::integral T>
  [[nodiscard]] Result<T> read() {
    auto value = in_.read_at<T>(FileOffset{position_});
    if (value) position_ += sizeof(T);
    return value;
  }

  /// Unsigned LEB128 (DWARF 5, section 7.6). Errors: kTruncated; kMalformed (more than 64 bits).
  [[nodiscard]] Result<std::uint64_t> uleb128();
  /// Signed LEB128. Errors: kTruncated; kMalformed (more than ten bytes).
  [[nodiscard]] Result<std::int64_t> sleb128();
  /// Text up to a NUL, which is skipped. Errors: kTruncated; kLimit.
  [[nodiscard]] Result<std::string_view> c_string(std::uint64_t limit);

 private:
  ByteReader in_;
  std::uint64_t position_;
};

}  // namespace prova
