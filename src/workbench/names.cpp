#include "workbench/names.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "kinship/match_sample.h"
#include "workbench/opened_file.h"

namespace prova {
namespace {

using Json = nlohmann::ordered_json;

/// Matches looked at per function: several versions of one library stand for one name.
constexpr std::size_t kMatchesPerFunction = 64;

double rounded(double value) { return std::round(value * 1e6) / 1e6; }

Json entry(const ProposedName& one) {
  Json alternatives = Json::array();
  for (const std::string& name : one.alternatives) alternatives.push_back(valid_utf8(name));
  return Json{{"address", raw(one.address)},
              {"name", valid_utf8(one.name)},
              {"source", valid_utf8(one.source)},
              {"exact", one.exact},
              {"similarity", rounded(one.similarity)},
              {"log10_lr", rounded(one.log10_lr)},
              {"alternatives", std::move(alternatives)}};
}

}  // namespace

Result<std::vector<NamedProgram>> name_functions(const std::string& path, const FingerprintStore& store,
                                                 const NamesOptions& options, const std::optional<RawLayout>& layout) {
  PROVA_TRY(opened, open_file(path, layout));
  std::vector<NamedProgram> programs;
  for (const BinaryImage& image : opened.loaded.images) {
    SampleRecord identity;
    identity.sha256 = opened.sha256;
    identity.member = image.member;
    identity.name = opened.path.filename().string();
    MatchOptions match;
    match.top = kMatchesPerFunction;
    match.threads = options.threads;
    PROVA_TRY(report, match_sample(image, identity, store, match));
    NamedProgram program{report.sha256, report.name, report.member, report.functions.size(), 0, {}};
    for (const FunctionResult& f : report.functions) program.nameless += f.name.empty() ? 1U : 0U;
    program.names = propose_names(report, options.least_log10_lr);
    programs.push_back(std::move(program));
  }
  return programs;
}

std::string names_document(const std::vector<NamedProgram>& programs) {
  Json document{{"schema", "prova/names/1"}, {"programs", Json::array()}};
  for (const NamedProgram& program : programs) {
    Json names = Json::array();
    for (const ProposedName& one : program.names) names.push_back(entry(one));
    document["programs"].push_back(Json{{"name", valid_utf8(program.file)},
                                        {"member", program.member.empty() ? Json(nullptr) : Json(valid_utf8(program.member))},
                                        {"sha256", program.sha256},
                                        {"functions", program.functions},
                                        {"nameless", program.nameless},
                                        {"names", std::move(names)}});
  }
  return document.dump(2) + "\n";
}

std::string names_text(const std::vector<NamedProgram>& programs) {
  std::string out;
  for (const NamedProgram& program : programs) {
    out += fmt::format("{}{}: names for {} of {} nameless functions\n", escape_terminal(program.file),
                       program.member.empty() ? "" : " (" + escape_terminal(program.member) + ")", program.names.size(),
                       program.nameless);
    for (const ProposedName& one : program.names) {
      std::string others;
      for (const std::string& name : one.alternatives) others += (others.empty() ? "  or " : ", ") + escape_terminal(name);
      out += fmt::format("  {:#x}  {}  {}  log10 LR {:+.2f}  {}{}\n", raw(one.address),
                         one.exact ? std::string("exact") : fmt::format("{:.2f} ", one.similarity), escape_terminal(one.source),
                         one.log10_lr, escape_terminal(one.name), others);
    }
  }
  return out;
}

}  // namespace prova
