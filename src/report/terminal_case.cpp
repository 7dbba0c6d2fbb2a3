#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "report/sentences.h"
#include "report/terminal_parts.h"

namespace prova::report {
namespace {

using term::Lines;
using term::Look;
using term::name;

/// How many entries of each list are shown, and whether a question gets its interval as a line of its own.
struct Caps {
  std::size_t questions = 8, artifacts = 8, altered = 4, open = 5, failed = 4, next = 3;
  bool brief = false;
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

/// The answer in one line: what, in words, how probable, how sure.
void brief_answer(const QuestionResult& value, const HypothesisResult& shown, Lines& out) {
  const std::string rest = fmt::format(": {}, {}; confidence {}", shown.terms.phia, percent(shown.probability.mid), name_of(value.confidence.level));
  constexpr std::size_t kRoom = 76;
  const std::size_t taken = term::columns(rest);
  out.line(fmt::format("  {}{}", name(shown.label, taken + 10 < kRoom ? kRoom - taken : 10), rest), Look::kStrong);
}

void question(const QuestionResult& value, bool brief, Lines& out) {
  constexpr std::size_t kBar = 40;
  const HypothesisResult* shown = shown_hypothesis(value);
  out.line(fmt::format("{}", name(value.ask, 78)), Look::kHeading);
  if (shown == nullptr || !value.leading) {
    const std::string why = shown != nullptr && !shown->terms.why_none.empty() ? shown->terms.why_none : value.why_not;
    out.line(
        fmt::format("  {}{}", shown == nullptr ? "not assessed" : "open", why.empty() ? "" : fmt::format(": {}", why)));
    return;
  }
  if (brief) return brief_answer(value, *shown, out);
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

std::string days_old(std::int64_t seconds) {
  constexpr std::int64_t kDaySeconds = 86'400;
  return counted(static_cast<std::uint64_t>(std::max<std::int64_t>(seconds, 0) / kDaySeconds), "day", "days");
}

void losses(const ContentFindings& content, const DamageFindings& damage, Lines& out) {
  const ContentTotal all = all_files(damage), whole = whole_files(damage);
  const ContentTotal &partial = damage.totals[kContentPartial], &lost = damage.totals[kContentNotFound];
  out.line("What was lost", Look::kHeading);
  if (whole.files == all.files) {
    out.line(fmt::format("  Of {} inventoried files none: each was found whole, by its SHA-256", all.files), Look::kStrong);
  } else {
    out.line(fmt::format("  Of {} inventoried files {} are whole, {} partial, {} not found in what was scanned", all.files, whole.files, partial.files, lost.files), Look::kStrong);
  }
  out.line(fmt::format("  Scanned: {}, {} of {} bytes read; inventory {} old", counted(damage.sources, "source", "sources"), damage.source_bytes - std::min(damage.unread_bytes, damage.source_bytes),
                       damage.source_bytes, days_old(content.age_s)), Look::kSoft);
  if (damage.in_inventory.files != 0) {
    out.line(fmt::format("  The inventory itself holds the content of {} of those not found", damage.in_inventory.files));
  }
  if (content.inventory_unread != 0) {
    out.line(fmt::format("  {} could not be read when the inventory was made: nothing is said of them", counted(content.inventory_unread, "file", "files")), Look::kWarning);
  }
}

void leaked(const LeakFindings& leak, std::size_t cap, Lines& out) {
  out.line("What of the leak is ours", Look::kHeading);
  out.line(fmt::format("  {} of {}: {} unchanged, {} altered, {} in other versions or parts", leak.ours(), counted(leak.documents, "document", "documents"),
                       leak.identical + leak.repackaged, leak.altered, leak.other), Look::kStrong);
  for (std::size_t i = 0; i < leak.changed.size() && i < cap; ++i) {
    out.line(fmt::format("  altered: {} on {}", name(leak.changed[i].path, 48), name(leak.changed[i].system, 16)));
  }
  more(leak.changed.size(), cap, "altered document", "altered documents", out);
  if (leak.mail.is_signed != 0) {
    out.line(fmt::format("  DKIM: {} of {} as signed, {} not, {} undecided; {} genuine without a trace in the inventory", leak.mail.intact,
                         counted(leak.mail.is_signed, "signed message", "signed messages"), leak.mail.unlike, leak.mail.unknown, leak.mail.untraced));
  }
  if (leak.unread != 0) out.line(fmt::format("  {} could not be read", counted(leak.unread, "document", "documents")), Look::kWarning);
}

/// What was lost and what was stolen, as far as an inventory showed it.
void content(const CaseReport& report, std::size_t cap, Lines& out) {
  if (!report.content) return;
  if (!report.content->notice.empty()) out.wrapped(report.content->notice, 0, Look::kWarning, 2);
  if (report.content->damage) losses(*report.content, *report.content->damage, out);
  if (report.content->leak) leaked(*report.content->leak, cap, out);
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
  for (std::size_t i = 0; i < questions.size() && i < caps.questions; ++i) question(questions[i], caps.brief, out);
  more(questions.size(), caps.questions, "question", "questions", out);
  out.blank();
  content(report, caps.altered, out);
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
  const auto fits = [&] { return page(report, style, caps).count() <= style.height; };
  // Shortens the list that matters least first, then the questions to an answer in one line, then what is left.
  const auto shorten = [&](std::initializer_list<std::size_t*> lists, std::size_t floor) {
    for (std::size_t* cap : lists) {
      for (; *cap > floor && !fits(); --*cap) {}
    }
  };
  shorten({&caps.next, &caps.open, &caps.failed, &caps.artifacts, &caps.altered}, 2);
  caps.brief = !fits();
  shorten({&caps.next, &caps.open, &caps.failed, &caps.artifacts, &caps.altered, &caps.questions}, 1);
  return page(report, style, caps).text();
}

}  // namespace prova::report
