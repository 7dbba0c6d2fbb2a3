// Stable names of kinship's enumerations, as documents and command lines spell them.

#include "kinship/fingerprint_store.h"
#include "kinship/match_report.h"

namespace prova {

std::string_view name_of(SampleRole role) {
  switch (role) {
    case SampleRole::kMalware: return "malware";
    case SampleRole::kLibrary: return "library";
    case SampleRole::kGoodware: return "goodware";
  }
  return "malware";
}

std::optional<SampleRole> sample_role_from(std::string_view name) {
  for (const SampleRole role : {SampleRole::kMalware, SampleRole::kLibrary, SampleRole::kGoodware}) {
    if (name_of(role) == name) return role;
  }
  return std::nullopt;
}

std::string_view name_of(FunctionRole role) {
  switch (role) {
    case FunctionRole::kUnique: return "unique";
    case FunctionRole::kFamily: return "family";
    case FunctionRole::kLibrary: return "library";
    case FunctionRole::kGoodware: return "goodware";
    case FunctionRole::kUnknown: return "unknown";
  }
  return "unknown";
}

}  // namespace prova
