#include <fmt/format.h>

#include <algorithm>

#include "kinship/likelihood.h"
#include "report/compare_parts.h"
#include "report/sentences.h"
#include "report/terminal_parts.h"

namespace prova::report {
namespace {

using term::Lines;
using term::Look;
using term::name;
using term::padded;

std::string shown_name(const ComparedSide& side, std::uint32_t function, const DocumentOptions& options) {
  const Function& f = side.program->program.functions[function];
  return options.names && !f.name.empty() ? name(f.name, 28) : std::string{};
}

void head(char label, const ComparedSide& side, Lines& out) {
  const SampleRecord& record = side.program->sample.stored.record;
  const auto& functions = side.program->program.functions;
  const auto bodies = std::count_if(functions.begin(), functions.end(),
                                    [](const Function& f) { return f.kind == FunctionKind::kFunction; });
  out.line(fmt::format("{}: {}{}", label, name(side.file.name, 60),
                       record.member.empty() ? "" : fmt::format(" ({})", name(record.member, 24))),
           Look::kTitle);
  out.line(fmt::format("   {} {}, {}, SHA-256 {}", name_of(record.format), name_of(record.arch),
                       counted(static_cast<std::uint64_t>(bodies), "function", "functions"),
                       side.file.sha256.substr(0, 16)),
           Look::kSoft);
}

void summary(const CompareReport& report, Lines& out) {
  const ProgramComparison& c = report.comparison;
  const std::size_t identical = identical_count(c);
  out.line(fmt::format("In both: {} identical, {} changed. Only in A: {}. Only in B: {}.", identical,
                       c.pairs.size() - identical, c.only_left.size(), c.only_right.size()),
           Look::kStrong);
  out.wrapped(fmt::format("{} of A's code and {} of B's is in the other program too; {} of A's is identical there.",
                          share_of(c.matched_left_bytes, c.left_bytes), share_of(c.matched_right_bytes, c.right_bytes),
                          share_of(c.identical_bytes, c.left_bytes)),
              2);
  out.wrapped(fmt::format("Taken together: log10 LR {:+.2f}, {} for one origin (scale of ENFSI). Libraries that both contain are "
                          "in this number; `prova match` sets aside those that the index knows.",
                          c.log10_lr, verbal_support(c.log10_lr)),
              2);
}

void changed(const CompareReport& report, const DocumentOptions& options, Lines& out) {
  const auto pairs = changed_first(report);
  if (pairs.empty()) return;
  out.blank();
  out.line("Changed, strongest evidence first (similarity, log10 LR; ? = perhaps another function)", Look::kHeading);
  for (std::size_t i = 0; i < std::min(pairs.size(), kMaxComparedRows); ++i) {
    const FunctionPair& pair = pairs[i];
    const Function& a = report.left.program->program.functions[pair.left];
    const Function& b = report.right.program->program.functions[pair.right];
    out.line(fmt::format("  {:#x} {:>6} B   {:#x} {:>6} B   {:.2f}  {:+.2f} {} {}", raw(a.address), a.size, raw(b.address),
                         b.size, pair.similarity, *pair.log10_lr, is_doubtful(pair) ? '?' : ' ', shown_name(report.left, pair.left, options)));
    if (!pair.because.empty()) out.line(fmt::format("      both: {}", fmt::join(pair.because, ", ")), Look::kSoft);
  }
  if (pairs.size() > kMaxComparedRows) {
    out.line(fmt::format("  and {} more; --json holds them all", pairs.size() - kMaxComparedRows), Look::kSoft);
  }
}

void lone(char label, const ComparedSide& side, const std::vector<std::uint32_t>& functions,
          const DocumentOptions& options, Lines& out) {
  if (functions.empty()) return;
  constexpr std::size_t kShown = 10;
  out.blank();
  out.line(fmt::format("Only in {}: {}, {} bytes, largest first", label,
                       counted(functions.size(), "function", "functions"), bytes_of(side, functions)),
           Look::kHeading);
  const auto sorted = largest_first(side, functions);
  for (std::size_t i = 0; i < std::min(sorted.size(), kShown); ++i) {
    const Function& f = side.program->program.functions[sorted[i]];
    out.line(fmt::format("  {:#x} {:>6} B  {}", raw(f.address), f.size, shown_name(side, sorted[i], options)));
  }
  if (sorted.size() > kShown) out.line(fmt::format("  and {} more", sorted.size() - kShown), Look::kSoft);
}

// --- side by side -------------------------------------------------------------------------------------------------

/// The mark between the columns; it carries what the colours carry.
char mark_of(RowKind kind) {
  switch (kind) {
    case RowKind::kEqual: return '=';
    case RowKind::kAlike: return '~';
    case RowKind::kOnlyLeft: return '<';
    case RowKind::kOnlyRight: return '>';
  }
  return ' ';
}

Look look_of(RowKind kind) {
  switch (kind) {
    case RowKind::kEqual: return Look::kStrong;
    case RowKind::kAlike: return Look::kWarning;
    case RowKind::kOnlyLeft: case RowKind::kOnlyRight: break;
  }
  return Look::kSoft;
}

std::string cell(const ListedInstruction* line, std::size_t width) {
  return padded(line == nullptr ? std::string{} : name(line_text(*line), width), width);
}

std::string block_title(const Listing& listing, std::optional<std::uint32_t> block) {
  return block ? fmt::format("block {} at {:#x}", *block, raw(listing.blocks[*block].begin)) : std::string("-");
}

void side_by_side(const CompareReport& report, const AlignedPair& one, const TerminalStyle& style,
                  const DocumentOptions& options, Lines& out) {
  const std::size_t column = (style.width - 5) / 2;
  const FunctionAlignment& a = one.alignment;
  out.blank();
  out.line(fmt::format("{:#x} {} beside {:#x} {}", raw(one.left.address), shown_name(report.left, one.pair.left, options),
                       raw(one.right.address), shown_name(report.right, one.pair.right, options)),
           Look::kHeading);
  out.line(fmt::format("  {} lines equal (=), {} alike (~), {} only in A (<), {} only in B (>)", a.equal, a.alike,
                       a.only_left, a.only_right),
           Look::kSoft);
  std::size_t rows = 0;
  for (const AlignedBlock& block : a.blocks) {
    if (rows >= kMaxTextAlignment) break;
    out.line(fmt::format("{} | {}", padded(block_title(one.left, block.left), column + 2),
                         padded(block_title(one.right, block.right), column)),
             Look::kHeading);
    for (const AlignedRow& row : block.rows) {
      if (rows++ >= kMaxTextAlignment) break;
      out.line(fmt::format("{} {} {}", cell(shown_line(one.left, block.left, row.left), column), mark_of(row.kind),
                           cell(shown_line(one.right, block.right, row.right), column)),
               look_of(row.kind));
    }
  }
  const std::size_t all = std::size_t{a.equal} + a.alike + a.only_left + a.only_right;
  if (all > rows) out.line(fmt::format("  and {} more lines; --html FILE shows them", all - rows), Look::kSoft);
  if (one.left.capped || one.right.capped) out.line("  cut: a limit or undecodable bytes were reached", Look::kWarning);
}

}  // namespace

std::string compare_text(const CompareReport& report, const TerminalStyle& style, const DocumentOptions& options) {
  TerminalStyle wide = style;
  wide.width = std::max<std::size_t>(style.width, 100);  // Two columns of instructions need that much.
  Lines out(wide);
  head('A', report.left, out);
  head('B', report.right, out);
  out.blank();
  summary(report, out);
  changed(report, options, out);
  lone('A', report.left, report.comparison.only_left, options, out);
  lone('B', report.right, report.comparison.only_right, options, out);
  for (const AlignedPair& one : report.aligned) side_by_side(report, one, wide, options, out);
  const auto missing = not_compared(report);
  if (!missing.empty()) {
    out.blank();
    out.line("Not compared", Look::kHeading);
    for (const std::string& note : missing) out.wrapped(note, 2, Look::kWarning);
  }
  return out.text();
}

}  // namespace prova::report
