#pragma once
// What a statement sentence may not do. The rules are those of docs/methods/statement.md.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "report/phrases.h"

namespace prova::report {

/// What kind of claim a sentence makes; decides whether it needs evidence.
enum class SentenceKind : std::uint8_t {
  kLikelihood,  ///< How likely an answer is.
  kConfidence,  ///< How good the evidence for it is.
  kFinding,     ///< What was found: kinship, a contradiction, an echo.
  kUnknown,     ///< What is not known or was not done. Claims nothing, so needs no evidence.
};

/// One sentence of a statement. Text of others stands in it between “ and ”, as a quotation.
struct Sentence {
  SentenceKind kind = SentenceKind::kFinding;
  std::string text;                   ///< Plain text, not escaped: may hold untrusted quotations.
  std::vector<std::string> evidence;  ///< Ids of evidence items or paths of artefacts that it rests on.
};

struct LintFinding {
  enum class Rule : std::uint8_t {
    kLikelihoodWithConfidence,  ///< ICD 203: the two must not stand in one sentence.
    kUndefinedHedge,            ///< A word that claims without saying how much.
    kTermWithoutYardstick,      ///< A probability term without the name of its yardstick.
    kNoEvidence,                ///< A claim that names no evidence.
  };
  Rule rule{};
  std::string word;  ///< The word that broke it; empty for kNoEvidence.
  friend bool operator==(const LintFinding&, const LintFinding&) = default;
};
[[nodiscard]] std::string_view name_of(LintFinding::Rule rule);

/// Everything that is wrong with the sentence, in the order of the rules; empty when it may be published.
/// Quotations (between “ and ”, or « and ») are other people's words and are skipped. O(length x words).
[[nodiscard]] std::vector<LintFinding> lint(const Sentence& sentence, Language language = Language::kEnglish);

}  // namespace prova::report
