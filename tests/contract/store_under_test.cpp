#include "store_under_test.h"

namespace prova {

std::unique_ptr<FingerprintStore> open_or_fail(const std::string& url, OpenMode mode) {
  auto store = open_store(url, mode);
  EXPECT_TRUE(store) << to_string(store.error());
  return store ? std::move(*store) : nullptr;
}

void expect_same(const FingerprintStore& expected, const FingerprintStore& actual, const std::vector<Probe>& probes) {
  const auto records = expected.samples().value();
  ASSERT_EQ(actual.samples().value(), records);
  for (const auto& [id, record] : records) ASSERT_EQ(actual.sample(id).value(), expected.sample(id).value());
  for (const std::size_t limit : {std::size_t{1}, std::size_t{7}, std::size_t{100'000}}) {
    const auto right = expected.candidates(probes, limit).value();
    const auto answered = actual.candidates(probes, limit);
    ASSERT_TRUE(answered) << to_string(answered.error());
    for (std::size_t i = 0; i < probes.size(); ++i) ASSERT_EQ((*answered)[i], right[i]) << "probe " << i << ", limit " << limit;
  }
  EXPECT_EQ(actual.info()->functions, expected.info()->functions);
  EXPECT_EQ(actual.info()->families, expected.info()->families);
  EXPECT_EQ(actual.verify()->problems, std::vector<std::string>{});
}

}  // namespace prova
