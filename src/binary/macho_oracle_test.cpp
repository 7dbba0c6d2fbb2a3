// Mach-O files made by clang and lld, read by us and by LLVM's tools in a child process.

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
int (*table[])(int, int) = {add, 0};
int (*more[])(int) = {outside, local};
int main(void) { puts("hi"); return add(1, (int)(long)table); }
)";
constexpr std::string_view kLibrary = R"(
int shared; int outside(int a) { return a + 1; } int puts(const char* s) { return *s; }
void stub_binder(void) __asm__("dyld_stub_binder"); void stub_binder(void) {}
)";

std::set<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::set<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.insert(line);
  return lines;
}

std::optional<VirtualAddress> address_of(const BinaryImage& image, std::string_view name) {
  for (const Symbol& s : image.symbols) {
    if (s.name == name) return s.address;
  }
  return std::nullopt;
}

struct Target {
  std::string name, triple, link;  ///< `link` empty: leave the object as it is.
};
std::ostream& operator<<(std::ostream& out, const Target& target) { return out << target.name; }

class MachOOracle : public testing::TestWithParam<Target> {
 protected:
  void SetUp() override {
    for (const char* tool : {"clang-19", "ld64.lld-19", "llvm-readobj-19", "llvm-nm-19", "llvm-objdump-19"}) {
      if (!test::has_tool(tool)) GTEST_SKIP() << tool << " is not installed";
    }
    const auto compile = [&](const std::string& source, const std::string& object) {
      return test::output_of("clang-19 --target=" + GetParam().triple + " -O1 -c -o " + object + " " + source)
          .has_value();
    };
    path_ = directory_.file("program.o");
    ASSERT_TRUE(compile(directory_.write("program.c", kProgram), path_));
    if (!GetParam().link.empty()) {
      const std::string library = directory_.file("library.o"), dylib = directory_.file("libout.dylib");
      ASSERT_TRUE(compile(directory_.write("library.c", kLibrary), library));
      const std::string linker = "ld64.lld-19 -platform_version macos 12 12 " + GetParam().link + " ";
      ASSERT_TRUE(test::output_of(linker + "-dylib -install_name /usr/lib/libout.dylib " + library + " -o " + dylib));
      ASSERT_TRUE(test::output_of(linker + path_ + " " + dylib + " -o " + directory_.file("program")));
      path_ = directory_.file("program");
    }
    file_.emplace(MappedFile::open(path_).value());
    image_ = load_macho(file_->bytes()).value();
  }
  [[nodiscard]] std::string tool(const std::string& command) const {
    return test::output_of(command + " " + path_).value_or("");
  }

  void functions_agree_with_nm();
  void sections_agree_with_readobj();
  void imports_agree_with_nm();
  void exports_agree_with_objdump();
  void function_pointers_in_data_lead_to_their_functions();
  void functions_have_starts_or_ranges();

  test::TemporaryDirectory directory_;
  std::string path_;
  std::optional<MappedFile> file_;
  BinaryImage image_;
};

INSTANTIATE_TEST_SUITE_P(Targets, MachOOracle,
                         testing::Values(Target{"x64_object", "x86_64-apple-macos12", ""},
                                         Target{"arm64_object", "arm64-apple-macos12", ""},
                                         Target{"x64_opcodes", "x86_64-apple-macos12", "-arch x86_64 -no_fixup_chains"},
                                         Target{"x64_chains", "x86_64-apple-macos12", "-arch x86_64 -fixup_chains"},
                                         Target{"arm64_opcodes", "arm64-apple-macos12", "-arch arm64 -no_fixup_chains"},
                                         Target{"arm64_chains", "arm64-apple-macos12", "-arch arm64 -fixup_chains"}),
                         [](const auto& instance) { return instance.param.name; });

void MachOOracle::functions_agree_with_nm() {
  std::set<std::string> functions;
  for (const Symbol& s : image_.symbols) {
    if (s.kind == Symbol::Kind::kFunction) functions.insert("_" + s.name);
  }
  EXPECT_EQ(functions,
            lines_of(test::output_of(
                         "llvm-nm-19 --format=posix " + path_ +
                         " | awk '($2==\"T\"||$2==\"t\") && $1!=\"__mh_execute_header\" && $1!~/^ltmp/{print $1}'")
                         .value_or("")));
  EXPECT_TRUE(image_.defects.empty());
}

void MachOOracle::sections_agree_with_readobj() {
  const std::size_t made_up = image_.kind == FileKind::kObject ? 1 : 0;  // The __got that objects get from us.
  EXPECT_EQ(image_.sections.size() - made_up,
            std::stoul(test::output_of("llvm-readobj-19 --sections " + path_ +
                                       " | awk '/^ *Size:/{if($2!=\"0x0\") n++} END{print n}'")
                           .value_or("0")));
}

void MachOOracle::imports_agree_with_nm() {
  std::set<std::string> imports;
  for (const Import& i : image_.imports) imports.insert("_" + i.name);
  imports.erase("_dyld_stub_binder");
  auto expected = lines_of(tool("llvm-nm-19 -j -u"));
  expected.erase("dyld_stub_binder");
  EXPECT_EQ(imports, expected);
  if (image_.kind == FileKind::kObject) return;
  for (const Import& i : image_.imports) EXPECT_EQ(i.library, "/usr/lib/libout.dylib") << i.name;
}

void MachOOracle::exports_agree_with_objdump() {
  if (image_.kind == FileKind::kObject) return;  // Objects export nothing.
  std::set<std::string> exports;
  for (const Export& e : image_.exports) {
    char text[32];
    std::snprintf(text, sizeof text, "0x%llX", static_cast<unsigned long long>(raw(e.address)));
    exports.insert(std::string(text) + " _" + e.name);
  }
  EXPECT_EQ(exports,
            lines_of(test::output_of("llvm-objdump-19 --macho --exports-trie " + path_ + " | awk '/^0x/{print $1, $2}'")
                         .value_or("")));
}

void MachOOracle::function_pointers_in_data_lead_to_their_functions() {
  const auto table = address_of(image_, "table"), more = address_of(image_, "more");
  ASSERT_TRUE(table && more);
  EXPECT_EQ(image_.pointer_at(*table), address_of(image_, "add"));
  EXPECT_EQ(image_.pointer_at(*more + 8), address_of(image_, "local"));
  const Import* import =
      image_.kind == FileKind::kObject ? image_.import_at(image_.pointer_at(*more).value()) : image_.import_at(*more);
  ASSERT_NE(import, nullptr);
  EXPECT_EQ(import->name, "outside");
}

void MachOOracle::functions_have_starts_or_ranges() {
  for (const char* name : {"add", "local", "main"}) {
    const auto address = address_of(image_, name);
    ASSERT_TRUE(address) << name;
    const bool started = std::binary_search(image_.function_starts.begin(), image_.function_starts.end(), *address,
                                            [](VirtualAddress a, VirtualAddress b) { return raw(a) < raw(b); });
    const bool ranged = std::any_of(image_.unwind.begin(), image_.unwind.end(),
                                    [&](const UnwindRange& u) { return u.begin == *address && u.size > 0; });
    EXPECT_TRUE(image_.kind == FileKind::kObject ? ranged : started) << name;
  }
  if (image_.kind == FileKind::kExecutable) {
    EXPECT_EQ(image_.entry_points, std::vector{*address_of(image_, "main")});
  }
}

// One test for all, since every input costs a compiler run.
TEST_P(MachOOracle, AgreesWithLlvm) {
  functions_agree_with_nm();
  sections_agree_with_readobj();
  imports_agree_with_nm();
  exports_agree_with_objdump();
  function_pointers_in_data_lead_to_their_functions();
  functions_have_starts_or_ranges();
}

}  // namespace
}  // namespace prova
