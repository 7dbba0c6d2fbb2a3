#include "report/sentences.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/robustness.h"
#include "report/wording.h"

namespace prova::report {
namespace {

/// Chances below this are not worth a sentence of their own.
constexpr double kWorthSaying = 0.05;

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  return fmt::format("{}", fmt::join(parts, between));
}

std::string file_name(std::string_view path) { return std::string(path.substr(path.rfind('/') + 1)); }

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
  return Wording::quotable(found != nullptr ? found->label : hypothesis);
}

/// Why an item weighs nothing in the assessment.
std::string why_silent(const Assessment& assessment, const std::string& item, const Wording& words) {
  for (const SilentItem& silent : assessment.silent) {
    if (silent.item != item) continue;
    const bool english = words.language() == Language::kEnglish;
    return words.say(Phrase::kDoesNotCount, {{"item", item}, {"why", english ? silent.text : words.silence(silent, {})}});
  }
  return words.say(Phrase::kAlreadySaid, {{"item", item}});
}

/// What one evidence item does to each hypothesis that it speaks about.
void add_moves(const Assessment& assessment, const EvidenceItem& item, const Wording& words, std::vector<Sentence>& out) {
  const std::size_t before = out.size();
  for (const QuestionResult& question : assessment.questions) {
    for (const ItemContribution& part : question.items) {
      if (part.item != item.id || part.absorbed || part.implied || part.log10_weight == 0) continue;
      const Phrase direction = part.log10_weight > 0 ? Phrase::kMultiplies : Phrase::kDivides;
      out.push_back({SentenceKind::kFinding,
                     words.say(Phrase::kMoves, {{"item", item.id},
                                                {"direction", words.say(direction)},
                                                {"label", label_of(question, part.hypothesis)},
                                                {"factor", words.factor(std::abs(part.log10_weight))}}),
                     {item.id}});
    }
  }
  if (out.size() != before) return;
  out.push_back({SentenceKind::kFinding,
                 words.say(Phrase::kMovesNothing, {{"why", why_silent(assessment, item.id, words)}}),
                 {item.id}});
}

std::string set_aside(const MatchReport& match, const Wording& words) {
  return words.say(Phrase::kSetAside,
                   {{"library", words.grouped(match.library_bytes)}, {"goodware", words.grouped(match.goodware_bytes)}});
}

/// The reasons that decided the confidence, as one text. A sentence with more than two of them is not read; reports list
/// all criteria.
std::string reasons_of(const QuestionResult& question, const Wording& words) {
  constexpr std::size_t kReasons = 2;
  std::vector<std::string> reasons;
  for (const ConfidenceReason* reason : question.confidence.deciding()) {
    std::string source = reason->source;
    for (const PoolContribution& pool : question.pools) {
      if (pool.pool == reason->source && !pool.label.empty()) source = pool.label;
    }
    reasons.push_back(words.reason(*reason, words.quoted(source)));
  }
  if (reasons.size() > kReasons) reasons.resize(kReasons);
  return words.because(words.semicolons(reasons));
}

}  // namespace

std::vector<Sentence> family_sentences(const CaseReport& report, const ArtifactResult& artifact,
                                       const MatchReport& match, const FamilyResult& family, Language language) {
  const Wording words(language);
  std::vector<Sentence> out;
  if (family.role != SampleRole::kMalware || family.shared_functions == 0) return out;
  const Phrase count = family.shared_functions == 1 ? Phrase::kFunctionOne : Phrase::kFunctionMany;
  out.push_back({SentenceKind::kFinding,
                 words.say(Phrase::kShares, {{"file", Wording::quotable(file_name(artifact.path))},
                                             {"count", words.say(count, {{"count", words.grouped(family.shared_functions)}})},
                                             {"family", Wording::quotable(family.family)},
                                             {"bytes", words.grouped(family.shared_bytes)},
                                             {"of", words.grouped(family.of_bytes)}}),
                 {artifact.path}});
  out.push_back({SentenceKind::kFinding, words.say(Phrase::kNotLibrary, {{"explained", set_aside(match, words)}}), {artifact.path}});
  const auto items = items_resting_on(report.input, artifact, family.family);
  for (const EvidenceItem* item : items) add_moves(report.assessment, *item, words, out);
  if (items.empty()) {
    out.push_back({SentenceKind::kFinding, words.say(Phrase::kMovesNothing, {{"why", words.say(Phrase::kNothingRests)}}), {artifact.path}});
  }
  return out;
}

std::string percent(double probability) { return Wording(Language::kEnglish).percent(probability); }
std::string grouped(std::uint64_t value) { return Wording(Language::kEnglish).grouped(value); }
std::string factor_text(double log10) { return Wording(Language::kEnglish).factor(log10); }

std::string counted(std::uint64_t count, std::string_view singular, std::string_view plural) {
  return fmt::format("{} {}", grouped(count), count == 1 ? singular : plural);
}

std::vector<std::string> evidence_of(const QuestionResult& question, std::string_view hypothesis) {
  std::vector<std::string> ids;
  for (const ItemContribution& item : question.items) {
    if (item.hypothesis != hypothesis || item.absorbed) continue;
    if (std::find(ids.begin(), ids.end(), item.item) == ids.end()) ids.push_back(item.item);
  }
  return ids;
}

bool changes_answer(const QuestionResult& question, const SensitivityEntry& entry) {
  if (entry.decisive) return true;
  const HypothesisResult* h = find_hypothesis(question, entry.hypothesis);
  if (h == nullptr || entry.of == SensitivityEntry::Of::kAssumption) return false;
  // Half a per cent: what a whole per cent cannot tell apart.
  return entry.probability_without <= h->prior * question.given_probability.value_or(1) + 0.005;
}

Sentence answer_sentence(const QuestionResult& question, Day as_of, Language language) {
  const Wording words(language);
  const bool english = language == Language::kEnglish;  // The engine's reasons are English; others do without them.
  const HypothesisResult* shown = shown_hypothesis(question);
  if (shown == nullptr) {
    return {SentenceKind::kUnknown, words.say(Phrase::kNotAssessed, {{"why", words.because(english ? question.why_not : "")}}), {}};
  }
  if (!question.leading || shown->terms.phia.empty()) {
    const std::string why = shown->terms.why_none.empty() ? question.why_not : shown->terms.why_none;
    const std::string day =
        as_of == Day{} ? std::string() : words.say(Phrase::kKnownBy, {{"day", english ? to_string(as_of) : words.day(as_of)}});
    return {SentenceKind::kUnknown, words.say(Phrase::kNotSeparable, {{"day", day}, {"why", words.because(english ? why : "")}}),
            evidence_of(question, shown->id)};
  }
  const Terms& terms = shown->terms;
  const std::string spans = terms.phia_low == terms.phia_high || terms.phia_low.empty()
                                ? std::string()
                                : words.say(Phrase::kRange, {{"low", words.term(terms.phia_low)}, {"high", words.term(terms.phia_high)}});
  return {SentenceKind::kLikelihood,
          words.say(terms.phia_in_gap ? Phrase::kAnswerGap : Phrase::kAnswer,
                    {{"label", Wording::quotable(shown->label)},
                     {"term", words.term(terms.phia)},
                     {"range", words.because(spans)},
                     {"mid", words.percent(shown->probability.mid)},
                     {"interval", words.interval(shown->probability)}}),
          evidence_of(question, shown->id)};
}

Sentence stated_sentence(const CaseReport& report, const QuestionResult& question, Language language) {
  const HypothesisResult* shown = shown_hypothesis(question);
  const Question* asked = report.input.find_question(question.id);
  const Hypothesis* written = shown == nullptr || asked == nullptr ? nullptr : asked->find(shown->id);
  if (!question.leading || written == nullptr || written->statement.empty() || shown->terms.phia.empty()) {
    return answer_sentence(question, report.assessment.as_of, language);
  }
  const Wording words(language);
  return {SentenceKind::kLikelihood,
          words.say(shown->terms.phia_in_gap ? Phrase::kStatedGap : Phrase::kStated, {{"lead", words.lead(shown->terms.phia, written->statement)},
                                      {"range", words.term_range(shown->terms.phia)},
                                      {"mid", words.percent(shown->probability.mid)}}),
          evidence_of(question, shown->id)};
}

Sentence confidence_sentence(const QuestionResult& question, Language language, bool name_the_question) {
  if (!question.assessed || !question.leading) return {SentenceKind::kConfidence, "", {}};
  const Wording words(language);
  return {SentenceKind::kConfidence,
          words.say(name_the_question ? Phrase::kConfidenceIn : Phrase::kConfidence,
                    {{"ask", Wording::quotable(question.ask)},
                     {"level", words.name(question.confidence.level)},
                     {"why", reasons_of(question, words)}}),
          evidence_of(question, *question.leading)};
}

std::vector<Sentence> open_sentences(const QuestionResult& question, Language language) {
  const Wording words(language);
  std::vector<Sentence> out;
  const auto add = [&](Phrase phrase, const std::vector<Argument>& arguments) {
    out.push_back({SentenceKind::kUnknown, words.say(phrase, arguments), {}});
  };
  const HypothesisResult* shown = shown_hypothesis(question);
  if (shown == nullptr || !question.leading) return out;  // The answer sentence says so already.
  if (!question.resolved && question.confidence.only_soft) {
    add(Phrase::kOnlySoft, {});
  } else if (!question.resolved) {
    add(Phrase::kNotResolved, {{"low", words.percent(shown->probability.low)}});
  }
  const HypothesisResult* unknown = find_hypothesis(question, kUnknownId);
  if (unknown != nullptr && unknown != shown && unknown->probability.mid >= kWorthSaying) {
    add(Phrase::kRest, {{"mid", words.percent(unknown->probability.mid)}});
  }
  if (shown->imitable && shown->posing >= kWorthSaying) {
    add(Phrase::kPosing, {{"mid", words.percent(shown->posing)}, {"label", Wording::quotable(shown->label)}});
  }
  return out;
}

std::vector<Sentence> limits_of(const CaseReport& report, Language language) {
  const Wording words(language);
  std::vector<Sentence> out;
  std::vector<std::string> withheld;
  for (const OtherAssessment& other : report.assessment.others) {
    if (other.withheld && other.counted) withheld.push_back(other.item);
  }
  if (withheld.size() == 1) {
    out.push_back({SentenceKind::kUnknown, words.say(Phrase::kWithheld, {{"item", withheld.front()}}), withheld});
  } else if (!withheld.empty()) {
    out.push_back({SentenceKind::kUnknown, words.say(Phrase::kWithheldMany, {{"items", words.list(withheld)}}), withheld});
  }
  for (const FailedFile& file : not_analysed(report)) {
    out.push_back({SentenceKind::kUnknown,
                   words.say(Phrase::kNotAnalysed, {{"file", Wording::quotable(file.path)}, {"why", Wording::quotable(file.reason)}}),
                   {file.path}});
  }
  return out;
}

Sentence nothing_shared_sentence(const ArtifactResult& artifact, Language language) {
  return {SentenceKind::kFinding,
          Wording(language).say(Phrase::kSharesNone, {{"file", Wording::quotable(file_name(artifact.path))}}),
          {artifact.path}};
}

std::string item_text(const Case& input, const std::string& id, const Wording& words) {
  const EvidenceItem* item = input.find_item(id);
  if (item == nullptr) return id;
  const std::string kind = words.name(item->kind);
  return fmt::format("{} ({})", id, item->issuer.empty() ? kind : Wording::quotable(item->issuer) + words.because(kind));
}

namespace {

/// What the change takes away: an item with its issuer and kind, a source or an assumption by its label.
std::string taken_text(const CaseReport& report, const SensitivityEntry& entry, const Wording& words) {
  if (entry.of == SensitivityEntry::Of::kItem) return item_text(report.input, entry.id, words);
  return entry.label.empty() ? entry.id : words.quoted(entry.label);
}

Sentence decisive_sentence(const CaseReport& report, const QuestionResult& question, const SensitivityEntry& entry,
                           const RobustnessOptions& options) {
  const Wording words(options.language);
  const bool other_leads = !entry.leader_without.empty() && entry.leader_without != *question.leading;
  const std::string leader = other_leads ? words.say(Phrase::kWouldLead, {{"label", label_of(question, entry.leader_without)}})
                                         : words.say(Phrase::kWouldBeOpen);
  const bool item = entry.of == SensitivityEntry::Of::kItem;
  return {SentenceKind::kFinding,
          words.say(options.name_the_question ? Phrase::kDecisiveAsk : Phrase::kDecisive,
                    {{"ask", Wording::quotable(question.ask)}, {"id", taken_text(report, entry, words)}, {"leader", leader}}),
          item ? std::vector<std::string>{entry.id} : evidence_of(question, *question.leading)};
}

}  // namespace

std::vector<Sentence> robustness_sentences(const CaseReport& report, const QuestionResult& question, const RobustnessOptions& options) {
  std::vector<Sentence> out;
  if (!question.leading) return out;
  bool looked = false, any_item = false;
  std::vector<const SensitivityEntry*> decisive;
  for (const SensitivityEntry& entry : report.assessment.sensitivity) {
    if (entry.question != question.id) continue;
    looked = true;
    if (!changes_answer(question, entry)) continue;
    decisive.push_back(&entry);
    any_item = any_item || entry.of == SensitivityEntry::Of::kItem;
  }
  for (const SensitivityEntry* entry : decisive) {
    if (options.items_first && any_item && entry->of != SensitivityEntry::Of::kItem) continue;
    out.push_back(decisive_sentence(report, question, *entry, options));
  }
  if (looked && out.empty()) {
    out.push_back({SentenceKind::kFinding,
                   Wording(options.language).say(options.name_the_question ? Phrase::kRobustAsk : Phrase::kRobust, {{"ask", Wording::quotable(question.ask)}}),
                   evidence_of(question, *question.leading)});
  }
  return out;
}

Sentence echo_sentence(const OtherAssessment& other, Language language) {
  std::vector<std::string> evidence = other.echo_of;
  evidence.insert(evidence.begin(), other.item);
  return {SentenceKind::kFinding,
          Wording(language).say(Phrase::kEcho, {{"item", other.item}, {"of", joined(other.echo_of, ", ")}}), std::move(evidence)};
}

}  // namespace prova::report
