#pragma once
// Every word that a statement is made of, in one table with a column per language: phrases_sentences.def and
// phrases_names.def. A new language is a new column; the compiler refuses a row without it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace prova::report {

enum class Language : std::uint8_t { kEnglish, kFrench, kAlbanian };
constexpr std::size_t kLanguages = 3;
/// ISO 639-1: "en", "fr", "sq".
[[nodiscard]] std::string_view code_of(Language language);
[[nodiscard]] std::optional<Language> language_from_code(std::string_view code);

/// Names of the rows. Their arguments are named in the tables.
enum class Phrase : std::uint16_t {
#define PROVA_PHRASE(name, english, french, albanian) name,
#include "report/phrases_sentences.def"
#include "report/phrases_names.def"
#undef PROVA_PHRASE
  kCount,
};

/// How many rows, from the first, are whole sentences or parts of them; the rest are names.
constexpr std::size_t kSentencePhrases = 0
#define PROVA_PHRASE(name, english, french, albanian) +1
#include "report/phrases_sentences.def"
#undef PROVA_PHRASE
    ;

/// The text in {fmt} syntax with named arguments, no-break spaces in place. O(length).
[[nodiscard]] std::string phrase(Phrase name, Language language = Language::kEnglish);

}  // namespace prova::report
