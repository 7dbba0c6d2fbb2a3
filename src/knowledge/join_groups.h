#pragma once
// Which groups of different sources are one. Private to KnowledgeBase.

#include "knowledge/knowledge_base.h"

namespace prova::knowledge {

/// The groups of all sources, put together by the rules at KnowledgeBase; ascending by id. Parts point into `sources`,
/// which come in their defined order (own, ATT&CK, MISP; by id).
[[nodiscard]] std::vector<KnownGroup> join_all(const std::vector<Source>& sources);

}  // namespace prova::knowledge
