#pragma once
// The documents and terminal texts of `prova knowledge` and `prova rank`.
// Formats: docs/formats/knowledge.md, docs/formats/rank.md.

#include <span>
#include <string>

#include "knowledge/rank.h"
#include "report/terminal.h"

namespace prova::report {

/// `prova/knowledge/1`, kind `import`: what each file held and what of it was skipped.
[[nodiscard]] std::string knowledge_import_document(std::span<const knowledge::Source> imported);
/// Kind `info`: every source that the knowledge is made of.
[[nodiscard]] std::string knowledge_info_document(const knowledge::KnowledgeBase& base, std::string_view directory);
/// Kind `show`: the groups, programs and techniques that a name may mean; more than one group means that it is ambiguous.
[[nodiscard]] std::string knowledge_show_document(const knowledge::KnowledgeBase& base, std::string_view name);
/// Kind `search`.
[[nodiscard]] std::string knowledge_search_document(const knowledge::KnowledgeBase& base, std::string_view words,
                                                    std::span<const knowledge::SearchHit> hits);
/// `prova/rank/1`: every candidate; `top` limits only the text.
[[nodiscard]] std::string rank_document(const knowledge::Ranking& ranking);

[[nodiscard]] std::string knowledge_import_text(std::span<const knowledge::Source> imported, const TerminalStyle& style = {});
[[nodiscard]] std::string knowledge_info_text(const knowledge::KnowledgeBase& base, std::string_view directory, const TerminalStyle& style = {});
[[nodiscard]] std::string knowledge_show_text(const knowledge::KnowledgeBase& base, std::string_view name, const TerminalStyle& style = {});
[[nodiscard]] std::string knowledge_search_text(const knowledge::KnowledgeBase& base, std::span<const knowledge::SearchHit> hits,
                                                const TerminalStyle& style = {});
[[nodiscard]] std::string rank_text(const knowledge::Ranking& ranking, std::size_t top, const TerminalStyle& style = {});

}  // namespace prova::report
