#include "evidence/case.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/escape.h"

namespace prova {
namespace {

template <typename List>
auto* find_by_id(List& list, std::string_view id) {
  const auto found = std::find_if(list.begin(), list.end(), [&](const auto& entry) { return entry.id == id; });
  return found == list.end() ? nullptr : &*found;
}

}  // namespace

const Hypothesis* Question::find(std::string_view hypothesis) const { return find_by_id(hypotheses, hypothesis); }
const Question* Case::find_question(std::string_view id) const { return find_by_id(questions, id); }
const Root* Case::find_root(std::string_view id) const { return find_by_id(roots, id); }
const EvidenceItem* Case::find_item(std::string_view id) const { return find_by_id(evidence, id); }

std::string to_string(const std::vector<CaseError>& errors, std::string_view file) {
  std::string text;
  for (const CaseError& error : errors) {
    text += escape_terminal(file) + ": ";
    if (error.line > 0) text += fmt::format("line {}: ", error.line);
    text += escape_terminal(error.message) + "\n";
  }
  return text;
}

}  // namespace prova
