// Programs compiled here, compared with what the tools of LLVM say of them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <set>

#include "base/hash.h"
#include "binary/load.h"
#include "binary/mutation_test_support.h"
#include "binary/oracle_test_support.h"
#include "binary/walk_test_support.h"

namespace prova {
namespace {

using test::output_of;
using test::TemporaryDirectory;

constexpr std::string_view kSource = R"(
#include <stdio.h>
#include <windows.h>
static int helper(int a) { return a * 3 + printf("x %d\n", a); }
int counter = 5; int zeroed[100];
__declspec(dllexport) int visible(int a) { return helper(a) + counter + zeroed[a & 63]; }
__declspec(dllexport) int also(int a) { return a + 1; }
int main(int argc, char** argv) { MessageBoxA(0, argv[0], "there", 0); return visible(argc); }
)";

struct Target {
  const char* compiler;
  Arch arch;
};

/// A program of each target; skipped, visibly, when there is no compiler or reader.
class PeOracle : public testing::TestWithParam<Target> {
 protected:
  void SetUp() override {
    for (const std::string& tool :
         {std::string(GetParam().compiler), std::string("llvm-readobj-19"), std::string("llvm-nm-19")}) {
      if (!test::has_tool(tool)) GTEST_SKIP() << tool << " is not installed";
    }
    program_ = built("-O1", "program.exe");
    object_ = built("-O1 -c", "program.o");
  }

  /// The path of kSource compiled with `flags`. ctest runs each test in a process of its own, and linking takes
  /// seconds: what one process built is kept in the build folder for the others.
  std::string built(const std::string& flags, const std::string& name) const {
    const std::string key =
        fmt::format("{:016x}", hash64(fmt::format("{} {} {}", GetParam().compiler, flags, kSource)));
    const std::filesystem::path folder = std::filesystem::path(PROVA_BINARY_DIR) / "test-inputs" / key;
    const std::filesystem::path path = folder / name;
    if (std::filesystem::exists(path)) return path;
    const std::string source = directory_.write("program.c", kSource);
    const std::string fresh = directory_.file(name);
    EXPECT_TRUE(output_of(fmt::format("{} {} -o {} {}", GetParam().compiler, flags, fresh, source)));
    std::filesystem::create_directories(folder);
    EXPECT_TRUE(write_file_atomically(path, read_file(fresh, 1 << 24).value()));
    return path;
  }

  /// The values behind "KEY: " in llvm-readobj's answer, up to a space or the end of the line.
  static std::vector<std::string> fields(const std::string& text, const std::string& key) {
    std::vector<std::string> found;
    for (std::size_t at = text.find(key + ": "); at != std::string::npos; at = text.find(key + ": ", at + 1)) {
      if (at > 0 && text[at - 1] != ' ') continue;
      const std::size_t begin = at + key.size() + 2;
      found.push_back(text.substr(begin, text.find_first_of(" \n", begin) - begin));
    }
    return found;
  }
  static std::string readobj(const std::string& options, const std::string& file) {
    return output_of(fmt::format("llvm-readobj-19 {} {}", options, file)).value_or("");
  }
  static std::uint64_t hex(const std::string& text) { return std::stoull(text, nullptr, 16); }

  /// Loads `path` into a buffer that lives as long as the test.
  BinaryImage loaded(const std::string& path) {
    bytes_ = read_file(path, 1 << 24).value();
    auto file = load(as_bytes(bytes_));
    EXPECT_TRUE(file);
    EXPECT_EQ(file->images.at(0).arch, GetParam().arch);
    return std::move(file->images.at(0));
  }

  TemporaryDirectory directory_;
  std::string program_, object_;
  std::string bytes_;
};

TEST_P(PeOracle, SectionsAreThoseOfTheTable) {
  const BinaryImage image = loaded(program_);
  const std::string answer = readobj("--sections", program_);
  const auto names = fields(answer, "Name"), addresses = fields(answer, "VirtualAddress"),
             sizes = fields(answer, "VirtualSize");
  ASSERT_EQ(image.sections.size(), names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(image.sections[i].name, names[i]);
    EXPECT_EQ(distance(image.base, image.sections[i].address), hex(addresses[i]));
    EXPECT_EQ(image.sections[i].size, hex(sizes[i])) << names[i];
  }
  EXPECT_TRUE(image.defects.empty());
}

TEST_P(PeOracle, ImportsAreThoseOfTheDirectory) {
  const BinaryImage image = loaded(program_);
  const auto expected = fields(readobj("--coff-imports", program_), "Symbol");
  std::multiset<std::string> ours;
  for (const Import& import : image.imports) ours.insert(import.name);
  EXPECT_EQ(ours, std::multiset<std::string>(expected.begin(), expected.end()));
  EXPECT_GT(expected.size(), 20U);
}

TEST_P(PeOracle, ExportsAreThoseOfTheDirectory) {
  const BinaryImage image = loaded(program_);
  const std::string answer = readobj("--coff-exports", program_);
  const auto names = fields(answer, "Name"), addresses = fields(answer, "RVA");
  ASSERT_EQ(image.exports.size(), 2U);
  ASSERT_EQ(names.size(), 2U);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto same = [&](const Export& e) {
      return e.name == names[i] && distance(image.base, e.address) == hex(addresses[i]);
    };
    EXPECT_TRUE(std::any_of(image.exports.begin(), image.exports.end(), same)) << names[i];
  }
}

TEST_P(PeOracle, RelocationsAreThoseOfTheTable) {
  const BinaryImage image = loaded(program_);
  const std::string answer = readobj("--coff-basereloc", program_);
  std::set<std::uint64_t> expected, ours;
  const auto types = fields(answer, "Type"), addresses = fields(answer, "Address");
  for (std::size_t i = 0; i < types.size(); ++i) {
    if (types[i] != "ABSOLUTE") expected.insert(hex(addresses[i]));
  }
  for (const Relocation& r : image.relocations) ours.insert(distance(image.base, r.where));
  EXPECT_EQ(ours, expected);
  EXPECT_FALSE(ours.empty());
}

TEST_P(PeOracle, FunctionSymbolsOfProgramAndObjectAreThoseOfNm) {
  for (const std::string& path : {program_, object_}) {
    const BinaryImage image = loaded(path);
    std::set<std::string> ours;
    for (const Symbol& s : image.symbols) ours.insert(s.name);
    // "ADDRESS T name": what nm calls text lies in the list, and so does all that it calls data.
    const std::string answer = output_of("llvm-nm-19 --defined-only --format=posix " + path).value_or("");
    std::size_t compared = 0;
    for (std::size_t at = 0; at < answer.size(); at = answer.find('\n', at) + 1) {
      const std::string line = answer.substr(at, answer.find('\n', at) - at);
      const std::string name = line.substr(0, line.find(' '));
      const char type = line.at(name.size() + 1);
      if (name.starts_with('.') || std::string_view("TtDdBb").find(type) == std::string_view::npos) continue;
      EXPECT_TRUE(ours.contains(name)) << line;
      ++compared;
    }
    EXPECT_GT(compared, 4U) << path;
  }
}

TEST_P(PeOracle, UnwindRangesCoverEachFunction) {
  const BinaryImage image = loaded(program_);
  if (GetParam().arch == Arch::kX64) {
    EXPECT_EQ(image.unwind.size(), test::count_of(readobj("--unwind", program_), "RuntimeFunction {"));
  }
  for (const std::string& name : {std::string("visible"), std::string("main"), std::string("also")}) {
    const auto it = std::find_if(image.symbols.begin(), image.symbols.end(), [&](const Symbol& s) {
      return s.name == (GetParam().arch == Arch::kX86 ? "_" + name : name);
    });
    ASSERT_NE(it, image.symbols.end());
    const auto begins = [&](const UnwindRange& u) { return u.begin == it->address; };
    EXPECT_TRUE(std::any_of(image.unwind.begin(), image.unwind.end(), begins)) << name;
  }
}

TEST_P(PeOracle, ObjectRelocationsAreThoseOfTheTables) {
  const BinaryImage image = loaded(object_);
  const std::string answer = readobj("--relocations", object_);
  EXPECT_EQ(image.relocations.size(), test::count_of(answer, "IMAGE_REL_"));
  EXPECT_FALSE(image.relocations.empty());
  EXPECT_TRUE(image.defects.empty());
}

TEST_P(PeOracle, ArchiveOfTheObjectHoldsIt) {
  const std::string archive = directory_.file("lib.a");
  if (!test::has_tool("llvm-ar-19")) GTEST_SKIP() << "llvm-ar-19 is not installed";
  ASSERT_TRUE(output_of(fmt::format("llvm-ar-19 rc {} {}", archive, object_)));
  const BinaryImage image = loaded(archive);
  EXPECT_EQ(image.member, "program.o");
  EXPECT_EQ(image.format, Format::kCoffObject);
}

TEST_P(PeOracle, MutationsOfTheStrippedProgramLoadOrFailCleanly) {
  const std::string original = read_file(built("-s -O1", "stripped.exe"), 1 << 24).value();
  for (std::uint64_t seed = 0; seed < test::mutation_count(); ++seed) {
    const std::string damaged = test::mutated(original, seed);
    const auto file = load(as_bytes(damaged));
    if (!file) continue;
    for (const BinaryImage& image : file->images) {
      test::walk(image);
      ASSERT_EQ(test::broken_promise(image), nullptr) << "seed " << seed;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Compilers, PeOracle,
                         testing::Values(Target{"x86_64-w64-mingw32-gcc", Arch::kX64},
                                         Target{"i686-w64-mingw32-gcc", Arch::kX86}),
                         [](const auto& instance) { return std::string(name_of(instance.param.arch)); });

}  // namespace
}  // namespace prova
