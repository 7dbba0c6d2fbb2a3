// What the content inventory showed: what was lost, and what of a leak is the victim's. Never more than was examined.

#include <fmt/format.h>

#include "report/html_parts.h"
#include "report/statement_parts.h"

namespace prova::report {

ContentTotal all_files(const DamageFindings& damage) {
  ContentTotal all;
  for (const ContentTotal& total : damage.totals) {
    all.files += total.files;
    all.bytes += total.bytes;
  }
  return all;
}

ContentTotal whole_files(const DamageFindings& damage) {
  ContentTotal whole;
  for (std::size_t i = 0; i < kContentPartial; ++i) {
    whole.files += damage.totals[i].files;
    whole.bytes += damage.totals[i].bytes;
  }
  return whole;
}

namespace parts {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;
/// Changed places named per document; leak.json lists more.
constexpr std::size_t kMaxPlaces = 4;
/// Colours of the survival bar, from found in place to not found.
constexpr std::array<std::string_view, kContentVerdicts> kColours = {"new", "new", "family", "goodware", "library", "unique", "unique"};

const std::vector<std::string> kDamageFile = {"report/damage.json"}, kLeakFile = {"report/leak.json"};

/// The day of an RFC 3339 time in the language; the text itself when it is none.
std::string day_of(const std::string& time, const Wording& words) {
  const auto day = parse_day(time.substr(0, 10));
  return day ? words.day(*day) : time;
}

std::string verdict_name(std::size_t verdict, const Wording& words) {
  return words.say(static_cast<Phrase>(static_cast<std::size_t>(Phrase::kContentIntact) + verdict));
}

Sentence found(const std::vector<std::string>& evidence, std::string text) { return {SentenceKind::kFinding, std::move(text), evidence}; }

/// "of N files (B bytes) inventoried on D, none is lost: ..." or how many are whole, partial and not found.
void add_answer(const ContentFindings& content, const DamageFindings& damage, const Wording& words, StatementSection& section) {
  const ContentTotal all = all_files(damage), whole = whole_files(damage);
  const ContentTotal &partial = damage.totals[kContentPartial], &lost = damage.totals[kContentNotFound];
  const Phrase phrase = whole.files == all.files ? Phrase::kContentNoneLost : Phrase::kContentSomeLost;
  const std::string text = words.say(phrase, {{"files", words.grouped(all.files)}, {"bytes", words.grouped(all.bytes)}, {"day", day_of(content.inventoried, words)},
                                              {"whole", words.grouped(whole.files)}, {"whole_bytes", words.grouped(whole.bytes)},
                                              {"partial", words.grouped(partial.files)}, {"partial_bytes", words.grouped(damage.partial_bytes)},
                                              {"lost", words.grouped(lost.files)}, {"lost_bytes", words.grouped(lost.bytes)}});
  section.blocks.push_back({found(kDamageFile, text), false, {}, {}, {}, {}});
  if (damage.in_inventory.files == 0) return;
  section.blocks.push_back({found(kDamageFile, words.say(Phrase::kContentKept, {{"files", words.grouped(damage.in_inventory.files)}, {"bytes", words.grouped(damage.in_inventory.bytes)}})), false, {}, {}, {}, {}});
}

/// How much was looked at, and how old the inventory was.
void add_coverage(const ContentFindings& content, const DamageFindings& damage, const Wording& words, StatementSection& section) {
  const std::string day = day_of(content.inventoried, words);
  section.blocks.push_back({found(kDamageFile, words.say(damage.unread_bytes == 0 ? Phrase::kContentCoverageAll : Phrase::kContentCoverage, {{"sources", words.grouped(damage.sources)}, {"bytes", words.grouped(damage.source_bytes)},
                                                                                    {"unread", words.grouped(damage.unread_bytes)}})), false, {}, {}, {}, {}});
  section.blocks.push_back(paragraph(SentenceKind::kUnknown, words.say(content.age_s < kDaySeconds ? Phrase::kContentAgeToday : Phrase::kContentAge, {{"day", day}, {"days", words.grouped(static_cast<std::uint64_t>(std::max<std::int64_t>(content.age_s, 0) / kDaySeconds))}})));
  if (content.inventory_unread != 0) {
    section.blocks.push_back(paragraph(SentenceKind::kUnknown, words.say(Phrase::kContentInventoryUnread, {{"files", words.grouped(content.inventory_unread)}})));
  }
  section.blocks.push_back({found(kDamageFile, words.say(Phrase::kContentProof, {{"root", content.root}})), false, {}, {}, {}, {}});
}

StatementBlock survival_bar(const DamageFindings& damage, const Wording& words) {
  std::vector<std::string> labels;
  for (std::size_t i = 0; i < kContentVerdicts; ++i) labels.push_back(html::esc(verdict_name(i, words)));
  std::vector<html::Share> shares;
  for (std::size_t i = 0; i < kContentVerdicts; ++i) {
    if (damage.totals[i].files != 0) shares.push_back({kColours[i], labels[i], damage.totals[i].bytes});
  }
  StatementBlock block;
  block.figure = html::share_bar(shares, words.say(Phrase::kContentBar), words.say(Phrase::kContentBytes));
  return block;
}

std::vector<std::string> row_of(const std::string& name, const ContentTotals& totals, const Wording& words) {
  std::vector<std::string> row = {name};
  for (const ContentTotal& total : totals) row.push_back(words.grouped(total.files));
  return row;
}

StatementTable system_table(const DamageFindings& damage, const Wording& words) {
  StatementTable rows;
  rows.head = {words.say(Phrase::kContentSystem)};
  for (std::size_t i = 0; i < kContentVerdicts; ++i) rows.head.push_back(verdict_name(i, words));
  for (const ContentSystem& system : damage.systems) rows.rows.push_back(row_of(system.name, system.totals, words));
  rows.left_out = damage.systems_left_out;
  return rows;
}

/// "bytes 1 383 to 1 431: “...”"
std::string place_text(const AlteredPlace& place, const Wording& words) {
  return words.say(Phrase::kLeakPlace, {{"begin", words.grouped(place.begin)}, {"end", words.grouped(place.end)}, {"inside", Wording::quotable(place.inside)}});
}

Sentence altered_sentence(const AlteredDocument& document, const Wording& words) {
  std::vector<std::string> places;
  for (std::size_t i = 0; i < document.places.size() && i < kMaxPlaces; ++i) places.push_back(place_text(document.places[i], words));
  return found(kLeakFile, words.say(Phrase::kLeakAltered, {{"dump", Wording::quotable(document.dump_path)}, {"path", Wording::quotable(document.path)},
                                                           {"system", Wording::quotable(document.system)}, {"places", words.semicolons(places)}}));
}

/// What the signatures of mail show; nothing where no mail is signed.
void add_mail(const MailSignatureFindings& mail, const Wording& words, StatementSection& section) {
  if (mail.is_signed == 0) return;
  section.blocks.push_back({found(kLeakFile, words.say(Phrase::kLeakMail, {{"messages", words.grouped(mail.messages)}, {"signed", words.grouped(mail.is_signed)}, {"intact", words.grouped(mail.intact)},
                                                                           {"unlike", words.grouped(mail.unlike)}, {"unknown", words.grouped(mail.unknown)}})), false, {}, {}, {}, {}});
  if (mail.untraced != 0) section.blocks.push_back({found(kLeakFile, words.say(Phrase::kLeakMailUntraced, {{"count", words.grouped(mail.untraced)}})), false, {}, {}, {}, {}});
}

/// What sources.yaml says of itself, in the language of the report where it was translated.
void add_notice(const ContentFindings& content, const Wording& words, StatementSection& section) {
  const std::string& notice = content.notice_in(std::string(code_of(words.language())));
  if (notice.empty()) return;
  section.blocks.push_back(paragraph(SentenceKind::kUnknown, words.say(Phrase::kContentNotice, {{"notice", Wording::quotable(notice)}})));
}

}  // namespace

StatementSection content_losses(const CaseReport& report, const Wording& words) {
  StatementSection section{"losses", words.say(Phrase::kHeadContentLosses), {}};
  const ContentFindings& content = *report.content;
  add_notice(content, words, section);
  add_answer(content, *content.damage, words, section);
  add_coverage(content, *content.damage, words, section);
  section.blocks.push_back(survival_bar(*content.damage, words));
  section.blocks.push_back(table(system_table(*content.damage, words)));
  return section;
}

StatementSection leaked(const CaseReport& report, const Wording& words) {
  StatementSection section{"leak", words.say(Phrase::kHeadLeak), {}};
  if (!report.content || !report.content->leak) return section;
  const LeakFindings& leak = *report.content->leak;
  add_notice(*report.content, words, section);
  section.blocks.push_back(paragraph(SentenceKind::kFinding, words.say(leak.other == 0 ? Phrase::kLeakCountWhole : Phrase::kLeakCount, {{"documents", words.grouped(leak.documents)}, {"ours", words.grouped(leak.ours())},
                                                                                              {"identical", words.grouped(leak.identical + leak.repackaged)}, {"altered", words.grouped(leak.altered)},
                                                                                              {"other", words.grouped(leak.other)}}), kLeakFile));
  section.blocks.push_back(paragraph(SentenceKind::kUnknown, words.say(Phrase::kLeakNoTrace, {{"count", words.grouped(leak.no_trace)}, {"day", day_of(report.content->inventoried, words)}})));
  for (const AlteredDocument& document : leak.changed) section.blocks.push_back(bullet(altered_sentence(document, words)));
  add_mail(leak.mail, words, section);
  if (leak.unread != 0) section.blocks.push_back(paragraph(SentenceKind::kUnknown, words.say(Phrase::kLeakUnread, {{"count", words.grouped(leak.unread)}})));
  StatementTable rows;
  rows.head = {words.say(Phrase::kContentSystem), words.say(Phrase::kLeakDocuments), words.say(Phrase::kLeakOnlyHere)};
  for (const LeakedFrom& one : leak.systems) rows.rows.push_back({one.system, words.grouped(one.documents), words.grouped(one.only_here)});
  if (!rows.rows.empty()) section.blocks.push_back(table(std::move(rows)));
  return section;
}

}  // namespace parts
}  // namespace prova::report
