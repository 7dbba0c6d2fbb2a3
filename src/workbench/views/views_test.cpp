// The views of the workbench, on reports small enough to be written here.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "content/damage/survival_map.h"
#include "evidence/custody.h"
#include "workbench/views/case_source_paths.h"
#include "workbench/views/compare_view.h"
#include "workbench/views/custody_view.h"
#include "workbench/views/damage_view.h"
#include "workbench/views/kinship_view.h"
#include "workbench/views/leak_text.h"
#include "workbench/views/leak_view.h"
#include "workbench/views/marked_text.h"

namespace prova {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// A case directory of its own per test, gone at its end.
class CaseViews : public ::testing::Test {
 protected:
  void SetUp() override {
    case_ = fs::temp_directory_path() / ("prova-views-" + std::to_string(::getpid()) + "-" + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(case_ / "report");
  }
  void TearDown() override { fs::remove_all(case_); }
  void write(const std::string& name, std::string_view content) const {
    fs::create_directories((case_ / name).parent_path());
    std::ofstream(case_ / name, std::ios::binary) << content;
  }
  fs::path case_;
};

Json parsed(const Result<std::string>& document) { return document ? Json::parse(*document) : Json{{"error", document.error().message}}; }

// --- tables --------------------------------------------------------------------------------------------------------

RowTable three_rows() {
  RowTable table({"size"}, {"role"});
  table.add({"1", "Alpha", "0x10", {30}, {{"new"}}});
  table.add({"2", "beta", "0x20", {10}, {{"library"}}});
  table.add({"3", "gamma", "0x30 ALPHA", {30}, {{"library", "family"}}});
  return table;
}

TEST(RowTable, PagesInTheOrderAskedFor) {
  const RowTable table = three_rows();
  const auto rows = [&](const RowQuery& query) { return parsed(table.page("s/1", query))["rows"].dump(); };
  EXPECT_EQ(rows({}), "[1,2,3]");
  EXPECT_EQ(rows({"", {}, "size", 0, 100}), "[2,1,3]");
  EXPECT_EQ(rows({"", {}, "-size", 0, 100}), "[1,3,2]");  // Equal values keep the report's order.
  EXPECT_EQ(rows({"", {}, "-label", 0, 2}), "[3,2]");
  EXPECT_EQ(rows({"", {}, "", 2, 2}), "[3]");
  EXPECT_EQ(rows({"", {}, "", 99, 2}), "[]");
}

TEST(RowTable, FindsByTextAndByEveryFacet) {
  const RowTable table = three_rows();
  const auto page = [&](const RowQuery& query) { return parsed(table.page("s/1", query)); };
  EXPECT_EQ(page({"alpha", {}, "", 0, 100})["rows"].dump(), "[1,3]");
  EXPECT_EQ(page({"", {{"role", {"library"}}}, "", 0, 1})["matching"], 2);
  EXPECT_EQ(page({"", {{"role", {"new", "family"}}}, "", 0, 100})["rows"].dump(), "[1,3]");
  EXPECT_EQ(page({})["facets"].dump(), R"({"role":{"family":1,"library":2,"new":1}})");
}

TEST(RowTable, WhatThereIsNotIsRefusedByName) {
  const RowTable table = three_rows();
  EXPECT_EQ(table.page("s/1", {"", {}, "colour", 0, 1}).error().message, "cannot sort by \"colour\"; possible are label, size");
  EXPECT_EQ(table.page("s/1", {"", {{"shape", {"x"}}}, "", 0, 1}).error().code, ErrorCode::kUsage);
  EXPECT_EQ(table.page("s/1", {"", {}, "", 0, kMaxPageRows + 1}).error().code, ErrorCode::kUsage);
}

// --- kinship -------------------------------------------------------------------------------------------------------

constexpr const char* kReport = R"({
 "schema": "prova/investigate/1", "case": {"notice": "harmless"}, "generated": {"tool": "prova", "at": "2026-01-01T00:00:00Z"},
 "assessment": {"large": [1, 2, 3]}, "index": {"samples": 2}, "failed": [],
 "artifacts": [{"path": "artifacts/a.exe", "sha256": "aa", "programs": [{
   "sample": {"name": "a.exe", "member": null, "sha256": "aa"}, "families": [{"family": "older-tool", "log10_lr": 1.9}],
   "functions": [
    {"address": 4096, "size": 100, "name": "<b>f</b>", "role": "unique", "group": "only in family older-tool", "matches": [
      {"sample": "k1", "sample_name": "older.exe", "family": "older-tool", "role": "malware", "address": 1, "name": "enc", "similarity": 0.9, "exact": false, "log10_lr": 1.5, "because": []},
      {"sample": "k2", "sample_name": "older.elf", "family": "older-tool", "role": "malware", "address": 2, "name": null, "similarity": 0.5, "exact": false, "log10_lr": 0.4, "because": []}]},
    {"address": 8192, "size": 50, "name": null, "role": "library", "group": "library zlib, among its functions", "matches": [
      {"sample": "z", "sample_name": "libz.a", "family": "zlib", "role": "library", "address": 3, "name": "inflate", "similarity": 1, "exact": true, "log10_lr": 3, "because": []}]},
    {"address": 9000, "size": 10, "name": null, "role": "unknown", "group": "new", "matches": []}],
   "anomalies": []}]}]})";

TEST_F(CaseViews, KinshipCountsRolesGroupsAndWhatIsShared) {
  write("report/report.json", kReport);
  const auto view = KinshipView::read(case_);
  ASSERT_TRUE(view) << view.error().message;
  const Json document = Json::parse((*view)->document({}));
  EXPECT_EQ(document["schema"], "prova/kinship/1");
  EXPECT_FALSE(document.contains("assessment"));
  const Json& program = document["artifacts"][0]["programs"][0];
  EXPECT_FALSE(program.contains("functions"));
  EXPECT_EQ(program["counts"]["unique"]["bytes"], 100);
  EXPECT_EQ(program["groups"][1]["group"], "library zlib");  // "among its functions" is a way to get there, not another group.
  // older.elf matches with less than 10 : 1: no line. The library's line tells nothing about the author.
  ASSERT_EQ(document["shared"].size(), 2U);
  EXPECT_EQ(document["shared"][0]["sample"], "k1");
  EXPECT_EQ(document["shared"][0]["telling_functions"], 1);
  EXPECT_EQ(document["shared"][1]["telling_functions"], 0);
  EXPECT_EQ(document["samples"][0]["at_hand"], false);
}

TEST_F(CaseViews, FunctionsComePageByPageAndHostileNamesStayText) {
  write("report/report.json", kReport);
  const auto view = KinshipView::read(case_);
  ASSERT_TRUE(view);
  const Json all = parsed((*view)->functions({"aa", ""}, {"", {}, "-size", 0, 2}));
  EXPECT_EQ(all["rows_total"], 3);
  EXPECT_EQ(all["rows"].size(), 2U);
  EXPECT_EQ(all["rows"][0]["name"], "<b>f</b>");
  EXPECT_EQ(parsed((*view)->functions({"aa", ""}, {"INFLATE", {}, "", 0, 9}))["rows"][0]["address"], 8192);
  EXPECT_EQ(parsed((*view)->functions({"aa", ""}, {"0x1000", {}, "", 0, 9}))["matching"], 1);
  EXPECT_EQ(parsed((*view)->functions({"aa", ""}, {"", {{"family", {"zlib"}}}, "", 0, 9}))["matching"], 1);
  EXPECT_EQ((*view)->functions({"bb", ""}, {}).error().code, ErrorCode::kNotFound);
}

TEST_F(CaseViews, AReportThatIsMissingBrokenOrForgedIsAnErrorAndNothingElse) {
  EXPECT_EQ(KinshipView::read(case_).error().code, ErrorCode::kNotFound);
  const std::string whole = kReport;
  for (std::size_t n = 0; n < whole.size() - 1; n += 7) {
    write("report/report.json", whole.substr(0, n));
    EXPECT_FALSE(KinshipView::read(case_)) << n;
  }
  write("report/report.json", std::string(100'000, '['));
  EXPECT_FALSE(KinshipView::read(case_));
  std::string forged = whole;
  forged.replace(forged.find("\"size\": 100"), 11, "\"size\": \"x\"");
  write("report/report.json", forged);
  EXPECT_EQ(KinshipView::read(case_).error().code, ErrorCode::kMalformed);
}

// --- damage --------------------------------------------------------------------------------------------------------

constexpr const char* kDamage = R"({"schema": "prova/damage/1", "totals": {},
 "sources": [{"path": "x/disk.img", "role": "image", "map": {"cell_bytes": 8192, "cells": [[2, 0, 0, 0], [1, 1, 0, 0], [0, 0, 2, 0]]}},
             {"path": "x/backup", "role": "backup"}],
 "files": [
  {"path": "a.txt", "system": "s1", "size": 5, "verdict": "survives_on_disk", "survived_bytes": 5, "sha256": "00", "sources": [],
   "extents": [{"file_offset": 0, "length": 5, "kind": "stored", "source": 0, "path": null, "offset": 2}], "pattern": {"name": "name_lost"}},
  {"path": "b.txt", "system": "s2", "size": 9, "verdict": "not_found", "survived_bytes": 0, "sha256": "11", "sources": [], "extents": [], "pattern": null}]})";

TEST_F(CaseViews, DamageIsTheReportWithoutItsLongLists) {
  write("report/damage.json", kDamage);
  const auto view = DamageView::read(case_);
  ASSERT_TRUE(view) << view.error().message;
  const Json document = Json::parse((*view)->document());
  EXPECT_TRUE(document["files"].empty());
  EXPECT_FALSE(document["sources"][0].contains("map"));
  const Json lost = parsed((*view)->files({"", {}, "-lost", 0, 1}));
  EXPECT_EQ(lost["rows"][0]["path"], "b.txt");
  EXPECT_EQ(lost["facets"]["pattern"]["name_lost"], 1);
}

TEST_F(CaseViews, TheMapComesFromTheStepsOrElseFromTheReport) {
  write("report/damage.json", kDamage);
  const auto view = DamageView::read(case_);
  ASSERT_TRUE(view);
  EXPECT_EQ(parsed((*view)->map({0, 0, 2, 10}))["runs"].dump(), "[[1,3,1,0,0],[1,0,0,2,0]]");
  EXPECT_EQ(parsed((*view)->map({0, 0, 0, 10}))["step_bytes"], 8192);
  StepStates states(6);
  for (std::uint64_t i = 0; i < 4; ++i) states.set(i, StepState::kKnown);
  write(kSurvivalMapFile, survival_map_bytes({{0, 0, &states}}));
  const Json fine = parsed((*view)->map({0, 0, 2, 10}));
  EXPECT_EQ(fine["step_bytes"], 4096);
  EXPECT_EQ(fine["runs"].dump(), "[[2,2,0,0,0],[1,0,0,2,0]]");
  EXPECT_EQ((*view)->map({1, 0, 0, 10}).error().code, ErrorCode::kNotFound);  // A backup has no map.
  EXPECT_FALSE((*view)->map({0, 0, 1, kMaxMapCells + 1}));
  write(kSurvivalMapFile, "PROVASM1broken");
  EXPECT_EQ((*view)->map({0, 0, 1, 10}).error().code, ErrorCode::kMalformed);
}

// --- leak ----------------------------------------------------------------------------------------------------------

/// Our letter and the dump's: one number was changed, in a line that the comparison narrowed to `sum 257,250`.
constexpr std::string_view kOurs = "To the ministry\nThe sum 257,250 was approved\n", kTheirs = "To the ministry\nThe sum 907,250 was approved\n";

std::string leak_of(const std::string& dump_path) {
  const std::uint64_t begin = kTheirs.find("sum"), end = kTheirs.find(" was");
  // Normalised characters: letters, digits and the comma between digits.
  const std::uint64_t before = std::string_view("totheministrythe").size();
  return Json{{"schema", "prova/leak/1"}, {"totals", {{"altered", 1}}}, {"systems", Json::array()},
              {"documents", {{{"dump_path", dump_path}, {"format", "text"}, {"size", kTheirs.size()}, {"sha256", nullptr}, {"verdict", "altered"},
                {"matches", {{{"path", "letters/1.txt"}, {"system", "s1"}, {"owner", "ana"}, {"level", "altered"}, {"contained", 1.0},
                  {"found", {{"begin", 0}, {"end", kTheirs.size()}}},
                  {"ranges", {{{"begin", begin}, {"end", end}, {"original", {{"begin", before}, {"end", before + 10}}}, {"growth", 0}}}},
                  {"headers", Json::array()}, {"canary", false}, {"holders", 1}, {"sources", {{{"system", "s1"}, {"path", "letters/1.txt"}, {"owner", "ana"}, {"canary", false}}}}}}}}}}}
      .dump();
}

std::string damage_with_copy() {
  return Json{{"schema", "prova/damage/1"}, {"sources", {{{"path", "elsewhere/data/backup"}, {"role", "backup"}}}},
              {"files", {{{"path", "letters/1.txt"}, {"system", "s1"}, {"size", kOurs.size()}, {"verdict", "survives_in_backup"}, {"survived_bytes", kOurs.size()},
                {"sha256", to_hex(sha256(as_bytes(kOurs)))}, {"sources", {{{"source", 0}, {"path", "letters/1.txt"}, {"whole", true}}}}, {"extents", Json::array()}, {"pattern", nullptr}}}}}
      .dump();
}

constexpr const char* kSources = "schema: prova/sources/1\ninventory: i\ndumps: [data/dump]\nbackups: [data/backup]\nimages: [data/disk.img]\n";

std::string texts_of(const Json& side, const std::string& kind) {
  std::string all;
  for (const Json& segment : side["segments"]) {
    if (segment["kind"] == kind) all += segment["text"].get<std::string>();
  }
  return all;
}

class LeakTexts : public CaseViews {
 protected:
  void SetUp() override {
    CaseViews::SetUp();
    write("sources.yaml", kSources);
    write("data/dump/mail/1.txt", kTheirs);
    write("report/leak.json", leak_of("elsewhere/data/dump/mail/1.txt"));
    write("report/damage.json", damage_with_copy());
  }
  Json text_of_first() {
    const auto leak = LeakView::read(case_);
    const auto damage = DamageView::read(case_);
    if (!leak || !damage) return Json{{"error", "unreadable report"}};
    return parsed(leak_document_text(case_, **leak, damage->get(), 0));
  }
};

TEST_F(LeakTexts, TheOriginalStandsBesideTheDumpAndTheChangedWordsAreMarked) {
  write("data/backup/letters/1.txt", kOurs);
  const Json document = text_of_first();
  ASSERT_TRUE(document["dump"]["available"].get<bool>()) << document.dump(1);
  ASSERT_TRUE(document["original"]["available"].get<bool>()) << document.dump(1);
  EXPECT_EQ(texts_of(document["dump"], "changed"), "907,250");
  EXPECT_EQ(texts_of(document["original"], "changed"), "257,250");
  EXPECT_EQ(texts_of(document["dump"], "altered"), "sum ");
  EXPECT_EQ(document["original"]["from"], "backup elsewhere/data/backup");
}

TEST_F(LeakTexts, ACopyThatIsNotTheInventoriedOneIsNotCalledTheOriginal) {
  write("data/backup/letters/1.txt", kTheirs);
  const Json document = text_of_first();
  EXPECT_FALSE(document["original"]["available"].get<bool>());
  EXPECT_EQ(texts_of(document["dump"], "altered"), "sum 907,250");  // The range of the report; no words, nothing to compare with.
}

TEST_F(LeakTexts, TheOriginalIsReadBackFromTheImageThatItSurvivesOn) {
  Json damage = Json::parse(damage_with_copy());
  damage["sources"] = {{{"path", "data/disk.img"}, {"role", "image"}}};
  damage["files"][0]["sources"] = Json::array();
  damage["files"][0]["extents"] = {{{"file_offset", 0}, {"length", kOurs.size()}, {"kind", "stored"}, {"source", 0}, {"path", nullptr}, {"offset", 512}}};
  write("report/damage.json", damage.dump());
  write("data/disk.img", std::string(512, '\0') + std::string(kOurs) + std::string(600, '\0'));
  EXPECT_EQ(texts_of(text_of_first()["original"], "changed"), "257,250");
  write("data/disk.img", std::string(4096, 'x'));
  EXPECT_FALSE(text_of_first()["original"]["available"].get<bool>());
}

TEST_F(LeakTexts, ADumpThatIsGoneIsSaidToBe) {
  write("sources.yaml", "schema: prova/sources/1\ninventory: i\ndumps: [other]\n");
  const Json document = text_of_first();
  EXPECT_FALSE(document["dump"]["available"].get<bool>());
  EXPECT_EQ(document["dump"]["reason"], "sources.yaml no longer names the dump that it lies in");
}

TEST_F(LeakTexts, NothingOutsideOfTheDumpIsRead) {
  write("secret.txt", kTheirs);
  for (const char* path : {"elsewhere/data/dump/../../secret.txt", "data/dump/link.txt", "secret.txt"}) {
    fs::create_symlink(case_ / "secret.txt", case_ / "data/dump/link.txt");
    write("report/leak.json", leak_of(path));
    EXPECT_FALSE(text_of_first()["dump"]["available"].get<bool>()) << path;
    fs::remove(case_ / "data/dump/link.txt");
  }
}

TEST_F(LeakTexts, DocumentsAreListedByVerdictAndSystem) {
  const auto leak = LeakView::read(case_);
  ASSERT_TRUE(leak);
  EXPECT_FALSE(Json::parse((*leak)->document()).contains("documents"));
  const Json page = parsed((*leak)->documents({"", {{"verdict", {"altered"}}, {"system", {"s1"}}}, "", 0, 10}));
  EXPECT_EQ(page["rows"][0]["path"], "letters/1.txt");
  EXPECT_EQ(page["rows"][0]["ranges"], 1);
  EXPECT_EQ((*leak)->entry(1).error().code, ErrorCode::kNotFound);
}

// --- marked text ---------------------------------------------------------------------------------------------------

using Segments = std::vector<TextSegment>;

TEST(MarkedText, TheHeavierMarkIsShownAndRemovalsHaveAPlace) {
  const std::vector<MarkedRange> marks = {{MarkKind::kOurs, {0, 8}}, {MarkKind::kAltered, {2, 6}}, {MarkKind::kChanged, {3, 4}}, {MarkKind::kAltered, {7, 7}}};
  EXPECT_EQ(marked_segments("abcdefghij", marks, 100, 2), (Segments{{"ours", "ab", 0}, {"altered", "c", 0}, {"changed", "d", 0}, {"altered", "ef", 0}, {"ours", "g", 0},
                                                                  {"removed", "", 0}, {"ours", "h", 0}, {"other", "ij", 0}}));
}

TEST(MarkedText, OfALongTextTheStartAndTheAlteredPlacesAreShown) {
  const std::string text = std::string(50, 'a') + "X" + std::string(49, 'b');
  EXPECT_EQ(marked_segments(text, {{MarkKind::kOurs, {0, 100}}, {MarkKind::kAltered, {50, 51}}}, 10, 3),
            (Segments{{"ours", std::string(10, 'a'), 0}, {"left_out", "", 37}, {"ours", "aaa", 0}, {"altered", "X", 0}, {"ours", "bbb", 0}, {"left_out", "", 46}}));
}

TEST(MarkedText, MarksNeverCutACharacterAndBytesThatAreNoTextAreReplaced) {
  EXPECT_EQ(marked_segments("\xc3\xab!", {{MarkKind::kAltered, {1, 2}}}, 100, 2), (Segments{{"altered", "\xc3\xab", 0}, {"other", "!", 0}}));
  EXPECT_EQ(marked_segments("a\xff", {}, 100, 2), (Segments{{"other", "a\xef\xbf\xbd", 0}}));
  EXPECT_EQ(marked_segments("abc", {{MarkKind::kAltered, {2, ~0ULL}}, {MarkKind::kOurs, {~0ULL, ~0ULL}}}, 100, 2), (Segments{{"other", "ab", 0}, {"altered", "c", 0}}));
}

TEST(MarkedText, ChangedWordsAreWholeWords) {
  const std::string_view left = "sum 907,250 euro", right = "sum 257,250 euro";
  const ChangedWords words = changed_words(left, {0, left.size()}, right, {0, right.size()});
  EXPECT_EQ(left.substr(words.left.begin, words.left.size()), "907,250");
  EXPECT_EQ(right.substr(words.right.begin, words.right.size()), "257,250");
  const ChangedWords added = changed_words("a b c", {0, 5}, "a c", {0, 3});
  EXPECT_EQ(added.right.size(), 0U);
}

// --- paths, custody ------------------------------------------------------------------------------------------------

TEST(CaseSourcePaths, AReportedPathIsTheEndOfTheOneWritten) {
  const std::vector<std::string> written = {"data/dump.zip", "data/dump"};
  EXPECT_EQ(find_source("/case", written, "examples/x/data/dump.zip!a!b")->path, "/case/data/dump.zip");
  EXPECT_EQ(find_source("/case", written, "data/dump/a.txt")->length, 9U);
  EXPECT_FALSE(find_source("/case", written, "mydata/dump.zip"));
  EXPECT_FALSE(find_source("/case", written, "data/dump.zipper"));
}

TEST_F(CaseViews, CustodySaysWhatEachFileIsNow) {
  write("artifacts/a", "one");
  write("artifacts/b", "two");
  ASSERT_TRUE(record_new_artifacts(case_, "ana", "2026-01-01T00:00:00Z"));
  write("artifacts/b", "TWO");
  const Json document = parsed(custody_document(case_, {0, 1}));
  EXPECT_EQ(document["schema"], "prova/custody/1");
  EXPECT_FALSE(document["intact"].get<bool>());
  EXPECT_EQ(document["problems"][0]["kind"], "changed");
  EXPECT_EQ(document["files"][0]["state"], "as_recorded");
  EXPECT_EQ(document["files"][1]["state"], "changed");
  EXPECT_EQ(document["files"][1]["sha256_now"], to_hex(sha256(as_bytes("TWO"))));
  EXPECT_EQ(document["entries_total"], 2);
  EXPECT_EQ(document["entries"].size(), 1U);
  EXPECT_EQ(document["entries"][0]["sequence"], 2);  // Newest first.
}

TEST_F(CaseViews, ACaseWithoutALogHasNoEntriesAndIsIntact) {
  const Json document = parsed(custody_document(case_, {}));
  EXPECT_TRUE(document["intact"].get<bool>());
  EXPECT_EQ(document["entries_total"], 0);
}

TEST_F(CaseViews, CaseFilesAreFoundByContentAndLinksAreNotFollowed) {
  write("artifacts/a", "one");
  write("known/k", "two");
  write("outside", "three");
  fs::create_symlink(case_ / "outside", case_ / "known/link");
  CaseFiles files(case_);
  EXPECT_EQ(files.list().size(), 2U);
  EXPECT_EQ(files.find(to_hex(sha256(as_bytes("two"))))->name, "known/k");
  EXPECT_EQ(files.find(to_hex(sha256(as_bytes("three")))).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(files.find("../outside").error().code, ErrorCode::kMalformed);
  write("known/k", "four");
  EXPECT_FALSE(files.find(to_hex(sha256(as_bytes("two")))));
}

TEST_F(CaseViews, AComparisonOfWhatIsNoProgramFailsInItsOwnProcessWithTheReason) {
  write("artifacts/note.txt", "harmless");
  CaseFiles files(case_);
  const std::string sha256_hex = to_hex(sha256(as_bytes("harmless")));
  const auto file = files.find(sha256_hex);
  ASSERT_TRUE(file);
  const auto answer = compared({sha256_hex, sha256_hex, "", "", ""}, *file, *file);
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message.find("artifacts/note.txt"), std::string::npos) << answer.error().message;
  EXPECT_NE(answer.error().message.find("expected PE, ELF, Mach-O"), std::string::npos) << answer.error().message;
}

}  // namespace
}  // namespace prova
