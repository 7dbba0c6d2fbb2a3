// Importers of knowledge: STIX bundles, MISP galaxies and own YAML, told apart by content. What is read is written,
// read back and put together, and must survive that unchanged.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "knowledge/import.h"
#include "knowledge/rank.h"
#include "knowledge/source_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace prova::knowledge;
  auto source = read_any({reinterpret_cast<const char*>(data), size}, "fuzz");
  if (!source) return 0;
  const std::string bytes = write_source(*source);
  const auto back = parse_source(bytes);
  if (!back || write_source(*back) != bytes) std::abort();
  const KnowledgeBase base({*std::move(source)});
  static_cast<void>(base.search("a b", 10));
  if (base.techniques().empty()) return 0;
  RankRequest request;
  request.techniques = {base.techniques().front().id};
  static_cast<void>(rank_groups(base, request));
  return 0;
}
