#include "knowledge/import.h"

#include <fmt/format.h>

#include "base/file.h"
#include "base/hash.h"
#include "knowledge/directory.h"
#include "knowledge/json_split.h"
#include "knowledge/misp.h"
#include "knowledge/own_yaml.h"
#include "knowledge/stix.h"

namespace prova::knowledge {
namespace {

/// Which array an outermost JSON object has: "objects" (STIX) or "values" (MISP).
struct Shape {
  bool objects = false, values = false;
};

Result<Shape> shape_of(std::string_view text) {
  Shape shape;
  const JsonParts parts{[&](std::string_view key, std::string_view value, std::uint64_t) {
                          if (!value.starts_with("[")) return;
                          shape.objects = shape.objects || key == "objects";
                          shape.values = shape.values || key == "values";
                        },
                        [](std::string_view, std::uint64_t) {}};
  PROVA_TRY(split_document(text, "", parts));
  return shape;
}

}  // namespace

Result<Source> read_any(std::string_view text, std::string_view fallback_id) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return fail(ErrorCode::kMalformed, "is empty, expected a STIX bundle, a MISP galaxy or a YAML file");
  if (text[first] != '{') return read_own_yaml(text);
  PROVA_TRY(shape, shape_of(text));
  if (shape.objects) return read_stix(text, fallback_id);
  if (shape.values) return read_misp(text);
  return fail(ErrorCode::kUnsupported, "is JSON with neither 'objects' (a STIX bundle) nor 'values' (a MISP galaxy)");
}

Result<Source> import_file(const std::filesystem::path& path, std::string_view imported) {
  const auto named = [&](Error error) {
    error.file = path.string();
    return tl::unexpected<Error>(std::move(error));
  };
  auto file = MappedFile::open(path);
  if (!file) return tl::unexpected<Error>(file.error());
  if (file->bytes().size() > kMaxImportBytes) {
    return named({ErrorCode::kLimit, fmt::format("{} bytes, at most {} accepted", file->bytes().size(), kMaxImportBytes), {}, {}});
  }
  auto source = read_any(as_text(file->bytes()), source_id_from(path.filename().string()));
  if (!source) return named(source.error());
  source->sha256 = to_hex(sha256(file->bytes()));
  source->imported = std::string(imported);
  return source;
}

}  // namespace prova::knowledge
