// Somebody else's recovery, measured against the inventory.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "base/file.h"
#include "content/inventory/directory_walk.h"
#include "content/recover/exact_writer.h"
#include "content/recover/recover.h"

namespace prova {
namespace {

/// Carvers cut at block boundaries and leave the zeros behind a file's end: the content without some of them may be ours. Sizes
/// that exist in the inventory, between the last byte that is not zero and the end, are tried, at most this many.
constexpr std::size_t kTriedSizes = 64;

std::vector<std::uint64_t> sorted_sizes(const Inventory& inventory) {
  std::vector<std::uint64_t> sizes;
  for (const FileRecord& record : inventory.files()) sizes.push_back(record.size);
  std::sort(sizes.begin(), sizes.end());
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  return sizes;
}

std::vector<std::uint32_t> files_with(const Inventory& inventory, ByteView content) {
  const auto files = inventory.with_digest(sha256(content));
  return {files.begin(), files.end()};
}

NamedFile examine(const Inventory& inventory, const std::vector<std::uint64_t>& sizes, std::string path, ByteView content) {
  NamedFile named{std::move(path), content.size(), {}, false, content.size()};
  if (std::binary_search(sizes.begin(), sizes.end(), content.size())) named.files = files_with(inventory, content);
  if (!named.files.empty()) return named;
  std::size_t end = content.size();
  while (end > 0 && content[end - 1] == std::byte{0}) --end;
  std::size_t tried = 0;
  for (auto size = std::lower_bound(sizes.begin(), sizes.end(), std::max<std::size_t>(end, 1)); size != sizes.end() && *size < content.size() && tried < kTriedSizes; ++size, ++tried) {
    named.files = files_with(inventory, content.first(static_cast<std::size_t>(*size)));
    if (named.files.empty()) continue;
    named.after_trimming = true;
    named.trimmed_size = *size;
    return named;
  }
  return named;
}

void copy_named(const Inventory& inventory, const NamedFile& named, ByteView content, ExactWriter& writer, std::vector<std::string>& problems) {
  for (const std::uint32_t file : named.files) {
    const std::string path = output_path(inventory, file);
    Status done = writer.begin(path);
    if (done) {
      writer.write(content.first(static_cast<std::size_t>(named.trimmed_size)));
      const auto exact = writer.finish(inventory.digest(file));
      if (!exact) done = tl::unexpected<Error>(exact.error());
    }
    if (!done) problems.push_back(fmt::format("{}: {}", path, done.error().message));
  }
}

}  // namespace

Result<OutputCheck> check_recovered(const Inventory& inventory, const std::filesystem::path& directory, const std::filesystem::path& named_output, const ContentProgress& progress) {
  OutputCheck check;
  std::vector<std::string> paths;
  PROVA_TRY(walk_directory(directory, {[&](std::string path, const struct stat&) { paths.push_back(std::move(path)); },
                                       [&](std::string path, std::string reason) { check.problems.push_back(fmt::format("{}: {}", path, reason)); },
                                       [&] { return progress.stop(); }}));
  std::sort(paths.begin(), paths.end());
  std::optional<ExactWriter> writer;
  if (!named_output.empty()) {
    PROVA_TRY(opened, ExactWriter::open(named_output));
    writer.emplace(std::move(opened));
  }
  const auto sizes = sorted_sizes(inventory);
  for (const std::string& path : paths) {
    if (progress.stop()) break;
    const auto mapped = MappedFile::open(directory / path);
    if (!mapped) {
      check.problems.push_back(fmt::format("{}: {}", path, mapped.error().message));
      continue;
    }
    NamedFile named = examine(inventory, sizes, path, mapped->bytes());
    ++(named.files.empty() ? check.unknown : named.after_trimming ? check.trimmed : check.exact);
    if (writer) copy_named(inventory, named, mapped->bytes(), *writer, check.problems);
    check.files.push_back(std::move(named));
    progress.at("checking files", check.files.size(), paths.size());
  }
  return check;
}

}  // namespace prova
