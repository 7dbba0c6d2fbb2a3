#pragma once
// The texts of a case in another language: CASE/case.fr.yaml beside CASE/case.yaml. Only words change; what is judged
// stays in one place. docs/formats/case-texts.md.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/case.h"

namespace prova {

/// Translations by path: "questions/nexus/ask", "evidence/A01/claim", "clusters/access/victims/0".
struct CaseTexts {
  struct Text {
    std::string text;
    int line = 0;
  };
  std::string language;              ///< As written: "fr".
  std::map<std::string, Text> texts;
};

struct CaseTextsReading {
  std::optional<CaseTexts> parsed;
  std::vector<CaseError> errors;     ///< By line.
};

/// Reads a file of translations. Never throws; hostile text yields errors.
[[nodiscard]] CaseTextsReading parse_case_texts(std::string_view yaml);

struct TranslatedCase {
  Case translated;
  std::size_t missing = 0;           ///< Texts of the case that have no translation; they stay as written.
  std::vector<CaseError> errors;     ///< Paths that name nothing in the case.
};

/// The case with every text that has a translation replaced. The original wording of issuers, names and sources are
/// never translated.
[[nodiscard]] TranslatedCase translate(const Case& input, const CaseTexts& texts);

}  // namespace prova
