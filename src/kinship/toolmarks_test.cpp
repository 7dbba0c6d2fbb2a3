#include "kinship/toolmarks.h"

#include <gtest/gtest.h>

#include <cmath>

#include "kinship/toolmark_worth.h"

namespace prova {
namespace {

using Kind = Toolmark::Kind;

AnalyzedSample pe_with(std::vector<std::pair<Kind, std::string>> marks) {
  AnalyzedSample sample;
  sample.stored.record.format = Format::kPe;
  sample.stored.record.toolmarks = std::move(marks);
  return sample;
}

std::string note_of(const AnalyzedSample& sample, Kind kind) {
  for (const ToolmarkResult& mark : compare_toolmarks(sample, {})) {
    if (mark.kind == kind) return mark.note;
  }
  return "(no such mark)";
}

TEST(ToolContradictions, StartUpCodeOfMingwSpeaksAgainstARichHeader) {
  AnalyzedSample sample = pe_with({{Kind::kRichHash, "abc"}, {Kind::kLinkerVersion, "14.29"}});
  sample.tools.rich_linker = 14;
  EXPECT_EQ(note_of(sample, Kind::kRichHash), "");
  sample.tools.mingw_functions = kLeastStartupFunctions - 1;
  EXPECT_EQ(note_of(sample, Kind::kRichHash), "") << "one copied function proves nothing";
  sample.tools.mingw_functions = kLeastStartupFunctions;
  EXPECT_NE(note_of(sample, Kind::kRichHash).find("start-up code of mingw-w64"), std::string::npos);
}

TEST(ToolContradictions, LinkerVersionsOfOneLinkAgree) {
  AnalyzedSample sample = pe_with({{Kind::kRichHash, "abc"}, {Kind::kLinkerVersion, "9.0"}});
  sample.tools.rich_linker = 6;
  EXPECT_NE(note_of(sample, Kind::kRichHash).find("names Microsoft's linker 6, the file's header linker 9.0"), std::string::npos);
  sample.tools.rich_linker = 9;
  EXPECT_EQ(note_of(sample, Kind::kRichHash), "");
}

TEST(ToolContradictions, ACopiedHeaderHasAnothersChecksum) {
  AnalyzedSample sample = pe_with({{Kind::kRichHash, "abc"}});
  sample.tools.rich_checksum_fits = false;
  EXPECT_NE(note_of(sample, Kind::kRichHash).find("checksum"), std::string::npos);
}

TEST(ToolContradictions, ALinkedInGccObjectInMicrosoftCodeIsNoForgedRichHeader) {
  AnalyzedSample sample = pe_with({{Kind::kRichHash, "abc"}, {Kind::kCompiler, "GCC: (GNU) 12"}});
  sample.tools.gaps_of_int3 = 500;
  EXPECT_EQ(note_of(sample, Kind::kRichHash), "");
  EXPECT_NE(note_of(sample, Kind::kCompiler).find("linked-in object, or was planted"), std::string::npos);
}

TEST(ToolContradictions, NoLinkerIsOlderThanItsRelease) {
  AnalyzedSample sample = pe_with({{Kind::kRichHash, "abc"}, {Kind::kLinkTimestamp, "2009-12-27T05:39:22Z"}});
  sample.tools.rich_linker = 14;
  EXPECT_NE(note_of(sample, Kind::kLinkTimestamp).find("came out in 2015"), std::string::npos);
  sample.tools.rich_linker = 6;
  EXPECT_EQ(note_of(sample, Kind::kLinkTimestamp), "");
  sample.tools.rich_linker.reset();
  EXPECT_EQ(note_of(sample, Kind::kLinkTimestamp), "") << "without a Rich header the linker is not known";
}

TEST(MarkWorth, CountsUnrelatedOriginsAndIsCapped) {
  // 19 origins have a PDB path, 8 of 11 later versions kept theirs: s = 8.5/12. Seen once at most: p = 2/20.
  const auto rare = mark_worth(Kind::kPdbPath, Format::kPe, "C:\\new\\tool.pdb", {});
  ASSERT_TRUE(rare);
  EXPECT_NEAR(rare->log10_lr, std::log10(8.5 / 12 / (2.0 / 20)), 1e-9);
  EXPECT_FALSE(rare->capped);
  // A hundred other families of the index, none with this value: p = 2/120, which alone would give 42 : 1.
  const auto many = mark_worth(Kind::kPdbPath, Format::kPe, "C:\\new\\tool.pdb", {100, 0});
  EXPECT_TRUE(many->capped);
  EXPECT_DOUBLE_EQ(many->log10_lr, kForgeableCap);
  // Half of them have it: p = 51/120.
  EXPECT_NEAR(mark_worth(Kind::kPdbPath, Format::kPe, "x", {100, 50})->log10_lr, std::log10(8.5 / 12 / (51.0 / 120)), 1e-9);
}

TEST(MarkWorth, WhatWasNotMeasuredHasNoNumber) {
  EXPECT_FALSE(mark_worth(Kind::kSigner, Format::kPe, "x", {}));
  EXPECT_FALSE(mark_worth(Kind::kBuildId, Format::kElf, "x", {}));
  EXPECT_FALSE(mark_worth(Kind::kPdbPath, Format::kMachO, "x", {}));
}

TEST(MarkWorth, AMarkThatContradictsTheCodeIsNoEvidence) {
  AnalyzedSample sample = pe_with({{Kind::kRichHash, "abc"}, {Kind::kPdbPath, "c:\\x.pdb"}});
  sample.tools.mingw_functions = 10;
  SampleRecord known;
  known.family = "a";
  known.format = Format::kPe;
  known.toolmarks = sample.stored.record.toolmarks;
  for (const ToolmarkResult& mark : compare_toolmarks(sample, {{SampleId{0}, known}})) {
    ASSERT_TRUE(mark.log10_lr) << name_of(mark.kind);
    if (mark.kind == Kind::kRichHash) { EXPECT_LE(*mark.log10_lr, 0); }
    else { EXPECT_GT(*mark.log10_lr, 0); }
  }
}

}  // namespace
}  // namespace prova
