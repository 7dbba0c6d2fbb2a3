#pragma once
// The answer to "whose code is this" for one sample: the document that `prova match` prints.

#include <optional>
#include <string>
#include <vector>

#include "kinship/fingerprint_store.h"

namespace prova {

/// What a function turned out to be, from the samples that it matches.
enum class FunctionRole : std::uint8_t {
  kUnique,    ///< Matches malware samples of exactly one family.
  kFamily,    ///< Matches malware samples of several families.
  kLibrary,   ///< Explained by a library: says nothing about who wrote the program.
  kGoodware,  ///< Explained by ordinary software.
  kUnknown,   ///< Matches nothing: new.
};
[[nodiscard]] std::string_view name_of(FunctionRole role);

/// One function of one learned sample that the function at hand resembles.
struct FunctionMatch {
  std::string sample;       ///< SHA-256, hex.
  std::string sample_name;  ///< Untrusted.
  std::string family;
  SampleRole role = SampleRole::kMalware;
  VirtualAddress address{};
  std::string name;         ///< Symbol in the learned sample, if any. Untrusted.
  double similarity = 0;    ///< 0 to 1.
  bool exact = false;       ///< Equal but for addresses.
  double log10_lr = 0;      ///< Likelihood ratio same origin : unrelated, as calibrated; see docs/methods.
  std::vector<std::string> because;  ///< Readable shared features, rarest first; untrusted.
};

struct FunctionResult {
  VirtualAddress address{};
  std::uint64_t size = 0;
  std::string name;          ///< Symbol in the sample at hand, if any. Untrusted.
  FunctionRole role = FunctionRole::kUnknown;
  std::string group;         ///< "library zlib", "only in family X", "shared by X and Y", "new".
  std::vector<FunctionMatch> matches;  ///< Best first; ties by (family, sample, address).
};

/// How one family fares against the sample.
struct FamilyResult {
  std::string family;
  std::string actor;         ///< Empty when unknown.
  SampleRole role = SampleRole::kMalware;
  double log10_lr = 0;       ///< Of "shares origin with this family" against "unrelated". Malware families only.
  std::string verbal;        ///< Word for it on the scale named in docs/methods/kinship-likelihood.md.
  std::uint64_t shared_functions = 0;  ///< Functions that count as evidence: matched, not library, not goodware.
  std::uint64_t shared_bytes = 0;
  std::uint64_t of_bytes = 0;          ///< Bytes of the sample that are not library or goodware.
  std::vector<std::string> samples;    ///< SHA-256 of the family's samples that matched, best first.
  std::vector<std::string> evidence;   ///< One sentence each, for people.
  std::string first_seen;              ///< Earliest day on which one of these samples was seen, YYYY-MM-DD; empty when none was given.
  std::string version;                 ///< Libraries: the learned version or range of versions that fits best, or empty.
};

struct ToolmarkResult {
  Toolmark::Kind kind{};
  std::string value;                  ///< Untrusted.
  std::vector<std::string> families;  ///< Malware families in the index that carry the same mark; ascending.
  std::optional<double> log10_lr;     ///< Only where it was measured; capped for forgeability (toolmark_worth.h).
  std::string because;                ///< The measurement behind log10_lr in words; else empty.
  std::string note;                   ///< For example a contradiction with the code.
};

/// What a YARA rule found in the sample. Rules are toolmarks that people wrote: nobody measured what they are worth.
struct RuleMatch {
  struct Place {
    std::string string;           ///< "$name" in the rule. Untrusted.
    std::uint64_t offset = 0;     ///< Bytes from the start of the sample.
    std::uint64_t length = 0;
  };
  std::string rule, file;             ///< Name, and the file that defines it. Untrusted.
  std::vector<std::string> tags;
  std::vector<std::pair<std::string, std::string>> meta;
  std::vector<Place> places;          ///< Ascending by offset; at most kMaxRulePlaces.
  bool capped = false;                ///< There are more places.
};
constexpr std::size_t kMaxRulePlaces = 32;

/// How much there was to compare with.
struct IndexExtent {
  std::uint64_t malware_families = 0, libraries = 0, goodware = 0;
};

/// Samples of malware families that functions point at and of which none was compared function by function: the budget was spent on
/// those that add more. Only samples that would have added at least one function to what was compared.
struct NotCompared {
  std::uint64_t samples = 0, families = 0;
  friend bool operator==(const NotCompared&, const NotCompared&) = default;
};

struct MatchReport {
  std::string sha256, name, member;   ///< name and member are untrusted.
  Format format = Format::kRaw;
  Arch arch = Arch::kUnknown;
  unsigned bits = 0;
  std::uint64_t size = 0;
  std::uint64_t code_bytes = 0;       ///< Bytes of all functions found.
  std::uint64_t library_bytes = 0, goodware_bytes = 0;
  std::vector<FunctionResult> functions;   ///< Ascending by address; thunks and PLT stubs left out.
  std::vector<FamilyResult> families;      ///< Malware first by descending log10_lr, then libraries and goodware by bytes.
  std::vector<ToolmarkResult> toolmarks;
  std::vector<RuleMatch> rules;            ///< Only where rules were given; ascending by (file, rule).
  IndexExtent known;
  NotCompared not_compared;
  std::uint64_t too_small = 0;             ///< Functions without a fingerprint: too small to be told from others.
  std::vector<Defect> defects;             ///< What the loader and function discovery could not read.
  bool capped = false;                     ///< A limit was reached; some functions are missing.
};

}  // namespace prova
