#pragma once
// What one source (an ATT&CK bundle, a MISP galaxy cluster file, a file of our own) says about groups. Nothing is merged
// here: every fact keeps the source that it came from, and the reports which that source cites. Start with `Group`.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/date.h"

namespace prova::knowledge {

/// A published report that a source rests on.
struct Citation {
  std::string title;             ///< Short name that the source gives it. Untrusted.
  std::string url;               ///< As the source writes it; may be empty. Untrusted.
  std::string key;               ///< Identity of the report: report_key(url), or the title where there is no address.
  std::optional<Day> published;  ///< Last day that its written date may mean; none when it has no date.
};

/// Position in Source::citations.
using CitationIndex = std::uint32_t;
using CitationList = std::vector<CitationIndex>;

/// A further name of a group or program. Two groups may share it: then the name is ambiguous and stays so.
struct Alias {
  std::string name;
  std::string given_by;          ///< Who uses that name ("Microsoft"); empty when the source does not say.
  std::string valid;             ///< A written date or span ("2019..2023") in which the name was used; empty: not stated.
  CitationList citations;
};

/// A claim whose value is a short text, with what it rests on.
struct Claim {
  std::string value;
  CitationList citations;
};

/// "uses": a technique or a program, by its id, with the reports that say so.
struct Use {
  std::string target;
  CitationList citations;
};

/// An adversary group, activity cluster or persona.
struct Group {
  std::string id;                ///< ATT&CK id where it has one ("G0049"), else an id of the source.
  std::string name, description;
  std::vector<Alias> aliases;
  std::vector<Claim> nations;    ///< ISO 3166-1 alpha-2 codes.
  std::vector<Claim> sponsors;   ///< Organs: "Ministry of Intelligence (MOIS)".
  std::vector<Claim> victims;    ///< ISO 3166-1 alpha-2 codes of countries.
  std::vector<Claim> sectors;
  std::vector<Claim> links;      ///< "part of G0049", "similar to …": shown, never merged.
  std::vector<Use> techniques, software;
  std::vector<std::string> known_as;  ///< Ids that the source itself equates with this group: ATT&CK's, mostly.
  CitationList citations;        ///< Of the group as a whole.
};

enum class SoftwareKind : std::uint8_t { kMalware, kTool };
[[nodiscard]] constexpr std::string_view name_of(SoftwareKind kind) {
  return kind == SoftwareKind::kTool ? "tool" : "malware";
}

struct Software {
  std::string id, name;
  SoftwareKind kind = SoftwareKind::kMalware;
  std::vector<Alias> aliases;
  std::vector<Use> techniques;
};

struct Technique {
  std::string id, name;          ///< "T1059.001", "PowerShell".
  std::vector<std::string> tactics;
};

/// Something of the input that was left out, and why. `position` is a byte offset, or a line for YAML.
struct Skipped {
  std::uint64_t position = 0;
  std::string id;                ///< Of the object, where it has one. Untrusted.
  std::string reason;
};

enum class SourceKind : std::uint8_t { kOwn, kAttack, kMisp };
[[nodiscard]] constexpr std::string_view name_of(SourceKind kind) {
  return kind == SourceKind::kOwn ? "own" : kind == SourceKind::kAttack ? "attack" : "misp";
}

/// Everything that one imported file says.
struct Source {
  std::string id;                ///< "attack-enterprise", "misp-threat-actor", "prova": a re-import replaces its equal.
  SourceKind kind = SourceKind::kOwn;
  std::string title, version;
  std::string sha256;            ///< Of the imported file, hex.
  std::string imported;          ///< RFC 3339; empty for the shipped one.
  std::vector<Citation> citations;
  std::vector<Group> groups;
  std::vector<Software> software;
  std::vector<Technique> techniques;
  std::vector<Skipped> skipped;  ///< At most kMaxSkipped of them.
  std::uint64_t skipped_count = 0;
};

/// Listed reasons per import: a hostile file has millions, nobody reads more. All of them are counted.
constexpr std::size_t kMaxSkipped = 200;
void add_skipped(Source& source, std::uint64_t position, std::string_view id, std::string reason);

/// Longest name or id that is kept; the longest in ATT&CK v18 and the MISP galaxy has 84 bytes.
constexpr std::size_t kMaxNameBytes = 200;
/// Longest description; ATT&CK's longest group text has 2,900 bytes.
constexpr std::size_t kMaxDescriptionBytes = 4000;
/// Aliases, uses, victims … of one object; ATT&CK's largest group has 110 techniques, MISP's longest list 90 names.
constexpr std::size_t kMaxListEntries = 2000;
/// Objects of one source; ATT&CK v18 has 18,914 with relations.
constexpr std::size_t kMaxObjects = 2'000'000;
/// Citations of one source; ATT&CK v18 has 3,400.
constexpr std::size_t kMaxCitations = 200'000;

/// Is this an ATT&CK id: 'G', 'S' or 'T' (with its sub-technique) and four digits? O(1).
[[nodiscard]] bool is_group_id(std::string_view id);
[[nodiscard]] bool is_software_id(std::string_view id);
[[nodiscard]] bool is_technique_id(std::string_view id);

/// The identity of a cited report: its address without scheme, "www.", query, fragment and trailing '/', host in lower
/// case, so that two ways of writing one address are one report. Empty for an empty address. O(n).
[[nodiscard]] std::string report_key(std::string_view url);

/// The date in a bibliographic note as ATT&CK writes it, "Falcone, R. (2016, November 30). Title. Retrieved …": the first
/// parenthesis that begins with a year; a month or a year alone is read as its last day. None when there is none.
[[nodiscard]] std::optional<Day> date_in_note(std::string_view note);

/// `text` cut to `limit` bytes at a character boundary, invalid UTF-8 replaced.
[[nodiscard]] std::string bounded_text(std::string_view text, std::size_t limit);

}  // namespace prova::knowledge
