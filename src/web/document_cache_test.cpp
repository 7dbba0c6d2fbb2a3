#include "web/document_cache.h"

#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "web/directory_test_support.h"

namespace prova::web {
namespace {

using std::chrono::milliseconds;

/// Longer than the time for which a file that was just written counts as still changing.
void settle() { std::this_thread::sleep_for(milliseconds(120)); }

TEST(DocumentCache, ADocumentIsMadeAgainOnlyWhenAFileChanged) {
  const TestDirectory directory;
  directory.write("case.yaml", "one");
  settle();
  DocumentCache cache;
  int made = 0;
  const auto get = [&] {
    return *cache.get("key", {directory.path() / "case.yaml"}, [&]() -> Result<std::string> { return "version " + std::to_string(++made); }).value();
  };
  EXPECT_EQ(get(), "version 1");
  EXPECT_EQ(get(), "version 1");
  directory.write("case.yaml", "two");
  EXPECT_EQ(get(), "version 2");
  EXPECT_EQ(get(), "version 3") << "the file may still be changing within one tick of the clock";
  settle();
  EXPECT_EQ(get(), "version 4");
  EXPECT_EQ(get(), "version 4");
}

TEST(DocumentCache, AFileThatAppearsOrGoesIsAChange) {
  const TestDirectory directory;
  const std::vector<std::filesystem::path> files = {directory.path() / "artifacts"};
  const auto nothing = stamp_of(files);
  directory.write("artifacts/a", "x");
  settle();
  const auto one = stamp_of(files);
  EXPECT_NE(one.hash, nothing.hash);
  EXPECT_TRUE(one.settled);
  directory.write("artifacts/below/b", "y");
  EXPECT_NE(stamp_of(files).hash, one.hash);
  EXPECT_FALSE(stamp_of(files).settled);
}

TEST(DocumentCache, AnErrorIsNotKept) {
  DocumentCache cache;
  EXPECT_FALSE(cache.get("key", {}, [] { return Result<std::string>(fail(ErrorCode::kIo, "no")); }));
  EXPECT_TRUE(cache.get("key", {}, [] { return Result<std::string>("yes"); }));
}

TEST(DocumentCache, TheLeastRecentlyUsedGoesFirst) {
  DocumentCache cache(1000);
  int made = 0;
  const auto get = [&](const std::string& key) {
    static_cast<void>(cache.get(key, {}, [&]() -> Result<std::string> {
      ++made;
      return std::string(240, 'x');
    }));
  };
  for (const char* key : {"a", "b", "c", "d"}) get(key);
  get("a");
  EXPECT_EQ(made, 4);
  get("e");  // b goes
  EXPECT_EQ(cache.bytes(), 964U) << "four documents of 240 bytes under keys of one";
  get("a");
  EXPECT_EQ(made, 5);
  get("b");
  EXPECT_EQ(made, 6);
}

TEST(DocumentCache, ManyAskersGetOneDocumentMadeOnce) {
  DocumentCache cache;
  std::atomic<int> made{0};
  std::vector<std::thread> askers;
  for (int i = 0; i < 8; ++i) {
    askers.emplace_back([&] {
      const auto document = cache.get("key", {}, [&]() -> Result<std::string> {
        ++made;
        std::this_thread::sleep_for(milliseconds(50));
        return "slow";
      });
      EXPECT_EQ(**document, "slow");
    });
  }
  for (std::thread& asker : askers) asker.join();
  EXPECT_EQ(made, 1);
}

}  // namespace
}  // namespace prova::web
