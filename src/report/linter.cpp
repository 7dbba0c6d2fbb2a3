#include "report/linter.h"

#include <algorithm>
#include <array>

namespace prova::report {
namespace {

/// Terms of the UK PHIA yardstick and of US ICD 203, with their synonyms (docs/methods/words.md). Longest first, so
/// that the finding names "highly unlikely" and not "likely".
constexpr auto kLikelihoodTerms = std::to_array<std::string_view>(
    {"roughly even chance", "realistic possibility", "almost no chance", "highly improbable", "roughly even odds",
     "almost certainly", "highly unlikely", "highly probable", "nearly certain", "almost certain", "remote chance",
     "very unlikely", "highly likely", "very likely", "improbable", "unlikely", "probably", "probable", "likely"});

constexpr auto kConfidenceTerms = std::to_array<std::string_view>({"confidence", "confident", "confidently"});

/// Words that sound like a probability and stand on no yardstick, or like a finding and state no relation. What they
/// hide has to be said instead: a term, a number, or "not known".
constexpr auto kUndefinedHedges = std::to_array<std::string_view>(
    {"cannot be ruled out", "cannot rule out", "can not rule out", "associated with", "linked to",  "ties to",
     "appears to",          "could have",      "may have",         "might",           "possibly",   "possible",
     "potentially",         "potential",       "apparently",       "presumably",      "reportedly", "conceivably",
     "plausible",           "plausibly",       "suspected"});

constexpr auto kYardsticks = std::to_array<std::string_view>({"phia", "icd 203"});

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

/// `text` with every quotation replaced by one space. An opening quote that is never closed quotes nothing.
std::string without_quotations(std::string_view text) {
  constexpr std::string_view kOpen = "\xe2\x80\x9c", kClose = "\xe2\x80\x9d";
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find(kOpen);
    const std::size_t close = open == std::string_view::npos ? open : text.find(kClose, open);
    if (close == std::string_view::npos) return out + std::string(text);
    out += text.substr(0, open);
    out += ' ';
    text.remove_prefix(close + kClose.size());
  }
  return out;
}

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

/// Whether `term` stands in `text` as whole words. Both lower case.
bool holds_word(std::string_view text, std::string_view term) {
  for (std::size_t at = text.find(term); at != std::string_view::npos; at = text.find(term, at + 1)) {
    const std::size_t end = at + term.size();
    if ((at == 0 || !is_letter(text[at - 1])) && (end == text.size() || !is_letter(text[end]))) return true;
  }
  return false;
}

/// The first of `terms` that stands in `text`; empty when none does.
template <std::size_t N>
std::string_view first_of(std::string_view text, const std::array<std::string_view, N>& terms) {
  const auto it =
      std::find_if(terms.begin(), terms.end(), [&](std::string_view term) { return holds_word(text, term); });
  return it == terms.end() ? std::string_view() : *it;
}

}  // namespace

std::string_view name_of(LintFinding::Rule rule) {
  switch (rule) {
    case LintFinding::Rule::kLikelihoodWithConfidence:
      return "likelihood_with_confidence";
    case LintFinding::Rule::kUndefinedHedge:
      return "undefined_hedge";
    case LintFinding::Rule::kTermWithoutYardstick:
      return "term_without_yardstick";
    case LintFinding::Rule::kNoEvidence:
      return "no_evidence";
  }
  return "no_evidence";
}

std::vector<LintFinding> lint(const Sentence& sentence) {
  using Rule = LintFinding::Rule;
  const std::string own = lower_ascii(without_quotations(sentence.text));
  const std::string_view likelihood = first_of(own, kLikelihoodTerms);
  const std::string_view confidence = first_of(own, kConfidenceTerms);
  std::vector<LintFinding> findings;
  if (!likelihood.empty() && !confidence.empty()) {
    findings.push_back({Rule::kLikelihoodWithConfidence, std::string(likelihood)});
  }
  for (const std::string_view hedge : kUndefinedHedges) {
    if (holds_word(own, hedge)) findings.push_back({Rule::kUndefinedHedge, std::string(hedge)});
  }
  if (!likelihood.empty() && first_of(own, kYardsticks).empty()) {
    findings.push_back({Rule::kTermWithoutYardstick, std::string(likelihood)});
  }
  if (sentence.kind != SentenceKind::kUnknown && sentence.evidence.empty()) findings.push_back({Rule::kNoEvidence, ""});
  return findings;
}

}  // namespace prova::report
