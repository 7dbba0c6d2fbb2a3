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
    // The effect first: a long claim is cut at the width.
    const bool assumption = entry.of == SensitivityEntry::Of::kAssumption;
    const std::string effect = !entry.decisive ? "" : entry.leader_without == entry.hypothesis ? ", and the question opens" : fmt::format(", and {} leads", name(entry.leader_without, 16));
    const std::string what = assumption ? name(entry.label) : fmt::format("{} {}", name(entry.id, 16), name(entry.label));
    out.line(fmt::format("  {}{} {} {}", percent(entry.probability_without), effect, assumption ? "with" : "without", what), Look::kSoft);
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

/// Items that are known and weigh nothing, with the reason; how many of the case became known later only.
void not_counted(const Assessment& assessment, Lines& out) {
  std::vector<const SilentItem*> known;
  for (const SilentItem& item : assessment.silent) {
    if (item.reason != SilentItem::Reason::kNotYetKnown) known.push_back(&item);
  }
  out.line("Known but not counted", Look::kHeading);
  for (std::size_t i = 0; i < known.size() && i < kMaxLines; ++i) out.line(fmt::format("  {}: {}", name(known[i]->item, 16), known[i]->text));
  if (known.empty()) out.line("  nothing");
  if (known.size() > kMaxLines) out.line(fmt::format("  and {} more", known.size() - kMaxLines), Look::kSoft);
  const std::size_t later = assessment.silent.size() - known.size();
  if (later > 0) out.line(fmt::format("  Later than that day, so left out: {}", counted(later, "item", "items")), Look::kSoft);
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
    not_counted(assessment, out);
  }
  if (const auto steps = worth_collecting(assessment); !steps.empty()) {
    out.blank();
    constexpr std::size_t kSteps = 8;
    out.line("Collect next (bits that it is expected to settle, of those still open)", Look::kHeading);
    for (std::size_t i = 0; i < steps.size() && i < kSteps; ++i) {
      const NextEvidence& next = *steps[i];
      out.line(fmt::format("  {:.2f} of {:.2f} bits  {} ({})", next.bits, next.entropy_bits, name(next.action, 46),
                           name(next.question, 12)));
    }
    if (steps.size() > kSteps) out.line(fmt::format("  and {} more", steps.size() - kSteps), Look::kSoft);
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
