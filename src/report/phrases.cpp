#include "report/phrases.h"

#include <array>

namespace prova::report {
namespace {

constexpr std::array<std::array<std::string_view, kLanguages>, static_cast<std::size_t>(Phrase::kCount)> kTable{{
#define PROVA_PHRASE(name, english, french, albanian) {{english, french, albanian}},
#include "report/phrases_sentences.def"
#include "report/phrases_names.def"
#undef PROVA_PHRASE
}};
static_assert([] {
  for (const auto& row : kTable) {
    for (const std::string_view text : row) {
      if (text.empty()) return false;
    }
  }
  return true;
}());

constexpr std::array<std::string_view, kLanguages> kCodes = {"en", "fr", "sq"};

}  // namespace

std::string_view code_of(Language language) { return kCodes[static_cast<std::size_t>(language)]; }

std::optional<Language> language_from_code(std::string_view code) {
  for (std::size_t i = 0; i < kLanguages; ++i) {
    if (kCodes[i] == code) return static_cast<Language>(i);
  }
  return std::nullopt;
}

std::string phrase(Phrase name, Language language) {
  constexpr std::string_view kNoBreak = "\xc2\xa0";
  std::string out;
  for (const char c : kTable[static_cast<std::size_t>(name)][static_cast<std::size_t>(language)]) {
    if (c == '~') out += kNoBreak;
    if (c != '~') out += c;
  }
  return out;
}

}  // namespace prova::report
