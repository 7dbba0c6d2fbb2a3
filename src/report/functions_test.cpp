#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/documents.h"
#include "report/golden_test_support.h"
#include "report/sample_reports_test_support.h"
#include "report/terminal.h"

namespace prova::report {
namespace {

/// An image with one function of two blocks, one thunk, and a defect in each stage.
struct TwoFunctions {
  BinaryImage image;
  Program program;
  TwoFunctions() {
    image.format = Format::kElf;
    image.arch = Arch::kX64;
    image.bits = 64;
    image.defects.push_back({FileOffset{0x40}, "section 3 ends 16 bytes past the file"});
    Function main;
    main.address = VirtualAddress{0x401000};
    main.size = 48;
    main.name = "main";
    main.reason = StartReason::kSymbol;
    main.blocks.resize(2);
    main.instructions = 12;
    Function thunk;
    thunk.address = VirtualAddress{0x402000};
    thunk.size = 6;
    thunk.kind = FunctionKind::kThunk;
    thunk.blocks.resize(1);
    thunk.instructions = 1;
    program.image = &image;
    program.functions = {main, thunk};
    program.anomalies.push_back({FileOffset{0x1030}, "undecodable byte 0xff"});
    program.code_bytes = 64;
    program.covered_bytes = 54;
  }
  TwoFunctions(const TwoFunctions&) = delete;
  TwoFunctions& operator=(const TwoFunctions&) = delete;
};

const FileIdentity kFile{"a.out", std::string(64, '3'), 4096, ""};

TEST(FunctionsDocument, IsTheGoldenDocument) {
  const TwoFunctions two;
  const Program* programs[] = {&two.program};
  expect_golden("functions.json", functions_document(kFile, programs));
  expect_golden("functions.txt", functions_text(kFile, programs));
}

TEST(FunctionsDocument, MembersOfAContainerAreNamed) {
  TwoFunctions first, second;
  first.image.member = "a.o";
  second.image.member = "b.o";
  const Program* programs[] = {&first.program, &second.program};
  FileIdentity archive = kFile;
  archive.container = "ar";
  const auto document =
      nlohmann::json::parse(functions_document(archive, programs, {{FileOffset{8}, "a member is cut short"}}));
  EXPECT_EQ(document["sample"]["members"].size(), 2U);
  EXPECT_EQ(document["functions"].size(), 4U);
  EXPECT_EQ(document["functions"][2]["member"], "b.o");
  EXPECT_EQ(document["anomalies"][0]["stage"], "container");
  EXPECT_EQ(document["code_bytes"], 128);
}

TEST(FunctionsDocument, NoNamesHidesThemAndHostileOnesAreHarmless) {
  TwoFunctions two;
  two.program.functions[0].name = kHostile;
  const Program* programs[] = {&two.program};
  const auto hidden = nlohmann::json::parse(functions_document(kFile, programs, {}, {.names = false}));
  EXPECT_TRUE(hidden["functions"][0]["name"].is_null());
  EXPECT_EQ(functions_text(kFile, programs).find('\x1b'), std::string::npos);
  EXPECT_EQ(functions_text(kFile, programs, {}, {}, {.names = false}).find("script"), std::string::npos);
}

TEST(FunctionsDocument, AFileWithoutProgramsIsADocument) {
  EXPECT_EQ(nlohmann::json::parse(functions_document(kFile, {}))["sample"]["arch"], "unknown");
}

}  // namespace
}  // namespace prova::report
