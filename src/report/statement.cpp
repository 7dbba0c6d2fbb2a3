#include "report/statement.h"

#include <algorithm>
#include <fmt/format.h>

#include "report/statement_parts.h"

namespace prova::report {

std::string_view name_of(Audience audience) { return audience == Audience::kPublic ? "public" : "technical"; }

Statement statement_of(const CaseReport& report, const StatementOptions& options) {
  const Wording words(options.language);
  const bool technical = options.audience == Audience::kTechnical;
  Statement statement;
  statement.language = options.language;
  statement.audience = options.audience;
  statement.title = report.shown_title().empty() ? words.say(Phrase::kNoTitle) : report.shown_title();
  statement.kind = words.say(technical ? Phrase::kTechnicalAnnex : Phrase::kPublicStatement);
  statement.tlp = report.tlp;
  const Day day = report.assessment.as_of;
  statement.as_of = day == Day{} ? words.say(Phrase::kDayUnknown) : words.say(Phrase::kAsKnownOn, {{"day", words.day(day)}});
  statement.notice = report.input.notice;
  statement.summary = report.input.summary;

  std::vector<StatementSection> sections = {parts::who(report, words),       parts::activity(report, words),
                                            parts::losses(report, words),    parts::leaked(report, words), parts::others_say(report, words),
                                            parts::confidence(report, words), parts::unknown(report, words),
                                            parts::change(report, words),    parts::second(report, words, options.audience),
                                            parts::severity(report, words, options.audience),
                                            parts::changes_over_time(report, words, options.audience)};
  if (technical) {
    for (StatementSection& section :
         std::vector<StatementSection>{parts::all_answers(report, words), parts::code(report, words), parts::others_table(report, words),
                                       parts::reporting_graph(report, words), parts::matrix(report, words),
                                       parts::sensitivity(report, words), parts::contradictions(report, words),
                                       parts::next_steps(report, words)}) {
      sections.push_back(std::move(section));
    }
  }
  sections.push_back(parts::evidence(report, words, options.audience));
  sections.push_back(parts::yardstick(report, words));
  for (StatementSection& section : sections) {
    if (!section.blocks.empty()) statement.sections.push_back(std::move(section));
  }
  return statement;
}

std::vector<std::string> lint(const Statement& statement) {
  std::vector<std::string> out;
  for (const StatementSection& section : statement.sections) {
    for (const StatementBlock& block : section.blocks) {
      if (block.sentence.text.empty()) continue;
      for (const LintFinding& finding : lint(block.sentence, statement.language)) {
        out.push_back(fmt::format("{}: {} '{}': {}", section.id, name_of(finding.rule), finding.word, block.sentence.text));
      }
    }
  }
  return out;
}

}  // namespace prova::report
