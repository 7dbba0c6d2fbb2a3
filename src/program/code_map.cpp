#include "program/code_map.h"

#include <algorithm>

namespace prova {

CodeMap::CodeMap(const BinaryImage& image) {
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < image.sections.size(); ++i) {
    const Section& section = image.sections[i];
    if (!section.executable || section.content.empty()) continue;
    ByteView bytes = section.content;
    // Addresses must name one byte: where sections overlap, the later one wins, as in BinaryImage::section_at.
    if (!regions_.empty()) {
      CodeRegion& previous = regions_.back();
      const std::uint64_t room = distance(previous.address, section.address);
      if (room < previous.bytes.size()) {
        const std::uint64_t cut = previous.bytes.size() - room;
        previous.bytes = previous.bytes.first(static_cast<std::size_t>(room));
        total -= cut;
        if (previous.bytes.empty()) regions_.pop_back();
      }
    }
    const std::uint64_t wrap_room = 0 - raw(section.address);  // Bytes up to the end of the address space.
    if (wrap_room != 0) bytes = clamped(bytes, 0, wrap_room);
    if (bytes.size() > kMaxCodeBytes - total) {
      bytes = clamped(bytes, 0, kMaxCodeBytes - total);
      truncated_ = true;
    }
    if (bytes.empty()) continue;
    regions_.push_back({section.address, bytes, 0, static_cast<std::uint32_t>(i)});
    total += bytes.size();
  }
  for (CodeRegion& region : regions_) {
    region.first = size_;
    size_ += static_cast<CodeIndex>(region.bytes.size());
  }
}

const CodeRegion& CodeMap::region_of(CodeIndex index) const {
  if (last_ < regions_.size() && index - regions_[last_].first < regions_[last_].bytes.size()) return regions_[last_];
  const auto it = std::upper_bound(regions_.begin(), regions_.end(), index,
                                   [](CodeIndex i, const CodeRegion& r) { return i < r.first; });
  last_ = static_cast<std::size_t>(it - regions_.begin()) - 1;
  return regions_[last_];
}

CodeIndex CodeMap::index_of(VirtualAddress address) const {
  if (last_ < regions_.size()) {
    const std::uint64_t offset = distance(regions_[last_].address, address);
    if (offset < regions_[last_].bytes.size()) return regions_[last_].first + static_cast<CodeIndex>(offset);
  }
  const auto it = std::upper_bound(regions_.begin(), regions_.end(), address,
                                   [](VirtualAddress a, const CodeRegion& r) { return raw(a) < raw(r.address); });
  if (it == regions_.begin()) return kNowhere;
  const CodeRegion& region = *(it - 1);
  const std::uint64_t offset = distance(region.address, address);
  if (offset >= region.bytes.size()) return kNowhere;
  last_ = static_cast<std::size_t>(it - regions_.begin()) - 1;
  return region.first + static_cast<CodeIndex>(offset);
}

}  // namespace prova
