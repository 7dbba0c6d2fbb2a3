#include "report/sentences.h"

#include <fmt/args.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace prova::report {
namespace {

/// Chances below this are not worth a sentence of their own.
constexpr double kWorthSaying = 0.05;

/// Arguments of one template.
using Arguments = fmt::dynamic_format_arg_store<fmt::format_context>;

template <typename... Pairs>
std::string say(Phrase name, const Pairs&... pairs) {
  Arguments arguments;
  (arguments.push_back(fmt::arg(pairs.first, pairs.second)), ...);
  return fmt::vformat(phrase(name), arguments);
}

std::pair<const char*, std::string> arg(const char* name, std::string value) { return {name, std::move(value)}; }

/// Text of others for use between “ and ”: quotation marks inside become ', so that a quotation ends where we end it.
std::string quotable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view mark = text.substr(i, 3);
    const bool quotes = mark == "\xe2\x80\x9c" || mark == "\xe2\x80\x9d";
    out += quotes ? '\'' : text[i];
    i += quotes ? 3 : 1;
  }
  return out;
}

/// A reason as the end of a sentence: ": reason", or nothing.
std::string because(std::string_view reason) { return reason.empty() ? std::string() : fmt::format(": {}", reason); }

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  return fmt::format("{}", fmt::join(parts, between));
}

std::string file_name(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

/// "80 % interval 51 % to 82 %", or that it is too narrow to show.
std::string interval_text(const ProbabilityInterval& value) {
  const std::string low = percent(value.low), high = percent(value.high);
  if (low == high) return "80\xc2\xa0% interval no wider";
  return fmt::format("80\xc2\xa0% interval {} to {}", low, high);
}

/// Evidence items of the case that refer to this artefact and family.
std::vector<const EvidenceItem*> items_resting_on(const Case& input, const ArtifactResult& artifact,
                                                  std::string_view family) {
  std::vector<const EvidenceItem*> out;
  for (const EvidenceItem& item : input.evidence) {
    if (!item.kinship || item.kinship->family != family) continue;
    const std::string& named = item.kinship->artifact;
    if (named == artifact.sha256 || named == artifact.path || named == file_name(artifact.path)) out.push_back(&item);
  }
  return out;
}

std::string label_of(const QuestionResult& question, const std::string& hypothesis) {
  const HypothesisResult* found = find_hypothesis(question, hypothesis);
  return quotable(found != nullptr ? found->label : hypothesis);
}

/// Why an item weighs nothing in the assessment.
std::string why_silent(const Assessment& assessment, const std::string& item) {
  for (const SilentItem& silent : assessment.silent) {
    if (silent.item == item) return fmt::format("evidence {} does not count ({})", item, silent.text);
  }
  return fmt::format("what evidence {} says is already said by a stronger item", item);
}

/// What one evidence item does to each hypothesis that it speaks about.
void add_moves(const Assessment& assessment, const EvidenceItem& item, std::vector<Sentence>& out) {
  const std::size_t before = out.size();
  for (const QuestionResult& question : assessment.questions) {
    for (const ItemContribution& part : question.items) {
      if (part.item != item.id || part.absorbed || part.implied || part.log10_weight == 0) continue;
      out.push_back(
          {SentenceKind::kFinding,
           say(Phrase::kMoves, arg("item", item.id), arg("direction", part.log10_weight > 0 ? "multiplies" : "divides"),
               arg("label", label_of(question, part.hypothesis)),
               arg("factor", factor_text(std::abs(part.log10_weight)))),
           {item.id}});
    }
  }
  if (out.size() != before) return;
  out.push_back(
      {SentenceKind::kFinding, say(Phrase::kMovesNothing, arg("why", why_silent(assessment, item.id))), {item.id}});
}

std::string set_aside(const MatchReport& match) {
  return fmt::format("{} bytes of libraries and {} bytes of ordinary software", grouped(match.library_bytes),
                     grouped(match.goodware_bytes));
}

}  // namespace

std::vector<Sentence> family_sentences(const CaseReport& report, const ArtifactResult& artifact,
                                       const MatchReport& match, const FamilyResult& family) {
  std::vector<Sentence> out;
  if (family.role != SampleRole::kMalware || family.shared_functions == 0) return out;
  out.push_back({SentenceKind::kFinding,
                 say(Phrase::kShares, arg("file", quotable(file_name(artifact.path))),
                     arg("count", counted(family.shared_functions, "function", "functions")),
                     arg("family", quotable(family.family)), arg("bytes", grouped(family.shared_bytes)),
                     arg("of", grouped(family.of_bytes))),
                 {artifact.path}});
  out.push_back(
      {SentenceKind::kFinding, say(Phrase::kNotLibrary, arg("explained", set_aside(match))), {artifact.path}});
  const auto items = items_resting_on(report.input, artifact, family.family);
  for (const EvidenceItem* item : items) add_moves(report.assessment, *item, out);
  if (items.empty()) {
    out.push_back({SentenceKind::kFinding,
                   say(Phrase::kMovesNothing, arg("why", "no evidence item of the case rests on it")),
                   {artifact.path}});
  }
  return out;
}

std::string percent(double probability) {
  if (!(probability >= 0.005)) return "under 1\xc2\xa0%";
  if (probability > 0.99) return "over 99\xc2\xa0%";
  return fmt::format("{:.0f}\xc2\xa0%", probability * 100);
}

std::string grouped(std::uint64_t value) {
  const std::string digits = std::to_string(value);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) out += "\xc2\xa0";
    out += digits[i];
  }
  return out;
}

std::string counted(std::uint64_t count, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", grouped(count), count == 1 ? singular : plural);
}

std::string factor_text(double log10) {
  if (log10 >= 6) return "a million or more";
  const double factor = std::pow(10.0, log10);
  if (factor < 10) return fmt::format("{:.1f}", factor);
  const double scale = std::pow(10.0, std::floor(log10) - 1);
  return grouped(static_cast<std::uint64_t>(std::llround(factor / scale) * std::llround(scale)));
}

std::vector<std::string> evidence_of(const QuestionResult& question, std::string_view hypothesis) {
  std::vector<std::string> ids;
  for (const ItemContribution& item : question.items) {
    if (item.hypothesis != hypothesis || item.absorbed) continue;
    if (std::find(ids.begin(), ids.end(), item.item) == ids.end()) ids.push_back(item.item);
  }
  return ids;
}

Sentence answer_sentence(const QuestionResult& question, Day as_of) {
  const HypothesisResult* shown = shown_hypothesis(question);
  if (shown == nullptr) {
    return {SentenceKind::kUnknown, say(Phrase::kNotAssessed, arg("why", because(question.why_not))), {}};
  }
  if (!question.leading || shown->terms.phia.empty()) {
    const std::string why = shown->terms.why_none.empty() ? question.why_not : shown->terms.why_none;
    const std::string day = as_of == Day{} ? std::string() : fmt::format(" known by {}", to_string(as_of));
    return {SentenceKind::kUnknown, say(Phrase::kNotSeparable, arg("day", day), arg("why", because(why))),
            evidence_of(question, shown->id)};
  }
  const Terms& terms = shown->terms;
  const bool spans = !terms.phia_range.empty() && terms.phia_range != terms.phia;
  return {SentenceKind::kLikelihood,
          say(shown->terms.phia_in_gap ? Phrase::kAnswerGap : Phrase::kAnswer, arg("label", quotable(shown->label)),
              arg("term", terms.phia), arg("range", spans ? because(terms.phia_range) : ""),
              arg("mid", percent(shown->probability.mid)), arg("interval", interval_text(shown->probability))),
          evidence_of(question, shown->id)};
}

Sentence confidence_sentence(const QuestionResult& question) {
  if (!question.assessed || !question.leading) return {SentenceKind::kConfidence, "", {}};
  // The reasons that decided come first; a sentence with more than two of them is not read. Reports list all criteria.
  constexpr std::size_t kReasons = 2;
  std::vector<std::string> reasons = question.confidence.reasons;
  if (reasons.size() > kReasons) reasons.resize(kReasons);
  return {SentenceKind::kConfidence,
          say(Phrase::kConfidence, arg("level", std::string(name_of(question.confidence.level))),
              arg("why", because(joined(reasons, "; ")))),
          evidence_of(question, *question.leading)};
}

std::vector<Sentence> open_sentences(const QuestionResult& question) {
  std::vector<Sentence> out;
  const HypothesisResult* shown = shown_hypothesis(question);
  if (shown == nullptr || !question.leading) return out;  // The answer sentence says so already.
  if (!question.resolved) {
    out.push_back({SentenceKind::kUnknown, say(Phrase::kNotResolved, arg("low", percent(shown->probability.low))), {}});
  }
  const HypothesisResult* unknown = find_hypothesis(question, kUnknownId);
  if (unknown != nullptr && unknown != shown && unknown->probability.mid >= kWorthSaying) {
    out.push_back({SentenceKind::kUnknown, say(Phrase::kRest, arg("mid", percent(unknown->probability.mid))), {}});
  }
  if (shown->imitable && shown->posing >= kWorthSaying) {
    out.push_back({SentenceKind::kUnknown,
                   say(Phrase::kPosing, arg("mid", percent(shown->posing)), arg("label", quotable(shown->label))),
                   {}});
  }
  return out;
}

std::vector<Sentence> limits_of(const CaseReport& report) {
  std::vector<Sentence> out;
  for (const OtherAssessment& other : report.assessment.others) {
    if (!other.withheld || !other.counted) continue;
    out.push_back({SentenceKind::kUnknown, say(Phrase::kWithheld, arg("item", other.item)), {other.item}});
  }
  for (const FailedFile& file : not_analysed(report)) {
    out.push_back({SentenceKind::kUnknown,
                   say(Phrase::kNotAnalysed, arg("file", quotable(file.path)), arg("why", quotable(file.reason))),
                   {file.path}});
  }
  return out;
}

Sentence nothing_shared_sentence(const ArtifactResult& artifact) {
  return {SentenceKind::kFinding,
          say(Phrase::kSharesNone, arg("file", quotable(file_name(artifact.path)))),
          {artifact.path}};
}

std::vector<Sentence> robustness_sentences(const Assessment& assessment, const QuestionResult& question) {
  std::vector<Sentence> out;
  if (!question.leading) return out;
  bool looked = false;
  for (const SensitivityEntry& entry : assessment.sensitivity) {
    if (entry.question != question.id) continue;
    looked = true;
    if (!entry.decisive) continue;
    const bool other_leads = !entry.leader_without.empty() && entry.leader_without != *question.leading;
    const std::string leader = other_leads ? fmt::format("“{}” would lead", label_of(question, entry.leader_without))
                                           : std::string("the question would be open");
    const bool item = entry.of == SensitivityEntry::Of::kItem;  // Named by id: its label is a whole claim.
    const std::string what = item || entry.label.empty() ? entry.id : fmt::format("“{}”", quotable(entry.label));
    out.push_back({SentenceKind::kFinding, say(Phrase::kDecisive, arg("id", what), arg("leader", leader)),
                   item ? std::vector<std::string>{entry.id} : evidence_of(question, *question.leading)});
  }
  if (looked && out.empty()) {
    out.push_back({SentenceKind::kFinding, say(Phrase::kRobust), evidence_of(question, *question.leading)});
  }
  return out;
}

Sentence echo_sentence(const OtherAssessment& other) {
  std::vector<std::string> evidence = other.echo_of;
  evidence.insert(evidence.begin(), other.item);
  return {SentenceKind::kFinding, say(Phrase::kEcho, arg("item", other.item), arg("of", joined(other.echo_of, ", "))),
          std::move(evidence)};
}

}  // namespace prova::report
