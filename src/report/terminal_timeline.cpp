#include <fmt/format.h>

#include <algorithm>

#include "report/terminal_parts.h"
#include "report/wording.h"

namespace prova::report {

using term::Lines;
using term::Look;
using term::name;

namespace {

constexpr std::size_t kMaxMoves = 4;

std::string moves_of(const TimelineAnswer& answer, const Wording& words) {
  std::string out;
  for (std::size_t i = 0; i < answer.moves.size() && i < kMaxMoves; ++i) {
    out += fmt::format("{}{} {}", i == 0 ? "" : ", ", name(answer.moves[i].item, 16), words.signed_decimal(answer.moves[i].log10_odds, 2));
  }
  return out.empty() ? std::string("no new item moves it") : out;
}

void question(const std::string& id, const std::vector<TimelineDay>& days, const Wording& words, Lines& out) {
  out.blank();
  out.line(name(id, 60), Look::kHeading);
  for (const TimelineDay& day : days) {
    const auto answer = std::find_if(day.answers.begin(), day.answers.end(), [&](const TimelineAnswer& a) { return a.question == id; });
    if (answer == day.answers.end() || !answer->assessed) continue;
    out.line(fmt::format("  {}  {:>10}  {} {}", to_string(day.day), words.percent(answer->probability.mid), name(answer->hypothesis, 20),
                         answer->separable ? fmt::format("({}; confidence {})", answer->phia, name_of(answer->confidence)) : "(not separable)"),
             answer->separable ? Look::kStrong : Look::kPlain);
    out.wrapped(moves_of(*answer, words), 14, Look::kSoft, 2);
  }
}

}  // namespace

std::string timeline_text(const std::string& case_name, const std::vector<TimelineDay>& days, const TerminalStyle& style) {
  const Wording words(Language::kEnglish);
  Lines out(style);
  out.line(fmt::format("{}, over {} days on which something became known", case_name.empty() ? "Case without a title" : name(case_name, 40), days.size()),
           Look::kTitle);
  out.line("After each day: the new items that moved the answer, in log10 odds", Look::kSoft);
  if (!days.empty()) {
    for (const TimelineAnswer& answer : days.back().answers) question(answer.question, days, words, out);
  }
  return out.text();
}

}  // namespace prova::report
