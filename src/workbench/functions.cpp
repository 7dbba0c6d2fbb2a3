#include "workbench/functions.h"

#include <fmt/format.h>

namespace prova {

Result<DiscoveredFile> discover_file(const std::filesystem::path& path, const std::optional<RawLayout>& raw) {
  PROVA_TRY(opened, open_file(path, raw));
  DiscoveredFile result;
  result.file = std::make_unique<const OpenedFile>(std::move(opened));
  result.defects = result.file->loaded.defects;
  std::optional<Error> refused;
  for (const BinaryImage& image : result.file->loaded.images) {
    auto program = discover(image);
    if (program) {
      result.programs.push_back(*std::move(program));
      continue;
    }
    refused = std::move(program).error();
    add_defect(result.defects, FileOffset{0},
               fmt::format("{}{}", image.member.empty() ? "" : image.member + ": ", refused->message));
  }
  if (result.programs.empty() && refused) {
    refused->file = path.string();
    return tl::unexpected<Error>(*std::move(refused));
  }
  return result;
}

}  // namespace prova
