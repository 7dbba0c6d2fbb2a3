#include "content/leak/examine.h"

#include <algorithm>

#include "base/escape.h"
#include "base/hash.h"
#include "content/leak/alignment.h"
#include "content/leak/byte_hits.h"
#include "content/leak/sources.h"
#include "content/leak/text_hits.h"

namespace prova {
namespace {

/// Shorter files are equal by chance: an empty line, a newline and a digit. Unit: bytes.
constexpr std::size_t kLeastIdentical = 16;

ByteView characters(const std::u16string& text) { return std::as_bytes(std::span(text.data(), text.size())); }

/// `text` around [begin, end), cut to whole characters and at most `limit` bytes.
std::string excerpt(std::string_view text, std::uint64_t begin, std::uint64_t end, std::size_t limit) {
  begin = std::min<std::uint64_t>(begin, text.size());
  end = std::clamp<std::uint64_t>(end, begin, text.size());
  const auto inside_character = [&](std::uint64_t at) { return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80; };
  if (end - begin > limit) end = begin + limit;
  while (begin < end && inside_character(begin)) ++begin;
  while (end > begin && inside_character(end)) --end;
  return valid_utf8(text.substr(begin, end - begin));
}

AlteredRange altered_range(const AlignmentGap& gap, const NormalisedText& normal, std::string_view text, std::uint64_t offset) {
  constexpr std::uint64_t kAround = 60;
  AlteredRange range;
  const TextRange at = normal.source_range(gap.dump.begin, gap.dump.end);
  range.dump = {offset + at.begin, offset + at.end};
  range.original = gap.known;
  range.growth = static_cast<std::int64_t>(gap.dump.size()) - static_cast<std::int64_t>(gap.known.size());
  range.before = excerpt(text, at.begin > kAround ? at.begin - kAround : 0, at.begin, kExcerpt);
  range.inside = excerpt(text, at.begin, at.end, kExcerpt);
  range.after = excerpt(text, at.end, at.end + kAround, kExcerpt);
  return range;
}

/// One document under examination.
class Examination {
 public:
  Examination(const DumpDocument& document, const KnownContent& known)
      : document_(document), item_(document.item), known_(known), text_(text_of(document.item)) {
    if (item_.kind == ItemKind::kFile && item_.format == ContentFormat::kText && item_.text.empty()) text_ = as_text(document.bytes);
  }

  LeakDocument run() {
    result_.dump_path = item_.path;
    result_.format = item_.format;
    result_.size = document_.bytes.empty() ? text_.size() : document_.bytes.size();
    if (!by_bytes() && !by_whole_text() && !by_message_id() && !by_components()) {
      by_embedded_files();
      by_passages();
    }
    conclude();
    return std::move(result_);
  }

 private:
  bool by_bytes() {
    if (document_.bytes.empty() || !known_.has_size(document_.bytes.size())) return false;
    const Sha256 digest = sha256(document_.bytes);
    result_.sha256 = to_hex(digest);
    if (document_.bytes.size() < kLeastIdentical) return false;
    LeakMatch match = whole_match(LeakVerdict::kIdentical);
    const Inventory& inventory = known_.inventory();
    const auto files = inventory.with_digest(digest);
    if (!files.empty()) add_file_sources(inventory, files.front(), match);
    add_member_sources(inventory, known_.members(MemberKind::kMember, digest), match);
    return add_if_found(std::move(match));
  }

  bool by_whole_text() {
    if (text_.size() > kTextPiece) return false;
    normal_ = normalise_text(text_);
    if (normal_.chars.size() < kGram) return false;
    const auto entries = known_.members(MemberKind::kWholeText, sha256(characters(normal_.chars)));
    LeakMatch match = whole_match(LeakVerdict::kRepackaged);
    add_member_sources(known_.inventory(), entries, match);
    if (!entries.empty()) compare_headers(entries.front(), match);
    return add_if_found(std::move(match));
  }

  /// Our message by its id, whatever its text says now.
  bool by_message_id() {
    if (item_.message_id.empty()) return false;
    const auto entries = known_.members(MemberKind::kMessageId, sha256(as_bytes(item_.message_id)));
    if (entries.empty()) return false;
    LeakMatch match = whole_match(LeakVerdict::kAltered);
    add_member_sources(known_.inventory(), entries, match);
    compare_headers(entries.front(), match);
    const auto text = text_at(entries.front());
    if (text && equal_short_text(*text)) {
      match.level = match.headers.empty() ? LeakVerdict::kRepackaged : LeakVerdict::kHeadersDiffer;
      return add_if_found(std::move(match));
    }
    match.level = LeakVerdict::kAltered;
    if (!text || !lay_against(*text, match)) {
      match.contained = 0;
      match.ranges.push_back(altered_range({{0, normal_.chars.size()}, {0, text ? known_.texts()[*text].length : 0}}, normal_, text_, 0));
    }
    return add_if_found(std::move(match));
  }

  /// Office files without text of their own: pictures, drawings.
  bool by_components() {
    if (document_.components.empty() || normal_.chars.size() >= kGram) return false;
    std::vector<MemberEntry> common;
    for (const Sha256& digest : document_.components) {
      const auto entries = known_.members(MemberKind::kMember, digest);
      std::vector<MemberEntry> still;
      for (const MemberEntry& entry : entries) {
        const auto same_file = [&](const MemberEntry& other) { return other.file == entry.file; };
        const bool first = &digest == &document_.components.front();
        if ((first || std::any_of(common.begin(), common.end(), same_file)) && std::none_of(still.begin(), still.end(), same_file)) still.push_back(entry);
      }
      common = std::move(still);
      if (common.empty()) return false;
    }
    LeakMatch match = whole_match(LeakVerdict::kRepackaged);
    for (const MemberEntry& entry : common) add_file_sources(known_.inventory(), entry.file, match);
    return add_if_found(std::move(match));
  }

  void by_embedded_files() {
    // A compound file may be anything (a database of thumbnails, an installer); without text it is judged by its bytes.
    const bool plain = item_.format == ContentFormat::kUnknown || item_.format == ContentFormat::kText || item_.format == ContentFormat::kOffice97;
    for (const EmbeddedFile& found : embedded_files(document_.bytes, known_)) {
      if (!found.identical && (!plain || normal_.chars.size() >= kGram)) continue;  // Text says more about parts than bytes do.
      LeakMatch match;
      match.level = found.identical ? LeakVerdict::kIdentical : byte_level(found);
      match.contained = found.contained;
      match.dump = found.dump;
      if (match.level == LeakVerdict::kAltered) {
        for (const TextRange& gap : found.gaps) match.ranges.push_back({gap, {gap.begin - found.dump.begin, gap.end - found.dump.begin}, 0, "", "", ""});
      }
      add_file_sources(known_.inventory(), found.file, match);
      if (found.identical) embedded_.push_back(found.file);
      result_.matches.push_back(std::move(match));
    }
  }

  static LeakVerdict byte_level(const EmbeddedFile& found) {
    Coverage coverage;
    coverage.dump_length = coverage.known_length = found.dump.size();
    coverage.known_covered = coverage.dump_covered = static_cast<std::uint64_t>(found.contained * static_cast<double>(found.dump.size()));
    coverage.extent = found.dump;
    coverage.changed = found.dump.size() - coverage.dump_covered;
    coverage.gaps = found.gaps.size();
    return verdict_of(coverage);
  }

  void by_passages() {
    for (std::size_t at = 0; at < text_.size(); at += kTextPiece) {
      const std::string_view piece = text_.substr(at, kTextPiece);
      if (text_.size() > kTextPiece) normal_ = normalise_text(piece);
      by_passages_of(piece, at);
    }
  }

  void by_passages_of(std::string_view piece, std::uint64_t offset) {
    const std::vector<TextHit> hits = text_hits(normal_.chars, known_);
    const std::vector<TextCandidate> candidates = text_candidates(hits, known_);
    std::vector<TextRange> explained;
    std::size_t laid = 0;
    for (const TextCandidate& candidate : candidates) {
      if (candidate.telling < least_telling(candidate.group) || ++laid > kMaxCandidates) break;
      if (is_embedded(candidate.group)) continue;
      const std::uint32_t text = known_.group(candidate.group).front();
      const auto grams = matched_grams(normal_.chars, hits, candidate, text, known_);
      const Alignment alignment = lay(grams, known_.texts()[text].length);
      if (alignment.runs.empty() || is_explained(alignment.coverage.extent, explained)) continue;
      explained.push_back(alignment.coverage.extent);
      add_text_match(alignment, candidate.group, piece, offset);
    }
  }

  /// A short text is ours when half of it is; a long one when two lines of it are.
  [[nodiscard]] double least_telling(std::uint32_t group) const {
    const double half = 0.5 * static_cast<double>(known_.texts()[known_.group(group).front()].length);
    return std::min(kLeastTellingText, std::max(static_cast<double>(kGram), half));
  }
  [[nodiscard]] bool is_embedded(std::uint32_t group) const {
    const auto texts = known_.group(group);
    return std::any_of(texts.begin(), texts.end(), [&](std::uint32_t text) {
      return known_.texts()[text].name.empty() && std::find(embedded_.begin(), embedded_.end(), known_.texts()[text].file) != embedded_.end();
    });
  }
  static bool is_explained(const TextRange& extent, const std::vector<TextRange>& explained) {
    return std::any_of(explained.begin(), explained.end(), [&](const TextRange& other) {
      const std::uint64_t begin = std::max(extent.begin, other.begin), end = std::min(extent.end, other.end);
      return end > begin && (end - begin) * 5 > extent.size() * 4;
    });
  }

  [[nodiscard]] Alignment lay(std::span<const MatchedGram> grams, std::uint64_t known_length) const {
    Alignment part = align_grams(grams, kGram, normal_.chars.size(), known_length, false, known_.mark_distance());
    if (part.coverage.dump_share() < 0.5) return part;
    return align_grams(grams, kGram, normal_.chars.size(), known_length, true, known_.mark_distance());
  }

  void add_text_match(const Alignment& alignment, std::uint32_t group, std::string_view piece, std::uint64_t offset) {
    LeakMatch match;
    fill(match, alignment, piece, offset);
    match.level = differs_unseen(alignment.coverage) ? LeakVerdict::kAltered : verdict_of(alignment.coverage);
    if (match.level == LeakVerdict::kContains) match.ranges.clear();
    add_text_sources(known_, group, match);
    result_.matches.push_back(std::move(match));
  }

  /// All marks of ours are there, and yet the whole text is not one of ours (by_whole_text): it was changed between two marks that lie far apart.
  [[nodiscard]] bool differs_unseen(const Coverage& coverage) const {
    constexpr double kAll = 0.98;
    return known_.has_blind_places() && text_.size() <= kTextPiece && coverage.gaps == 0 && coverage.contained() >= kAll && coverage.dump_share() >= kAll;
  }

  void fill(LeakMatch& match, const Alignment& alignment, std::string_view piece, std::uint64_t offset) const {
    match.contained = alignment.coverage.contained();
    const TextRange at = normal_.source_range(alignment.coverage.extent.begin, alignment.coverage.extent.end);
    match.dump = {offset + at.begin, offset + at.end};
    for (const AlignmentGap& gap : alignment.gaps) {
      if (match.ranges.size() < kListedRanges) match.ranges.push_back(altered_range(gap, normal_, piece, offset));
    }
  }

  /// Fills `match` with what differs from that text. False when they share nothing.
  bool lay_against(std::uint32_t text, LeakMatch& match) const {
    const KnownText& place = known_.texts()[text];
    const std::vector<TextHit> hits = text_hits(normal_.chars, known_);
    if (hits.empty() || place.length < kGram) return false;
    const auto grams = matched_grams(normal_.chars, hits, {place.group, 0, 0, hits.size() - 1}, text, known_);
    const Alignment alignment = align_grams(grams, kGram, normal_.chars.size(), place.length, true, known_.mark_distance());
    if (alignment.runs.empty()) return false;
    fill(match, alignment, text_, 0);
    return true;
  }

  [[nodiscard]] bool equal_short_text(std::uint32_t text) const {
    const KnownText& place = known_.texts()[text];
    for (const MemberEntry& entry : known_.members(MemberKind::kWholeText, sha256(characters(normal_.chars)))) {
      if (entry.file == place.file && known_.inventory().member_name(entry) == place.name) return true;
    }
    return false;
  }

  [[nodiscard]] std::optional<std::uint32_t> text_at(const MemberEntry& member) const {
    const std::string_view name = known_.inventory().member_name(member);
    const auto texts = known_.texts();
    auto at = std::lower_bound(texts.begin(), texts.end(), member.file, [](const KnownText& text, std::uint32_t file) { return text.file < file; });
    while (at != texts.end() && at->file == member.file && at->name != name) ++at;
    if (at == texts.end() || at->file != member.file) return std::nullopt;
    return static_cast<std::uint32_t>(at - texts.begin());
  }

  /// The header lines that our message does not have.
  void compare_headers(const MemberEntry& ours, LeakMatch& match) const {
    const std::string_view name = known_.inventory().member_name(ours);
    for (std::size_t at = 0; at < item_.headers.size();) {
      const std::size_t end = std::min(item_.headers.find('\n', at), item_.headers.size());
      const std::string_view line = std::string_view(item_.headers).substr(at, end - at);
      const auto known = known_.members(MemberKind::kHeader, sha256(as_bytes(line)));
      const bool same = std::any_of(known.begin(), known.end(), [&](const MemberEntry& entry) {
        return entry.file == ours.file && known_.inventory().member_name(entry) == name;
      });
      if (!same) match.headers.emplace_back(line);
      at = end + 1;
    }
    if (!match.headers.empty()) match.level = LeakVerdict::kHeadersDiffer;
  }

  [[nodiscard]] LeakMatch whole_match(LeakVerdict level) const {
    LeakMatch match;
    match.level = level;
    match.contained = 1;
    match.dump = {0, level == LeakVerdict::kIdentical ? document_.bytes.size() : text_.size()};
    return match;
  }
  bool add_if_found(LeakMatch match) {
    if (match.sources.empty()) return false;
    result_.matches.push_back(std::move(match));
    return true;
  }

  /// The document is what the match that fills most of it is; with none that does, it contains parts of ours.
  void conclude() {
    auto& matches = result_.matches;
    std::stable_sort(matches.begin(), matches.end(), [](const LeakMatch& a, const LeakMatch& b) { return a.dump.size() > b.dump.size(); });
    if (matches.empty()) return;
    if (result_.sha256.empty() && !document_.bytes.empty()) result_.sha256 = to_hex(sha256(document_.bytes));
    const std::uint64_t length = matches.front().level == LeakVerdict::kIdentical ? document_.bytes.size() : text_.size();
    const bool fills = matches.front().dump.size() * 2 >= length;
    const bool whole = fills && (matches.front().level != LeakVerdict::kIdentical || matches.front().dump.size() == length);
    result_.verdict = whole ? matches.front().level : LeakVerdict::kContains;
  }

  const DumpDocument& document_;
  const ExtractedItem& item_;
  const KnownContent& known_;
  std::string_view text_;
  NormalisedText normal_;
  LeakDocument result_;
  std::vector<std::uint32_t> embedded_;
};

}  // namespace

LeakDocument examine_document(const DumpDocument& document, const KnownContent& known) { return Examination(document, known).run(); }

}  // namespace prova
