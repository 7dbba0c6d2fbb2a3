#include "report/linter.h"

#include <algorithm>
#include <array>
#include <span>

#include "base/ascii.h"

namespace prova::report {
namespace {

using Words = std::span<const std::string_view>;

/// What the rules look for in one language. Likelihood terms longest first, so that the finding names "highly unlikely"
/// and not "likely".
struct Lexicon {
  Words likelihood;   ///< Terms of the UK PHIA yardstick and of US ICD 203, with synonyms (docs/methods/words.md).
  Words confidence;
  Words hedges;       ///< Sound like a probability and stand on no yardstick, or like a finding and state no relation.
  Words yardsticks;
};

constexpr auto kLikelihoodEn = std::to_array<std::string_view>(
    {"roughly even chance", "realistic possibility", "almost no chance", "highly improbable", "roughly even odds",
     "almost certainly", "highly unlikely", "highly probable", "nearly certain", "almost certain", "remote chance",
     "very unlikely", "highly likely", "very likely", "improbable", "unlikely", "probably", "probable", "likely"});
constexpr auto kConfidenceEn = std::to_array<std::string_view>({"confidence", "confident", "confidently"});
/// What they hide has to be said instead: a term, a number, or "not known".
constexpr auto kHedgesEn = std::to_array<std::string_view>(
    {"cannot be ruled out", "cannot rule out", "can not rule out", "associated with", "linked to",  "ties to",
     "appears to",          "could have",      "may have",         "might",           "possibly",   "possible",
     "potentially",         "potential",       "apparently",       "presumably",      "reportedly", "conceivably",
     "plausible",           "plausibly",       "suspected"});

constexpr auto kLikelihoodFr = std::to_array<std::string_view>(
    {"probabilité quasi nulle", "possibilité réaliste", "presque certainement", "presque certain", "très probablement",
     "très improbable", "très probable", "probablement", "improbable", "probable"});
constexpr auto kConfidenceFr = std::to_array<std::string_view>({"confiance"});
constexpr auto kHedgesFr = std::to_array<std::string_view>(
    {"ne peut être exclu", "ne peut être exclue", "ne peut exclure", "on ne peut exclure", "associé à", "associée à", "lié à",
     "liée à", "liés à", "en lien avec", "semble", "semblerait", "pourrait", "pourraient", "aurait pu", "peut-être",
     "possiblement", "possible", "potentiellement", "potentiel", "apparemment", "vraisemblablement", "vraisemblable",
     "plausible", "présumé", "présumée", "soupçonné", "soupçonnée", "sans doute"});

constexpr auto kLikelihoodSq = std::to_array<std::string_view>(
    {"gjasë të papërfillshme", "gjasë e papërfillshme", "pothuajse me siguri", "pothuajse e sigurt", "shumë pak e gjasshme",
     "shumë e gjasshme", "pak e gjasshme", "mundësi reale", "e gjasshme", "me gjasë", "ka gjasa", "ka të ngjarë"});
constexpr auto kConfidenceSq = std::to_array<std::string_view>({"niveli i besimit", "besimit", "besim", "besimi"});
constexpr auto kHedgesSq = std::to_array<std::string_view>(
    {"nuk mund të përjashtohet", "nuk përjashtohet", "me sa duket", "duket se", "ndoshta", "mund të jetë", "mund të jenë",
     "mund të ketë", "potencialisht", "potencial", "gjoja", "i lidhur me", "e lidhur me", "të lidhur me", "i dyshuar",
     "e dyshuar", "të dyshuar", "mundësisht", "i mundshëm", "e mundshme"});

constexpr auto kYardsticks = std::to_array<std::string_view>({"phia", "icd 203"});

constexpr std::array<Lexicon, kLanguages> kLexicons = {{{kLikelihoodEn, kConfidenceEn, kHedgesEn, kYardsticks},
                                                        {kLikelihoodFr, kConfidenceFr, kHedgesFr, kYardsticks},
                                                        {kLikelihoodSq, kConfidenceSq, kHedgesSq, kYardsticks}}};

struct QuotationMarks {
  std::string_view open, close;
};
constexpr std::array<QuotationMarks, 2> kMarks = {{{"“", "”"}, {"«", "»"}}};

/// `text` with every quotation replaced by one space. An opening quote that is never closed quotes nothing.
std::string without_quotations(std::string_view text, const QuotationMarks& marks) {
  std::string out;
  while (!text.empty()) {
    const std::size_t open = text.find(marks.open);
    const std::size_t close = open == std::string_view::npos ? open : text.find(marks.close, open);
    if (close == std::string_view::npos) return out + std::string(text);
    out += text.substr(0, open);
    out += ' ';
    text.remove_prefix(close + marks.close.size());
  }
  return out;
}

/// Our own words in lower case, with typographic spaces, apostrophes and stray quotation marks as plain spaces: word ends are then spaces or
/// ASCII punctuation, and every other byte belongs to a word.
std::string own_words(std::string_view text) {
  std::string out(text);
  for (const QuotationMarks& marks : kMarks) out = without_quotations(out, marks);
  static constexpr std::array<std::string_view, 7> kSpaces = {"\xc2\xa0", "\xe2\x80\xaf", "’", "“", "”", "«", "»"};
  std::string spaced;
  for (std::size_t i = 0; i < out.size();) {
    const auto space = std::find_if(kSpaces.begin(), kSpaces.end(), [&](std::string_view s) { return std::string_view(out).substr(i).starts_with(s); });
    spaced += space != kSpaces.end() ? ' ' : out[i];
    i += space != kSpaces.end() ? space->size() : 1;
  }
  return ascii_lower(spaced);
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80; }

/// Whether `term` stands in `text` as whole words. Both lower case.
bool holds_word(std::string_view text, std::string_view term) {
  for (std::size_t at = text.find(term); at != std::string_view::npos; at = text.find(term, at + 1)) {
    const std::size_t end = at + term.size();
    if ((at == 0 || !is_letter(text[at - 1])) && (end == text.size() || !is_letter(text[end]))) return true;
  }
  return false;
}

/// The first of `terms` that stands in `text`; empty when none does.
std::string_view first_of(std::string_view text, Words terms) {
  const auto it = std::find_if(terms.begin(), terms.end(), [&](std::string_view term) { return holds_word(text, term); });
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

std::vector<LintFinding> lint(const Sentence& sentence, Language language) {
  using Rule = LintFinding::Rule;
  const Lexicon& lexicon = kLexicons[static_cast<std::size_t>(language)];
  const std::string own = own_words(sentence.text);
  const std::string_view likelihood = first_of(own, lexicon.likelihood);
  const std::string_view confidence = first_of(own, lexicon.confidence);
  std::vector<LintFinding> findings;
  if (!likelihood.empty() && !confidence.empty()) {
    findings.push_back({Rule::kLikelihoodWithConfidence, std::string(likelihood)});
  }
  for (const std::string_view hedge : lexicon.hedges) {
    if (holds_word(own, hedge)) findings.push_back({Rule::kUndefinedHedge, std::string(hedge)});
  }
  if (!likelihood.empty() && first_of(own, lexicon.yardsticks).empty()) {
    findings.push_back({Rule::kTermWithoutYardstick, std::string(likelihood)});
  }
  if (sentence.kind != SentenceKind::kUnknown && sentence.evidence.empty()) findings.push_back({Rule::kNoEvidence, ""});
  return findings;
}

}  // namespace prova::report
