#pragma once
// One file of a source while its bytes pass by: is its content inventoried, are its blocks, and what became of the file
// that used to be at its path.

#include <map>

#include "content/damage/block_lookup.h"
#include "content/damage/found_file.h"
#include "content/damage/sources.h"
#include "content/inventory/file_fingerprint.h"

namespace prova {

/// Where a tail lies that is followed by something else than zeros: sources with blocks smaller than 4 KiB.
struct TailPlace {
  std::uint32_t source = 0;
  std::uint64_t offset = 0;
  friend auto operator<=>(const TailPlace&, const TailPlace&) = default;
};
using TailPlaces = std::map<std::uint32_t, TailPlace>;  ///< By file of the inventory.

/// What all examiners share. Thread safe while tails are not added.
struct ScanTargets {
  const Inventory& inventory;
  const BlockHasher& hasher;
  const BlockLookup& lookup;
  BlockLocations& locations;
  StreamTable& streams;
  TailPlaces& tails;
};

/// One per thread.
class FileExaminer {
 public:
  explicit FileExaminer(const ScanTargets& targets) : targets_(targets), fingerprinter_(targets.hasher) {}

  /// `stream`: blocks are located in this stream of the table; none when their places are known otherwise (a raw scan).
  void begin(std::uint32_t source, std::string path, std::uint64_t declared_size, std::optional<std::uint32_t> stream, std::int64_t volume = -1);
  void add(ByteView bytes);
  /// `complete`: every byte came.
  void end(bool complete, FoundFiles& found);

 private:
  void compare_block(ByteView block, std::uint64_t index);
  void locate(const FileFingerprint& fingerprint);

  const ScanTargets& targets_;
  FileFingerprinter fingerprinter_;
  std::uint32_t source_ = 0;
  std::string path_;
  std::int64_t volume_ = -1;
  std::optional<std::uint32_t> stream_;
  std::optional<PathMatch> match_;
  std::vector<std::byte> partial_;
  std::vector<BlockState> states_;
};

}  // namespace prova
