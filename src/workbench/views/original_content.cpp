#include "workbench/views/original_content.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/hash.h"
#include "content/image/image_reader.h"
#include "workbench/views/case_source_paths.h"
#include "workbench/views/leak_text.h"

namespace prova {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

tl::unexpected<Error> not_here(std::string why) { return fail(ErrorCode::kNotFound, std::move(why)); }

/// Where a source of the damage report lies, if sources.yaml still names it.
std::optional<FoundSource> source_path(const fs::path& directory, const CaseSources& sources, const std::string& reported) {
  for (const auto* list : {&sources.images, &sources.directories, &sources.backups, &sources.copies}) {
    const auto found = find_source(directory, *list, reported);
    if (found && found->length == reported.size()) return found;
  }
  return std::nullopt;
}

class Reader {
 public:
  Reader(const fs::path& directory, const CaseSources& sources, const Json& reported, const Json& file)
      : directory_(directory), sources_(sources), reported_(reported), file_(file) {}

  Result<OriginalContent> read() {
    const auto size = file_.at("size").get<std::uint64_t>();
    if (size > kMaxOriginal) return not_here(fmt::format("it has {} bytes, at most {} are read back", size, kMaxOriginal));
    for (const Json& place : file_.at("sources")) {
      if (!place.at("whole").get<bool>()) continue;
      if (auto content = whole(place.at("source").get<std::size_t>(), place.at("path").get<std::string>())) return content;
    }
    return from_extents(size);
  }

 private:
  [[nodiscard]] bool is_original(const std::string& bytes) const { return to_hex(sha256(as_bytes(bytes))) == file_.at("sha256").get_ref<const std::string&>(); }
  [[nodiscard]] std::string label(std::size_t source) const {
    return fmt::format("{} {}", reported_.at(source).at("role").get<std::string>(), reported_.at(source).at("path").get<std::string>());
  }

  Result<OriginalContent> whole(std::size_t source, const std::string& path) const {
    const auto root = source_path(directory_, sources_, reported_.at(source).at("path"));
    const auto file = root ? file_below(root->path, path) : std::nullopt;
    if (!file) return not_here("its copy is no file of a directory that sources.yaml names");
    PROVA_TRY(bytes, read_file(*file, kMaxOriginal));
    if (!is_original(bytes)) return not_here("its copy is not what was inventoried any more");
    return OriginalContent{std::move(bytes), label(source)};
  }

  Result<OriginalContent> from_extents(std::uint64_t size) const {
    const Json& extents = file_.at("extents");
    if (extents.empty() || extents.size() != file_.at("extents_total").get<std::size_t>()) return not_here("nothing of the case holds the whole original in a form that is read here");
    std::string bytes(static_cast<std::size_t>(size), '\0');
    std::string from;
    for (const Json& extent : extents) {
      const auto at = extent.at("file_offset").get<std::uint64_t>(), length = extent.at("length").get<std::uint64_t>();
      if (at > size || length > size - at) return not_here("its extents do not fit its size");
      if (extent.at("kind") == "constant") {
        std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), length, static_cast<char>(extent.at("value").get<int>()));
        continue;
      }
      if (extent.at("kind") != "stored" || !extent.at("path").is_null()) return not_here("it lies inside a file system record, which is not read here");
      const auto source = extent.at("source").get<std::size_t>();
      PROVA_TRY(read_extent(source, extent.at("offset").get<std::uint64_t>(), std::as_writable_bytes(std::span(bytes).subspan(static_cast<std::size_t>(at), static_cast<std::size_t>(length)))));
      from = label(source);
    }
    if (!is_original(bytes)) return not_here("what lies on the image is not what was inventoried");
    return OriginalContent{std::move(bytes), std::move(from)};
  }

  Status read_extent(std::size_t source, std::uint64_t offset, std::span<std::byte> into) const {
    const auto path = source_path(directory_, sources_, reported_.at(source).at("path"));
    if (!path) return not_here("sources.yaml no longer names the image that it lies on");
    PROVA_TRY(image, open_image(path->path));
    if (image->format() != "raw") return not_here(fmt::format("the image is {}; only raw images are read here, `prova recover` reads all", image->format()));
    PROVA_TRY(got, image->read(offset, into));
    if (got != into.size()) return not_here("the image ends before it does");
    return {};
  }

  const fs::path& directory_;
  const CaseSources& sources_;
  const Json& reported_;  ///< Sources of the damage report.
  const Json& file_;
};

}  // namespace

Result<OriginalContent> read_original(const fs::path& case_directory, const CaseSources& sources, const DamageView& damage, std::string_view system, std::string_view path) {
  const std::string* entry = damage.entry(system, path);
  if (entry == nullptr) return not_here("the damage report does not speak of it");
  try {
    const Json file = Json::parse(*entry), report = Json::parse(damage.document());
    return Reader(case_directory, sources, report.at("sources"), file).read();
  } catch (const Json::exception& wrong) {
    return not_here(std::string("damage.json is not as it was written: ") + wrong.what());
  }
}

}  // namespace prova
