#pragma once
// From an assessment to the sentences of a statement. The words stand in phrases.cpp; docs/methods/statement.md says
// how a sentence comes to be. Every sentence names the evidence that it rests on, and passes `lint`.

#include <string>
#include <vector>

#include "report/case_report.h"
#include "report/linter.h"
#include "report/phrases.h"

namespace prova::report {

class Wording;

/// The answer to one question in one sentence, with the yardstick's term or the reason why there is none.
[[nodiscard]] Sentence answer_sentence(const QuestionResult& question, Day as_of, Language language = Language::kEnglish);

/// The same as a signatory would say it: "It is likely that ...", from the clause that the case gives the hypothesis and
/// the range of the term. Falls back to answer_sentence where there is no clause or no term.
[[nodiscard]] Sentence stated_sentence(const CaseReport& report, const QuestionResult& question, Language language);

/// How good the evidence for that answer is. Empty text where there is no answer to have confidence in.
[[nodiscard]] Sentence confidence_sentence(const QuestionResult& question, Language language = Language::kEnglish,
                                           bool name_the_question = false);

/// What stays unknown about one question: open, not on the list, posed as by someone else.
[[nodiscard]] std::vector<Sentence> open_sentences(const QuestionResult& question, Language language = Language::kEnglish);

/// What stays unknown besides the questions: withheld evidence in one sentence, files that could not be analysed.
[[nodiscard]] std::vector<Sentence> limits_of(const CaseReport& report, Language language = Language::kEnglish);

/// Whose code one program of an artefact is, for one family: what it shares, that this is not library code, and which
/// evidence rests on it. Empty for libraries, ordinary software and families without shared code.
[[nodiscard]] std::vector<Sentence> family_sentences(const CaseReport& report, const ArtifactResult& artifact,
                                                     const MatchReport& match, const FamilyResult& family,
                                                     Language language = Language::kEnglish);
/// For a program that shares no code of its own with any family.
[[nodiscard]] Sentence nothing_shared_sentence(const ArtifactResult& artifact, Language language = Language::kEnglish);

/// Whether anything that can be taken away changes the answer to one question, and what.
struct RobustnessOptions {
  Language language = Language::kEnglish;
  bool name_the_question = false;
  /// Only items, where any item changes the answer: the sources that they rest on say the same once more.
  bool items_first = false;
};
[[nodiscard]] std::vector<Sentence> robustness_sentences(const CaseReport& report, const QuestionResult& question,
                                                         const RobustnessOptions& options = {});

/// "A14 (Microsoft: telemetry on other victims)": an item by its id, issuer and kind.
[[nodiscard]] std::string item_text(const Case& input, const std::string& id, const Wording& words);

/// "Statement ... repeats ..." for an assessment of others that only echoes.
[[nodiscard]] Sentence echo_sentence(const OtherAssessment& other, Language language = Language::kEnglish);

/// Evidence that speaks for or against the hypothesis, strongest first, without what others already say. Ids.
[[nodiscard]] std::vector<std::string> evidence_of(const QuestionResult& question, std::string_view hypothesis);

/// "69 %" with a no-break space; "under 1 %" and "over 99 %" at the ends, where another digit would only look exact.
[[nodiscard]] std::string percent(double probability);
/// "1 function", "2 functions".
[[nodiscard]] std::string counted(std::uint64_t count, std::string_view singular, std::string_view plural);
/// 1234567 as "1 234 567", with no-break spaces.
[[nodiscard]] std::string grouped(std::uint64_t value);
/// 10^log10 with two digits, "6.2" or "1 300"; above 10^6 as "a million or more".
[[nodiscard]] std::string factor_text(double log10);

}  // namespace prova::report
