// The note of `prova match`: what is shared, how strong, what was set aside and why, what could not be analysed, what to
// do next.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "report/sentences.h"
#include "report/terminal_parts.h"

namespace prova::report {
namespace {

using term::Lines;
using term::Look;
using term::name;
using term::padded;

/// Lines of any list that an input can make long; the JSON document holds all of it.
constexpr std::size_t kMaxLines = 12;
/// A family below this has no support that would be worth a line of its own.
constexpr double kLeastShownLr = 0.30103;

std::string percent_of(std::uint64_t part, std::uint64_t whole) {
  const double share = whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  return share > 0 && share < 0.5 ? std::string("<1 %") : fmt::format("{:.0f} %", share);
}

/// "about 150 : 1": the likelihood ratio as people say it.
std::string odds(double log10_lr) {
  return log10_lr >= 0 ? fmt::format("{} : 1", factor_text(log10_lr)) : fmt::format("1 : {}", factor_text(-log10_lr));
}

bool is_evidence(const FunctionResult& f) { return f.role == FunctionRole::kUnique || f.role == FunctionRole::kFamily; }

std::vector<const FamilyResult*> malware_of(const MatchReport& report) {
  std::vector<const FamilyResult*> out;
  for (const FamilyResult& family : report.families) {
    if (family.role == SampleRole::kMalware) out.push_back(&family);
  }
  return out;
}

// --- the answer -----------------------------------------------------------------------------------------------------

std::string answer(const MatchReport& report) {
  const auto families = malware_of(report);
  if (report.functions.empty()) return "No code was found in it, so its origin cannot be told from code.";
  if (families.empty() || families.front()->log10_lr < kLeastShownLr) {
    return fmt::format("It shares no code of its own with any of the {} in the index that would speak for a common origin.",
                       counted(report.known.malware_families, "family", "families"));
  }
  const FamilyResult& best = *families.front();
  std::string text = fmt::format("It shares code with {}{}: {} for a common origin, {} (log10 LR {:+.2f}).",
                                 name(best.family), best.actor.empty() ? "" : fmt::format(" (attributed to {})", name(best.actor)),
                                 best.verbal, odds(best.log10_lr), best.log10_lr);
  const auto others = std::count_if(families.begin() + 1, families.end(),
                                    [](const FamilyResult* f) { return f->log10_lr >= kLeastShownLr; });
  if (others > 0) {
    text += fmt::format(" {} more with some support.", counted(static_cast<std::uint64_t>(others), "family", "families"));
  }
  return text;
}

// --- where the code comes from ------------------------------------------------------------------------------------

struct Group {
  std::string label;
  FunctionRole role = FunctionRole::kUnknown;
  std::uint64_t functions = 0, bytes = 0;
};

/// The group's name without version and without how it was recognised; for libraries with the range of versions.
std::string label_of(const FunctionResult& f, const MatchReport& report) {
  if (f.role == FunctionRole::kUnknown) return "new: matches nothing that was learned";
  std::string_view group = f.group;
  constexpr std::string_view kCalledBy = ", called by it";
  if (group.ends_with(kCalledBy)) group.remove_suffix(kCalledBy.size());
  if (f.role != FunctionRole::kLibrary) return std::string(group);
  const FamilyResult* found = nullptr;
  for (const FamilyResult& family : report.families) {
    const std::string prefix = "library " + family.family;
    if (family.role != SampleRole::kLibrary || !group.starts_with(prefix)) continue;
    if (group.size() != prefix.size() && group[prefix.size()] != ' ') continue;
    if (found == nullptr || family.family.size() > found->family.size()) found = &family;
  }
  if (found == nullptr) return std::string(group);
  return fmt::format("library {}{}{}", found->family, found->version.empty() ? "" : " ", found->version);
}

std::vector<Group> groups_of(const MatchReport& report) {
  std::map<std::pair<FunctionRole, std::string>, Group> found;
  for (const FunctionResult& f : report.functions) {
    const std::string label = label_of(f, report);
    Group& group = found[{f.role, label}];
    group.label = label;
    group.role = f.role;
    ++group.functions;
    group.bytes += f.size;
  }
  std::vector<Group> groups;
  for (auto& [key, group] : found) groups.push_back(std::move(group));
  // What is evidence first, then what was set aside, then what is new; the largest first.
  const auto rank = [](const Group& g) {
    const int kind = g.role == FunctionRole::kUnknown ? 2 : g.role == FunctionRole::kUnique || g.role == FunctionRole::kFamily ? 0 : 1;
    return std::tuple(kind, -static_cast<std::int64_t>(g.bytes), g.label);
  };
  std::sort(groups.begin(), groups.end(), [&](const Group& a, const Group& b) { return rank(a) < rank(b); });
  return groups;
}

void composition(const MatchReport& report, const TerminalStyle& style, Lines& out) {
  if (report.functions.empty()) return;
  std::uint64_t total = 0;
  for (const FunctionResult& f : report.functions) total += f.size;
  out.blank();
  out.line("Where its code comes from", Look::kHeading);
  const auto groups = groups_of(report);
  constexpr std::size_t kOtherColumns = 42;  // Numbers before the label and "[set aside]" behind it.
  const std::size_t room = style.width > kOtherColumns + 20 ? style.width - kOtherColumns : 20;
  for (std::size_t i = 0; i < std::min(groups.size(), kMaxLines); ++i) {
    const Group& g = groups[i];
    const bool aside = g.role == FunctionRole::kLibrary || g.role == FunctionRole::kGoodware;
    const bool evidence = g.role == FunctionRole::kUnique || g.role == FunctionRole::kFamily;
    out.line(fmt::format("  {:>5} {:>8} B {:>5} fn  {}{}", percent_of(g.bytes, total), g.bytes, g.functions,
                         name(g.label, aside ? room : room + 13), aside ? "  [set aside]" : ""),
             evidence ? Look::kStrong : aside ? Look::kSoft : Look::kPlain);
  }
  if (groups.size() > kMaxLines) out.line(fmt::format("  and {} smaller groups", groups.size() - kMaxLines), Look::kSoft);
  if (report.library_bytes + report.goodware_bytes > 0) {
    out.wrapped("Set aside: code of libraries and of ordinary software says nothing about who wrote the program, even "
                "where a family contains it too.", 2, Look::kSoft);
  }
}

// --- how strong -----------------------------------------------------------------------------------------------------

void families(const MatchReport& report, Lines& out) {
  const auto malware = malware_of(report);
  if (malware.empty()) return;
  out.blank();
  out.line("How strong", Look::kHeading);
  for (std::size_t i = 0; i < std::min(malware.size(), kMaxLines); ++i) {
    const FamilyResult& f = *malware[i];
    out.wrapped(fmt::format("{}: {}, log10 LR {:+.2f}; {} shared, {} of its {} own bytes", name(f.family, 28), f.verbal,
                            f.log10_lr, counted(f.shared_functions, "function", "functions"), f.shared_bytes, f.of_bytes),
                2, i == 0 && f.log10_lr >= kLeastShownLr ? Look::kStrong : Look::kPlain);
    for (const std::string& sentence : f.evidence) out.wrapped(fmt::format("- {}", sentence), 4, Look::kSoft, 2);
  }
  if (malware.size() > kMaxLines) out.line(fmt::format("  and {} more families", malware.size() - kMaxLines), Look::kSoft);
  out.wrapped("LR: how many times more often such matches occur between programs of one origin than between unrelated "
              "ones, as measured (words: ENFSI 2015).", 2, Look::kSoft);
}

std::vector<const FunctionResult*> strongest(const MatchReport& report) {
  std::vector<const FunctionResult*> found;
  for (const FunctionResult& f : report.functions) {
    if (is_evidence(f) && !f.matches.empty()) found.push_back(&f);
  }
  std::stable_sort(found.begin(), found.end(), [](const FunctionResult* a, const FunctionResult* b) {
    return a->matches.front().log10_lr > b->matches.front().log10_lr;
  });
  return found;
}

void shared(const MatchReport& report, const DocumentOptions& options, Lines& out) {
  const auto functions = strongest(report);
  if (functions.empty()) return;
  constexpr std::size_t kShown = 8;
  out.blank();
  out.line("Shared functions that say most (here, there; similarity; log10 LR)", Look::kHeading);
  for (std::size_t i = 0; i < std::min(functions.size(), kShown); ++i) {
    const FunctionResult& f = *functions[i];
    const FunctionMatch& best = f.matches.front();
    const std::string known = options.names && !f.name.empty() ? "  " + name(f.name, 24) : std::string{};
    out.line(fmt::format("  {:#x} {:>5} B  {} {:#x}  {}  {:+.2f}{}", raw(f.address), f.size, padded(name(best.family, 16), 16),
                         raw(best.address), best.exact ? std::string("exact") : fmt::format("{:.2f} ", best.similarity),
                         best.log10_lr, known));
    if (!best.because.empty()) out.line(fmt::format("      both: {}", fmt::join(best.because, ", ")), Look::kSoft);
  }
  if (functions.size() > kShown) {
    out.line(fmt::format("  and {} more; --json prints them all", functions.size() - kShown), Look::kSoft);
  }
}

// --- toolmarks and rules ------------------------------------------------------------------------------------------

std::string families_text(const ToolmarkResult& mark) {
  std::string text;
  for (const std::string& family : mark.families) text += fmt::format("{}{}", text.empty() ? "" : ", ", name(family, 24));
  return text;
}

void toolmarks(const MatchReport& report, Lines& out) {
  std::vector<const ToolmarkResult*> shown;
  for (const ToolmarkResult& mark : report.toolmarks) {
    if (!mark.note.empty() || !mark.families.empty()) shown.push_back(&mark);
  }
  if (shown.empty()) return;
  std::stable_sort(shown.begin(), shown.end(), [](const ToolmarkResult* a, const ToolmarkResult* b) {
    return a->note.empty() < b->note.empty();  // Contradictions first.
  });
  out.blank();
  out.line("Toolmarks (cheap to forge; not part of the numbers above)", Look::kHeading);
  for (std::size_t i = 0; i < std::min(shown.size(), kMaxLines); ++i) {
    const ToolmarkResult& mark = *shown[i];
    std::string text = fmt::format("{}{} {}", mark.note.empty() ? "" : "! ", name_of(mark.kind), name(mark.value, 56));
    if (!mark.families.empty()) {
      text += fmt::format("; also in {}", families_text(mark));
      text += mark.log10_lr ? fmt::format(", log10 LR {:+.1f} ({})", *mark.log10_lr, mark.because) : ", weight not measured";
    }
    if (!mark.note.empty()) text += fmt::format(". {}", mark.note);
    out.wrapped(text, 2, mark.note.empty() ? Look::kPlain : Look::kWarning, 6);
  }
  if (shown.size() > kMaxLines) out.line(fmt::format("  and {} more", shown.size() - kMaxLines), Look::kSoft);
}

void rules(const MatchReport& report, Lines& out) {
  if (report.rules.empty()) return;
  out.blank();
  out.line("YARA rules that match (written by people; weight not measured)", Look::kHeading);
  for (std::size_t i = 0; i < std::min(report.rules.size(), kMaxLines); ++i) {
    const RuleMatch& rule = report.rules[i];
    std::string places;
    for (std::size_t p = 0; p < std::min<std::size_t>(rule.places.size(), 4); ++p) {
      places += fmt::format("{}{} at {:#x}", places.empty() ? ": " : ", ", name(rule.places[p].string, 20), rule.places[p].offset);
    }
    out.wrapped(fmt::format("{} ({}){}{}", name(rule.rule), name(rule.file), places,
                            rule.places.size() > 4 || rule.capped ? ", ..." : ""), 2);
  }
  if (report.rules.size() > kMaxLines) out.line(fmt::format("  and {} more", report.rules.size() - kMaxLines), Look::kSoft);
}

// --- limits and next steps ----------------------------------------------------------------------------------------

void limits(const MatchReport& report, Lines& out) {
  std::vector<std::string> notes;
  if (report.capped) notes.emplace_back("a limit was reached: some functions are missing");
  if (report.not_compared.families > 0) {
    notes.push_back(fmt::format("{} of {} that share code with it: others add more",
                                counted(report.not_compared.samples, "sample", "samples"),
                                counted(report.not_compared.families, "family", "families")));
  }
  if (report.too_small > 0) {
    notes.push_back(fmt::format("{} too small to be told from others", counted(report.too_small, "function is", "functions are")));
  }
  if (!report.defects.empty()) {
    notes.push_back(fmt::format("{}, the first at offset {:#x}: {}", counted(report.defects.size(), "anomaly", "anomalies"),
                                raw(report.defects.front().offset), report.defects.front().message));
  }
  if (notes.empty()) return;
  out.blank();
  out.line("Not compared, or in doubt", Look::kHeading);
  for (const std::string& note : notes) out.wrapped(fmt::format("- {}", note), 2, Look::kWarning, 3);
}

/// Something to do, and the command for it, which stands on a line of its own to be copied.
struct NextStep {
  std::string text, command;
};

/// The closest sample of the strongest family, with an address worth looking at. Empty when no family is close.
std::string compare_command(const MatchReport& report) {
  const auto families = malware_of(report);
  if (families.empty() || families.front()->log10_lr < kLeastShownLr) return {};
  for (const FunctionResult* f : strongest(report)) {
    const FunctionMatch& best = f->matches.front();
    if (best.family != families.front()->family) continue;
    return fmt::format("prova compare {} {} --function {:#x}", name(report.name), name(best.sample_name),
                       raw(f->address));
  }
  return {};
}

void next_steps(const MatchReport& report, Lines& out) {
  std::vector<NextStep> steps;
  const bool contradicted = std::any_of(report.toolmarks.begin(), report.toolmarks.end(),
                                        [](const ToolmarkResult& mark) { return !mark.note.empty(); });
  if (contradicted) steps.push_back({"rest nothing on the toolmarks marked ! before the contradiction is explained", ""});
  if (std::string command = compare_command(report); !command.empty()) steps.push_back({"look at the code", std::move(command)});
  if (report.known.libraries == 0) {
    steps.push_back({"no library is learned: what looks shared may be library code; learn those of this distribution",
                     "prova index starter"});
  }
  std::uint64_t fresh = 0, total = 0;
  for (const FunctionResult& f : report.functions) {
    total += f.size;
    fresh += f.role == FunctionRole::kUnknown ? f.size : 0;
  }
  if (2 * fresh > total && total > 0) {
    steps.push_back({"most of it is new: learn the libraries that it names in its strings, then match again; code that was "
                     "never learned cannot be found", ""});
  }
  if (!report.defects.empty()) steps.push_back({"see what could not be read", fmt::format("prova functions {}", name(report.name))});
  if (steps.empty()) return;
  out.blank();
  out.line("Next", Look::kHeading);
  for (const NextStep& step : steps) {
    out.wrapped(fmt::format("- {}{}", step.text, step.command.empty() ? "" : ":"), 2, Look::kPlain, 3);
    if (!step.command.empty()) out.line("      " + step.command);
  }
}

void note(const MatchReport& report, const TerminalStyle& style, const DocumentOptions& options, Lines& out) {
  out.blank();
  out.line(fmt::format("{}{}", name(report.name, 60), report.member.empty() ? "" : fmt::format(" ({})", name(report.member, 24))),
           Look::kTitle);
  out.line(fmt::format("  {} {}, {} with {} bytes of code, SHA-256 {}", name_of(report.format), name_of(report.arch),
                       counted(report.functions.size(), "function", "functions"), report.code_bytes, report.sha256.substr(0, 16)),
           Look::kSoft);
  out.wrapped(answer(report), 2, Look::kStrong);
  composition(report, style, out);
  families(report, out);
  shared(report, options, out);
  toolmarks(report, out);
  rules(report, out);
  limits(report, out);
  next_steps(report, out);
}

}  // namespace

std::string match_text(std::span<const MatchReport> reports, std::span<const FailedFile> failed,
                       const TerminalStyle& style, const DocumentOptions& options) {
  Lines out(style);
  for (const MatchReport& report : reports) note(report, style, options, out);
  if (!failed.empty()) {
    out.blank();
    out.line(fmt::format("Not analysed: {}", counted(failed.size(), "file", "files")), Look::kHeading);
    for (const FailedFile& file : failed) out.line(fmt::format("  {}: {}", name(file.path), file.reason));
  }
  return out.count() == 0 ? std::string("Nothing to match\n") : out.text();
}

}  // namespace prova::report
