#include "workbench/opened_file.h"

#include "base/file.h"

namespace prova {

Result<OpenedFile> open_file(const std::filesystem::path& path, const std::optional<RawLayout>& raw) {
  PROVA_TRY(content, read_file(path, kMaxInputBytes));
  OpenedFile opened;
  opened.path = path;
  opened.bytes = std::make_unique<const std::string>(std::move(content));
  const ByteView view = as_bytes(*opened.bytes);
  opened.sha256 = sha256(view);
  auto loaded = load(view, raw);
  if (!loaded) {
    Error error = std::move(loaded).error();
    error.file = path.string();
    return tl::unexpected<Error>(std::move(error));
  }
  opened.loaded = *std::move(loaded);
  return opened;
}

}  // namespace prova
