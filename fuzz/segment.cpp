// Bytes as a segment file: open, look everything up, verify. Checksums are ignored and the footer's is put right, so
// that what lies behind them is reached.

#include <sys/mman.h>
#include <unistd.h>

#include <string>

#include "store/segments/segment.h"
#include "store/segments/verify_segment.h"

namespace {

/// A file in memory, and its path.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view content) : fd_(::memfd_create("segment", MFD_CLOEXEC)) {
    if (::write(fd_, content.data(), content.size()) != static_cast<ssize_t>(content.size())) __builtin_trap();
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { ::close(fd_); }
  [[nodiscard]] std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

 private:
  int fd_;
};

void look_up(const prova::Segment& segment) {
  const std::vector<prova::FeatureKey> keys = {0, 1, 32, 64, 96, 1000, 100'001, 0x7fff'ffff, 0xffff'ffff};
  std::vector<prova::KeyPlace> places;
  if (segment.locate(keys, places)) {
    for (const prova::KeyPlace& place : places) {
      if (place.count == 0) continue;
      (void)segment.for_each_posting(place, [&](std::uint32_t function, std::uint32_t lists) {
        if (function >= segment.functions() || lists == 0 || lists > 3) __builtin_trap();
        return true;
      });
    }
  }
  std::vector<std::uint32_t> functions;
  for (const std::uint64_t exact : {7ULL, 1ULL << 32, ~0ULL}) (void)segment.find_exact(exact, functions);
  for (std::uint32_t position = 0; position < segment.samples(); ++position) (void)segment.read_sample(position);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  if (size >= prova::kSegmentFooterBytes) {
    const std::string_view footer = std::string_view(bytes).substr(size - prova::kSegmentFooterBytes);
    const std::uint64_t checksum = prova::hash64(footer.substr(0, footer.size() - 8));
    std::memcpy(bytes.data() + size - 8, &checksum, 8);
  }
  const MemoryFile file(bytes);
  const auto segment = prova::Segment::open(file.path(), prova::Checksums::kIgnore);
  if (!segment) return 0;
  look_up(**segment);
  (void)prova::verify_segment(**segment);
  return 0;
}
