#pragma once
// Building small files by hand, field by field.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace prova::test {

/// Little-endian bytes that grow as they are written to. `at` says where the next field goes.
class Blob {
 public:
  explicit Blob(std::size_t size = 0) : bytes_(size, '\0') {}
  Blob& at(std::size_t offset) {
    next_ = offset;
    return *this;
  }
  Blob& text(std::string_view value) {
    if (bytes_.size() < next_ + value.size()) bytes_.resize(next_ + value.size());
    std::copy(value.begin(), value.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(next_));
    next_ += value.size();
    return *this;
  }
  Blob& number(std::uint64_t value, unsigned width) {
    std::string field;
    for (unsigned i = 0; i < width; ++i) field += static_cast<char>(value >> (8 * i));
    return text(field);
  }
  Blob& u8(std::uint64_t value) { return number(value, 1); }
  Blob& u16(std::uint64_t value) { return number(value, 2); }
  Blob& u32(std::uint64_t value) { return number(value, 4); }
  Blob& u64(std::uint64_t value) { return number(value, 8); }
  /// Text with its NUL.
  Blob& c_string(std::string_view value) { return text(value).u8(0); }
  Blob& pad_to(std::size_t size) {
    if (bytes_.size() < size) bytes_.resize(size);
    next_ = size;
    return *this;
  }
  [[nodiscard]] std::size_t position() const { return next_; }
  [[nodiscard]] const std::string& str() const { return bytes_; }
  [[nodiscard]] ByteView view() const { return as_bytes(bytes_); }

 private:
  std::string bytes_;
  std::size_t next_ = 0;
};

}  // namespace prova::test
