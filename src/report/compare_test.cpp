#include "report/compare.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "dataflow/program_test_support.h"
#include "report/golden_test_support.h"
#include "report/html_flow_graph.h"

namespace prova::report {
namespace {

using Bytes = std::vector<std::uint8_t>;
using prova::testing::TestProgram;

// Stores numbers to fields, decides on one of them, returns a text. `salt` changes one number.
Bytes work(std::uint8_t salt) {
  Bytes code;
  for (std::uint8_t i = 0; i < 7; ++i) {
    code.insert(code.end(), {0xc7, 0x47, static_cast<std::uint8_t>(8 * i + 4), static_cast<std::uint8_t>(0x40 + i), 0x31,
                             i == 3 ? salt : static_cast<std::uint8_t>(0x22), 0x11});  // mov dword [rdi+8i+4], imm32
  }
  code.insert(code.end(), {0x81, 0x3f, 0x34, 0x12, 0x00, 0x00,    // cmp dword [rdi], 0x1234
                           0x74, 0x06,                            // je +6
                           0xb8, 0x00, 0x00, 0x50, 0x00, 0xc3,    // mov eax, 0x500000; ret
                           0xb8, 0x05, 0x00, 0x50, 0x00, 0xc3});  // mov eax, 0x500005; ret
  return code;
}
const Bytes kTiny = {0x31, 0xc0, 0xc3};  // xor eax, eax; ret

/// A program of hand-made functions, analysed, with the texts "text" and "more".
struct Side {
  Side(std::vector<Bytes> functions, const std::string& first_name) : test(Arch::kX64, std::move(functions), std::string("text\0more\0", 10)) {
    for (std::size_t i = 0; i < test.program().functions.size(); ++i) {
      const std::string name = i == 0 ? first_name : fmt::format("f{}", i);
      test.image().symbols.push_back({name, VirtualAddress{TestProgram::kCode + i * TestProgram::kStride}, 0,
                                      Symbol::Kind::kFunction, true});
    }
    sort_tables(test.image());
    analyzed = analyze_program(test.image(), {}, 1, true).value();
  }
  [[nodiscard]] ComparedSide shown(std::string name) const { return {{std::move(name), std::string(64, 'a'), 100, ""}, &analyzed}; }
  TestProgram test;
  AnalyzedProgram analyzed;
};

CompareReport compare(const Side& a, const Side& b) {
  CompareReport report{a.shown("old.exe"), b.shown("new.exe"), compare_programs(a.analyzed, b.analyzed), {}};
  // Every pair, whatever its weight: the golden files are about how pairs look.
  report.aligned = align_pairs(a.analyzed, b.analyzed, report.comparison, report.comparison.pairs).value();
  return report;
}

TEST(CompareReport, IsTheGoldenDocumentTextAndPage) {
  const Side a({work(0x22), kTiny}, "work"), b({work(0x99), kTiny, work(0x22)}, "work");
  const CompareReport report = compare(a, b);
  expect_golden("compare.json", compare_document(report));
  expect_golden("compare.txt", compare_text(report));
  expect_golden("compare.html", compare_html(report));
}

TEST(CompareReport, HidesNamesOnRequest) {
  const Side a({work(0x22)}, "secret_name"), b({work(0x22)}, "secret_name");
  const CompareReport report = compare(a, b);
  EXPECT_NE(compare_document(report).find("secret_name"), std::string::npos);
  EXPECT_EQ(compare_document(report, {.names = false}).find("\"name\": \"secret_name\""), std::string::npos);
}

TEST(CompareReport, HostileNamesReachNeitherTerminalNorPage) {
  const Side a({work(0x22)}, "<script>\x1b[31m\xe2\x80\xae"), b({work(0x99)}, "\"><img src=x>");
  const CompareReport report = compare(a, b);
  EXPECT_EQ(compare_text(report).find('\x1b'), std::string::npos);
  const std::string page = compare_html(report);
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find("<img"), std::string::npos);
  EXPECT_EQ(page.find("style=\""), std::string::npos) << "the security policy forbids inline styles";
}

TEST(FlowGraph, DrawsEveryBlockAndEdgeAndMarksLoops) {
  const std::vector<html::DrawnBlock> blocks = {{"0", "equal", "b0", "first", {1, 2}}, {"1", "alike", "", "<t>", {0}}, {"2", "lone", "", "", {}}};
  const std::string svg = html::flow_graph(blocks, "graph");
  const auto count = [&](std::string_view what) {
    std::size_t n = 0;
    for (std::size_t at = svg.find(what); at != std::string::npos; at = svg.find(what, at + 1)) ++n;
    return n;
  };
  EXPECT_EQ(count("<rect"), 3U);
  EXPECT_EQ(count("<path"), 3U);
  EXPECT_EQ(count("edge back"), 1U) << "1 leads back to 0";
  EXPECT_EQ(count("&lt;t&gt;"), 1U);
  EXPECT_TRUE(html::flow_graph({}, "none").empty());
}

}  // namespace
}  // namespace prova::report
