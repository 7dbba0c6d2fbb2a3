#include "content/text/prose.h"

#include <gtest/gtest.h>

#include <string>

namespace prova {
namespace {

TEST(NamedText, GoesByTheLastEndingOfTheLastPart) {
  EXPECT_EQ(named_text("letters/2022/Offer.TXT"), NamedText::kDocument);
  EXPECT_EQ(named_text("persons.csv"), NamedText::kDocument);
  EXPECT_EQ(named_text("src/main.cpp"), NamedText::kOther);
  EXPECT_EQ(named_text("backup.zip!src/main.py"), NamedText::kOther);
  EXPECT_EQ(named_text("var/log/syslog.log"), NamedText::kOther);
  EXPECT_EQ(named_text("report.txt/part"), NamedText::kUnknown);  // A directory's ending says nothing.
  EXPECT_EQ(named_text("README"), NamedText::kUnknown);
  EXPECT_EQ(named_text(".md"), NamedText::kUnknown);  // A hidden file without ending.
  EXPECT_EQ(named_text(""), NamedText::kUnknown);
}

TEST(Prose, LettersInAnyScriptAre) {
  EXPECT_TRUE(is_prose("The ministry regrets that the offer of 12 May, 1,250 euro, cannot be accepted.\nBest regards\n"));
  EXPECT_TRUE(is_prose("Përgjegjësi i drejtorisë së përgjithshme njofton se ofertat e datës 3 maj janë refuzuar."));
  EXPECT_TRUE(is_prose("Η διεύθυνση δημοσίων έργων ανακοινώνει την απόφαση της επιτροπής."));
}

TEST(Prose, CodeLogsAndNumbersAreNot) {
  EXPECT_FALSE(is_prose("int main(int argc, char** argv) { return argc > 1 ? run(argv[1]) : usage(); }\n"));
  EXPECT_FALSE(is_prose("{\"name\": \"value\", \"list\": [1, 2, 3], \"object\": {\"key\": null}}"));
  EXPECT_FALSE(is_prose("2022-07-15T03:12:44.120Z 10.0.0.17 GET /index 200 5123\n2022-07-15T03:12:44.122Z 10.0.0.19 GET /index 200 5123\n"));
  EXPECT_FALSE(is_prose("1.5 2.5 3.5 4.5 5.5 6.5 7.5"));
  EXPECT_FALSE(is_prose(""));
}

TEST(Prose, LooksAtTheStartOnly) {
  std::string text;
  while (text.size() < kProseSample) text += "words and words ";
  EXPECT_TRUE(is_prose(text + std::string(kProseSample, '{')));
}

}  // namespace
}  // namespace prova
