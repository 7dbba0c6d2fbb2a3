// The JSON and the text of `prova leak`.

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "content/text/winnow.h"
#include "workbench/leak.h"
#include "workbench/leak_signatures.h"

namespace prova {
namespace {

using Json = nlohmann::ordered_json;

Json range_json(const TextRange& range) { return Json{{"begin", range.begin}, {"end", range.end}}; }

Json match_json(const LeakMatch& match) {
  Json ranges = Json::array(), sources = Json::array(), headers = Json::array();
  for (const AlteredRange& range : match.ranges) {
    ranges.push_back(Json{{"begin", range.dump.begin}, {"end", range.dump.end}, {"original", range_json(range.original)}, {"growth", range.growth},
                          {"before", range.before}, {"inside", range.inside}, {"after", range.after}});
  }
  for (const LeakSource& source : match.sources) {
    sources.push_back(Json{{"system", valid_utf8(source.system)}, {"path", valid_utf8(source.path)}, {"owner", valid_utf8(source.owner)}, {"canary", source.canary}});
  }
  for (const std::string& line : match.headers) headers.push_back(valid_utf8(line));
  return Json{{"path", sources.front()["path"]}, {"system", sources.front()["system"]}, {"owner", sources.front()["owner"]},
              {"level", name_of(match.level)}, {"contained", match.contained}, {"found", range_json(match.dump)}, {"ranges", ranges},
              {"headers", headers}, {"canary", match.canary()}, {"holders", match.holders}, {"sources", sources}};
}

Json document_json(const LeakDocument& document) {
  Json matches = Json::array();
  for (const LeakMatch& match : document.matches) matches.push_back(match_json(match));
  return Json{{"dump_path", valid_utf8(document.dump_path)}, {"format", name_of(document.format)}, {"size", document.size},
              {"sha256", document.sha256.empty() ? Json(nullptr) : Json(document.sha256)}, {"verdict", name_of(document.verdict)}, {"matches", matches},
              {"dkim", signatures_json(document)}};
}

Json system_json(const LeakSystem& system) {
  Json owners = Json::array();
  for (const auto& [owner, documents] : system.owners) owners.push_back(Json{{"owner", valid_utf8(owner)}, {"documents", documents}});
  return Json{{"system", valid_utf8(system.system)}, {"documents", system.documents}, {"only_here", system.only_here}, {"canaries", system.canaries}, {"owners", owners}};
}

Json coverage_json(const LeakReport& report) {
  Json unread = Json::array();
  for (const ExtractionDefect& one : report.coverage.unread) unread.push_back(Json{{"path", valid_utf8(one.path)}, {"reason", valid_utf8(one.message)}});
  std::size_t documents = 0;
  for (const std::size_t count : report.totals) documents += count;
  return Json{{"files", report.coverage.files}, {"bytes", report.coverage.bytes}, {"containers", report.coverage.containers}, {"documents", documents},
              {"unread", unread}, {"complete", !report.interrupted && report.coverage.unread.empty()}};
}

std::string one_line(std::string text) {
  std::replace_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r' || c == '\t' || c == '\f'; }, ' ');
  return escape_terminal(text);
}

/// At most this many altered documents, canaries and other documents are shown; the JSON document has all.
constexpr std::size_t kShownAltered = 100, kShownDocuments = 200, kShownRanges = 8, kShownUnread = 10;

std::string altered_text(const LeakDocument& document, const LeakMatch& match) {
  const LeakSource& source = match.sources.front();
  std::string out = fmt::format("  {}\n    {} of {} on {}\n", escape_terminal(document.dump_path), match.level == LeakVerdict::kAltered ? "altered copy" : "message with other headers",
                                escape_terminal(source.path), escape_terminal(source.system));
  for (std::size_t i = 0; i < match.ranges.size() && i < kShownRanges; ++i) {
    const AlteredRange& range = match.ranges[i];
    const std::string what = range.growth == 0 ? "replaced" : range.growth > 0 ? fmt::format("{} characters more", range.growth) : fmt::format("{} characters fewer", -range.growth);
    out += fmt::format("    {}-{} ({}): {}[{}]{}\n", range.dump.begin, range.dump.end, what, one_line(range.before), one_line(range.inside), one_line(range.after));
  }
  if (match.level == LeakVerdict::kAltered && match.ranges.empty()) out += "    somewhere: the inventory was made with a longer --text-run than would tell where\n";
  if (match.ranges.size() > kShownRanges) out += fmt::format("    and {} more places\n", match.ranges.size() - kShownRanges);
  for (const std::string& line : match.headers) out += fmt::format("    not in ours: {}\n", one_line(line));
  return out;
}

std::string altered_section(const LeakReport& report) {
  std::string out;
  std::size_t shown = 0, more = 0;
  for (const LeakDocument& document : report.documents) {
    for (const LeakMatch& match : document.matches) {
      if (match.level != LeakVerdict::kAltered && match.level != LeakVerdict::kHeadersDiffer) continue;
      if (shown++ < kShownAltered) out += altered_text(document, match);
      else ++more;
    }
  }
  if (more > 0) out += fmt::format("  and {} more\n", more);
  return out.empty() ? out : "\nNot as we know them (planted changes among genuine documents?):\n" + out;
}

std::string canary_section(const LeakReport& report) {
  std::string out;
  std::size_t shown = 0;
  for (const LeakDocument& document : report.documents) {
    for (const LeakMatch& match : document.matches) {
      if (!match.canary() || shown++ >= kShownAltered) continue;
      const auto source = std::find_if(match.sources.begin(), match.sources.end(), [](const LeakSource& s) { return s.canary; });
      out += fmt::format("  {} is {} on {}\n", escape_terminal(document.dump_path), escape_terminal(source->path), escape_terminal(source->system));
    }
  }
  return out.empty() ? out : "\nCanaries:\n" + out;
}

std::string system_section(const LeakReport& report) {
  if (report.systems.empty()) return "";
  std::string out = "\nWhere its documents are from:\n  documents  only there  canaries  system\n";
  for (const LeakSystem& system : report.systems) {
    out += fmt::format("  {:>9}  {:>10}  {:>8}  {}\n", system.documents, system.only_here, system.canaries, escape_terminal(system.system));
  }
  return out;
}

/// What this inventory cannot show, where that is less than usual.
std::string limits_text(const ComparedInventory& one) {
  std::string out;
  if (one.copied_run > kCopiedRun) {
    out += fmt::format("Its texts were fingerprinted for copied runs of {} characters: shorter ones, and small changes, may be missed.\n", one.copied_run);
  }
  if (one.chunks_one_in > 1) out += fmt::format("It is so large that one chunk in {} was compared: parts of small files may be missed.\n", one.chunks_one_in);
  if (one.text_one_in > 1) out += fmt::format("It is so large that one text mark in {} was compared: short passages and small changes may be missed.\n", one.text_one_in);
  return out;
}

std::string document_section(const LeakReport& report) {
  std::string out;
  std::size_t shown = 0;
  for (const LeakDocument& document : report.documents) {
    if (document.verdict == LeakVerdict::kNoTrace) continue;
    if (shown++ >= kShownDocuments) continue;
    const LeakMatch& match = document.matches.front();
    out += fmt::format("  {:<26} {:>5.1f} %  {}  <-  {} on {}{}\n", label_of(document.verdict), 100 * match.contained, escape_terminal(document.dump_path),
                       escape_terminal(match.sources.front().path), escape_terminal(match.sources.front().system),
                       document.matches.size() > 1 ? fmt::format(" and {} more", document.matches.size() - 1) : "");
  }
  if (shown > kShownDocuments) out += fmt::format("  and {} more (--json lists all)\n", shown - kShownDocuments);
  return out.empty() ? out : "\nDocuments of ours:\n" + out;
}

}  // namespace

std::string leak_document(const LeakReport& report) {
  Json totals, inventories = Json::array(), systems = Json::array(), documents = Json::array();
  for (std::size_t i = 0; i < kLeakVerdicts; ++i) totals[std::string(name_of(static_cast<LeakVerdict>(i)))] = report.totals[i];
  for (const ComparedInventory& one : report.inventories) inventories.push_back(Json{{"created", one.created}, {"root", one.root}, {"files", one.files}, {"copied_run", one.copied_run},
                               {"chunks_one_in", one.chunks_one_in}, {"text_one_in", one.text_one_in}});
  for (const LeakSystem& system : report.systems) systems.push_back(system_json(system));
  for (const LeakDocument& document : report.documents) documents.push_back(document_json(document));
  return Json{{"schema", "prova/leak/1"}, {"inventories", inventories}, {"totals", totals}, {"systems", systems},
              {"signatures", signature_totals_json(report.signatures)}, {"documents", documents},
              {"coverage", coverage_json(report)}}
             .dump(2) + "\n";
}

std::string leak_text(const LeakReport& report) {
  std::size_t documents = 0;
  for (const std::size_t count : report.totals) documents += count;
  std::string out = fmt::format("{} documents in {} files ({} bytes), compared with", documents, report.coverage.files, report.coverage.bytes);
  for (const ComparedInventory& one : report.inventories) out += fmt::format(" the inventory of {} ({} files)", escape_terminal(one.created), one.files);
  out += "\n";
  for (const ComparedInventory& one : report.inventories) out += limits_text(one);
  out += "\n";
  for (std::size_t i = 0; i < kLeakVerdicts; ++i) out += fmt::format("  {:>9}  {}\n", report.totals[i], label_of(static_cast<LeakVerdict>(i)));
  out += system_section(report) + canary_section(report) + altered_section(report) + signature_section(report) + document_section(report);
  if (!report.coverage.unread.empty()) out += "\nNot read:\n";
  for (std::size_t i = 0; i < report.coverage.unread.size() && i < kShownUnread; ++i) {
    out += fmt::format("  {}: {}\n", escape_terminal(report.coverage.unread[i].path), escape_terminal(report.coverage.unread[i].message));
  }
  if (report.coverage.unread.size() > kShownUnread) out += fmt::format("  and {} more\n", report.coverage.unread.size() - kShownUnread);
  return out;
}

}  // namespace prova
