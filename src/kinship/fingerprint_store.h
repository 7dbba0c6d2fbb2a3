#pragma once
// What kinship needs from a place where fingerprints are kept. Implementations: store/segments, store/postgres,
// store/memory.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "base/result.h"
#include "fingerprint/fingerprint.h"

namespace prova {

enum class SampleRole : std::uint8_t { kMalware, kLibrary, kGoodware };
/// "malware", "library", "goodware".
[[nodiscard]] std::string_view name_of(SampleRole role);
[[nodiscard]] std::optional<SampleRole> sample_role_from(std::string_view name);

/// What was known about a sample when it was learned. Identity: (sha256, member).
struct SampleRecord {
  Sha256 sha256;
  std::string member;      ///< Name within an archive or fat file; else empty.
  std::string name;        ///< File name it was learned from, without directories. Untrusted.
  std::string family;
  std::string actor;       ///< Empty when not given.
  SampleRole role = SampleRole::kMalware;
  std::string version;     ///< Empty when not given.
  std::string first_seen;  ///< YYYY-MM-DD or empty.
  Format format = Format::kRaw;
  Arch arch = Arch::kUnknown;
  std::uint32_t bits = 0;
  std::uint64_t size = 0;        ///< Bytes of the file or member.
  std::uint64_t code_bytes = 0;  ///< Bytes of all functions.
  std::vector<std::pair<Toolmark::Kind, std::string>> toolmarks;
  friend bool operator==(const SampleRecord&, const SampleRecord&) = default;
};

/// Numbers samples in the order in which they were added; never reused.
enum class SampleId : std::uint32_t {};
[[nodiscard]] constexpr std::uint32_t raw(SampleId id) { return static_cast<std::uint32_t>(id); }

/// One function of one stored sample.
struct FunctionRef {
  SampleId sample{};
  std::uint32_t index = 0;  ///< In the sample's functions, which are ascending by address.
  friend auto operator<=>(const FunctionRef&, const FunctionRef&) = default;
};

struct StoredFunction {
  VirtualAddress address{};
  std::string name;                    ///< From symbols; shown to people, never used to match.
  FunctionKind kind = FunctionKind::kFunction;
  Fingerprint fingerprint;
  std::vector<std::uint32_t> callees;  ///< Indices in the same sample; ascending.
  std::vector<std::string> imports;    ///< Names of imports that it calls; ascending.
  friend bool operator==(const StoredFunction&, const StoredFunction&) = default;
};

struct StoredSample {
  SampleRecord record;
  std::vector<StoredFunction> functions;  ///< Ascending by address.
  friend bool operator==(const StoredSample&, const StoredSample&) = default;
};

/// What to look for: features with integer weights (so that sums do not depend on the order of adding), and the
/// exact hash.
struct Probe {
  std::uint64_t exact = 0;                                       ///< 0: do not look for it.
  std::vector<std::pair<FeatureKey, std::uint32_t>> own;          ///< Looked up among stored `own` features.
  std::vector<std::pair<FeatureKey, std::uint32_t>> with_callees; ///< Looked up among stored `with_callees`.
};

/// A stored function that shares features with a probe.
struct Candidate {
  FunctionRef function;
  std::uint64_t weight = 0;  ///< Sum of the weights of the shared probe features of both lists.
  bool exact = false;        ///< The exact hashes are equal.
  friend bool operator==(const Candidate&, const Candidate&) = default;
};

struct StoreInfo {
  std::string location;
  std::uint32_t scheme = kFingerprintScheme;
  std::uint64_t samples = 0, functions = 0, families = 0, bytes_on_disk = 0, segments = 0;
};

/// What `verify` found. Empty `problems` means that every checksum, count and cross-reference holds.
struct VerifyReport {
  std::uint64_t samples = 0, functions = 0, bytes_read = 0;
  std::vector<std::string> problems;
};

/// Hands out batches one after the other; an empty one ends them. An error ends the adding, and nothing is added.
using BatchSource = std::function<Result<std::vector<StoredSample>>()>;

/// Where fingerprints are kept. Thread safety: const members may be called from several threads at once; one
/// writer at a time, over all processes.
class FingerprintStore {
 public:
  virtual ~FingerprintStore() = default;
  /// Adds the batch in one transaction: all of it or, on error or crash, none. A sample whose identity is known
  /// replaces the older one and gets a new id. Errors: kIo, kStore (another writer holds the lock: who).
  [[nodiscard]] virtual Status add(std::span<const StoredSample> batch) = 0;
  /// Adds all batches of `source` in one transaction, in their order, as `add` would; for what does not fit into memory
  /// at once. Memory: one batch, and the records of all. `source` may read the store, which does not hold the batches
  /// yet, and must not write to it.
  /// Errors: those of `add` and of `source`.
  [[nodiscard]] virtual Status add_all(const BatchSource& source) = 0;
  /// Removes samples by identity, in one transaction. Returns how many there were.
  [[nodiscard]] virtual Result<std::uint64_t> remove(std::span<const std::pair<Sha256, std::string>> identities) = 0;
  /// For each probe at most `limit` functions that share something with it: exact ones first, then by descending
  /// weight, then ascending FunctionRef. Which functions are looked at follows the rule of kMaxPostings, from counts that
  /// do not depend on how the functions are stored; the weight of those is whole. A feature given twice in one list
  /// weighs twice.
  [[nodiscard]] virtual Result<std::vector<std::vector<Candidate>>> candidates(std::span<const Probe> probes,
                                                                              std::size_t limit) const = 0;
  /// A whole stored sample. Errors: kNotFound.
  [[nodiscard]] virtual Result<StoredSample> sample(SampleId id) const = 0;
  /// Records of all samples, ascending by id.
  [[nodiscard]] virtual Result<std::vector<std::pair<SampleId, SampleRecord>>> samples() const = 0;
  /// The same, shared: stores that can keep it do not read it again until something was added or removed.
  [[nodiscard]] virtual Result<std::shared_ptr<const std::vector<std::pair<SampleId, SampleRecord>>>> records() const {
    PROVA_TRY(list, samples());
    return std::make_shared<const std::vector<std::pair<SampleId, SampleRecord>>>(std::move(list));
  }
  [[nodiscard]] virtual Result<StoreInfo> info() const = 0;
  /// Reads everything back and checks it. O(size of the store).
  [[nodiscard]] virtual Result<VerifyReport> verify() const = 0;
  /// Says that a sample is being matched with the index, for stores that keep an audit. Errors: those of the store.
  [[nodiscard]] virtual Status note_match(const Sha256& digest) const {
    static_cast<void>(digest);
    return {};
  }
};

/// What a probe looks at. Its features are taken by how many live functions hold them (in `own`, in `with_callees` or in both:
/// each function counts once), rarest first, ties by ascending key, as long as these numbers add up to at most
/// kMaxPostings; the others find nothing by themselves. Of the functions so found the `limit` heaviest, by the features that
/// were taken, ties by ascending FunctionRef, and the first kMaxExact live functions with the exact hash are weighed by
/// all features; the best `limit` of them are the answer. Functions of removed or replaced samples do not count.
/// A probe costs at most 10,000 postings and a few hundred fingerprints, whatever the size of the store; with whole lists
/// of up to 10,000 each, walking was nine tenths of a look-up (docs/decisions/0002-embedded-store.md).
constexpr std::uint64_t kMaxPostings = 10'000;
/// An exact hash is never skipped altogether, for the code that every program contains is the code that most needs a
/// name; but a few hundred of ten thousand copies say all there is to say.
constexpr std::uint64_t kMaxExact = 256;

}  // namespace prova
