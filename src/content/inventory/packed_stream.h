#pragma once
// A section that is packed with zstd and read once, from front to back, in little memory.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace prova {

/// u64 size of `plain`, then one zstd frame (RFC 8878) with its size and no checksum; nothing for nothing. Looks back kPackWindowLog far, so that
/// what documents share (letterheads, quoted mails, versions, copies) is written once. Same input and library, same bytes.
[[nodiscard]] std::string pack(std::string_view plain);

/// 2^26 bytes of tables, the marks of 10 million words: a copy that far back is still found. A reader needs as much memory.
constexpr int kPackWindowLog = 26;
/// Sections unpack to at most this: the marks of 500 GB of plain text. Bounds the time that a hostile inventory takes to check, not memory.
constexpr std::uint64_t kMaxUnpacked = 1ULL << 38;

/// Reads what `pack` wrote. Trusts nothing: after the first mistake, and past the end, every byte is 0.
class PackedStream {
 public:
  explicit PackedStream(ByteView packed);
  PackedStream(PackedStream&&) noexcept;
  PackedStream& operator=(PackedStream&&) noexcept;
  ~PackedStream();

  /// Whether everything was read, and the frame ended there as well.
  [[nodiscard]] bool done();
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] std::uint64_t at() const { return at_; }
  [[nodiscard]] std::uint64_t left() const { return size_ - at_; }

  std::uint8_t byte() {
    if (next_ == end_ && !refill()) return 0;
    ++at_;
    return buffer_[next_++];
  }
  /// Unsigned LEB128 (DWARF 5, 7.6) of at most 5 bytes and 32 bits: files, places and counts of one file are no larger.
  std::uint32_t varint();
  /// The highest `n` bytes of a hash, the highest first.
  std::uint64_t key(unsigned n);
  void fail() { failed_ = true; }

 private:
  struct Decoder;
  bool refill();

  std::unique_ptr<Decoder> decoder_;
  std::vector<std::uint8_t> buffer_;
  std::size_t next_ = 0, end_ = 0;
  std::uint64_t at_ = 0, size_ = 0;
  bool failed_ = false;
};

}  // namespace prova
