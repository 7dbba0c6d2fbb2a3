#pragma once
// What the content inventory of a case showed: what survived, what was leaked. Plain data, bounded, as the report shows it;
// damage.json and leak.json beside the report hold all of it.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace prova::report {

struct ContentTotal {
  std::uint64_t files = 0, bytes = 0;
};
/// intact, moved, survives on disk, in a backup, in a copy, partial, not found: the order of prova::Survival.
constexpr std::size_t kContentVerdicts = 7;
constexpr std::size_t kContentPartial = 5, kContentNotFound = 6;
using ContentTotals = std::array<ContentTotal, kContentVerdicts>;

/// Rows that a report lists of each kind; the JSON documents have all.
constexpr std::size_t kMaxContentRows = 100;

struct ContentSystem {
  std::string name;      ///< Untrusted.
  ContentTotals totals;
};

struct DamageFindings {
  ContentTotals totals;
  std::uint64_t partial_bytes = 0;       ///< Surviving bytes of partial files.
  ContentTotal in_inventory;             ///< Not found, but the inventory itself holds their content.
  std::uint64_t source_bytes = 0, unread_bytes = 0;
  std::uint64_t sources = 0;
  std::vector<ContentSystem> systems;    ///< By name; at most kMaxContentRows.
  std::uint64_t systems_left_out = 0;
};

struct AlteredPlace {
  std::uint64_t begin = 0, end = 0;      ///< Bytes of the text of the dump's document.
  std::string inside;                    ///< What the dump says there. Untrusted.
};
struct AlteredDocument {
  std::string dump_path, path, system;   ///< Untrusted.
  std::vector<AlteredPlace> places;
};
struct LeakedFrom {
  std::string system;                    ///< Untrusted.
  std::uint64_t documents = 0, only_here = 0;
};
/// What the DKIM signatures of the dump's mail show.
struct MailSignatureFindings {
  std::uint64_t messages = 0, is_signed = 0;
  std::uint64_t intact = 0;    ///< As signed, as far as it was signed.
  std::uint64_t unlike = 0;    ///< Header or body is not what was signed.
  std::uint64_t unknown = 0;   ///< No key, or a signature or key that proves nothing.
  std::uint64_t untraced = 0;  ///< Of the intact ones: signed by the sender's domain, without a trace in the inventory.
};
struct LeakFindings {
  std::uint64_t documents = 0, identical = 0, repackaged = 0, altered = 0, other = 0, no_trace = 0;
  std::uint64_t unread = 0;              ///< Parts of the dump that could not be read.
  std::vector<LeakedFrom> systems;       ///< At most kMaxContentRows.
  std::vector<AlteredDocument> changed;  ///< At most kMaxContentRows.
  MailSignatureFindings mail;
  [[nodiscard]] std::uint64_t ours() const { return documents - no_trace; }
};

struct ContentFindings {
  std::string notice;                    ///< From sources.yaml. Untrusted.
  std::map<std::string, std::string> notices;  ///< The same by language code, where it was translated. Untrusted.
  std::string inventoried;               ///< RFC 3339.
  std::string root;                      ///< Merkle root of the inventory, hex.
  std::string scanned;                   ///< RFC 3339.
  std::int64_t age_s = 0;                ///< Of the inventory when it was compared.
  std::uint64_t inventory_unread = 0;    ///< Files that could not be read when it was made.
  std::optional<DamageFindings> damage;
  std::optional<LeakFindings> leak;
  /// The notice in a language ("fr"), or as it was written.
  [[nodiscard]] const std::string& notice_in(const std::string& language) const {
    const auto found = notices.find(language);
    return found == notices.end() ? notice : found->second;
  }
};

/// All files of the inventory, and those found whole.
[[nodiscard]] ContentTotal all_files(const DamageFindings& damage);
[[nodiscard]] ContentTotal whole_files(const DamageFindings& damage);

}  // namespace prova::report
