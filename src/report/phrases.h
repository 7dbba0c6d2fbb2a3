#pragma once
// Every sentence that a statement is made of, as a template, in one table: another language is another column.

#include <cstdint>
#include <string_view>

namespace prova::report {

enum class Language : std::uint8_t { kEnglish };

/// Names of the templates. Their arguments are named in the table, in phrases.cpp.
enum class Phrase : std::uint8_t {
  kAnswer,
  kAnswerGap,
  kConfidence,
  kNotAssessed,
  kNotSeparable,
  kNotResolved,
  kRest,
  kPosing,
  kShares,
  kSharesNone,
  kNotLibrary,
  kMoves,
  kMovesNothing,
  kNew,
  kStandIn,
  kEcho,
  kWithheld,
  kDecisive,
  kRobust,
  kNotAnalysed,
  kCount,
};

/// The template in {fmt} syntax with named arguments. O(1).
[[nodiscard]] std::string_view phrase(Phrase name, Language language = Language::kEnglish);

}  // namespace prova::report
