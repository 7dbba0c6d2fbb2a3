#pragma once
// What is computed of one file's bytes while they pass by.

#include <string>
#include <utility>
#include <vector>

#include "content/inventory/block_key.h"
#include "content/inventory/crypto.h"

namespace prova {

/// Result of a FileFingerprinter.
struct FileFingerprint {
  std::uint64_t size = 0;             ///< Bytes that came.
  Sha256 digest;                      ///< Zero when no SHA-256 was asked for.
  std::vector<std::uint64_t> blocks;  ///< ceil(size / 4096) keys, the last one of a zero-padded tail.
  std::vector<std::pair<std::uint32_t, std::uint8_t>> constants;  ///< (block, byte): blocks of one byte value. Their key is 0.
  std::uint64_t tail_exact = 0, tail_head = 0;  ///< As in FileRecord.
  std::string tiny;                   ///< The content, when size <= kTinyFileBytes.
};

/// SHA-256 and block keys of a file that comes in pieces of any size. One object per thread, used for one file after the other.
class FileFingerprinter {
 public:
  explicit FileFingerprinter(const BlockHasher& hasher) : hasher_(hasher) {}
  void begin(bool with_digest);
  void add(ByteView bytes);
  [[nodiscard]] FileFingerprint finish();

 private:
  void add_block(const std::byte* block);

  BlockHasher hasher_;
  Sha256Stream digest_;
  bool with_digest_ = true;
  std::vector<std::byte> partial_;  ///< Bytes of the block that is not complete yet.
  FileFingerprint result_;
};

}  // namespace prova
