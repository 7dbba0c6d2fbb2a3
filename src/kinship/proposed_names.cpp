#include "kinship/proposed_names.h"

#include <fmt/format.h>

#include <algorithm>

namespace prova {
namespace {

bool says_something(const std::string& name) {
  return !name.empty() && name.front() != '.' && !name.starts_with("sub_") && !name.starts_with("FUN_") &&
         !name.starts_with("ltmp") && !name.starts_with("$");
}

/// The longest names that compilers make (mangled C++ templates) are longer; a script's reader gains nothing from them.
constexpr std::size_t kMaxScriptName = 512;

std::string tame(const std::string& name) {
  std::string out;
  for (const char c : name.substr(0, kMaxScriptName)) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       std::string_view("_@?$.:~").find(c) != std::string_view::npos;
    out += plain ? c : '_';
  }
  return out;
}

/// The best proposal for one function; nothing when no match gives a name.
std::vector<ProposedName> proposal_for(const FunctionResult& f, double least_log10_lr) {
  ProposedName best;
  for (const FunctionMatch& match : f.matches) {
    if (match.role == SampleRole::kMalware || !says_something(match.name) || match.log10_lr < least_log10_lr) continue;
    if (best.name.empty()) {
      best = {f.address, match.name, match.family, match.exact, match.similarity, match.log10_lr, {}};
    } else if (match.name != best.name && match.log10_lr >= best.log10_lr - kNameTieLr && match.exact == best.exact) {
      best.alternatives.push_back(match.name);
    }
  }
  if (best.name.empty()) return {};
  std::sort(best.alternatives.begin(), best.alternatives.end());
  best.alternatives.erase(std::unique(best.alternatives.begin(), best.alternatives.end()), best.alternatives.end());
  return {std::move(best)};
}

std::string csv_field(const std::string& text) { return fmt::format("\"{}\"", tame(text)); }

std::string tame_list(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out.append(out.empty() ? "" : " ").append(tame(name));
  return out;
}

}  // namespace

std::vector<ProposedName> propose_names(const MatchReport& report, double least_log10_lr) {
  std::vector<ProposedName> names;
  for (const FunctionResult& f : report.functions) {
    const bool explained = f.role == FunctionRole::kLibrary || f.role == FunctionRole::kGoodware;
    if (!f.name.empty() || !explained) continue;
    for (ProposedName& one : proposal_for(f, least_log10_lr)) names.push_back(std::move(one));
  }
  return names;
}

std::string name_script(const std::vector<ProposedName>& names, NameFormat format) {
  std::string out;
  if (format == NameFormat::kCsv) out = "address,name,source,exact,similarity,log10_lr,alternatives\n";
  if (format == NameFormat::kIdc) out = "// Names proposed by prova; functions that already have a name keep it.\n#include <idc.idc>\nstatic main() {\n";
  for (const ProposedName& one : names) {
    switch (format) {
      case NameFormat::kCsv:
        out += fmt::format("{:#x},{},{},{},{:.3f},{:.2f},\"{}\"\n", raw(one.address), csv_field(one.name), csv_field(one.source),
                           one.exact, one.similarity, one.log10_lr, tame_list(one.alternatives));
        break;
      case NameFormat::kIdc:
        out += fmt::format("  set_name({:#x}, \"{}\", 0x801);  // SN_NOCHECK | SN_FORCE; {}, log10 LR {:+.1f}{}\n", raw(one.address),
                           tame(one.name), tame(one.source), one.log10_lr,
                           one.alternatives.empty() ? std::string{} : fmt::format("; or {}", tame_list(one.alternatives)));
        break;
      case NameFormat::kGhidra:
        if (one.alternatives.empty()) out += fmt::format("{} {:#x} f\n", tame(one.name), raw(one.address));
        break;
    }
  }
  if (format == NameFormat::kIdc) out += "}\n";
  return out;
}

}  // namespace prova
