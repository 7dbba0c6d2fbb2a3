#pragma once
// One language's way of writing: phrases filled in, numbers, dates, lists and quotations. Stateless but for the language.

#include <fmt/args.h>
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "attribution/assessment.h"
#include "evidence/activity.h"
#include "evidence/severity.h"
#include "report/phrases.h"

namespace prova::report {

using Argument = std::pair<const char*, std::string>;

class Wording {
 public:
  explicit Wording(Language language) : language_(language) {}
  [[nodiscard]] Language language() const { return language_; }

  /// The phrase with its named arguments filled in.
  [[nodiscard]] std::string say(Phrase name, const std::vector<Argument>& arguments = {}) const;

  /// "69 %", "under 1 %", "over 99 %": whole per cent, because another digit would only look exact.
  [[nodiscard]] std::string percent(double probability) const;
  /// 1234567 as "1 234 567", with no-break spaces: right in all three languages.
  [[nodiscard]] std::string grouped(std::uint64_t value) const;
  /// With a decimal comma where the language has one.
  [[nodiscard]] std::string decimal(double value, int digits) const;
  /// "+0.79", "−0,40" with a real minus sign.
  [[nodiscard]] std::string signed_decimal(double value, int digits) const;
  /// 10^log10 with two digits, "6.2" or "1 300"; above 10^6 as "a million or more".
  [[nodiscard]] std::string factor(double log10) const;
  /// "8 September 2022", "1er septembre 2022", "8 shtator 2022".
  [[nodiscard]] std::string day(Day day) const;
  /// For tables, from "2022-07-17", "2022-07" or "2022": unchanged in English, "17/07/2022" in French, "17.07.2022" in Albanian.
  [[nodiscard]] std::string short_date(std::string_view iso) const;
  /// "Four"; the digits from eleven on.
  [[nodiscard]] std::string number_word(std::size_t value) const;
  /// "a, b and c".
  [[nodiscard]] std::string list(const std::vector<std::string>& parts) const;
  /// Parts between semicolons as the language spaces them.
  [[nodiscard]] std::string semicolons(const std::vector<std::string>& parts) const;
  /// ": text" as the language spaces it; nothing for an empty text.
  [[nodiscard]] std::string because(std::string_view text) const;
  /// Somebody else's words in this language's quotation marks; marks inside become '.
  [[nodiscard]] std::string quoted(std::string_view text) const;
  /// Text for a place between quotation marks: marks of any of the languages become '.
  [[nodiscard]] static std::string quotable(std::string_view text);

  /// A term of the PHIA yardstick, named by its English form; anything else unchanged.
  [[nodiscard]] std::string term(std::string_view english) const;
  /// "It is likely that CLAUSE", in the mood and with the elision that the language asks for.
  [[nodiscard]] std::string lead(std::string_view english_term, std::string_view clause) const;
  /// "55 to 75 %" for a PHIA term.
  [[nodiscard]] std::string term_range(std::string_view english_term) const;
  [[nodiscard]] std::string interval(const ProbabilityInterval& value) const;
  [[nodiscard]] std::string name(ConfidenceLevel level) const;
  /// A criterion as a reason; `source` names the pool of kCarried for people.
  [[nodiscard]] std::string reason(const ConfidenceReason& reason, const std::string& source) const;
  [[nodiscard]] std::string name(EvidenceKind kind) const;
  [[nodiscard]] std::string name(ActivityRole role) const;
  [[nodiscard]] std::string name(ActivityRelation relation) const;
  [[nodiscard]] std::string name(SeverityInput input) const;
  [[nodiscard]] std::string name(NcissLevel level) const;
  /// What CISA says of an incident of that level.
  [[nodiscard]] std::string meaning(NcissLevel level) const;
  /// An option of a severity input, for people; the name itself when the input has no such option.
  [[nodiscard]] std::string name(const SeverityInputRow& row, std::string_view option) const;
  [[nodiscard]] std::string ncsc_meaning(int category) const;
  [[nodiscard]] std::string silence(const SilentItem& item, const std::vector<std::string>& echo_of) const;

 private:
  /// The row `offset` after `first`: tables of the .def files that follow an enumeration.
  [[nodiscard]] std::string at(Phrase first, std::size_t offset) const;
  Language language_;
};

}  // namespace prova::report
