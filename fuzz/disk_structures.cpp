// Bytes as a disk: partition tables, boot sectors, superblocks and their copies, and each KiB as an NTFS file record.

#include <algorithm>
#include <cstring>

#include "content/damage/mft_record.h"
#include "content/damage/structures.h"

namespace {

class MemoryImage final : public prova::ImageReader {
 public:
  explicit MemoryImage(prova::ByteView bytes) : bytes_(bytes) {}
  std::uint64_t size() const override { return bytes_.size(); }
  std::string_view format() const override { return "raw"; }
  prova::Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) const override {
    const prova::ByteView part = prova::clamped(bytes_, offset, into.size());
    std::copy(part.begin(), part.end(), into.begin());
    return part.size();
  }

 private:
  prova::ByteView bytes_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const prova::ByteView bytes(reinterpret_cast<const std::byte*>(data), size);
  (void)prova::check_structures(MemoryImage(bytes));
  for (std::size_t at = 0; at + prova::kMftRecordBytes <= size; at += prova::kMftRecordBytes) (void)prova::resident_data(bytes.subspan(at, prova::kMftRecordBytes));
  return 0;
}
