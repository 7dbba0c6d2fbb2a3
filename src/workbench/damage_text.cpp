#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/escape.h"
#include "workbench/damage.h"

namespace prova {
namespace {

constexpr std::size_t kBar = 40;
/// Files named in the text; the document has all.
constexpr std::size_t kShownFiles = 20;

std::string wrapped(std::string_view sentence, unsigned width) {
  std::string out;
  std::size_t column = 0;
  while (!sentence.empty()) {
    const std::string_view word = sentence.substr(0, sentence.find(' '));
    if (column != 0 && column + 1 + word.size() > width) {
      out += '\n';
      column = 0;
    } else if (column != 0) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    sentence.remove_prefix(std::min(word.size() + 1, sentence.size()));
  }
  return out + "\n";
}

std::string bars(const DamageReport& report) {
  std::string out;
  const double all = std::max<double>(static_cast<double>(report.files.size()), 1);
  for (std::size_t i = 0; i < kVerdicts; ++i) {
    const VerdictTotal& total = report.totals[i];
    const auto length = static_cast<std::size_t>(std::ceil(static_cast<double>(total.files) / all * kBar));
    out += fmt::format("  {:<20} {:>10} files {:>16} bytes  {}\n", name_of(static_cast<Survival>(i)), total.files, total.bytes, std::string(length, '#'));
  }
  return out;
}

std::string source_text(const ScanSource& source, const ScannedSource& scanned) {
  std::string out = fmt::format("{} {}: {} bytes, {} files{}\n", name_of(source.role), escape_terminal(source.path), source.size, scanned.files,
                                scanned.readable ? "" : ", no file system that can be read");
  for (const StructureCheck& check : scanned.structures.checks) {
    out += fmt::format("  {:<24} at {:<14} {:<22} {}\n", check.name, check.offset, name_of(check.state), escape_terminal(check.detail));
  }
  if (scanned.pattern.name != "none") {
    out += fmt::format("  loss over the disk: {}{}, now {}\n", scanned.pattern.name, scanned.pattern.n != 0 ? fmt::format(" (every {} MiB)", scanned.pattern.n) : "", name_of(scanned.pattern.replaced_by));
  }
  if (source.bytes_unread != 0) out += fmt::format("  {} bytes could not be read\n", source.bytes_unread);
  for (std::size_t i = 0; i < source.problems.size() && i < 5; ++i) out += fmt::format("  {}\n", escape_terminal(source.problems[i]));
  if (source.problems.size() > 5) out += fmt::format("  and {} more problems\n", source.problems.size() - 5);
  return out;
}

std::string lost_files(const DamageOutcome& outcome) {
  std::string out;
  std::size_t lost = 0;
  for (const FileVerdict& verdict : outcome.report.files) {
    if (is_whole(verdict.verdict) || ++lost > kShownFiles) continue;
    out += fmt::format("  {:<10} {:>12} of {:>12} bytes  {}{}{}\n", name_of(verdict.verdict), verdict.survived_bytes, outcome.inventory.files()[verdict.file].size,
                       escape_terminal(outcome.inventory.path(verdict.file)), verdict.pattern ? "  [" + verdict.pattern->name + "]" : "", verdict.in_inventory ? "  (kept in the inventory)" : "");
  }
  if (lost > kShownFiles) out += fmt::format("  and {} more; --json lists all\n", lost - kShownFiles);
  return out.empty() ? out : "\nNot whole:\n" + out;
}

}  // namespace

std::string damage_text(const DamageOutcome& outcome, unsigned width) {
  std::string out = wrapped(national_sentence(outcome.inventory, outcome.report), width) + "\n" + bars(outcome.report) + "\n";
  for (std::size_t i = 0; i < outcome.report.sources.size(); ++i) out += source_text(outcome.report.sources[i], outcome.report.scans[i]);
  if (!outcome.report.patterns.empty()) {
    out += "\nPatterns:";
    for (const auto& [name, count] : outcome.report.patterns) out += fmt::format(" {} ({} files)", name, count);
    out += "\n";
  }
  out += lost_files(outcome);
  return out + fmt::format("\ninventory of {} ({} days old), root {}\n", outcome.inventory.meta().created, outcome.age_s / 86400, to_hex(std::as_bytes(std::span(outcome.inventory.trailer().root))));
}

}  // namespace prova
