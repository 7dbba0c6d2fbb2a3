#include "content/leak/byte_hits.h"

#include <algorithm>
#include <map>

#include "content/chunk/chunker.h"

namespace prova {
namespace {

/// A chunk of the dump that the inventory knows.
struct ByteHit {
  std::uint64_t offset = 0;
  std::uint32_t size = 0;
  MarkIndex::Range marks;
};

/// Where a file would lie if the hit were part of it. Chunk offsets are kept modulo 2^32 (format.h): files above that are skipped.
struct Place {
  std::uint32_t file = 0;
  std::uint64_t start = 0;
  friend auto operator<=>(const Place&, const Place&) = default;
};
struct Votes {
  std::uint64_t bytes = 0, telling = 0;
  std::vector<TextRange> found;  ///< In the dump.
};

std::vector<ByteHit> byte_hits(ByteView bytes, const KnownContent& known) {
  constexpr std::size_t kBatch = 4096;  // Chunks looked up at once; a dump of any size needs no more memory than its hits.
  std::vector<ChunkMark> chunks;
  std::vector<ByteHit> hits;
  const auto look_up = [&] {
    known.chunks().find_all(chunks.size(), [&](std::size_t i) { return chunks[i].hash; }, [&](std::size_t i, MarkIndex::Range marks) {
      hits.push_back({chunks[i].offset, chunks[i].size, marks});
    });
    chunks.clear();
  };
  for_each_chunk(bytes, known.chunk_key(), [&](const ChunkMark& chunk) {
    if (!chunk.constant) chunks.push_back(chunk);
    if (chunks.size() == kBatch) look_up();
  });
  look_up();
  return hits;
}

/// The first file with the same content; equal files are one.
std::uint32_t canonical(std::uint32_t file, const Inventory& inventory) {
  const auto same = inventory.with_digest(inventory.digest(file));
  return same.empty() ? file : same.front();
}

std::map<Place, Votes> collect_votes(std::span<const ByteHit> hits, const KnownContent& known) {
  std::map<Place, Votes> votes;
  std::map<std::uint32_t, std::uint32_t> first_of;  // canonical() decrypts digests: once per file is enough
  for (const ByteHit& hit : hits) {
    std::vector<Place> places;
    for (std::size_t i = 0; i < hit.marks.size() && i < 16 * kTellingFiles; ++i) {
      const MarkIndex::Place entry = known.chunks().at(hit.marks.first + i);
      const auto [at, fresh] = first_of.try_emplace(entry.file, 0);
      if (fresh) at->second = canonical(entry.file, known.inventory());
      if (hit.offset >= entry.place) places.push_back({at->second, hit.offset - entry.place});
    }
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    std::size_t files = 0;
    for (std::size_t i = 0; i < places.size(); ++i) files += i == 0 || places[i].file != places[i - 1].file ? 1 : 0;
    for (const Place& place : places) {
      Votes& vote = votes[place];
      vote.bytes += hit.size;
      if (files <= kTellingFiles) vote.telling += hit.size / files;
      vote.found.push_back({hit.offset, hit.offset + hit.size});
    }
  }
  return votes;
}

std::vector<TextRange> holes(const TextRange& within, const std::vector<TextRange>& found) {
  std::vector<TextRange> gaps;
  std::uint64_t at = within.begin;
  for (const TextRange& range : found) {
    if (range.begin > at) gaps.push_back({at, range.begin});
    at = std::max(at, range.end);
  }
  if (at < within.end) gaps.push_back({at, within.end});
  return gaps;
}

/// Decides about places in the order of their votes.
class PlaceJudge {
 public:
  PlaceJudge(ByteView bytes, const KnownContent& known) : bytes_(bytes), known_(known), budget_(bytes.size() * kMaxRehash) {}

  void judge(const Place& place, const Votes& votes) {
    const std::uint64_t size = known_.inventory().files()[place.file].size;
    const TextRange range{place.start, std::min<std::uint64_t>(bytes_.size(), place.start + size)};
    if (explained(range)) return;
    EmbeddedFile found;
    found.file = place.file;
    found.dump = range;
    found.telling = votes.telling;
    if (range.size() == size && size <= budget_) {
      budget_ -= size;
      found.identical = sha256(bytes_.subspan(range.begin, size)) == known_.inventory().digest(place.file);
    }
    if (found.identical) {
      found.contained = 1;
      whole_.push_back(range);
    } else {
      if (votes.telling < kLeastTellingBytes || votes.found.size() < kLeastChunks) return;
      const unsigned sampling = std::max(chunk_sampling(size), known_.chunks().sampling());
      found.contained = std::min(1.0, static_cast<double>(votes.bytes << sampling) / static_cast<double>(size));
      if (sampling == 0) found.gaps = holes(range, votes.found);
      part_.push_back(range);
    }
    found_.push_back(std::move(found));
  }
  std::vector<EmbeddedFile> finish() {
    std::sort(found_.begin(), found_.end(), [](const EmbeddedFile& a, const EmbeddedFile& b) {
      return std::tie(a.dump.begin, a.file) < std::tie(b.dump.begin, b.file);
    });
    return std::move(found_);
  }

 private:
  /// Whether most of the range is an identical file's already, or another version's with more votes.
  [[nodiscard]] bool explained(const TextRange& range) const {
    const auto covers = [&](const TextRange& other) {
      const std::uint64_t begin = std::max(range.begin, other.begin), end = std::min(range.end, other.end);
      return end > begin && (end - begin) * 2 > range.size();
    };
    return std::any_of(whole_.begin(), whole_.end(), covers) || std::any_of(part_.begin(), part_.end(), covers);
  }

  ByteView bytes_;
  const KnownContent& known_;
  std::uint64_t budget_;
  std::vector<TextRange> whole_, part_;
  std::vector<EmbeddedFile> found_;
};

}  // namespace

std::vector<EmbeddedFile> embedded_files(ByteView bytes, const KnownContent& known) {
  const std::vector<ByteHit> hits = byte_hits(bytes, known);
  const std::map<Place, Votes> votes = collect_votes(hits, known);
  std::vector<const std::pair<const Place, Votes>*> order;
  for (const auto& one : votes) order.push_back(&one);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->second.bytes > b->second.bytes; });
  PlaceJudge judge(bytes, known);
  for (const auto* one : order) judge.judge(one->first, one->second);
  return judge.finish();
}

}  // namespace prova
