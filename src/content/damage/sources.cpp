#include "content/damage/sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

namespace prova {

std::string_view name_of(SourceRole role) {
  switch (role) {
    case SourceRole::kImage: return "image";
    case SourceRole::kDirectory: return "directory";
    case SourceRole::kBackup: return "backup";
    case SourceRole::kCopy: return "copy";
  }
  return "unknown";
}

namespace {

constexpr std::size_t kStart = 512;

std::string start_of(const std::string& path) {
  std::array<char, kStart> start{};
  std::ifstream in(path, std::ios::binary);
  in.read(start.data(), start.size());
  return {start.data(), static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0))};
}

}  // namespace

bool is_plain_tar(const std::string& path) {
  const std::string start = start_of(path);
  return start.size() == kStart && std::string_view(start).substr(257).starts_with("ustar");
}

bool is_archive(const std::string& path) {
  struct Magic {
    std::size_t offset;
    std::string_view bytes;
  };
  // The signatures of libarchive's formats and filters (archive_read_support_*.c) that backups come in.
  static constexpr std::array kMagics = {
      Magic{257, "ustar"},         Magic{0, "PK\x03\x04"}, Magic{0, "\x1f\x8b"}, Magic{0, "\xfd" "7zXZ"}, Magic{0, "\x28\xb5\x2f\xfd"},
      Magic{0, "BZh"},             Magic{0, "7z\xbc\xaf"}, Magic{0, "07070"},    Magic{0, "Rar!"},        Magic{0, "\x04\x22\x4d\x18"}};
  const std::string bytes = start_of(path);
  return std::any_of(kMagics.begin(), kMagics.end(), [&](const Magic& magic) {
    return bytes.size() > magic.offset && std::string_view(bytes).substr(magic.offset).starts_with(magic.bytes);
  });
}

Result<ScanSource> open_source(const SourceRequest& request) {
  ScanSource source;
  source.role = request.role;
  source.path = request.path;
  std::error_code error;
  const auto status = std::filesystem::status(request.path, error);
  if (!std::filesystem::exists(status)) return tl::unexpected<Error>(Error{ErrorCode::kIo, "does not exist", std::nullopt, request.path});
  if (std::filesystem::is_directory(status)) {
    source.form = SourceForm::kDirectory;
    if (request.role == SourceRole::kImage) source.role = SourceRole::kDirectory;
    return source;
  }
  const bool may_be_archive = request.role == SourceRole::kBackup || request.role == SourceRole::kCopy;
  if (may_be_archive && is_archive(request.path)) {
    source.form = SourceForm::kArchive;
    return source;
  }
  PROVA_TRY(image, open_image(request.path));
  source.size = image->size();
  source.image = std::move(image);
  if (source.role == SourceRole::kDirectory) source.role = SourceRole::kImage;
  return source;
}

Result<std::uint32_t> StreamTable::add(std::uint32_t source, std::uint64_t phase, std::uint64_t size, std::string path) {
  const std::uint64_t steps = size / 4096 + 1;
  if (steps > kMaxSteps - next_) {
    return fail(ErrorCode::kLimit, fmt::format("the sources hold more than {} steps of 4 KiB; scan them in several runs", kMaxSteps));
  }
  streams_.push_back({source, static_cast<std::uint32_t>(next_), phase, size, std::move(path)});
  next_ += steps;
  return static_cast<std::uint32_t>(streams_.size() - 1);
}

const Stream& StreamTable::at_step(std::uint32_t step) const {
  const auto after = std::upper_bound(streams_.begin(), streams_.end(), step, [](std::uint32_t wanted, const Stream& stream) { return wanted < stream.first_step; });
  return *std::prev(after);
}

}  // namespace prova
