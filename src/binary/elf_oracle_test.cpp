// ELF files made by real compilers, read by us and by LLVM's tools in a child process: the counts and places agree.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "binary/load.h"
#include "binary/oracle_test_support.h"

namespace prova {
namespace {

constexpr std::string_view kProgram = R"(
extern int puts(const char*); extern int outside(int); extern int shared;
static __attribute__((noinline)) int local(int x) { return x * 3 + outside(x); }
int add(int a, int b) { return local(a) + b + shared; }
__attribute__((weak)) int maybe(int a) { return a; }
int (*table[])(int, int) = {add, 0};
int (*more[])(int) = {outside, local, maybe};
static volatile int counter = 7;
__attribute__((constructor)) void begin(void) { counter++; }
int run(void) { puts("hi"); return add(counter, (int)(long)table); }
)";

std::set<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::set<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.insert(line);
  return lines;
}

std::set<std::string> function_names(const BinaryImage& image) {
  std::set<std::string> names;
  for (const Symbol& s : image.symbols) {
    if (s.kind == Symbol::Kind::kFunction) names.insert(s.name);
  }
  return names;
}

std::optional<VirtualAddress> address_of(const BinaryImage& image, std::string_view name) {
  for (const Symbol& s : image.symbols) {
    if (s.name == name) return s.address;
  }
  return std::nullopt;
}

struct Compiler {
  std::string name, tool, flags;
};
std::ostream& operator<<(std::ostream& out, const Compiler& compiler) { return out << compiler.name; }

class ElfOracle : public testing::TestWithParam<Compiler> {
 protected:
  void SetUp() override {
    for (const std::string& tool : {GetParam().tool, std::string("llvm-readobj-19"), std::string("llvm-nm-19"),
                                    std::string("llvm-dwarfdump-19")}) {
      if (!test::has_tool(tool)) GTEST_SKIP() << tool << " is not installed";
    }
    path_ = directory_.file("out");
    const std::string source = directory_.write("program.c", kProgram);
    const auto built = test::output_of(GetParam().tool + " " + GetParam().flags + " -o " + path_ + " " + source);
    if (!built) GTEST_SKIP() << GetParam().name << " does not compile here";
    file_.emplace(MappedFile::open(path_).value());
    image_ = load_elf(file_->bytes()).value();
  }
  [[nodiscard]] std::string tool(const std::string& command) const {
    return test::output_of(command + " " + path_).value_or("");
  }
  [[nodiscard]] VirtualAddress without_thumb(VirtualAddress a) const {
    return image_.arch == Arch::kArm ? VirtualAddress{raw(a) & ~1ULL} : a;
  }
  [[nodiscard]] bool is_object() const { return image_.kind == FileKind::kObject; }

  void functions_agree_with_nm();
  void imports_and_exports_agree_with_nm();
  void relocations_agree_with_readobj();
  void unwind_ranges_agree_with_dwarfdump();
  void every_function_with_unwind_is_its_symbols_range();
  void function_pointers_in_data_lead_to_their_functions();
  void constructor_is_an_entry_point();
  void compiler_is_named();

  test::TemporaryDirectory directory_;
  std::string path_;
  std::optional<MappedFile> file_;
  BinaryImage image_;
};

INSTANTIATE_TEST_SUITE_P(
    Compilers, ElfOracle,
    testing::Values(Compiler{"gcc_object", "gcc", "-O1 -c"}, Compiler{"gcc_object_no_pic", "gcc", "-O1 -fno-pic -c"},
                    Compiler{"gcc_object_sections", "gcc", "-O2 -fPIC -ffunction-sections -c"},
                    Compiler{"gcc_library", "gcc", "-O1 -fPIC -shared"},
                    Compiler{"gcc_library_old_hash", "gcc", "-O1 -fPIC -shared -Wl,--hash-style=sysv"},
                    Compiler{"clang_relr", "clang-19",
                             "-O1 -fPIC -shared -nostdlib -fuse-ld=lld-19 -Wl,--pack-dyn-relocs=relr"},
                    Compiler{"clang_lld", "clang-19", "-O1 -fPIC -shared -nostdlib -fuse-ld=lld-19"},
                    Compiler{"clang14_object", "clang-14", "-O2 -c"},
                    Compiler{"i386_object", "clang-19", "--target=i686-linux-gnu -O1 -fPIC -c"},
                    Compiler{"arm_object", "clang-19", "--target=armv7-linux-gnueabihf -O1 -c"},
                    Compiler{"arm64_object", "aarch64-linux-gnu-gcc", "-O1 -c"},
                    Compiler{"arm64_library", "aarch64-linux-gnu-gcc", "-O1 -fPIC -shared -nostdlib"}),
    [](const auto& instance) { return instance.param.name; });

void ElfOracle::functions_agree_with_nm() {
  const auto expected =
      lines_of(test::output_of("llvm-readobj-19 --symbols " + path_ +
                               " | awk '/Name:/{n=$2; sub(/@.*/,\"\",n)} /Type: (Function|GNU_IFunc)/{t=1} "
                               "/Section: /{if(t && $2!=\"Undefined\") print n; t=0}'")
                   .value_or(""));
  ASSERT_FALSE(expected.empty());
  EXPECT_EQ(function_names(image_), expected);
  EXPECT_TRUE(image_.defects.empty());
}

void ElfOracle::imports_and_exports_agree_with_nm() {
  const std::string dynamic = is_object() ? "" : "-D ";
  std::set<std::string> imports, exports;
  for (const Import& i : image_.imports) imports.insert(i.name);
  for (const Export& e : image_.exports) exports.insert(e.name);
  for (std::string name : lines_of(tool("llvm-nm-19 -j -u " + dynamic))) {
    name = name.substr(0, name.find('@'));
    if (name == "_GLOBAL_OFFSET_TABLE_" || name.empty()) continue;
    EXPECT_TRUE(imports.contains(name)) << name;
  }
  EXPECT_GE(imports.size(), 3U);
  if (is_object()) return;
  std::set<std::string> defined;
  for (const std::string& name : lines_of(tool("llvm-nm-19 -j -D --defined-only")))
    defined.insert(name.substr(0, name.find('@')));
  EXPECT_EQ(exports, defined);
}

void ElfOracle::relocations_agree_with_readobj() {
  const auto count =
      test::output_of("llvm-readobj-19 -r " + path_ +
                      " | awk '/^  Section/{skip=/debug|note/} /^    0x/{if(!skip) n++} /^  0x/{n++} END{print n+0}'");
  ASSERT_TRUE(count);
  EXPECT_EQ(image_.relocations.size(), std::stoul(*count));
}

void ElfOracle::unwind_ranges_agree_with_dwarfdump() {
  if (image_.arch == Arch::kArm) return;  // 32-bit Arm has unwind tables of its own.
  const std::string dump = tool("llvm-dwarfdump-19 --eh-frame");
  EXPECT_EQ(image_.unwind.size(), test::count_of(dump, " FDE cie="));
  for (const UnwindRange& range : image_.unwind) {
    EXPECT_TRUE(image_.is_code(range.begin));
    if (is_object()) continue;  // There, addresses are ours.
    char text[64];
    std::snprintf(text, sizeof text, "pc=%08llx...%08llx", static_cast<unsigned long long>(raw(range.begin)),
                  static_cast<unsigned long long>(raw(range.begin) + range.size));
    EXPECT_NE(dump.find(text), std::string::npos) << text;
  }
}

void ElfOracle::every_function_with_unwind_is_its_symbols_range() {
  std::size_t matched = 0;
  for (const Symbol& s : image_.symbols) {
    const bool written_here =
        s.name == "add" || s.name == "local" || s.name == "run" || s.name == "begin" || s.name == "maybe";
    if (!written_here) continue;
    matched += std::any_of(image_.unwind.begin(), image_.unwind.end(),
                           [&](const UnwindRange& u) { return u.begin == s.address && u.size == s.size; });
  }
  EXPECT_GE(matched, image_.arch == Arch::kArm ? 0U : 5U);
}

void ElfOracle::function_pointers_in_data_lead_to_their_functions() {
  const auto table = address_of(image_, "table"), more = address_of(image_, "more"), add = address_of(image_, "add");
  ASSERT_TRUE(table && more && add);
  const auto pointer = image_.pointer_at(*table);
  ASSERT_TRUE(pointer);
  EXPECT_EQ(without_thumb(*pointer), *add);
  const unsigned width = image_.bits / 8;
  // more[0] is outside(): a stand-in in objects, an import slot in linked files.
  const auto stand_in = image_.pointer_at(*more);
  ASSERT_TRUE(stand_in);
  const Import* import = is_object() ? image_.import_at(*stand_in) : image_.import_at(*more);
  ASSERT_NE(import, nullptr);
  EXPECT_EQ(import->name, "outside");
  EXPECT_TRUE(image_.is_code(without_thumb(*image_.pointer_at(*more + 2 * width))));
}

void ElfOracle::constructor_is_an_entry_point() {
  const auto begin = address_of(image_, "begin");
  ASSERT_TRUE(begin);
  EXPECT_THAT(image_.entry_points, testing::Contains(*begin));
}

void ElfOracle::compiler_is_named() {
  EXPECT_TRUE(std::any_of(image_.toolmarks.begin(), image_.toolmarks.end(),
                          [](const Toolmark& t) { return t.kind == Toolmark::Kind::kCompiler; }));
}

// One test for all, since every input costs a compiler run.
TEST_P(ElfOracle, AgreesWithLlvm) {
  functions_agree_with_nm();
  imports_and_exports_agree_with_nm();
  relocations_agree_with_readobj();
  unwind_ranges_agree_with_dwarfdump();
  every_function_with_unwind_is_its_symbols_range();
  function_pointers_in_data_lead_to_their_functions();
  constructor_is_an_entry_point();
  compiler_is_named();
}

}  // namespace
}  // namespace prova
