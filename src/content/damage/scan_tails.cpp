#include "content/damage/scan_tails.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <thread>

namespace prova {
namespace {

constexpr std::size_t kPiece = 256 * 1024;
constexpr std::uint64_t kSegment = 16ULL << 20;

/// The tails that are looked for, by the key of their first sector.
struct TailIndex {
  std::vector<std::uint64_t> keys;                                ///< Distinct, ascending.
  std::vector<std::pair<std::uint64_t, std::uint32_t>> files;     ///< (key, file), ascending.
};

TailIndex index_of(const std::vector<std::uint32_t>& files, const Inventory& inventory) {
  TailIndex index;
  for (const std::uint32_t file : files) index.files.emplace_back(inventory.files()[file].tail_head, file);
  std::sort(index.files.begin(), index.files.end());
  for (const auto& [key, file] : index.files) {
    if (index.keys.empty() || index.keys.back() != key) index.keys.push_back(key);
  }
  return index;
}

class TailScanner {
 public:
  TailScanner(std::uint32_t source, const ImageReader& image, const TailIndex& index, const BlockLookup& lookup, const ScanTargets& targets)
      : source_(source), image_(image), index_(index), lookup_(lookup), targets_(targets), buffer_(kPiece + kBlockBytes) {}

  void segment(std::uint64_t at, std::uint64_t end) {
    for (; at < end; at += kPiece) {
      // A tail may reach beyond the piece: read one block more than is looked at.
      auto got = image_.read(at, buffer_);
      if (!got) continue;  // Counted by the scan of blocks already.
      const std::size_t looked = static_cast<std::size_t>(std::min({std::uint64_t{kPiece}, end - at, std::uint64_t{*got}}));
      for (std::size_t sector = 0; sector + kTailSector <= looked; sector += kTailSector) look(at, sector, ByteView(buffer_).first(*got));
    }
  }
  [[nodiscard]] const TailPlaces& places() const { return places_; }

 private:
  void look(std::uint64_t at, std::size_t sector, ByteView piece) {
    const std::uint64_t key = targets_.hasher.sector(piece.subspan(sector, kTailSector));
    if (!lookup_.maybe(key) || !lookup_.find(key)) return;
    auto one = std::lower_bound(index_.files.begin(), index_.files.end(), std::pair(key, 0U));
    for (; one != index_.files.end() && one->first == key; ++one) {
      const FileRecord& record = targets_.inventory.files()[one->second];
      const ByteView tail = clamped(piece, sector, record.size % kBlockBytes);
      if (tail.size() == record.size % kBlockBytes && targets_.hasher.exact(tail) == record.tail_exact) places_.try_emplace(one->second, TailPlace{source_, at + sector});
    }
  }

  std::uint32_t source_;
  const ImageReader& image_;
  const TailIndex& index_;
  const BlockLookup& lookup_;
  const ScanTargets& targets_;
  std::vector<std::byte> buffer_;
  TailPlaces places_;
};

}  // namespace

void scan_tails(std::uint32_t source, const ImageReader& image, const std::vector<std::uint32_t>& files, unsigned threads, const ScanTargets& targets,
                const ContentProgress& progress) {
  if (files.empty()) return;
  const TailIndex index = index_of(files, targets.inventory);
  const BlockLookup lookup(index.keys);
  std::atomic<std::uint64_t> next{0};
  std::mutex merging;
  TailPlaces all;
  const auto run = [&] {
    TailScanner scanner(source, image, index, lookup, targets);
    for (std::uint64_t at = next.fetch_add(kSegment); at < image.size() && !progress.stop(); at = next.fetch_add(kSegment)) {
      scanner.segment(at, std::min(at + kSegment, image.size()));
      const std::scoped_lock lock(merging);
      progress.at("scanning for small files", std::min(at + kSegment, image.size()), image.size());
    }
    const std::scoped_lock lock(merging);
    // Segments are taken in no fixed order: the first place on the disk wins.
    for (const auto& [file, place] : scanner.places()) {
      const auto [known, fresh] = all.try_emplace(file, place);
      if (!fresh) known->second = std::min(known->second, place);
    }
  };
  {
    std::vector<std::jthread> others;
    for (unsigned t = 1; t < threads; ++t) others.emplace_back(run);
    run();
  }
  targets.tails.merge(all);
}

}  // namespace prova
