// The contract on the stores that need nothing but this program.

#include "store_under_test.h"

namespace prova {

std::string empty_store_url(const std::string& name, const TemporaryDirectory& directory) {
  return name == "memory" ? "memory:" : directory / "index";
}

namespace {

INSTANTIATE_TEST_SUITE_P(Stores, StoreContract, testing::Values("memory", "segments"), [](const auto& name) {
  return std::string(name.param);
});
INSTANTIATE_TEST_SUITE_P(Seeds, StoreProperty, testing::Combine(testing::Values("segments"), testing::Range<std::uint64_t>(1, 9)));

TEST(OpenStore, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(to_string(open_store("https://host/", OpenMode::kRead).error()),
            "index URL with the scheme https, expected a directory, memory: or postgresql://");
  EXPECT_EQ(init_store("/srv/index", {}).error().code, ErrorCode::kUsage);
}

}  // namespace
}  // namespace prova
