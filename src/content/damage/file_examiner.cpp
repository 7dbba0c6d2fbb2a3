#include "content/damage/file_examiner.h"

#include <algorithm>

namespace prova {

void FileExaminer::begin(std::uint32_t source, std::string path, std::uint64_t declared_size, std::optional<std::uint32_t> stream, std::int64_t volume) {
  source_ = source;
  path_ = std::move(path);
  volume_ = volume;
  stream_ = stream;
  match_ = match_path(targets_.inventory, path_);
  partial_.clear();
  states_.clear();
  fingerprinter_.begin(targets_.inventory.has_size(declared_size));
}

void FileExaminer::compare_block(ByteView block, std::uint64_t index) {
  const auto wanted = targets_.inventory.blocks(match_->file);
  if (index >= wanted.size()) return;
  const std::uint64_t size = targets_.inventory.files()[match_->file].size;
  // The last block of the original may be followed by more here: compare as many bytes as it had.
  const ByteView compared = block.first(std::min<std::size_t>(block.size(), static_cast<std::size_t>(std::min<std::uint64_t>(kBlockBytes, size - index * kBlockBytes))));
  bool same;
  if (wanted[index] >= kConstantBlock) {
    const auto value = static_cast<std::byte>(wanted[index] & 0xff);
    same = std::all_of(compared.begin(), compared.end(), [&](std::byte b) { return b == value; });
  } else {
    same = targets_.hasher.padded(compared) == targets_.inventory.keys()[wanted[index]];
  }
  states_.push_back(same ? BlockState::kSame : classify_block(compared));
}

void FileExaminer::add(ByteView bytes) {
  fingerprinter_.add(bytes);
  if (!match_) return;
  while (!bytes.empty()) {
    const std::size_t taken = std::min(kBlockBytes - partial_.size(), bytes.size());
    if (partial_.empty() && taken == kBlockBytes) {
      compare_block(bytes.first(kBlockBytes), states_.size());
    } else {
      partial_.insert(partial_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(taken));
      if (partial_.size() == kBlockBytes) {
        compare_block(partial_, states_.size());
        partial_.clear();
      }
    }
    bytes = bytes.subspan(taken);
  }
}

void FileExaminer::locate(const FileFingerprint& fingerprint) {
  const Stream& stream = targets_.streams.streams()[*stream_];
  const std::uint32_t first = stream.first_step;
  // A file that grew since it was listed has no step numbers for its new end.
  const std::size_t numbered = std::min<std::size_t>(fingerprint.blocks.size(), static_cast<std::size_t>(stream.size / kBlockBytes + 1));
  std::size_t constant = 0;
  for (std::size_t i = 0; i < numbered; ++i) {
    if (constant < fingerprint.constants.size() && fingerprint.constants[constant].first == i) {
      ++constant;
      continue;
    }
    if (!targets_.lookup.maybe(fingerprint.blocks[i])) continue;
    if (const auto key = targets_.lookup.find(fingerprint.blocks[i])) targets_.locations.seen(*key, first + static_cast<std::uint32_t>(i));
  }
}

void FileExaminer::end(bool complete, FoundFiles& found) {
  const FileFingerprint fingerprint = fingerprinter_.finish();
  ++found.files;
  if (stream_) locate(fingerprint);
  if (match_ && !partial_.empty()) compare_block(partial_, states_.size());
  const bool hashed = complete && targets_.inventory.has_size(fingerprint.size) && fingerprint.digest != Sha256{};
  if (hashed && !targets_.inventory.with_digest(fingerprint.digest).empty()) found.contents.push_back({source_, path_, fingerprint.digest, volume_});
  if (!match_) return;
  found.present.emplace_back(source_, match_->file);
  if (hashed && fingerprint.digest == targets_.inventory.digest(match_->file)) return;
  states_.resize(targets_.inventory.blocks(match_->file).size(), BlockState::kMissing);
  found.in_place.push_back({source_, match_->file, path_, match_->prefix, match_->added_extension, fingerprint.size, states_});
}

}  // namespace prova
