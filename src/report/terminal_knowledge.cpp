#include <algorithm>
#include <fmt/format.h>
#include <set>

#include "knowledge/countries.h"
#include "report/documents_knowledge.h"
#include "report/terminal_parts.h"

namespace prova::report {
namespace {

using namespace knowledge;
using knowledge::Source;  // There is a prova::Source of evidence, too.
using term::Lines;
using term::Look;

/// Skipped objects and reports that are shown; the document holds all.
constexpr std::size_t kShown = 10;
/// Reasons shown below each of the first groups.
constexpr std::size_t kShownReasons = 4, kExplainedGroups = 3;

std::string nation_text(std::string_view code) { return code.empty() ? "-" : std::string(country_name(code)); }

std::string joined(const std::vector<Claim>& claims, bool countries) {
  std::string out;
  for (const Claim& one : claims) out += (out.empty() ? "" : ", ") + (countries ? std::string(country_name(one.value)) : one.value);
  return out;
}

std::string alias_list(const Group& group) {
  std::string out;
  for (const Alias& one : group.aliases) {
    out += (out.empty() ? "" : ", ") + one.name;
    if (!one.given_by.empty() || !one.valid.empty()) out += fmt::format(" ({}{}{})", one.given_by, one.given_by.empty() || one.valid.empty() ? "" : ", ", one.valid);
  }
  return out;
}

std::string use_list(const KnowledgeBase& base, const std::vector<Use>& uses, bool technique) {
  std::string out;
  for (const Use& use : uses) {
    const KnownSoftware* program = technique ? nullptr : base.software(use.target);
    const KnownTechnique* known = technique ? base.technique(use.target) : nullptr;
    const std::string name = program != nullptr ? program->name : known != nullptr ? use.target + " " + known->name : use.target;
    out += (out.empty() ? "" : ", ") + name;
  }
  return out;
}

void field(Lines& lines, std::string_view name, const std::string& value, std::size_t limit = 6) {
  if (!value.empty()) lines.wrapped(fmt::format("{}: {}", name, value), 4, Look::kPlain, limit);
}

void report_list(Lines& lines, const GroupPart& part) {
  std::set<CitationIndex> reports;
  for (const auto* uses : {&part.group->techniques, &part.group->software}) {
    for (const Use& use : *uses) reports.insert(use.citations.begin(), use.citations.end());
  }
  if (reports.empty()) return;
  lines.line(fmt::format("    {} reports:", reports.size()), Look::kSoft);
  std::size_t shown = 0;
  for (const CitationIndex index : reports) {
    if (shown++ == kShown) return lines.line(fmt::format("      and {} more", reports.size() - kShown), Look::kSoft);
    const Citation& one = part.source->citations[index];
    lines.line(fmt::format("      {}{} {}", one.published ? to_string(*one.published) + " " : "", one.title, one.url), Look::kSoft);
  }
}

void show_group(Lines& lines, const KnowledgeBase& base, const KnownGroup& group) {
  lines.line(fmt::format("{}  {}  {}", group.id, group.name, nation_text(group.nation)), Look::kTitle);
  for (const GroupPart& part : group.parts) {
    lines.line(fmt::format("  {} says{}", part.source->id, part.because.empty() ? "" : fmt::format(" of {} (put together because: {})", part.group->name, part.because)), Look::kHeading);
    lines.wrapped(part.group->description, 4, Look::kPlain, 6);
    field(lines, "also called", alias_list(*part.group), 8);
    field(lines, "nation", joined(part.group->nations, true));
    field(lines, "sponsor", joined(part.group->sponsors, false));
    field(lines, "suspected victims", joined(part.group->victims, true));
    field(lines, "sectors", joined(part.group->sectors, false));
    field(lines, "links", joined(part.group->links, false));
    field(lines, "programs", use_list(base, part.group->software, false), 12);
    field(lines, "techniques", use_list(base, part.group->techniques, true), 30);
    report_list(lines, part);
  }
}

std::string users(const KnowledgeBase& base, const std::string& id) {
  std::string out;
  for (const KnownGroup& group : base.groups()) {
    for (const GroupPart& part : group.parts) {
      const auto has = [&](const std::vector<Use>& list) { return std::any_of(list.begin(), list.end(), [&](const Use& use) { return use.target == id; }); };
      if (!has(part.group->techniques) && !has(part.group->software)) continue;
      out += (out.empty() ? "" : ", ") + group.id + " " + group.name;
      break;
    }
  }
  return out.empty() ? "no known group" : out;
}

std::vector<std::size_t> entries(const NameLookup& found) {
  std::vector<std::size_t> out;
  for (const NameHit& hit : found.hits) {
    if (std::find(out.begin(), out.end(), hit.index) == out.end()) out.push_back(hit.index);
  }
  return out;
}

void source_lines(Lines& lines, const Source& source) {
  lines.line(fmt::format("{}: {} {}", source.id, source.title, source.version), Look::kHeading);
  lines.line(fmt::format("  {} groups, {} programs, {} techniques, {} reports", source.groups.size(), source.software.size(), source.techniques.size(),
                         source.citations.size()));
  if (source.skipped_count == 0) return;
  lines.line(fmt::format("  {} objects were skipped:", source.skipped_count), Look::kWarning);
  for (std::size_t i = 0; i < std::min(kShown, source.skipped.size()); ++i) {
    const Skipped& one = source.skipped[i];
    lines.line(fmt::format("    {} {}: {} {}", source.kind == SourceKind::kOwn ? "line" : "offset", one.position, one.id, one.reason));
  }
  if (source.skipped_count > kShown) lines.line(fmt::format("    and {} more; --json lists up to {}", source.skipped_count - kShown, kMaxSkipped));
}

std::string percent(double p) { return p > 0 && p < 0.001 ? "<0.1 %" : fmt::format("{:.1f} %", p * 100); }

}  // namespace

std::string knowledge_import_text(std::span<const Source> imported, const TerminalStyle& style) {
  Lines lines(style);
  for (const Source& one : imported) source_lines(lines, one);
  return lines.text();
}

std::string knowledge_info_text(const KnowledgeBase& base, std::string_view directory, const TerminalStyle& style) {
  Lines lines(style);
  lines.line(fmt::format("directory {}", directory));
  lines.line(fmt::format("together {} groups, {} programs, {} techniques", base.groups().size(), base.software().size(), base.techniques().size()));
  lines.blank();
  for (const Source& one : base.sources()) source_lines(lines, one);
  return lines.text();
}

std::string knowledge_show_text(const KnowledgeBase& base, std::string_view name, const TerminalStyle& style) {
  Lines lines(style);
  const NameLookup found = base.find_group(name);
  const auto groups = entries(found);
  if (groups.size() > 1) {
    lines.line(fmt::format("'{}' is ambiguous:", name), Look::kWarning);
    for (const NameHit& hit : found.hits) {
      const KnownGroup& group = base.groups()[hit.index];
      const bool alias = hit.how == NameHit::How::kAlias;
      lines.line(fmt::format("  {} {}: {}{}", group.id, group.name, alias ? "an alias" : "its own name",
                             hit.source.empty() ? "" : fmt::format(" in {}{}", hit.source, hit.given_by.empty() ? "" : ", used by " + hit.given_by)));
    }
    lines.blank();
  }
  for (const std::size_t i : groups) show_group(lines, base, base.groups()[i]), lines.blank();
  for (const std::size_t i : entries(base.find_software(name))) {
    const KnownSoftware& one = base.software()[i];
    lines.line(fmt::format("{}  {}  {}", one.id, one.name, name_of(one.kind)), Look::kTitle);
    field(lines, "used by", users(base, one.id), 12);
  }
  for (const std::size_t i : entries(base.find_technique(name))) {
    const KnownTechnique& one = base.techniques()[i];
    lines.line(fmt::format("{}  {}", one.id, one.name), Look::kTitle);
    field(lines, "used by", users(base, one.id), 12);
  }
  return lines.text();
}

std::string knowledge_search_text(const KnowledgeBase& base, std::span<const SearchHit> hits, const TerminalStyle& style) {
  Lines lines(style);
  if (hits.empty()) lines.line("nothing found");
  for (const SearchHit& hit : hits) {
    const bool group = hit.what == SearchHit::What::kGroup, software = hit.what == SearchHit::What::kSoftware;
    const std::string& id = group ? base.groups()[hit.index].id : software ? base.software()[hit.index].id : base.techniques()[hit.index].id;
    const std::string& name = group ? base.groups()[hit.index].name : software ? base.software()[hit.index].name : base.techniques()[hit.index].name;
    lines.line(fmt::format("{:<10} {:<12} {} {}", group ? "group" : software ? "program" : "technique", id, name, group ? nation_text(base.groups()[hit.index].nation) : ""));
  }
  return lines.text();
}

std::string rank_text(const Ranking& ranking, std::size_t top, const TerminalStyle& style) {
  Lines lines(style);
  lines.line(fmt::format("{:>8}  none of the known groups (prior that the actor is known: {:.0f} %)", percent(ranking.unknown), ranking.prior_known * 100), Look::kStrong);
  const std::size_t shown = std::min(top, ranking.groups.size());
  for (std::size_t i = 0; i < shown; ++i) {
    const RankedGroup& one = ranking.groups[i];
    lines.line(fmt::format("{:>8}  {} {}, {}; fit 10^{:.1f}", percent(one.probability), one.id, one.name, nation_text(one.nation), one.log10_lr), Look::kStrong);
    if (i >= kExplainedGroups) continue;
    for (std::size_t j = 0; j < std::min(kShownReasons, one.because.size()); ++j) {
      lines.line(fmt::format("            {:+.2f}  {}", one.because[j].log10_weight, one.because[j].text), Look::kSoft);
    }
  }
  if (shown < ranking.groups.size()) lines.line(fmt::format("          and {} more groups; --json lists all", ranking.groups.size() - shown), Look::kSoft);
  lines.blank();
  std::string nations;
  for (const RankedNation& one : ranking.nations) {
    if (one.probability >= 0.005) nations += fmt::format("{}{} {}", nations.empty() ? "" : ", ", one.nation.empty() ? "no nation named" : nation_text(one.nation), percent(one.probability));
  }
  lines.wrapped("nations: " + nations, 0);
  for (const std::string& note : ranking.notes) lines.wrapped("note: " + note, 0, Look::kWarning);
  return lines.text();
}

}  // namespace prova::report
