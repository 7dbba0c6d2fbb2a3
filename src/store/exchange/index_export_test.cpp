#include "store/exchange/index_export.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/file.h"

namespace prova {
namespace {

StoredSample sample(std::string_view name, std::uint32_t functions) {
  StoredSample made;
  made.record.sha256 = sha256(as_bytes(name));
  made.record.name = name;
  made.record.family = "family";
  made.record.toolmarks = {{Toolmark::Kind::kPdbPath, "C:\\secret\\a.pdb"}, {Toolmark::Kind::kBuildId, "12"}};
  for (std::uint32_t f = 0; f < functions; ++f) {
    StoredFunction function;
    function.address = VirtualAddress{0x1000 + f * 16};
    function.name = "secret_name";
    function.imports = {"CreateFileW"};
    function.fingerprint = {f + 1ULL, {f, f + 7, 0xffff'ffff}, {f + 7, f + 9}, 3, 12, 40};
    if (f > 0) function.callees = {f - 1};
    made.functions.push_back(function);
  }
  return made;
}

/// Two samples in order, as a file's content.
std::string two_samples(const std::filesystem::path& path, std::vector<StoredSample>& samples) {
  samples = {sample("a", 3), sample("b", 0)};
  if (samples[1].record.sha256 < samples[0].record.sha256) std::swap(samples[0], samples[1]);
  auto writer = ExportWriter::create(path);
  EXPECT_TRUE(writer);
  for (const StoredSample& one : samples) EXPECT_TRUE(writer->add(one));
  EXPECT_EQ(writer->finish()->samples, 2U);
  return read_file(path, 1 << 20).value();
}

/// Reads to the end; the samples, or the first error.
Result<std::vector<StoredSample>> read_all(const std::string& bytes) {
  std::istringstream in(bytes);
  PROVA_TRY(reader, ExportReader::open(in));
  std::vector<StoredSample> samples;
  for (;;) {
    PROVA_TRY(one, reader.next());
    if (!one) return samples;
    samples.push_back(*std::move(one));
  }
}

class IndexExport : public testing::Test {
 protected:
  ~IndexExport() override { std::filesystem::remove(path_); }
  std::filesystem::path path_ = testing::TempDir() + "/" + testing::UnitTest::GetInstance()->current_test_info()->name();
  std::vector<StoredSample> samples_;
};

TEST_F(IndexExport, SamplesComeBackAsTheyWere) {
  EXPECT_EQ(read_all(two_samples(path_, samples_)).value(), samples_);
}

TEST_F(IndexExport, EveryTruncationAndEveryFlippedBitIsFound) {
  const std::string intact = two_samples(path_, samples_);
  for (std::size_t size = 0; size < intact.size(); ++size) EXPECT_FALSE(read_all(intact.substr(0, size))) << size;
  for (std::size_t i = 0; i < intact.size(); ++i) {
    std::string damaged = intact;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << (i % 8)));
    EXPECT_FALSE(read_all(damaged)) << "byte " << i;
  }
  EXPECT_EQ(read_all(intact + "x").error().message, "bytes behind the end of the export");
}

TEST_F(IndexExport, AnAbandonedWriterLeavesNothing) {
  { EXPECT_TRUE(ExportWriter::create(path_)->add(sample("a", 1))); }
  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_FALSE(std::filesystem::exists(path_.string() + ".tmp"));
}

TEST_F(IndexExport, WithoutNamesKeepsWhatMatchingNeeds) {
  const StoredSample bare = without_names(sample("a", 2));
  EXPECT_EQ(bare.record.name, to_hex(bare.record.sha256).substr(0, 12));
  EXPECT_EQ(bare.record.toolmarks.size(), 1U);
  EXPECT_EQ(bare.functions[0].name, "");
  EXPECT_EQ(bare.functions[0].imports, sample("a", 2).functions[0].imports);
  EXPECT_EQ(bare.functions[1].fingerprint, sample("a", 2).functions[1].fingerprint);
  EXPECT_EQ(without_names(bare), bare);
}

}  // namespace
}  // namespace prova
