#pragma once
// Who rests on whom: statements about a case often only repeat each other. This follows every statement down to what it
// rests on and says which of them end at other statements.

#include <string>
#include <vector>

#include "evidence/case.h"

namespace prova {

/// Somebody's view of the case rather than a piece of evidence: an assessment, an all-source assessment, a political
/// statement, a denial, or anything that quotes an issuer's words.
[[nodiscard]] bool is_view(const EvidenceItem& item);

struct ReportingNode {
  enum class Kind : std::uint8_t {
    kFirstHand,   ///< Rests on roots of its own.
    kSummary,     ///< Repeats items of which at least one is evidence: it sums up what is shown.
    kCircular,    ///< Repeats only other views, however long the chain: nobody in it adds a root.
    kUndeclared,  ///< Names roots, but on them only others' views stand, and one of those came first: ask for the ground.
  };
  std::string item;
  Kind kind{};
  std::vector<std::string> repeats;  ///< Items, as declared.
  std::vector<std::string> earlier;  ///< kUndeclared: the views that were there before, by date, then id.
  std::vector<std::string> roots;
};
[[nodiscard]] std::string_view name_of(ReportingNode::Kind kind);

/// One node per view known by the day, by date, then id. O(items x links).
[[nodiscard]] std::vector<ReportingNode> reporting_on(const Case& input, Day day);

}  // namespace prova
