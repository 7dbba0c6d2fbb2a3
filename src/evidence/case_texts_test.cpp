#include "evidence/case_texts.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace prova {
namespace {

Case small() {
  return parse_case("schema: prova/case/1\nname: Case\nquestions:\n  - {id: q, ask: Who, hypotheses: [{id: a, label: A, statement: a did it}]}\n")
      .parsed.value();
}

TEST(CaseTexts, WordsAreReplacedAndTheRestCounted) {
  const auto reading = parse_case_texts(
      "schema: prova/case-texts/1\nlanguage: fr\nname: Affaire\nquestions: {q: {ask: Qui, hypotheses: {a: {statement: a l’a fait}}}}\n");
  ASSERT_TRUE(reading.parsed);
  EXPECT_EQ(reading.parsed->language, "fr");
  const TranslatedCase translated = translate(small(), *reading.parsed);
  EXPECT_TRUE(translated.errors.empty());
  EXPECT_EQ(translated.translated.name, "Affaire");
  EXPECT_EQ(translated.translated.questions[0].ask, "Qui");
  EXPECT_EQ(translated.translated.questions[0].hypotheses[0].statement, "a l’a fait");
  EXPECT_EQ(translated.translated.questions[0].hypotheses[0].label, "A");
  EXPECT_EQ(translated.missing, 1U) << "the label";
}

TEST(CaseTexts, APathThatNamesNothingIsReportedWithItsLine) {
  const auto reading = parse_case_texts("schema: prova/case-texts/1\nlanguage: fr\nroots:\n  R9: rien\n");
  ASSERT_TRUE(reading.parsed);
  const TranslatedCase translated = translate(small(), *reading.parsed);
  ASSERT_EQ(translated.errors.size(), 1U);
  EXPECT_EQ(translated.errors[0], (CaseError{4, "'roots/R9' names no text of the case"}));
}

TEST(CaseTexts, HostileFilesAreRefused) {
  for (const char* text : {"", "[]", "schema: other\nlanguage: fr\n", "schema: prova/case-texts/1\n", "a: {b: {c: {d: {e: {f: g}}}}}\n", "{[", "a: &x [*x]"}) {
    EXPECT_FALSE(parse_case_texts(text).parsed) << text;
  }
}

TEST(CaseTexts, TheExampleIsCompleteInBothLanguages) {
  const std::string base = std::string(PROVA_SOURCE_DIR) + "/examples/albania-2022/case";
  const Case input = read_case(base + ".yaml").parsed.value();
  for (const char* language : {"fr", "sq"}) {
    std::ifstream in(base + "." + language + ".yaml");
    const auto reading = parse_case_texts(std::string(std::istreambuf_iterator<char>(in), {}));
    ASSERT_TRUE(reading.parsed) << language << ": " << to_string(reading.errors, "texts");
    const TranslatedCase translated = translate(input, *reading.parsed);
    EXPECT_TRUE(translated.errors.empty()) << to_string(translated.errors, language);
    EXPECT_EQ(translated.missing, 0U) << language;
  }
}

}  // namespace
}  // namespace prova
