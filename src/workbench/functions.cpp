#include "workbench/functions.h"

#include <fmt/format.h>

#include <algorithm>

#include "kinship/compare_programs.h"

namespace prova {

Result<DiscoveredFile> discover_file(const std::filesystem::path& path, const std::optional<RawLayout>& raw) {
  PROVA_TRY(opened, open_file(path, raw));
  DiscoveredFile result;
  result.file = std::make_unique<const OpenedFile>(std::move(opened));
  result.defects = result.file->loaded.defects;
  std::optional<Error> refused;
  for (const BinaryImage& image : result.file->loaded.images) {
    auto program = discover(image);
    if (program) {
      result.programs.push_back(*std::move(program));
      continue;
    }
    refused = std::move(program).error();
    add_defect(result.defects, FileOffset{0},
               fmt::format("{}{}", image.member.empty() ? "" : image.member + ": ", refused->message));
  }
  if (result.programs.empty() && refused) {
    refused->file = path.string();
    return tl::unexpected<Error>(*std::move(refused));
  }
  return result;
}

namespace {

/// Indices of the wanted functions of one program, ascending.
std::vector<std::uint32_t> chosen_functions(const Program& program, const std::vector<std::string>& wanted,
                                            std::vector<bool>& found) {
  std::vector<std::uint32_t> chosen;
  for (std::size_t w = 0; w < wanted.size(); ++w) {
    const auto function = find_function(program, wanted[w]);
    if (function) chosen.push_back(*function);
    found[w] = found[w] || function;
  }
  for (std::uint32_t f = 0; wanted.empty() && f < program.functions.size(); ++f) {
    if (program.functions[f].kind == FunctionKind::kFunction) chosen.push_back(f);
  }
  std::sort(chosen.begin(), chosen.end());
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  return chosen;
}

}  // namespace

Result<std::vector<report::ListedFunction>> list_functions(const DiscoveredFile& file,
                                                           const std::vector<std::string>& wanted, bool names) {
  std::vector<report::ListedFunction> listed;
  std::vector<bool> found(wanted.size(), false);
  for (const Program& program : file.programs) {
    const ImageFacts facts(program);
    PROVA_TRY(lister, Lister::make(facts, names));
    for (const std::uint32_t f : chosen_functions(program, wanted, found)) {
      if (listed.size() == kMaxListedFunctions) {
        return fail(ErrorCode::kLimit, fmt::format("more than {} functions, name those to list with --function", listed.size()));
      }
      listed.push_back({&program, f, lister.list(f)});
    }
  }
  for (std::size_t w = 0; w < wanted.size(); ++w) {
    if (!found[w]) return fail(ErrorCode::kNotFound, fmt::format("no function is called \"{}\" or lies at that address; `prova functions` lists them", wanted[w]));
  }
  return listed;
}

}  // namespace prova
