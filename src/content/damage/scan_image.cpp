#include "content/damage/scan_image.h"

#include <algorithm>
#include <cstring>
#include <mutex>
#include <random>
#include <thread>

namespace prova {
namespace {

/// Bytes read at once: a piece and its hashes stay in the second-level cache.
constexpr std::size_t kPiece = 256 * 1024;
/// Work of one thread between two looks at the progress: a multiple of kPiece.
constexpr std::uint64_t kSegment = 16ULL << 20;
constexpr std::size_t kStepsPerPiece = kPiece / kBlockBytes;
static_assert(kSegment % (4 * kBlockBytes) == 0, "no two threads set the same byte of StepStates");
/// Places sampled per phase, and the share of the best phase's hits from which a phase is scanned.
constexpr unsigned kPhaseSamples = 512;
constexpr double kPhaseShare = 0.01;
/// The sample is the same in every run.
constexpr std::uint32_t kPhaseSeed = 20220715;

struct Work {
  std::uint32_t first_step;  ///< Of the stream.
  std::uint64_t phase, size; ///< Of the stream: its bytes from the phase on.
};

/// What one thread has seen.
struct Tally {
  explicit Tally(std::size_t cells) : map(cells) {}
  std::vector<MapCell> map;
  std::array<bool, 256> constants{};
  std::vector<std::uint64_t> mft_records;
  std::uint64_t steps = 0, known = 0, constant = 0, unread = 0;
};

bool is_file_record(const std::byte* bytes) { return std::memcmp(bytes, "FILE", 4) == 0; }

class ImageScanner {
 public:
  ImageScanner(const ImageReader& image, const ScanTargets& targets, std::uint64_t cell_bytes, StepStates& states, Tally& tally)
      : image_(image), targets_(targets), cell_bytes_(cell_bytes), states_(states), tally_(tally), buffer_(kPiece) {}

  void segment(const Work& work, std::uint64_t at, bool first_phase) {
    const std::uint64_t end = std::min(at + kSegment, work.size);
    for (; at < end; at += kPiece) piece(work, at, static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, end - at)), first_phase);
  }

 private:
  void piece(const Work& work, std::uint64_t at, std::size_t size, bool first_phase) {
    auto got = image_.read(work.phase + at, std::span(buffer_).first(size));
    if (!got) return block_by_block(work, at, size, first_phase);
    // The end of a disk that is no multiple of 4 KiB is looked up as a padded tail.
    std::fill(buffer_.begin() + static_cast<std::ptrdiff_t>(*got), buffer_.begin() + static_cast<std::ptrdiff_t>((*got + kBlockBytes - 1) / kBlockBytes * kBlockBytes), std::byte{0});
    steps(work, at, (*got + kBlockBytes - 1) / kBlockBytes, first_phase);
  }

  /// Around a bad sector: what can be read is read.
  void block_by_block(const Work& work, std::uint64_t at, std::size_t size, bool first_phase) {
    for (std::size_t done = 0; done < size; done += kBlockBytes) {
      const auto got = image_.read(work.phase + at + done, std::span(buffer_).first(std::min(kBlockBytes, size - done)));
      if (!got || *got < std::min(kBlockBytes, size - done)) {
        ++tally_.unread;
        ++tally_.steps;
        if (first_phase) note(work, (at + done) / kBlockBytes, &MapCell::unread, StepState::kUnread);
        continue;
      }
      std::fill(buffer_.begin() + static_cast<std::ptrdiff_t>(*got), buffer_.begin() + kBlockBytes, std::byte{0});
      steps(work, at + done, 1, first_phase);
    }
  }

  /// Segments begin at multiples of four steps: threads never set steps of the same group.
  void note(const Work& work, std::uint64_t step, std::uint32_t MapCell::*what, StepState state) {
    ++(cell(work.phase + step * kBlockBytes).*what);
    states_.set(step, state);
  }
  MapCell& cell(std::uint64_t offset) { return tally_.map[std::min<std::size_t>(static_cast<std::size_t>(offset / cell_bytes_), tally_.map.size() - 1)]; }

  /// Hash all, ask the filter for all, look up what passed: so that memory accesses overlap.
  void steps(const Work& work, std::uint64_t at, std::size_t count, bool first_phase) {
    std::array<std::uint64_t, kStepsPerPiece> keys;
    std::array<std::uint8_t, kStepsPerPiece> places;
    std::size_t hashed = 0;
    tally_.steps += count;
    for (std::size_t i = 0; i < count; ++i) {
      const std::byte* block = buffer_.data() + i * kBlockBytes;
      if (const auto constant = constant_block(block)) {
        tally_.constants[*constant] = true;
        ++tally_.constant;
        if (first_phase) note(work, at / kBlockBytes + i, &MapCell::constant, StepState::kConstant);
        continue;
      }
      if (first_phase) note_records(work.phase + at + i * kBlockBytes, block);
      keys[hashed] = targets_.hasher.block(block);
      targets_.lookup.prefetch(keys[hashed]);
      places[hashed++] = static_cast<std::uint8_t>(i);
    }
    for (std::size_t i = 0; i < hashed; ++i) {
      const std::uint64_t step = at / kBlockBytes + places[i];
      const auto key = targets_.lookup.maybe(keys[i]) ? targets_.lookup.find(keys[i]) : std::nullopt;
      if (key) {
        targets_.locations.seen(*key, work.first_step + static_cast<std::uint32_t>(step));
        ++tally_.known;
      }
      if (first_phase) note(work, step, key ? &MapCell::known : &MapCell::other, key ? StepState::kKnown : StepState::kOther);
    }
  }

  /// NTFS file records begin with "FILE", at multiples of 1 KiB.
  void note_records(std::uint64_t offset, const std::byte* block) {
    for (std::size_t at = 0; at < kBlockBytes; at += 1024) {
      if (is_file_record(block + at) && tally_.mft_records.size() < kMaxMftRecords) tally_.mft_records.push_back(offset + at);
    }
  }

  const ImageReader& image_;
  const ScanTargets& targets_;
  std::uint64_t cell_bytes_;
  StepStates& states_;
  Tally& tally_;
  std::vector<std::byte> buffer_;
};

void merge(ImageScan& scan, const Tally& tally) {
  for (std::size_t i = 0; i < scan.map.size(); ++i) {
    scan.map[i].known += tally.map[i].known;
    scan.map[i].constant += tally.map[i].constant;
    scan.map[i].other += tally.map[i].other;
    scan.map[i].unread += tally.map[i].unread;
  }
  for (std::size_t i = 0; i < scan.constants.size(); ++i) scan.constants[i] = scan.constants[i] || tally.constants[i];
  scan.mft_records.insert(scan.mft_records.end(), tally.mft_records.begin(), tally.mft_records.end());
  scan.steps += tally.steps;
  scan.known += tally.known;
  scan.constant += tally.constant;
  scan.unread += tally.unread;
}

}  // namespace

std::vector<std::uint64_t> find_phases(const ImageReader& image, const std::vector<Volume>& volumes, const ScanTargets& targets) {
  std::array<unsigned, 8> hits{};
  std::mt19937_64 random(kPhaseSeed);
  std::vector<std::byte> window(2 * kBlockBytes);
  const std::uint64_t places = image.size() / kBlockBytes;
  for (unsigned i = 0; i < kPhaseSamples * 4 && places > 1; ++i) {
    const std::uint64_t place = places <= kPhaseSamples * 4 ? i : random() % (places - 1);
    if (place + 1 >= places) break;
    const auto got = image.read(place * kBlockBytes, window);
    if (!got || *got < window.size()) continue;
    for (std::size_t phase = 0; phase < 8; ++phase) {
      const std::byte* block = window.data() + phase * 512;
      if (constant_block(block)) continue;
      const std::uint64_t key = targets.hasher.block(block);
      if (targets.lookup.maybe(key) && targets.lookup.find(key)) ++hits[phase];
    }
  }
  const unsigned best = *std::max_element(hits.begin(), hits.end());
  std::array<bool, 8> chosen{};
  for (std::size_t phase = 0; phase < 8; ++phase) chosen[phase] = hits[phase] > 1 && hits[phase] >= kPhaseShare * best;
  for (const Volume& volume : volumes) chosen[volume.offset % kBlockBytes / 512] = true;
  if (std::none_of(chosen.begin(), chosen.end(), [](bool one) { return one; })) chosen[0] = true;
  std::vector<std::uint64_t> phases;
  for (std::size_t phase = 0; phase < 8; ++phase) {
    if (chosen[phase]) phases.push_back(phase * 512);
  }
  return phases;
}

Result<ImageScan> scan_image(std::uint32_t source, const ImageReader& image, const std::vector<Volume>& volumes, const ImageScanOptions& options,
                             const ScanTargets& targets, const ContentProgress& progress) {
  ImageScan scan;
  scan.phases = options.every_sector ? std::vector<std::uint64_t>{0, 512, 1024, 1536, 2048, 2560, 3072, 3584} : find_phases(image, volumes, targets);
  scan.cell_bytes = std::max<std::uint64_t>((image.size() / kMapCells / kBlockBytes + 1) * kBlockBytes, kBlockBytes);
  scan.map.resize(static_cast<std::size_t>(image.size() / scan.cell_bytes + 1));
  if (scan.phases.front() < image.size()) scan.states = StepStates((image.size() - scan.phases.front() + kBlockBytes - 1) / kBlockBytes);
  struct Segment {
    Work work;
    std::uint64_t at;
    bool first_phase;
  };
  std::vector<Segment> segments;
  for (const std::uint64_t phase : scan.phases) {
    if (phase >= image.size()) continue;
    PROVA_TRY(stream, targets.streams.add(source, phase, image.size() - phase, ""));
    const Work work{targets.streams.streams()[stream].first_step, phase, image.size() - phase};
    for (std::uint64_t at = 0; at < work.size; at += kSegment) segments.push_back({work, at, phase == scan.phases.front()});
  }
  std::atomic<std::size_t> next{0};
  std::mutex merging;
  std::uint64_t done = 0;
  const auto run = [&] {
    Tally tally(scan.map.size());
    ImageScanner scanner(image, targets, scan.cell_bytes, scan.states, tally);
    for (std::size_t i = next++; i < segments.size() && !progress.stop(); i = next++) {
      scanner.segment(segments[i].work, segments[i].at, segments[i].first_phase);
      const std::scoped_lock lock(merging);
      done += std::min(kSegment, segments[i].work.size - segments[i].at);
      progress.at("scanning", done, image.size() * scan.phases.size());
    }
    const std::scoped_lock lock(merging);
    merge(scan, tally);
  };
  {
    std::vector<std::jthread> others;
    for (unsigned t = 1; t < options.threads; ++t) others.emplace_back(run);
    run();
  }
  std::sort(scan.mft_records.begin(), scan.mft_records.end());
  return scan;
}

}  // namespace prova
