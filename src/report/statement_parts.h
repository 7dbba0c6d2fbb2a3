#pragma once
// Sections of a statement. Internal to report/statement*.cpp and report/annex*.cpp. Each may be empty: then it is left out.

#include "report/statement.h"
#include "report/wording.h"

namespace prova::report::parts {

[[nodiscard]] StatementBlock paragraph(SentenceKind kind, std::string text, std::vector<std::string> evidence = {});
[[nodiscard]] StatementBlock bullet(Sentence sentence);
[[nodiscard]] StatementBlock subheading(std::string text);
[[nodiscard]] StatementBlock table(StatementTable table);

/// Whether an item is known on the day of the report and was not disproved.
[[nodiscard]] bool stands(const CaseReport& report, const std::string& item);
/// Those of the ids that stand.
[[nodiscard]] std::vector<std::string> standing(const CaseReport& report, const std::vector<std::string>& ids);
/// The issuer of an item, or its source where it names none.
[[nodiscard]] std::string issuer_of(const CaseReport& report, const std::string& item);
/// What the codes and the terms of a report are; empty when no item is known yet.
[[nodiscard]] StatementBlock reading_note(const CaseReport& report, const Wording& words);
/// The label of a hypothesis; the phrase for the unknown.
[[nodiscard]] std::string label_of(const QuestionResult& question, const std::string& hypothesis, const Wording& words);

// For both audiences.
[[nodiscard]] StatementSection who(const CaseReport& report, const Wording& words);
[[nodiscard]] StatementSection activity(const CaseReport& report, const Wording& words);
/// What the inventory showed. REQUIRES report.content->damage.
[[nodiscard]] StatementSection content_losses(const CaseReport& report, const Wording& words);
/// What of a leak is the victim's, and what in it was altered. Empty without a dump.
[[nodiscard]] StatementSection leaked(const CaseReport& report, const Wording& words);
[[nodiscard]] StatementSection losses(const CaseReport& report, const Wording& words);
[[nodiscard]] StatementSection others_say(const CaseReport& report, const Wording& words);
[[nodiscard]] StatementSection confidence(const CaseReport& report, const Wording& words);
[[nodiscard]] StatementSection unknown(const CaseReport& report, const Wording& words);
[[nodiscard]] StatementSection change(const CaseReport& report, const Wording& words);
[[nodiscard]] StatementSection second(const CaseReport& report, const Wording& words, Audience audience);
[[nodiscard]] StatementSection severity(const CaseReport& report, const Wording& words, Audience audience);
[[nodiscard]] StatementSection changes_over_time(const CaseReport& report, const Wording& words, Audience audience);
[[nodiscard]] StatementSection evidence(const CaseReport& report, const Wording& words, Audience audience);
[[nodiscard]] StatementSection yardstick(const CaseReport& report, const Wording& words);

// For the technical annex.
[[nodiscard]] StatementSection all_answers(const CaseReport& report, const Wording& words);
[[nodiscard]] StatementSection others_table(const CaseReport& report, const Wording& words);
[[nodiscard]] StatementSection reporting_graph(const CaseReport& report, const Wording& words);
[[nodiscard]] StatementSection matrix(const CaseReport& report, const Wording& words);
[[nodiscard]] StatementSection sensitivity(const CaseReport& report, const Wording& words);
[[nodiscard]] StatementSection contradictions(const CaseReport& report, const Wording& words);
[[nodiscard]] StatementSection next_steps(const CaseReport& report, const Wording& words);
[[nodiscard]] StatementSection code(const CaseReport& report, const Wording& words);

/// SVG: who rests on what, three columns (roots, assessments, echoes). Empty with nothing to draw.
[[nodiscard]] std::string draw_reporting(const CaseReport& report, const Wording& words);

}  // namespace prova::report::parts
