#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "report/html.h"
#include "report/html_parts.h"

namespace prova::report::html {
namespace {

std::string failures(const CaseReport& report) {
  const auto files = not_analysed(report);
  std::string out =
      "<h2 id=\"records\">Files and custody</h2>\n<h3 id=\"failed\">Files that could not be analysed</h3>\n";
  if (files.empty()) return out + "<p>Every file could be analysed.</p>\n";
  std::string rows;
  const std::size_t shown = std::min(files.size(), kMaxListRows);
  for (std::size_t i = 0; i < shown; ++i) {
    rows += fmt::format("<tr><td class=\"mono\">{}</td><td>{}</td></tr>\n", esc(files[i].path), esc(files[i].reason));
  }
  return out + "<div class=\"scroll\"><table><thead><tr><th>File</th><th>Reason</th></tr></thead><tbody>\n" + rows +
         "</tbody></table></div>\n" + left_out(files.size(), shown, "files");
}

std::string custody_problems(const CustodyState& custody) {
  if (custody.intact()) {
    return fmt::format("<p class=\"good\">The chain is intact: {}, {} compared with their recorded hashes.</p>\n",
                       counted(custody.entries.size(), "entry", "entries"),
                       counted(custody.artifacts_checked, "artefact", "artefacts"));
  }
  std::string rows;
  const std::size_t shown = std::min(custody.problems.size(), kMaxListRows);
  for (std::size_t i = 0; i < shown; ++i) {
    const CustodyProblem& problem = custody.problems[i];
    rows += fmt::format("<tr><td>{}</td><td class=\"mono\">{}</td><td>{}</td></tr>\n", name_of(problem.kind),
                        problem.path.empty() ? fmt::format("line {}", problem.line) : esc(problem.path),
                        esc(problem.message));
  }
  return fmt::format(
      "<p class=\"bad\">{} of the chain of custody to explain:</p>\n<div "
      "class=\"scroll\"><table><thead><tr><th>Finding</th><th>Where</th>"
      "<th>What</th></tr></thead><tbody>\n{}</tbody></table></div>\n{}",
      counted(custody.problems.size(), "finding", "findings"), rows,
      left_out(custody.problems.size(), shown, "findings"));
}

std::string custody(const CaseReport& report) {
  const CustodyState& state = report.custody;
  std::string out = "<h3 id=\"custody\">Chain of custody</h3>\n";
  if (state.entries.empty() && state.problems.empty()) return out + "<p>Nothing has been recorded.</p>\n";
  out += custody_problems(state);
  std::string rows;
  const std::size_t shown = std::min(state.entries.size(), kMaxListRows);
  for (std::size_t i = 0; i < shown; ++i) {
    const CustodyEntry& entry = state.entries[i];
    rows += fmt::format(
        "<tr><td class=\"n\">{}</td><td class=\"nowrap\">{}</td><td>{}</td><td>{}</td><td "
        "class=\"mono\">{}{}</td></tr>\n",
        entry.sequence, esc(entry.event.time), esc(entry.event.who), esc(entry.event.action), esc(entry.event.path),
        entry.event.sha256 ? "<br>" + to_hex(*entry.event.sha256) : "");
  }
  out +=
      "<div class=\"scroll\"><table><thead><tr><th class=\"n\">No.</th><th>Time "
      "(UTC)</th><th>Who</th><th>Action</th><th>File, SHA-256</th></tr></thead><tbody>\n" +
      rows + "</tbody></table></div>\n" + left_out(state.entries.size(), shown, "entries");
  return out + fmt::format(
                   "<p class=\"small\">Head of the chain: entry {}, <code>{}</code>. Keep it: lines that are cut off "
                   "later are found by "
                   "comparing with it.</p>\n",
                   state.head.sequence, to_hex(state.head.hash));
}

struct YardstickRow {
  std::string_view phia, phia_range, icd203, icd203_range;
};
/// UK PHIA probability yardstick; US ICD 203 (2015), section D.6.e.(2).(a).
constexpr auto kYardsticks =
    std::to_array<YardstickRow>({{"remote chance", "0 to 5 %", "almost no chance", "1 to 5 %"},
                                 {"highly unlikely", "10 to 20 %", "very unlikely", "5 to 20 %"},
                                 {"unlikely", "25 to 35 %", "unlikely", "20 to 45 %"},
                                 {"realistic possibility", "40 to under 50 %", "roughly even chance", "45 to 55 %"},
                                 {"likely, probable", "55 to 75 %", "likely", "55 to 80 %"},
                                 {"highly likely", "80 to 90 %", "very likely", "80 to 95 %"},
                                 {"almost certain", "95 to 100 %", "almost certain", "95 to 99 %"}});

constexpr std::string_view kMethod =
    "<h2 id=\"method\">Method</h2>\n<p>Functions of each artefact are compared with functions of known programs. "
    "Matches on library code and "
    "ordinary software are set aside, and what remains is weighed by a likelihood ratio that was measured on programs "
    "of known origin. "
    "Likelihood ratios of code and of all other evidence are combined by Bayes' rule; items that rest on the same root "
    "are never counted "
    "twice, echoes weigh nothing, and the reliability of each source limits what it can add.</p>\n"
    "<p>Likelihood says how probable an answer is. Confidence says how good the evidence for it is. They are two "
    "statements and stand in "
    "two sentences. Intervals hold 80 % of the values that remain when every elicited number is moved within its "
    "uncertainty.</p>\n"
    "<p>The report was made offline from the files of the case; the JSON document beside it holds every number.</p>\n";

std::string yardsticks() {
  std::string rows;
  for (const YardstickRow& row : kYardsticks) {
    rows += fmt::format("<tr><td>{}</td><td class=\"nowrap\">{}</td><td>{}</td><td class=\"nowrap\">{}</td></tr>\n",
                        row.phia, row.phia_range, row.icd203, row.icd203_range);
  }
  return "<h3>Yardsticks</h3>\n<table><thead><tr><th>UK PHIA</th><th>Range</th><th>US ICD "
         "203</th><th>Range</th></tr></thead><tbody>\n" +
         rows + "</tbody></table>\n";
}

}  // namespace

std::string records(const CaseReport& report) {
  return failures(report) + custody(report) + std::string(kMethod) + yardsticks();
}

}  // namespace prova::report::html
