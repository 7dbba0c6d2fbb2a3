#include "evidence/custody.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <functional>
#include <sstream>
#include <thread>

namespace prova {
namespace {

namespace fs = std::filesystem;
using Kind = CustodyProblem::Kind;

/// A case directory of its own per test, with two artefacts.
class Custody : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    case_ =
        fs::temp_directory_path() / (std::string("prova-custody-") + test->name() + "-" + std::to_string(::getpid()));
    fs::create_directories(case_ / "artifacts/sub");
    write("artifacts/a.bin", "alpha");
    write("artifacts/sub/b.bin", "beta");
  }
  void TearDown() override { fs::remove_all(case_); }

  void write(const std::string& path, std::string_view content) const {
    std::ofstream(case_ / path, std::ios::binary | std::ios::trunc) << content;
  }
  [[nodiscard]] std::string log() const {
    std::ifstream in(case_ / kCustodyFile, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
  }
  [[nodiscard]] std::vector<std::string> lines() const {
    std::istringstream in(log());
    std::vector<std::string> out;
    for (std::string line; std::getline(in, line);) out.push_back(line + "\n");
    return out;
  }
  void write_lines(const std::vector<std::string>& all) const {
    std::string joined;
    for (const std::string& line : all) joined += line;
    write(std::string(kCustodyFile), joined);
  }
  [[nodiscard]] std::vector<Kind> problems() const {
    const auto state = verify_custody(case_);
    EXPECT_TRUE(state) << to_string(state.error());
    std::vector<Kind> kinds;
    if (state) {
      for (const CustodyProblem& problem : state->problems) kinds.push_back(problem.kind);
    }
    return kinds;
  }
  void note(const std::string& text) const {
    const CustodyEvent event{"2022-07-18T10:00:00Z", "analyst", "noted", "", std::nullopt, 0, text};
    const auto done = append_custody(case_, {&event, 1});
    ASSERT_TRUE(done) << to_string(done.error());
  }
  void record() const { ASSERT_TRUE(record_new_artifacts(case_, "analyst", "2022-07-18T09:00:00Z")); }

  fs::path case_;
};

TEST_F(Custody, AnUntouchedCaseVerifiesAndEveryFileIsRecordedOnce) {
  record();
  const auto again = record_new_artifacts(case_, "analyst", "2022-07-18T09:30:00Z");
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->empty());
  const auto state = verify_custody(case_);
  ASSERT_TRUE(state);
  EXPECT_TRUE(state->intact());
  EXPECT_EQ(state->artifacts_checked, 2U);
  ASSERT_EQ(state->entries.size(), 2U);
  EXPECT_EQ(state->entries[0].event.path, "artifacts/a.bin");
  EXPECT_EQ(state->entries[1].event.path, "artifacts/sub/b.bin");
  EXPECT_EQ(state->head.sequence, 2U);
}

TEST_F(Custody, TheBytesOfALineAreThoseOfTheFormat) {
  write("artifacts/a.bin", "");
  const CustodyEvent event{"2022-07-18T09:00:00Z",
                           "A \"B\"\\\n",
                           "added",
                           "artifacts/a.bin",
                           sha256(ByteView{}),
                           0,
                           "n\xc3\xa9"
                           "\xff"};
  ASSERT_TRUE(append_custody(case_, {&event, 1}));
  const std::string without_hash =
      R"({"sequence":1,"time":"2022-07-18T09:00:00Z","who":"A \"B\"\\\u000a","action":"added","path":"artifacts/a.bin",)"
      R"("sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":0,"note":"n)"
      "\xc3\xa9\xef\xbf\xbd"
      R"(","previous":"0000000000000000000000000000000000000000000000000000000000000000")";
  EXPECT_EQ(log(), without_hash + ",\"hash\":\"" + to_hex(sha256(as_bytes(without_hash + "}"))) + "\"}\n");
}

TEST_F(Custody, EveryEditOfAByteIsDetected) {
  record();
  const std::string intact = log();
  for (std::size_t i = 0; i < intact.size(); ++i) {
    std::string edited = intact;
    edited[i] = edited[i] == 'x' ? 'y' : 'x';
    write(std::string(kCustodyFile), edited);
    EXPECT_FALSE(problems().empty()) << "byte " << i;
  }
}

TEST_F(Custody, RemovedInsertedAndReorderedLinesAreDetected) {
  record();
  note("one");
  note("two");
  const auto all = lines();
  ASSERT_EQ(all.size(), 4U);
  write_lines({all[0], all[1], all[3]});
  EXPECT_EQ(problems(), std::vector<Kind>{Kind::kBrokenChain});
  write_lines({all[0], all[1], all[3], all[2]});
  EXPECT_EQ(problems(), (std::vector<Kind>{Kind::kBrokenChain, Kind::kBrokenChain}));
  write_lines({all[0], all[1], all[2], all[2], all[3]});
  EXPECT_EQ(problems(), std::vector<Kind>{Kind::kBrokenChain});
  write_lines(all);
  EXPECT_TRUE(problems().empty());
}

TEST_F(Custody, LinesCutOffAtTheEndAreSeenByWhoeverKeptTheHead) {
  record();
  note("one");
  const auto head = verify_custody(case_)->head;
  auto all = lines();
  all.pop_back();
  write_lines(all);
  EXPECT_TRUE(problems().empty());
  const auto state = verify_custody(case_, head);
  ASSERT_TRUE(state);
  ASSERT_EQ(state->problems.size(), 1U);
  EXPECT_EQ(state->problems[0].kind, Kind::kHeadMissing);
}

TEST_F(Custody, ALineCutShortAnywhereIsReportedAndRepairedByAppendingOnly) {
  record();
  note("one");
  const std::string intact = log();
  const std::size_t last = intact.rfind('\n', intact.size() - 2) + 1;
  for (std::size_t length = last + 1; length < intact.size(); length += length + 8 < intact.size() ? 7 : 1) {
    const std::string torn = intact.substr(0, length);
    write(std::string(kCustodyFile), torn);
    EXPECT_EQ(problems(), std::vector<Kind>{Kind::kUnfinished}) << "length " << length;
    note("after the crash");
    EXPECT_TRUE(log().starts_with(torn)) << "only appended to";
    EXPECT_TRUE(problems().empty()) << "length " << length;
  }
  EXPECT_EQ(lines().size(), 4U) << "complete but for its newline: the line stands, no repair is needed";
}

TEST_F(Custody, ARepairDoesNotExcuseALineThatWasEdited) {
  record();
  note("one");
  const std::string intact = log();
  write(std::string(kCustodyFile), intact.substr(0, intact.size() - 20));
  note("two");
  EXPECT_TRUE(problems().empty());
  std::string edited = log();
  edited[intact.size() - 25] = '#';  // Inside the torn line.
  write(std::string(kCustodyFile), edited);
  EXPECT_EQ(problems(), (std::vector<Kind>{Kind::kDamagedLine, Kind::kBrokenChain}));
}

TEST_F(Custody, NothingIsAppendedAfterALastLineThatWasEdited) {
  record();
  std::string edited = log();
  edited[edited.find("analyst")] = 'A';
  edited[edited.rfind("analyst")] = 'A';
  write(std::string(kCustodyFile), edited);
  const CustodyEvent event{"2022-07-18T10:00:00Z", "analyst", "noted", "", std::nullopt, 0, ""};
  const auto refused = append_custody(case_, {&event, 1});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kStore);
  EXPECT_EQ(log(), edited);
}

TEST_F(Custody, ArtefactsThatChangedWentMissingOrWereNeverRecordedAreFindings) {
  record();
  write("artifacts/a.bin", "alphA");
  fs::remove(case_ / "artifacts/sub/b.bin");
  write("artifacts/c.bin", "new");
  fs::create_symlink("/etc/passwd", case_ / "artifacts/d.bin");
  EXPECT_EQ(problems(), (std::vector<Kind>{Kind::kChanged, Kind::kUnrecorded, Kind::kUnrecorded, Kind::kMissing}));
}

TEST_F(Custody, AWithdrawnArtefactMayBeGoneButNotBack) {
  record();
  const CustodyEvent event{"2022-07-18T10:00:00Z", "analyst", "withdrawn",  "artifacts/a.bin",
                           std::nullopt,           0,         "court order"};
  ASSERT_TRUE(append_custody(case_, {&event, 1}));
  EXPECT_EQ(problems(), std::vector<Kind>{Kind::kUnrecorded});
  fs::remove(case_ / "artifacts/a.bin");
  EXPECT_TRUE(problems().empty());
}

TEST_F(Custody, ATimeBeforeTheLineBeforeIsAFinding) {
  note("one");
  record();
  EXPECT_EQ(problems(), std::vector<Kind>{Kind::kTimeBackwards});
}

TEST_F(Custody, FieldsThatBreakTheirRuleAreRefusedAndNothingIsWritten) {
  const CustodyEvent good{"2022-07-18T10:00:00Z", "analyst", "noted", "", std::nullopt, 0, ""};
  std::vector<CustodyEvent> bad(7, good);
  bad[0].time = "2022-07-18 10:00";
  bad[1].time = "2022-13-18T10:00:00Z";
  bad[2].who = "";
  bad[3].action = "";
  bad[4].path = "../outside";
  bad[5].action = "repaired";
  bad[6].note = std::string(kMaxCustodyField + 1, 'n');
  for (const CustodyEvent& event : bad) {
    const CustodyEvent both[] = {good, event};
    const auto refused = append_custody(case_, both);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUsage);
    EXPECT_TRUE(log().empty());
  }
}

TEST_F(Custody, ACaseWithoutLogOrArtefactsIsIntactAndEmpty) {
  fs::remove_all(case_ / "artifacts");
  const auto state = verify_custody(case_);
  ASSERT_TRUE(state);
  EXPECT_TRUE(state->intact());
  EXPECT_EQ(state->head, CustodyHead{});
  EXPECT_FALSE(fs::exists(case_ / kCustodyFile)) << "verifying writes nothing";
}

/// Runs `work` in a child process.
pid_t in_child(const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    ::_exit(0);
  }
  return child;
}

TEST_F(Custody, ConcurrentAppendersKeepOneChain) {
  constexpr int kWriters = 4, kEach = 20;
  std::vector<pid_t> children;
  for (int w = 0; w < kWriters; ++w) {
    children.push_back(in_child([&] {
      for (int i = 0; i < kEach; ++i) {
        const CustodyEvent event{"2022-07-18T10:00:00Z", std::to_string(w), "noted", "", std::nullopt, 0, ""};
        if (!append_custody(case_, {&event, 1})) ::_exit(1);
      }
    }));
  }
  for (const pid_t child : children) {
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  fs::remove_all(case_ / "artifacts");
  const auto state = verify_custody(case_);
  ASSERT_TRUE(state);
  EXPECT_TRUE(state->intact());
  EXPECT_EQ(state->entries.size(), std::size_t{kWriters * kEach});
}

TEST_F(Custody, AKillAtAnyMomentLeavesAChainThatCanBeContinued) {
  fs::remove_all(case_ / "artifacts");
  std::size_t before = 0;
  for (int round = 0; round < 30; ++round) {
    const pid_t child = in_child([&] {
      const CustodyEvent event{"2022-07-18T10:00:00Z", "victim", "noted", "", std::nullopt, 0, std::string(4000, 'n')};
      for (;;) static_cast<void>(append_custody(case_, {&event, 1}));
    });
    std::this_thread::sleep_for(std::chrono::microseconds(500 + 700 * round));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    for (const Kind kind : problems()) EXPECT_EQ(kind, Kind::kUnfinished);
    note("next");
    const auto state = verify_custody(case_);
    ASSERT_TRUE(state && state->intact());
    EXPECT_GT(state->entries.size(), before);
    before = state->entries.size();
  }
}

}  // namespace
}  // namespace prova
