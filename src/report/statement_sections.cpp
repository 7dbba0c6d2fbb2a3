// The sections that both audiences read.

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "attribution/reporting.h"
#include "report/sentences.h"
#include "report/statement_parts.h"

namespace prova::report::parts {
namespace {

/// Entries of one list in running text; the tables of the annex hold all.
constexpr std::size_t kMaxInText = 6;

std::vector<std::string> merged(std::vector<std::string> a, const std::vector<std::string>& b) {
  for (const std::string& id : b) {
    if (std::find(a.begin(), a.end(), id) == a.end()) a.push_back(id);
  }
  return a;
}

/// "Microsoft, “high confidence” (A11b)": a view in its issuer's words.
std::string view_text(const CaseReport& report, const OtherAssessment& other, const Wording& words) {
  std::string out = Wording::quotable(issuer_of(report, other.item));
  if (!other.wording.empty()) out += ", " + words.quoted(other.wording);
  return out;
}

void add_views(const CaseReport& report, const Wording& words, Phrase phrase, const std::vector<const OtherAssessment*>& views,
               StatementSection& section) {
  if (views.empty()) return;
  std::vector<std::string> said, ids;
  for (const OtherAssessment* view : views) {
    const std::string text = view_text(report, *view, words);
    if (std::find(said.begin(), said.end(), text) == said.end()) said.push_back(text);
    ids.push_back(view->item);
  }
  section.blocks.push_back(paragraph(SentenceKind::kFinding, words.say(phrase, {{"who", words.semicolons(said)}}), ids));
}

/// Whether a statement that repeats others sums up evidence of its own issuer, which is counted where it stands.
bool sums_up_own_evidence(const CaseReport& report, const OtherAssessment& other) {
  return std::any_of(other.echo_of.begin(), other.echo_of.end(), [&](const std::string& id) {
    const EvidenceItem* item = report.input.find_item(id);
    return item != nullptr && !item->issuer.empty() && item->issuer == other.issuer && !is_withheld(item->kind);
  });
}

StatementBlock cluster_block(const CaseReport& report, const ActivityCluster& cluster, const Wording& words) {
  const std::vector<Argument> arguments = {{"name", Wording::quotable(cluster.name)},
                                           {"also", words.list(cluster.also)},
                                           {"role", words.name(cluster.role)},
                                           {"did", cluster.did}};
  return bullet({SentenceKind::kFinding, words.say(cluster.also.empty() ? Phrase::kClusterDid : Phrase::kClusterAlso, arguments),
                 standing(report, cluster.evidence)});
}

StatementBlock persona_block(const CaseReport& report, const ActivityCluster& cluster, const Wording& words) {
  return paragraph(SentenceKind::kFinding, words.say(Phrase::kPersonaDid, {{"name", Wording::quotable(cluster.name)}, {"did", cluster.did}}),
                   standing(report, cluster.evidence));
}

/// A persona is a mask, not a cluster of activity: it is told but not counted.
bool is_counted(const ActivityCluster& cluster) { return cluster.role != ActivityRole::kPersona; }

void add_links(const CaseReport& report, const ActivityCluster& cluster, const Wording& words, StatementSection& section) {
  for (const ActivityLink& link : cluster.links) {
    const std::vector<std::string> known = standing(report, link.evidence);
    const auto to = std::find_if(report.input.clusters.begin(), report.input.clusters.end(),
                                 [&](const ActivityCluster& other) { return other.id == link.to; });
    if (known.empty() || to == report.input.clusters.end()) continue;
    section.blocks.push_back(paragraph(SentenceKind::kFinding,
                                       words.say(Phrase::kClusterLink, {{"name", Wording::quotable(cluster.name)},
                                                                        {"relation", words.name(link.relation)},
                                                                        {"to", Wording::quotable(to->name)}}),
                                       known));
  }
}

void add_aims(const CaseReport& report, const Wording& words, StatementSection& section) {
  std::vector<std::string> aims, ids;
  for (const SourcedText& aim : report.input.aims) {
    const std::vector<std::string> known = standing(report, aim.evidence);
    if (known.empty()) continue;
    aims.push_back(aim.text);
    ids = merged(ids, known);
  }
  if (aims.empty()) return;
  section.blocks.push_back(paragraph(SentenceKind::kFinding, words.say(Phrase::kAims, {{"aims", words.semicolons(aims)}}), ids));
}

}  // namespace

StatementBlock paragraph(SentenceKind kind, std::string text, std::vector<std::string> evidence) {
  StatementBlock block;
  block.sentence = {kind, std::move(text), std::move(evidence)};
  return block;
}

StatementBlock bullet(Sentence sentence) {
  StatementBlock block;
  block.sentence = std::move(sentence);
  block.bullet = true;
  return block;
}

StatementBlock subheading(std::string text) {
  StatementBlock block;
  block.subheading = std::move(text);
  return block;
}

StatementBlock table(StatementTable table) {
  StatementBlock block;
  block.table = std::move(table);
  return block;
}

bool stands(const CaseReport& report, const std::string& item) {
  const EvidenceItem* found = report.input.find_item(item);
  if (found == nullptr || found->known_from.last > report.assessment.as_of) return false;
  return std::none_of(report.assessment.silent.begin(), report.assessment.silent.end(), [&](const SilentItem& silent) {
    return silent.item == item && silent.reason == SilentItem::Reason::kDisproved;
  });
}

std::vector<std::string> standing(const CaseReport& report, const std::vector<std::string>& ids) {
  std::vector<std::string> out;
  std::copy_if(ids.begin(), ids.end(), std::back_inserter(out), [&](const std::string& id) { return stands(report, id); });
  return out;
}

std::string issuer_of(const CaseReport& report, const std::string& item) {
  const EvidenceItem* found = report.input.find_item(item);
  if (found == nullptr) return item;
  return !found->issuer.empty() ? found->issuer : !found->source.text.empty() ? found->source.text : item;
}

std::string label_of(const QuestionResult& question, const std::string& hypothesis, const Wording& words) {
  if (hypothesis == kUnknownId) return words.say(Phrase::kUnknownLabel);
  const HypothesisResult* found = find_hypothesis(question, hypothesis);
  return found != nullptr ? found->label : hypothesis;
}

StatementBlock reading_note(const CaseReport& report, const Wording& words) {
  const auto known = std::find_if(report.input.evidence.begin(), report.input.evidence.end(),
                                  [&](const EvidenceItem& item) { return item.known_from.last <= report.assessment.as_of; });
  if (known == report.input.evidence.end()) return {};
  return paragraph(SentenceKind::kUnknown, words.say(Phrase::kReadCodes, {{"item", words.quoted(known->id)}}));
}

StatementSection who(const CaseReport& report, const Wording& words) {
  StatementSection section{"who", words.say(Phrase::kHeadWho), {}};
  if (report.assessment.questions.empty()) {
    section.blocks.push_back(paragraph(SentenceKind::kUnknown, words.say(Phrase::kNoQuestion)));
  }
  for (const QuestionResult& question : report.assessment.questions) {
    if (!question.leading) continue;
    StatementBlock block;
    block.sentence = stated_sentence(report, question, words.language());
    section.blocks.push_back(std::move(block));
  }
  const bool any = !section.blocks.empty();
  for (const QuestionResult& question : report.assessment.questions) {
    if (question.leading) continue;
    const bool assessed = question.assessed;
    const std::string day = report.assessment.as_of == Day{} ? "–" : words.day(report.assessment.as_of);
    section.blocks.push_back(paragraph(SentenceKind::kUnknown,
                                       words.say(assessed ? Phrase::kNotSeparableAsk : Phrase::kNotAssessedAsk,
                                                 {{"ask", Wording::quotable(question.ask)}, {"why", ""}, {"day", day}})));
  }
  if (StatementBlock note = reading_note(report, words); any && !note.sentence.text.empty()) section.blocks.push_back(std::move(note));
  return section;
}

StatementSection activity(const CaseReport& report, const Wording& words) {
  StatementSection section{"activity", words.say(Phrase::kHeadActivity), {}};
  std::vector<const ActivityCluster*> known;
  for (const ActivityCluster& cluster : report.input.clusters) {
    if (!standing(report, cluster.evidence).empty()) known.push_back(&cluster);
  }
  std::vector<std::string> ids;
  std::size_t count = 0;
  for (const ActivityCluster* cluster : known) {
    if (!is_counted(*cluster)) continue;
    ++count;
    ids = merged(ids, standing(report, cluster->evidence));
  }
  if (count > 0) {
    const Phrase phrase = count == 1 ? Phrase::kClusterCountOne : Phrase::kClusterCount;
    section.blocks.push_back(paragraph(SentenceKind::kFinding, words.say(phrase, {{"count", words.number_word(count)}}), ids));
    section.blocks.push_back(paragraph(SentenceKind::kUnknown, words.say(Phrase::kClusterMeaning)));
  }
  for (const ActivityCluster* cluster : known) {
    if (is_counted(*cluster)) section.blocks.push_back(cluster_block(report, *cluster, words));
  }
  for (const ActivityCluster* cluster : known) {
    if (!is_counted(*cluster)) section.blocks.push_back(persona_block(report, *cluster, words));
  }
  for (const ActivityCluster* cluster : known) {
    const std::vector<std::string> earlier = standing(report, cluster->earlier_evidence);
    if (!earlier.empty() && !cluster->earlier_victims.empty()) {
      section.blocks.push_back(paragraph(SentenceKind::kFinding,
                                         words.say(Phrase::kEarlierVictims, {{"name", Wording::quotable(cluster->name)},
                                                                             {"victims", words.list(cluster->earlier_victims)}}),
                                         earlier));
    }
    add_links(report, *cluster, words, section);
  }
  add_aims(report, words, section);
  return section;
}

StatementSection losses(const CaseReport& report, const Wording& words) {
  StatementSection section{"losses", words.say(Phrase::kHeadLosses), {}};
  if (report.content && report.content->damage) section = content_losses(report, words);
  else section.blocks.push_back(paragraph(SentenceKind::kUnknown, words.say(Phrase::kLossesOpen)));
  for (const SourcedText& loss : report.input.losses) {
    const std::vector<std::string> known = standing(report, loss.evidence);
    if (known.empty()) continue;
    section.blocks.push_back(bullet({SentenceKind::kFinding,
                                     words.say(Phrase::kLossSaid, {{"issuer", Wording::quotable(issuer_of(report, known.front()))},
                                                                   {"text", Wording::quotable(loss.text)}}),
                                     known}));
  }
  return section;
}

StatementSection others_say(const CaseReport& report, const Wording& words) {
  StatementSection section{"others-say", words.say(Phrase::kHeadOthersSay), {}};
  std::vector<const OtherAssessment*> counted, shown, echo, denied;
  for (const OtherAssessment& other : report.assessment.others) {
    if (other.kind == EvidenceKind::kDenial) denied.push_back(&other);
    else if (!other.echo_of.empty()) (sums_up_own_evidence(report, other) ? shown : echo).push_back(&other);
    else if (other.withheld && other.counted) counted.push_back(&other);
    else if (other.withheld) shown.push_back(&other);
  }
  add_views(report, words, Phrase::kSaidToo, counted, section);
  add_views(report, words, Phrase::kSaidShown, shown, section);
  add_views(report, words, Phrase::kSaidEcho, echo, section);
  add_views(report, words, Phrase::kDenied, denied, section);
  return section;
}

StatementSection confidence(const CaseReport& report, const Wording& words) {
  StatementSection section{"confidence", words.say(Phrase::kHeadConfidence), {}};
  section.blocks.push_back(paragraph(SentenceKind::kUnknown, words.say(Phrase::kHowToRead)));
  const std::size_t fixed = section.blocks.size();
  for (const QuestionResult& question : report.assessment.questions) {
    Sentence sentence = confidence_sentence(question, words.language(), true);
    if (!sentence.text.empty()) section.blocks.push_back(bullet(std::move(sentence)));
  }
  if (section.blocks.size() == fixed) section.blocks.clear();
  return section;
}

StatementSection unknown(const CaseReport& report, const Wording& words) {
  StatementSection section{"unknown", words.say(Phrase::kHeadUnknown), {}};
  for (const QuestionResult& question : report.assessment.questions) {
    const std::vector<Sentence> open = open_sentences(question, words.language());
    if (open.empty()) continue;
    section.blocks.push_back(subheading(question.ask));
    for (const Sentence& sentence : open) section.blocks.push_back(bullet(sentence));
  }
  const std::vector<Sentence> limits = limits_of(report, words.language());
  if (!limits.empty()) section.blocks.push_back(subheading(words.say(Phrase::kHeadEvidence)));
  for (const Sentence& sentence : limits) section.blocks.push_back(bullet(sentence));
  if (report.untranslated > 0) {
    section.blocks.push_back(paragraph(SentenceKind::kUnknown,
                                       words.say(Phrase::kUntranslated, {{"count", words.grouped(report.untranslated)}})));
  }
  if (section.blocks.empty()) section.blocks.push_back(paragraph(SentenceKind::kUnknown, words.say(Phrase::kNothingOpen)));
  return section;
}

StatementSection change(const CaseReport& report, const Wording& words) {
  StatementSection section{"change", words.say(Phrase::kHeadChange), {}};
  for (const QuestionResult& question : report.assessment.questions) {
    const auto sentences = robustness_sentences(report, question, {words.language(), true, true});
    for (std::size_t i = 0; i < sentences.size() && i < kMaxInText; ++i) section.blocks.push_back(bullet(sentences[i]));
  }
  return section;
}

StatementSection evidence(const CaseReport& report, const Wording& words, Audience audience) {
  StatementSection section{"evidence", words.say(Phrase::kHeadEvidence), {}};
  if (report.input.evidence.empty()) {
    section.blocks.push_back(paragraph(SentenceKind::kUnknown, words.say(Phrase::kNoEvidence)));
    return section;
  }
  section.blocks.push_back(paragraph(SentenceKind::kUnknown, words.say(Phrase::kEvidenceNote)));
  StatementTable rows;
  rows.head = {words.say(Phrase::kColItem), words.say(Phrase::kColKnown), words.say(Phrase::kColSays),
               words.say(Phrase::kColKind), words.say(Phrase::kColRoot), words.say(Phrase::kColSource)};
  for (const EvidenceItem& item : report.input.evidence) {
    if (item.known_from.last > report.assessment.as_of) continue;
    // A public statement names no more than it needs: items without a published source stay in the annex.
    if (audience == Audience::kPublic && item.source.text.empty() && item.source.urls.empty()) {
      ++rows.left_out;
      continue;
    }
    std::vector<std::string> roots;
    for (const std::string& id : item.roots) {
      const Root* root = report.input.find_root(id);
      roots.push_back(fmt::format("{} ({}{})", root != nullptr && !root->label.empty() ? root->label : id,
                                  root != nullptr ? static_cast<char>(root->grade) : '?', item.credibility));
    }
    rows.rows.push_back({item.id, words.short_date(item.known_from.text), item.claim, words.name(item.kind), words.semicolons(roots), item.source.text});
    rows.ids.push_back(item.id);
  }
  section.blocks.push_back(table(std::move(rows)));
  return section;
}

StatementSection yardstick(const CaseReport&, const Wording& words) {
  StatementSection section{"yardstick", words.say(Phrase::kHeadYardstick), {}};
  StatementTable rows;
  rows.head = {words.say(Phrase::kColPhia), words.say(Phrase::kColRange)};
  for (const char* term : {"remote chance", "highly unlikely", "unlikely", "realistic possibility", "likely", "highly likely",
                           "almost certain"}) {
    rows.rows.push_back({words.term(term), words.term_range(term)});
  }
  section.blocks.push_back(table(std::move(rows)));
  return section;
}

}  // namespace prova::report::parts
