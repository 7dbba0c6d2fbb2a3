#include "report/statement.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <algorithm>
#include <set>

#include "base/escape.h"
#include "report/exchange.h"
#include "report/golden_test_support.h"
#include "report/html_statement.h"
#include "report/markdown.h"
#include "report/sample_reports_test_support.h"
#include "report/wording.h"

namespace prova::report {
namespace {

constexpr std::array kAll = {Language::kEnglish, Language::kFrench, Language::kAlbanian};

Statement statement(const CaseReport& report, Language language, Audience audience) { return statement_of(report, {language, audience}); }

TEST(Statement, IsTheGoldenFileInEveryLanguageAndVersion) {
  const CaseReport report = small_case_report();
  for (const Language language : kAll) {
    for (const Audience audience : {Audience::kPublic, Audience::kTechnical}) {
      const Statement value = statement(report, language, audience);
      const std::string name = fmt::format("statement-{}-{}", code_of(language), name_of(audience));
      expect_golden(name + ".md", markdown(report, value));
      expect_golden(name + ".html", html_statement(report, value));
      for (const std::string& finding : lint(value)) ADD_FAILURE() << name << ": " << finding;
    }
  }
}

TEST(Statement, ExchangeFormatsAreTheGoldenFiles) {
  const CaseReport report = small_case_report();
  const Statement value = statement(report, Language::kEnglish, Audience::kTechnical);
  expect_golden("stix.json", stix_bundle(report, value));
  expect_golden("misp.json", misp_event(report, value));
}

TEST(Statement, LikelihoodAndConfidenceNeverShareASentenceInAnyLanguage) {
  for (const Language language : kAll) {
    for (std::size_t i = 0; i < kSentencePhrases; ++i) {
      const Sentence sentence{SentenceKind::kUnknown, phrase(static_cast<Phrase>(i), language), {}};
      for (const LintFinding& finding : lint(sentence, language)) {
        ADD_FAILURE() << code_of(language) << ": " << sentence.text << ": " << name_of(finding.rule) << " " << finding.word;
      }
    }
  }
}

TEST(Statement, TheSameArgumentsStandInEveryLanguage) {
  const auto arguments = [](const std::string& text) {
    std::set<std::string> names;
    for (std::size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1)) {
      names.insert(text.substr(at + 1, text.find('}', at) - at - 1));
    }
    names.erase("que");  // French elision.
    return names;
  };
  for (std::size_t i = 0; i < static_cast<std::size_t>(Phrase::kCount); ++i) {
    const auto name = static_cast<Phrase>(i);
    for (const Language language : kAll) EXPECT_EQ(arguments(phrase(name, language)), arguments(phrase(name))) << phrase(name);
  }
}

TEST(Statement, EveryClaimNamesItsEvidence) {
  for (const Audience audience : {Audience::kPublic, Audience::kTechnical}) {
    for (const StatementSection& section : statement(small_case_report(), Language::kEnglish, audience).sections) {
      for (const StatementBlock& block : section.blocks) {
        if (block.sentence.text.empty() || block.sentence.kind == SentenceKind::kUnknown) continue;
        EXPECT_FALSE(block.sentence.evidence.empty()) << section.id << ": " << block.sentence.text;
      }
    }
  }
}

TEST(Statement, ThePublicVersionHoldsNoNumberOfTheEngine) {
  const CaseReport report = small_case_report();
  const std::string page = markdown(report, statement(report, Language::kEnglish, Audience::kPublic));
  EXPECT_EQ(page.find(report.artifacts[0].sha256), std::string::npos);
  EXPECT_EQ(page.find("0x401000"), std::string::npos);
  EXPECT_NE(page.find("It is likely that State A carried out the attack (55 to 75"), std::string::npos);
}

TEST(Statement, HostileTextIsNeverMarkup) {
  const CaseReport report = hostile_case_report();
  for (const Language language : kAll) {
    const Statement value = statement(report, language, Audience::kTechnical);
    const std::string md = markdown(report, value), page = html_statement(report, value);
    for (const std::string& text : {md, page}) {
      EXPECT_EQ(text.find("<script"), std::string::npos);
      EXPECT_EQ(text.find('\x1b'), std::string::npos);
      EXPECT_EQ(text.find("javascript:alert(1)\""), std::string::npos);
      EXPECT_EQ(text, valid_utf8(text));
    }
    EXPECT_FALSE(nlohmann::json::parse(stix_bundle(report, value)).empty());
    EXPECT_FALSE(nlohmann::json::parse(misp_event(report, value)).empty());
  }
}

TEST(Statement, AnEmptyCaseSaysSo) {
  const CaseReport report;
  for (const Language language : kAll) {
    const std::string page = markdown(report, statement(report, language, Audience::kTechnical));
    EXPECT_NE(page.find(phrase(Phrase::kNoQuestion, language)), std::string::npos);
    EXPECT_EQ(page.find("1970"), std::string::npos);
  }
}

TEST(Statement, EveryInternalLinkOfMarkdownHasATarget) {
  const CaseReport report = small_case_report();
  const std::string page = markdown(report, statement(report, Language::kEnglish, Audience::kTechnical));
  std::size_t links = 0;
  for (std::size_t at = page.find("](#"); at != std::string::npos; at = page.find("](#", at + 1), ++links) {
    const std::string target = page.substr(at + 3, page.find(')', at) - at - 3);
    EXPECT_NE(page.find("<a id=\"" + target + "\">"), std::string::npos) << target;
  }
  EXPECT_GT(links, 20U);
}

TEST(Wording, NumbersDatesAndListsFollowTheLanguage) {
  const Wording en(Language::kEnglish), fr(Language::kFrench), sq(Language::kAlbanian);
  const Day day = parse_day("2022-09-01").value();
  EXPECT_EQ(en.day(day), "1\xc2\xa0September 2022");
  EXPECT_EQ(fr.day(day), "1er\xc2\xa0septembre 2022");
  EXPECT_EQ(sq.day(day), "1\xc2\xa0shtator 2022");
  EXPECT_EQ(en.short_date("2022-09-01"), "2022-09-01");
  EXPECT_EQ(fr.short_date("2022-09-01"), "01/09/2022");
  EXPECT_EQ(fr.short_date("2024-05"), "05/2024");
  EXPECT_EQ(sq.short_date("2022-09-01"), "01.09.2022");
  EXPECT_EQ(sq.short_date("2024"), "2024");
  EXPECT_EQ(sq.short_date("2021-05..2022-01"), "2021-05..2022-01") << "not a date: as it is";
  EXPECT_EQ(en.decimal(76.3, 1), "76.3");
  EXPECT_EQ(fr.decimal(76.3, 1), "76,3");
  EXPECT_EQ(sq.signed_decimal(-0.42, 2), "−0,42");
  EXPECT_EQ(fr.list({"a", "b", "c"}), "a, b et c");
  EXPECT_EQ(sq.list({"a", "b"}), "a dhe b");
  EXPECT_EQ(en.list({"a"}), "a");
  EXPECT_EQ(fr.quoted("dire « oui »"), "«\xc2\xa0" "dire ' oui '\xc2\xa0»");
  EXPECT_EQ(fr.number_word(4), "Quatre");
  EXPECT_EQ(en.number_word(12), "12");
}

TEST(Wording, FrenchElidesAndDoubtfulTermsNeedNoSubjunctive) {
  const Wording fr(Language::kFrench);
  EXPECT_EQ(fr.lead("likely", "il a agi"), "Il est probable qu’il a agi");
  EXPECT_EQ(fr.lead("likely", "l’État a agi"), "Il est probable que l’État a agi");
  EXPECT_EQ(fr.lead("almost certain", "État et service ont agi"), "Il est presque certain qu’État et service ont agi");
  EXPECT_EQ(fr.lead("unlikely", "il a agi"), "L’hypothèse selon laquelle il a agi est improbable");
}

TEST(Wording, TermsAndLevelsAreNamed) {
  const Wording sq(Language::kAlbanian);
  EXPECT_EQ(sq.term("almost certain"), "pothuajse e sigurt");
  EXPECT_EQ(sq.term("concluded"), "concluded") << "not a term of the yardstick: as it is";
  EXPECT_EQ(sq.term_range("likely"), "nga 55 deri në 75\xc2\xa0%");
  EXPECT_EQ(sq.name(ConfidenceLevel::kHigh), "i lartë");
  EXPECT_EQ(sq.name(EvidenceKind::kKinship), "afërsi e matur e kodit");
  EXPECT_EQ(Wording(Language::kFrench).name(ActivityRole::kPersona), "identité de façade");
}

TEST(Wording, EveryOptionAndLevelOfTheSeverityIsNamedInEveryLanguage) {
  for (const Language language : {Language::kEnglish, Language::kFrench, Language::kAlbanian}) {
    const Wording words(language);
    for (const SeverityInputRow& row : severity_inputs()) {
      for (const SeverityOption& option : row.options) {
        const std::string name = words.name(row, option.name);
        EXPECT_FALSE(name.empty());
        EXPECT_EQ(name.find('_'), std::string::npos) << name;
      }
      EXPECT_EQ(words.name(row, "made up"), "made up");
    }
  }
  const SeverityInputRow& first = severity_inputs().front();
  const SeverityInputRow& last = severity_inputs().back();
  EXPECT_EQ(Wording(Language::kFrench).name(first, "denial_critical"), "interruption de services critiques");
  EXPECT_EQ(Wording(Language::kAlbanian).name(last, "severe"), "i rëndë") << "the last of the table: no option is missing above it";
  EXPECT_NE(Wording(Language::kEnglish).meaning(NcissLevel::kEmergency).find("imminent"), std::string::npos);
}

TEST(Statement, WhoSumsUpTheirOwnEvidenceIsNoEcho) {
  CaseReport report = small_case_report();
  const auto text_of = [&] {
    std::string all;
    for (const StatementSection& section : statement_of(report, {}).sections) {
      if (section.id != "others-say") continue;
      for (const StatementBlock& block : section.blocks) all += block.sentence.text + "\n";
    }
    return all;
  };
  const auto echo = std::find_if(report.assessment.others.begin(), report.assessment.others.end(), [](const OtherAssessment& other) { return !other.echo_of.empty(); });
  ASSERT_NE(echo, report.assessment.others.end());
  EXPECT_NE(text_of().find("repeat others"), std::string::npos);
  for (EvidenceItem& item : report.input.evidence) {
    if (item.id != echo->echo_of.front()) continue;
    item.issuer = echo->issuer;
    item.kind = EvidenceKind::kForensics;
  }
  EXPECT_EQ(text_of().find("repeat others"), std::string::npos);
  EXPECT_NE(text_of().find("counted here through the evidence"), std::string::npos);
}

TEST(Exchange, IdentifiersAreVersionFiveAndStable) {
  // python3: uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_DNS, "prova"), "case")
  EXPECT_EQ(uuid_of("case"), "5693c615-f906-59b1-b9f1-1c62b9bc43d7");
  EXPECT_EQ(stix_confidence(ConfidenceLevel::kModerate), 50);
}

}  // namespace
}  // namespace prova::report
