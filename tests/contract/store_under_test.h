#pragma once
// One list of expectations for every store: the tests take the store's name as their parameter, and each test program links the file
// that makes empty stores of the kinds that it is about.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "store/open.h"
#include "store_samples.h"

namespace prova {

/// URL of an empty store of the kind `name`, which opens for writing. `directory` is the test's own.
[[nodiscard]] std::string empty_store_url(const std::string& name, const TemporaryDirectory& directory);

/// Opens a store that must open.
std::unique_ptr<FingerprintStore> open_or_fail(const std::string& url, OpenMode mode);

/// Everything that can be asked of both stores.
void expect_same(const FingerprintStore& expected, const FingerprintStore& actual, const std::vector<Probe>& probes);

class StoreContract : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    auto opened = open_store(empty_store_url(GetParam(), directory_), OpenMode::kWrite);
    ASSERT_TRUE(opened) << to_string(opened.error());
    store_ = std::move(*opened);
  }

  void add(const std::vector<StoredSample>& batch) {
    const auto added = store_->add(batch);
    ASSERT_TRUE(added) << to_string(added.error());
  }

  std::vector<Candidate> ask(const Probe& probe, std::size_t limit = 100) {
    auto answers = store_->candidates(std::span(&probe, 1), limit);
    EXPECT_TRUE(answers) << to_string(answers.error());
    return answers ? answers->at(0) : std::vector<Candidate>{};
  }

  std::vector<SampleId> ids() {
    std::vector<SampleId> ids;
    const auto samples = store_->samples();
    EXPECT_TRUE(samples) << to_string(samples.error());
    if (!samples) return ids;
    for (const auto& [id, record] : *samples) ids.push_back(id);
    return ids;
  }

  static Candidate found(std::uint32_t sample, std::uint32_t index, std::uint64_t weight, bool exact = false) {
    return {{SampleId{sample}, index}, weight, exact};
  }

  TemporaryDirectory directory_;
  std::unique_ptr<FingerprintStore> store_;
};

/// Random stores: kind and seed.
class StoreProperty : public testing::TestWithParam<std::tuple<const char*, std::uint64_t>> {};

}  // namespace prova
