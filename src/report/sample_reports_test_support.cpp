#include "report/sample_reports_test_support.h"

namespace prova::report {
namespace {

FunctionMatch match(std::string family, SampleRole role, std::uint64_t address, double similarity, double log10_lr) {
  FunctionMatch out;
  out.sample = std::string(64, family.empty() ? '0' : static_cast<char>('a' + family.size() % 6));
  out.sample_name = family + ".exe";
  out.family = std::move(family);
  out.role = role;
  out.address = VirtualAddress{address};
  out.similarity = similarity;
  out.exact = similarity == 1;
  out.log10_lr = log10_lr;
  return out;
}

FunctionResult function(std::uint64_t address, std::uint64_t size, FunctionRole role, std::string group) {
  FunctionResult out;
  out.address = VirtualAddress{address};
  out.size = size;
  out.role = role;
  out.group = std::move(group);
  return out;
}

std::vector<FunctionResult> five_functions() {
  std::vector<FunctionResult> out;
  out.push_back(function(0x401000, 320, FunctionRole::kUnique, "only in family Older Tool"));
  out.back().name = "walk_files";
  out.back().matches.push_back(match("Older Tool", SampleRole::kMalware, 0x140001200, 1, 3.25));
  out.back().matches.back().name = "enumerate_files";
  out.back().matches.back().because = {"constant 0x9e3779b9", "string \"*.lck\"", "import FindNextFileW"};
  out.push_back(function(0x401200, 96, FunctionRole::kFamily, "shared by Older Tool and Wiper 2019"));
  out.back().matches.push_back(match("Older Tool", SampleRole::kMalware, 0x140001400, 0.91, 1.5));
  out.back().matches.push_back(match("Wiper 2019", SampleRole::kMalware, 0x140002000, 0.84, 1.1));
  out.push_back(function(0x402000, 1024, FunctionRole::kLibrary, "library zlib"));
  out.back().matches.push_back(match("zlib", SampleRole::kLibrary, 0x1000, 1, 0));
  out.push_back(function(0x403000, 128, FunctionRole::kGoodware, "ordinary software"));
  out.back().matches.push_back(match("busybox", SampleRole::kGoodware, 0x2000, 0.97, 0));
  out.push_back(function(0x404000, 512, FunctionRole::kUnknown, "new"));
  return out;
}

FamilyResult family(std::string name, SampleRole role, double log10_lr, std::string verbal) {
  FamilyResult out;
  out.family = std::move(name);
  out.role = role;
  out.log10_lr = log10_lr;
  out.verbal = std::move(verbal);
  return out;
}

}  // namespace

MatchReport small_match_report() {
  MatchReport out;
  out.sha256 = std::string(64, '1');
  out.name = "encryptor.exe";
  out.format = Format::kPe;
  out.arch = Arch::kX64;
  out.bits = 64;
  out.size = 40960;
  out.code_bytes = 2080;
  out.library_bytes = 1024;
  out.goodware_bytes = 128;
  out.functions = five_functions();
  out.families.push_back(family("Older Tool", SampleRole::kMalware, 4.1, "very strong support"));
  out.families.back().actor = "Group A";
  out.families.back().shared_functions = 2;
  out.families.back().shared_bytes = 416;
  out.families.back().of_bytes = 928;
  out.families.back().samples = {std::string(64, 'e')};
  out.families.back().evidence = {"2 functions with 416 bytes are shared with Older Tool and with no library"};
  out.families.push_back(family("Wiper 2019", SampleRole::kMalware, 0.4, "no support"));
  out.families.back().shared_functions = 1;
  out.families.back().shared_bytes = 96;
  out.families.back().of_bytes = 928;
  out.families.push_back(family("zlib", SampleRole::kLibrary, 0, ""));
  out.families.back().shared_functions = 1;
  out.families.back().shared_bytes = 1024;
  out.toolmarks.push_back({Toolmark::Kind::kLinkTimestamp,
                           "1999-01-01T00:00:00Z",
                           {},
                           std::nullopt,
                           "",
                           "the code uses a compiler of 2022: the timestamp was changed or is a default"});
  out.toolmarks.push_back({Toolmark::Kind::kPdbPath, "C:\\work\\enc.pdb", {"Older Tool"}, 0.75, "1 of 28 unrelated origins have it, 3 of 16 later versions of one origin kept theirs", ""});
  out.rules.push_back({"older_tool_loader", "rules/older.yar", {"loader"}, {{"author", "CERT"}}, {{"$a", 0x1234, 16}}, false});
  out.known = {2, 1, 1};
  out.not_compared = {3, 2};
  out.too_small = 3;
  out.defects.push_back({FileOffset{0x1f0}, "section .rsrc ends 512 bytes past the file"});
  return out;
}

MatchReport hostile_match_report() {
  MatchReport out = small_match_report();
  out.name = out.member = kHostile;
  for (FunctionResult& f : out.functions) {
    f.name = f.group = kHostile;
    for (FunctionMatch& m : f.matches) {
      m.sample_name = m.family = m.name = kHostile;
      m.because = {kHostile};
    }
  }
  for (FamilyResult& f : out.families) {
    f.family = f.actor = kHostile;
    f.evidence = {kHostile};
  }
  for (ToolmarkResult& t : out.toolmarks) {
    t.value = t.note = kHostile;
    t.families = {kHostile};
  }
  for (Defect& d : out.defects) d.message = kHostile;
  return out;
}

}  // namespace prova::report
