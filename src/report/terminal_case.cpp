#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "report/sentences.h"
#include "report/statement_parts.h"
#include "report/terminal_parts.h"

namespace prova::report {
namespace {

using term::Lines;
using term::Look;
using term::name;

/// How many entries of each list are shown.
struct Caps {
  std::size_t questions = 8, artifacts = 8, open = 5, failed = 4, next = 3;
};

std::string base_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

void heading(const CaseReport& report, const TerminalStyle& style, Lines& out) {
  const std::string& title = report.shown_title();
  const std::string tlp = name(report.tlp, 24);
  const std::size_t room = style.width > term::columns(tlp) + 1 ? style.width - term::columns(tlp) - 1 : 1;
  out.line(fmt::format("{} {}", term::padded(title.empty() ? "Case without a title" : name(title, room), room), tlp),
           Look::kTitle);
  const std::string day = day_text(report.assessment.as_of);
  out.line(fmt::format("{}; {} known, {} counted",
                       day.empty() ? std::string("The day of this assessment is not known")
                                   : fmt::format("As known on {}", day),
                       counted(report.assessment.items_known, "item of evidence", "items of evidence"),
                       report.assessment.items_counted),
           Look::kSoft);
  if (!report.input.notice.empty()) out.wrapped(fmt::format("Note: {}", report.input.notice), 0, Look::kWarning, 3);
}

void question(const QuestionResult& value, Lines& out) {
  constexpr std::size_t kBar = 40;
  const HypothesisResult* shown = shown_hypothesis(value);
  out.line(fmt::format("{}", name(value.ask, 78)), Look::kHeading);
  if (shown == nullptr || !value.leading) {
    const std::string why = shown != nullptr && !shown->terms.why_none.empty() ? shown->terms.why_none : value.why_not;
    out.line(
        fmt::format("  {}{}", shown == nullptr ? "not assessed" : "open", why.empty() ? "" : fmt::format(": {}", why)));
    return;
  }
  out.line(
      fmt::format("  {}: {} (UK PHIA), {}", name(shown->label), shown->terms.phia, percent(shown->probability.mid)),
      Look::kStrong);
  const std::string low = percent(shown->probability.low), high = percent(shown->probability.high);
  out.line(fmt::format("  0 {} 100   {}", term::interval_line(shown->probability, kBar),
                       low == high ? low : fmt::format("{} to {}", low, high)));
  out.line(fmt::format("  Confidence: {}", name_of(value.confidence.level)), Look::kSoft);
}

/// `one` and `many` name what was left out.
void more(std::size_t total, std::size_t shown, std::string_view one, std::string_view many, Lines& out) {
  if (total > shown) out.line(fmt::format("  and {} more {}", total - shown, total - shown == 1 ? one : many), Look::kSoft);
}

/// The strongest malware family of an artefact, or null.
const FamilyResult* strongest(const ArtifactResult& artifact) {
  const FamilyResult* best = nullptr;
  for (const MatchReport& match : artifact.matches) {
    for (const FamilyResult& family : match.families) {
      if (family.role != SampleRole::kMalware || family.shared_functions == 0) continue;
      if (best == nullptr || family.log10_lr > best->log10_lr) best = &family;
    }
  }
  return best;
}

void artifacts(const CaseReport& report, std::size_t cap, Lines& out) {
  std::vector<const ArtifactResult*> analysed;
  for (const ArtifactResult& artifact : report.artifacts) {
    if (artifact.analysed) analysed.push_back(&artifact);
  }
  if (analysed.empty()) return;
  const auto strength = [](const ArtifactResult* artifact) {
    const FamilyResult* family = strongest(*artifact);
    return family == nullptr ? -std::numeric_limits<double>::infinity() : family->log10_lr;
  };
  std::stable_sort(analysed.begin(), analysed.end(), [&](const auto* a, const auto* b) { return strength(a) > strength(b); });
  out.line("Whose code (libraries and ordinary software set aside)", Look::kHeading);
  for (std::size_t i = 0; i < analysed.size() && i < cap; ++i) {
    const ArtifactResult& artifact = *analysed[i];
    const FamilyResult* family = strongest(artifact);
    const std::string head =
        fmt::format("{}{}", name(base_name(artifact.path), 24), artifact.stand_in.empty() ? "" : " [stand-in]");
    if (family == nullptr) {
      out.line(fmt::format("  {}: shares no code of its own with any family", head));
      continue;
    }
    out.line(fmt::format("  {}: {} of {}, log10 LR {:+.1f}", head,
                         counted(family->shared_functions, "function", "functions"), name(family->family, 24),
                         family->log10_lr));
  }
  more(analysed.size(), cap, "artefact", "artefacts", out);
}

/// What was lost and what was stolen, as far as an inventory showed it: the sentences of the statement.
void content(const CaseReport& report, Lines& out) {
  if (!report.content) return;
  const Wording words(Language::kEnglish);
  std::set<std::string> said;  // Both sections open with the same notice.
  const auto section = [&](const StatementSection& value, std::size_t lines) {
    if (value.blocks.empty()) return;
    out.line(value.heading, Look::kHeading);
    for (const StatementBlock& block : value.blocks) {
      const std::string& text = block.sentence.text;
      if (!text.empty() && said.insert(text).second) out.wrapped(text, 2, Look::kPlain, lines);
    }
  };
  constexpr std::size_t kLines = 3;
  if (report.content->damage) section(parts::content_losses(report, words), kLines);
  section(parts::leaked(report, words), kLines);
}

void open_points(const CaseReport& report, std::size_t cap, Lines& out) {
  std::vector<std::string> points;
  for (const QuestionResult& value : report.assessment.questions) {
    for (const Sentence& sentence : open_sentences(value)) {
      points.push_back(fmt::format("  {}: {}", name(value.id, 16), sentence.text));
    }
  }
  for (const OtherAssessment& other : report.assessment.others) {
    if (!other.echo_of.empty()) points.push_back(fmt::format("  {}", echo_sentence(other).text));
  }
  if (points.empty()) return;
  out.line("To keep in mind", Look::kHeading);
  for (std::size_t i = 0; i < points.size() && i < cap; ++i) out.line(points[i]);
  more(points.size(), cap, "point in the report", "points in the report", out);
}

void failures(const CaseReport& report, std::size_t cap, Lines& out) {
  const auto files = not_analysed(report);
  if (files.empty()) return;
  out.line(fmt::format("Not analysed: {}", counted(files.size(), "file", "files")), Look::kHeading);
  for (std::size_t i = 0; i < files.size() && i < cap; ++i) {
    out.line(fmt::format("  {}: {}", name(files[i].path), files[i].reason));
  }
  more(files.size(), cap, "file", "files", out);
}

void next(const CaseReport& report, std::size_t cap, Lines& out) {
  const auto list = worth_collecting(report.assessment);
  if (list.empty()) return;
  out.line("Collect next", Look::kHeading);
  for (std::size_t i = 0; i < list.size() && i < cap; ++i) {
    out.line(fmt::format("  {} ({}, {:.2f} of {:.2f} bits)", name(list[i]->action, 46), name(list[i]->question, 10),
                         list[i]->bits, list[i]->entropy_bits));
  }
}

void custody(const CaseReport& report, Lines& out) {
  const CustodyState& state = report.custody;
  if (state.intact()) {
    out.line(fmt::format("Custody: intact, {}", counted(state.entries.size(), "entry", "entries")), Look::kSoft);
  } else {
    out.line(fmt::format("Custody: {}; first: {}", counted(state.problems.size(), "finding", "findings"),
                         state.problems.front().message),
             Look::kWarning);
  }
}

Lines page(const CaseReport& report, const TerminalStyle& style, const Caps& caps) {
  Lines out(style);
  heading(report, style, out);
  out.blank();
  const auto& questions = report.assessment.questions;
  for (std::size_t i = 0; i < questions.size() && i < caps.questions; ++i) question(questions[i], out);
  more(questions.size(), caps.questions, "question", "questions", out);
  out.blank();
  content(report, out);
  artifacts(report, caps.artifacts, out);
  open_points(report, caps.open, out);
  failures(report, caps.failed, out);
  next(report, caps.next, out);
  custody(report, out);
  return out;
}

}  // namespace

std::string case_text(const CaseReport& report, const TerminalStyle& style) {
  Caps caps;
  // Shortens the list that matters least first; questions last.
  for (std::size_t* cap : {&caps.next, &caps.open, &caps.failed, &caps.artifacts, &caps.questions}) {
    for (; *cap > 1; --*cap) {
      const Lines lines = page(report, style, caps);
      if (lines.count() <= style.height) return lines.text();
    }
  }
  return page(report, style, caps).text();
}

}  // namespace prova::report
