#include "store/open.h"

#include <fmt/format.h>

#include "store/memory/memory_store.h"
#include "store/segments/segment_store.h"

namespace prova {

Result<std::unique_ptr<FingerprintStore>> open_store(std::string_view url, OpenMode mode) {
  if (url == "memory:") return std::make_unique<MemoryStore>();
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) {
    return fail(ErrorCode::kUnsupported, "indexes in PostgreSQL come with a later version; give a directory");
  }
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) {
    return fail(ErrorCode::kUsage, fmt::format("index URL with the scheme {}, expected a directory, memory: or postgresql://",
                                               url.substr(0, scheme)));
  }
  if (url.empty()) return fail(ErrorCode::kUsage, "the index URL is empty, expected a directory or memory:");
  return SegmentStore::open(std::filesystem::path(url), mode);
}

}  // namespace prova
