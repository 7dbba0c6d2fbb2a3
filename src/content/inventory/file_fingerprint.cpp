#include "content/inventory/file_fingerprint.h"

#include <algorithm>

#include "content/inventory/format.h"

namespace prova {

void FileFingerprinter::begin(bool with_digest) {
  with_digest_ = with_digest;
  partial_.clear();
  result_ = {};
}

void FileFingerprinter::add_block(const std::byte* block) {
  if (const auto constant = constant_block(block)) {
    result_.constants.emplace_back(static_cast<std::uint32_t>(result_.blocks.size()), *constant);
    result_.blocks.push_back(0);
  } else {
    result_.blocks.push_back(hasher_.block(block));
  }
}

void FileFingerprinter::add(ByteView bytes) {
  if (result_.size < kTinyFileBytes + 1) {
    result_.tiny += as_text(bytes.first(std::min<std::size_t>(bytes.size(), kTinyFileBytes + 1 - static_cast<std::size_t>(result_.size))));
  }
  result_.size += bytes.size();
  if (with_digest_) digest_.add(bytes);
  if (!partial_.empty()) {
    const std::size_t missing = std::min(kBlockBytes - partial_.size(), bytes.size());
    partial_.insert(partial_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(missing));
    bytes = bytes.subspan(missing);
    if (partial_.size() < kBlockBytes) return;
    add_block(partial_.data());
    partial_.clear();
  }
  for (; bytes.size() >= kBlockBytes; bytes = bytes.subspan(kBlockBytes)) add_block(bytes.data());
  partial_.assign(bytes.begin(), bytes.end());
}

FileFingerprint FileFingerprinter::finish() {
  if (!partial_.empty()) {
    result_.tail_exact = hasher_.exact(partial_);
    result_.tail_head = hasher_.sector(partial_);
    if (const auto constant = constant_tail(partial_)) {
      result_.constants.emplace_back(static_cast<std::uint32_t>(result_.blocks.size()), *constant);
      result_.blocks.push_back(0);
    } else {
      result_.blocks.push_back(hasher_.padded(partial_));
    }
  }
  if (result_.size > kTinyFileBytes) result_.tiny.clear();
  if (with_digest_) result_.digest = digest_.finish();
  return std::move(result_);
}

}  // namespace prova
