#include "report/phrases.h"

#include <array>

namespace prova::report {
namespace {

struct Row {
  Phrase name{};
  std::string_view english;
};

/// In the order of the enumeration. Rules (docs/methods/statement.md): likelihood and confidence never in one template;
/// a term is named with its yardstick; what comes from a case or a file stands between “ and ”.
/// Arguments: {label} hypothesis; {term} yardstick term; {range} the terms of both ends of the interval; {mid} {low}
/// whole per cent; {interval} the 80 % interval; {level} of confidence; {why} a reason; {day} as-of day; {file}
/// artefact; {family} name; {count} {bytes} numbers.
constexpr auto kTable = std::to_array<Row>({
    {Phrase::kAnswer,
     "“{label}” is the answer that the evidence favours: {term} on the UK PHIA yardstick ({mid}, {interval}{range})."},
    {Phrase::kAnswerGap,
     "“{label}” is the answer that the evidence favours: {term} on the UK PHIA yardstick, as the nearer of two ranges "
     "({mid}, {interval}{range})."},
    {Phrase::kConfidence, "Confidence in this answer is {level}{why}."},
    {Phrase::kNotAssessed, "Not assessed{why}."},
    {Phrase::kNotSeparable, "The evidence{day} does not separate the answers{why}."},
    {Phrase::kNotResolved,
     "The question stays open: the interval of its leading answer begins at {low}, below one half."},
    {Phrase::kRest, "{mid} remains for someone or something that is not on the list."},
    {Phrase::kPosing, "{mid} remains for someone else posing as “{label}”."},
    {Phrase::kShares, "“{file}” shares {count} with “{family}”, {bytes} of the {of} bytes that are its own."},
    {Phrase::kSharesNone, "“{file}” shares no code of its own with any family of the index."},
    {Phrase::kNotLibrary, "None of that is library code or ordinary software: {explained} were set aside first."},
    {Phrase::kMoves, "Evidence {item} rests on this match and {direction} the odds of “{label}” by {factor}."},
    {Phrase::kMovesNothing, "This match moves no hypothesis: {why}."},
    {Phrase::kNew, "{bytes} of “{file}” match nothing in the index: new code, or code never learned."},
    {Phrase::kStandIn, "“{name}” is a stand-in: “{what}”."},
    {Phrase::kEcho, "{item} repeats {of} and adds nothing."},
    {Phrase::kWithheld, "The evidence behind {item} is not disclosed; it counts by the record of its issuer."},
    {Phrase::kDecisive, "Without {id} the answer would no longer stand: {leader}."},
    {Phrase::kRobust, "No single item, source or assumption changes this answer when it is taken away."},
    {Phrase::kNotAnalysed, "“{file}” could not be analysed: “{why}”."},
});
static_assert(kTable.size() == static_cast<std::size_t>(Phrase::kCount));
static_assert([] {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].name) != i) return false;
  }
  return true;
}());

}  // namespace

std::string_view phrase(Phrase name, Language) { return kTable[static_cast<std::size_t>(name)].english; }

}  // namespace prova::report
