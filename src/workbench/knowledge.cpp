#include "workbench/knowledge.h"

#include <fmt/format.h>

#include <map>

#include "knowledge/directory.h"
#include "knowledge/import.h"
#include "knowledge/shipped.h"

namespace prova {

Result<std::unique_ptr<knowledge::KnowledgeBase>> open_knowledge(const std::string& directory, Shipped shipped) {
  PROVA_TRY(sources, knowledge::read_directory(directory));
  if (shipped == Shipped::kUse) sources.push_back(knowledge::shipped_source());
  return std::make_unique<knowledge::KnowledgeBase>(std::move(sources));
}

Result<std::vector<knowledge::Source>> import_knowledge(std::span<const std::string> files, const std::string& directory, const std::string& time) {
  std::vector<knowledge::Source> sources;
  std::map<std::string, std::string> file_of;
  for (const std::string& file : files) {
    PROVA_TRY(source, knowledge::import_file(file, time));
    const auto refuse = [&](std::string why) { return tl::unexpected<Error>(Error{ErrorCode::kUsage, std::move(why), std::nullopt, file}); };
    if (source.id == knowledge::shipped_source().id) return refuse(fmt::format("the id '{}' is that of the shipped facts, choose another", source.id));
    const auto [known, added] = file_of.emplace(source.id, file);
    if (!added) return refuse(fmt::format("is the source '{}', and so is {}: the second would replace the first", source.id, known->second));
    if (!knowledge::is_source_id(source.id)) return refuse(fmt::format("its id '{}' cannot name a source: expected lower-case letters, digits, '-' and '_'", source.id));
    sources.push_back(std::move(source));
  }
  for (const knowledge::Source& source : sources) PROVA_TRY(knowledge::write_to_directory(directory, source));
  return sources;
}

Status remove_knowledge(const std::string& directory, const std::string& id) { return knowledge::remove_from_directory(directory, id); }

}  // namespace prova
