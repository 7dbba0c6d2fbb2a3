// The contract on the shared store: one server alone, and a coordinator with two shards. The servers are private and started here.

#include <gtest/gtest.h>

#include "shared_indexes.h"
#include "store_under_test.h"

namespace prova {

std::string empty_store_url(const std::string& name, const TemporaryDirectory&) { return SharedIndexes::get()->empty(name); }

namespace {

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract, testing::Values("postgres", "two_shards"), [](const auto& name) {
  return std::string(name.param);
});
INSTANTIATE_TEST_SUITE_P(Seeds, StoreProperty, testing::Combine(testing::Values("postgres", "two_shards"), testing::Range<std::uint64_t>(1, 5)));

}  // namespace
}  // namespace prova

/// ctest shows 77 as skipped.
int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (const auto missing = prova::PostgresServer::missing()) {
    std::printf("SKIPPED: %s\n", missing->c_str());
    return 77;
  }
  return RUN_ALL_TESTS();
}
