#include <fmt/format.h>

#include <algorithm>

#include "report/sentences.h"
#include "report/terminal_parts.h"

namespace prova::report {
namespace {

using term::Lines;
using term::Look;
using term::name;
using term::padded;

/// Lines of any list that an input can make long; the JSON document holds all of it.
constexpr std::size_t kMaxLines = 20;

std::string sample_line(std::string_view file, std::string_view member, std::string_view sha256) {
  return fmt::format("{}{}  {}", name(file), member.empty() ? "" : fmt::format(" ({})", name(member, 24)),
                     name(sha256, 64));
}

// --- match ------------------------------------------------------------------------------------------------------

void families(const MatchReport& report, Lines& out) {
  if (report.families.empty()) {
    out.line("  matches nothing in the index");
    return;
  }
  const std::size_t shown = std::min(report.families.size(), kMaxLines);
  for (std::size_t i = 0; i < shown; ++i) {
    const FamilyResult& family = report.families[i];
    const bool weighed = family.role == SampleRole::kMalware;
    out.line(fmt::format("  {} {:>9} {:>8} {:>10}   {}", padded(name(family.family, 26), 26),
                         weighed ? fmt::format("{:+.2f}", family.log10_lr) : std::string(name_of(family.role)),
                         family.shared_functions, family.shared_bytes,
                         weighed ? name(family.verbal, 24) : "no evidence of authorship"));
  }
  if (report.families.size() > shown)
    out.line(fmt::format("  and {} more", report.families.size() - shown), Look::kSoft);
}

std::vector<const FunctionResult*> strongest(const MatchReport& report) {
  std::vector<const FunctionResult*> out;
  for (const FunctionResult& function : report.functions) {
    const bool evidence = function.role == FunctionRole::kUnique || function.role == FunctionRole::kFamily;
    if (evidence && !function.matches.empty()) out.push_back(&function);
  }
  std::stable_sort(out.begin(), out.end(), [](const FunctionResult* a, const FunctionResult* b) {
    return a->matches.front().log10_lr > b->matches.front().log10_lr;
  });
  return out;
}

void shared(const MatchReport& report, const DocumentOptions& options, Lines& out) {
  const auto functions = strongest(report);
  if (functions.empty()) return;
  out.line(fmt::format("  {} shared, none of them library code; strongest first:",
                       counted(functions.size(), "function", "functions")),
           Look::kSoft);
  for (std::size_t i = 0; i < functions.size() && i < kMaxLines; ++i) {
    const FunctionMatch& best = functions[i]->matches.front();
    const bool named = options.names && !functions[i]->name.empty();
    out.line(fmt::format("  {:>#12x}  {:>5} B  {} {:#x}  {}  {:+.2f}{}", raw(functions[i]->address), functions[i]->size,
                         padded(name(best.family, 18), 18), raw(best.address),
                         best.exact ? std::string("exact") : fmt::format("{:.2f} ", best.similarity), best.log10_lr,
                         named ? fmt::format("  {}", name(functions[i]->name, 24)) : ""));
  }
  if (functions.size() > kMaxLines)
    out.line(fmt::format("  and {} more; --json prints them all", functions.size() - kMaxLines), Look::kSoft);
}

void remarks(const MatchReport& report, Lines& out) {
  for (const ToolmarkResult& mark : report.toolmarks) {
    if (mark.note.empty() && mark.families.empty()) continue;
    std::string also;
    for (const std::string& family : mark.families)
      also += fmt::format("{}{}", also.empty() ? "; also in " : ", ", name(family, 24));
    out.wrapped(fmt::format("toolmark {} {}{}{}", name_of(mark.kind), name(mark.value), also,
                            mark.note.empty() ? "" : fmt::format(": {}", mark.note)),
                2, Look::kWarning);
  }
  if (report.capped) out.line("  a limit was reached: some functions are missing", Look::kWarning);
  if (!report.defects.empty()) {
    out.line(fmt::format("  {} in the file, first at {:#x}: {}", counted(report.defects.size(), "anomaly", "anomalies"),
                         raw(report.defects.front().offset), report.defects.front().message),
             Look::kWarning);
  }
}

void failures(std::span<const FailedFile> failed, Lines& out) {
  if (failed.empty()) return;
  out.blank();
  out.line(fmt::format("Not analysed: {}", counted(failed.size(), "file", "files")), Look::kHeading);
  for (const FailedFile& file : failed) out.line(fmt::format("  {}: {}", name(file.path), file.reason));
}

// --- assess -----------------------------------------------------------------------------------------------------

void hypotheses(const QuestionResult& question, Lines& out) {
  constexpr std::size_t kBar = 24;
  for (const HypothesisResult& h : question.hypotheses) {
    if (!question.assessed) break;
    out.line(fmt::format("  {} {} {:>10}  {}", padded(name(h.label, 22), 22), term::interval_line(h.probability, kBar),
                         percent(h.probability.mid), h.terms.phia.empty() ? "no term" : h.terms.phia),
             question.leading && *question.leading == h.id ? Look::kStrong : Look::kPlain);
  }
}

void sensitivity(const Assessment& assessment, const QuestionResult& question, Lines& out) {
  constexpr std::size_t kShown = 3;
  std::size_t shown = 0;
  for (const SensitivityEntry& entry : assessment.sensitivity) {
    if (entry.question != question.id || shown == kShown) continue;
    ++shown;
    out.line(
        fmt::format("  without {} ({}): {}{}", name(entry.label.empty() ? entry.id : entry.label), name_of(entry.of),
                    percent(entry.probability_without), entry.decisive ? ", and the answer changes" : ""),
        Look::kSoft);
  }
}

void assess_question(const Assessment& assessment, const QuestionResult& question, Lines& out) {
  out.blank();
  out.line(name(question.ask, 78), Look::kHeading);
  out.wrapped(answer_sentence(question, assessment.as_of).text, 2);
  if (const Sentence confidence = confidence_sentence(question); !confidence.text.empty())
    out.wrapped(confidence.text, 2, Look::kPlain, 6);
  hypotheses(question, out);
  for (const Sentence& sentence : open_sentences(question)) out.wrapped(sentence.text, 2);
  sensitivity(assessment, question, out);
}

void silent_and_next(const Assessment& assessment, Lines& out) {
  if (!assessment.contradictions.empty()) {
    out.blank();
    out.line("Contradictions", Look::kHeading);
    for (std::size_t i = 0; i < assessment.contradictions.size() && i < kMaxLines; ++i)
      out.wrapped(assessment.contradictions[i].text, 2);
  }
  if (!assessment.silent.empty()) {
    out.blank();
    out.line("Known but not counted", Look::kHeading);
    const std::size_t shown = std::min(assessment.silent.size(), kMaxLines);
    for (std::size_t i = 0; i < shown; ++i) {
      out.line(fmt::format("  {}: {}", name(assessment.silent[i].item, 16), assessment.silent[i].text));
    }
    if (assessment.silent.size() > shown)
      out.line(fmt::format("  and {} more", assessment.silent.size() - shown), Look::kSoft);
  }
  if (const auto steps = worth_collecting(assessment); !steps.empty()) {
    out.blank();
    out.line("Collect next (expected information)", Look::kHeading);
    for (std::size_t i = 0; i < steps.size() && i < kMaxLines; ++i) {
      const NextEvidence& next = *steps[i];
      out.line(fmt::format("  {:.2f} of {:.2f} bits  {} ({})", next.bits, next.entropy_bits, name(next.action, 46),
                           name(next.question, 12)));
    }
  }
  for (const std::string& warning : assessment.warnings)
    out.wrapped(fmt::format("Trap: {}", warning), 0, Look::kWarning);
}

// --- functions --------------------------------------------------------------------------------------------------

void functions_of(const Program& program, const DocumentOptions& options, Lines& out) {
  const BinaryImage& image = *program.image;
  out.line(fmt::format("{}{} {}, {} bits: {}, {} of {} code bytes covered",
                       image.member.empty() ? "" : name(image.member) + ": ", name_of(image.format),
                       name_of(image.arch), image.bits, counted(program.functions.size(), "function", "functions"),
                       program.covered_bytes, program.code_bytes),
           Look::kHeading);
  for (const Function& function : program.functions) {
    out.line(fmt::format("{:>#14x} {:>8} B {:>5} blocks {:>6} insns  {:<8} {}", raw(function.address), function.size,
                         function.blocks.size(), function.instructions, name_of(function.kind),
                         options.names && !function.name.empty()
                             ? fmt::format("{:<11} {}", name_of(function.reason), name(function.name))
                             : std::string(name_of(function.reason))));
  }
  for (const auto* list : {&image.defects, &program.anomalies}) {
    for (std::size_t i = 0; i < list->size() && i < kMaxLines; ++i) {
      out.line(fmt::format("anomaly at offset {:#x}: {}", raw((*list)[i].offset), (*list)[i].message), Look::kWarning);
    }
    if (list->size() > kMaxLines)
      out.line(fmt::format("and {} more anomalies", list->size() - kMaxLines), Look::kWarning);
  }
}

}  // namespace

std::string match_text(std::span<const MatchReport> reports, std::span<const FailedFile> failed,
                       const TerminalStyle& style, const DocumentOptions& options) {
  Lines out(style);
  for (const MatchReport& report : reports) {
    out.blank();
    out.line(sample_line(report.name, report.member, report.sha256), Look::kTitle);
    out.line(fmt::format("  {} {}, {} in {} bytes of code; {} bytes library, {} bytes ordinary software",
                         name_of(report.format), name_of(report.arch),
                         counted(report.functions.size(), "function", "functions"), report.code_bytes,
                         report.library_bytes, report.goodware_bytes),
             Look::kSoft);
    out.line(fmt::format("  {} {:>9} {:>8} {:>10}", padded("family", 26), "log10 LR", "shared", "bytes"), Look::kSoft);
    families(report, out);
    shared(report, options, out);
    remarks(report, out);
  }
  failures(failed, out);
  return out.count() == 0 ? std::string("Nothing to match\n") : out.text();
}

std::string assess_text(const Assessment& assessment, const TerminalStyle& style) {
  Lines out(style);
  const std::string day = day_text(assessment.as_of);
  out.line(fmt::format("{}{}", assessment.case_name.empty() ? "Case without a title" : name(assessment.case_name, 60),
                       day.empty() ? "" : fmt::format(", as known on {}", day)),
           Look::kTitle);
  if (!assessment.notice.empty()) out.wrapped(fmt::format("Note: {}", assessment.notice), 0, Look::kWarning);
  if (assessment.questions.empty()) out.line("This case asks no question yet");
  for (const QuestionResult& question : assessment.questions) assess_question(assessment, question, out);
  silent_and_next(assessment, out);
  return out.text();
}

std::string functions_text(const FileIdentity& file, std::span<const Program* const> programs,
                           const std::vector<Defect>& container_defects, const TerminalStyle& style,
                           const DocumentOptions& options) {
  // Symbol names may be long and are what the reader looks for: these lines are not cut at the width.
  TerminalStyle wide = style;
  wide.width = std::max<std::size_t>(style.width, 120);
  Lines out(wide);
  out.line(sample_line(file.name, file.container, file.sha256), Look::kTitle);
  for (const Defect& defect : container_defects) {
    out.line(fmt::format("anomaly at offset {:#x}: {}", raw(defect.offset), defect.message), Look::kWarning);
  }
  for (const Program* program : programs) functions_of(*program, options, out);
  return out.text();
}

}  // namespace prova::report
