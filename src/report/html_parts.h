#pragma once
// The sections of the HTML report, in reading order, and what they share. Internal to report/html*.cpp.

#include <string>
#include <string_view>
#include <vector>

#include "report/case_report.h"
#include "report/sentences.h"

namespace prova::report::html {

/// The style sheet; the page's security policy allows exactly these bytes.
[[nodiscard]] std::string_view style_sheet();

// Sections. Each returns complete elements.
[[nodiscard]] std::string summary(const CaseReport& report);    ///< First screen: title, notice, questions, unknown.
[[nodiscard]] std::string code(const CaseReport& report);       ///< Whose code.
[[nodiscard]] std::string answers(const CaseReport& report);    ///< Every hypothesis of every question, and timeline.
[[nodiscard]] std::string evidence(const CaseReport& report);   ///< The evidence table.
[[nodiscard]] std::string challenge(const CaseReport& report);  ///< Others, contradictions, sensitivity, next evidence.
[[nodiscard]] std::string records(const CaseReport& report);    ///< Failed files, custody, method, yardsticks.

// Drawings. Width 640 units, scaled to the page.
/// The yardstick from 0 to 100 % with the interval and its middle on it; `labelled` names the ranges.
[[nodiscard]] std::string interval_bar(const ProbabilityInterval& value, bool labelled);
/// How the shown hypothesis of each question moved over the days. Empty with fewer than two days.
[[nodiscard]] std::string timeline(const CaseReport& report);
/// The charts of `timeline` without heading and note.
[[nodiscard]] std::string timeline_charts(const CaseReport& report);
/// One part of a program's bytes in the composition bar.
struct Share {
  std::string_view css_class;  ///< "unique", "family", "new", "goodware", "library"
  std::string_view label;
  std::uint64_t bytes = 0;
};
[[nodiscard]] std::string composition_bar(const std::vector<Share>& shares);
/// The same under another name, with another unit. Label, name and unit are HTML.
[[nodiscard]] std::string share_bar(const std::vector<Share>& shares, std::string_view name, std::string_view unit);

// Small pieces.
/// Escaped text.
[[nodiscard]] std::string esc(std::string_view text);
/// A fragment identifier made of letters, digits, - and _ for an id that may hold anything. Injective.
[[nodiscard]] std::string anchor(std::string_view prefix, std::string_view id);
/// A sentence with links to what it rests on.
[[nodiscard]] std::string sentence(const CaseReport& report, const Sentence& value, std::string_view css_class = "");
/// The same without a paragraph of its own, and without links to `here`, where the reader already is.
[[nodiscard]] std::string inline_sentence(const CaseReport& report, const Sentence& value, std::string_view here);
/// A link to an evidence item or artefact of this report, or plain text when it has no such thing.
[[nodiscard]] std::string reference(const CaseReport& report, std::string_view id);
/// A link to the web for http and https addresses; escaped text for anything else.
[[nodiscard]] std::string web_link(std::string_view url);
/// A badge that marks a stand-in; empty for the real thing.
[[nodiscard]] std::string stand_in_badge(std::string_view what);
/// "<p class=more>and 12 more ...</p>"; empty when nothing was left out.
[[nodiscard]] std::string left_out(std::size_t total, std::size_t shown, std::string_view what);
/// "0x401000"
[[nodiscard]] std::string hex(VirtualAddress address);
/// "+0.79", "−0.40" with a real minus sign.
[[nodiscard]] std::string signed_number(double value);

}  // namespace prova::report::html
