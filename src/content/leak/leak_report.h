#pragma once
// What `prova leak` finds: one entry per document of the dump, and where its documents came from.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "content/container/item.h"
#include "content/dkim/check_mail.h"
#include "content/leak/verdict.h"

namespace prova {

/// A place of ours that holds what was found.
struct LeakSource {
  std::string system, path, owner;  ///< `path` names the member too: "mail/inbox.mbox!message 3!offer.docx".
  bool canary = false;
  friend bool operator==(const LeakSource&, const LeakSource&) = default;
};
/// So many places are listed per match; `holders` counts them all.
constexpr std::size_t kListedSources = 16;

/// A document of ours that a document of the dump is, or holds a part of.
struct LeakMatch {
  LeakVerdict level = LeakVerdict::kContains;
  double contained = 0;               ///< Share of ours that is in the dump, 0 to 1.
  TextRange dump;                     ///< Where in the document. Bytes of its text, or of itself when found by its bytes.
  std::vector<LeakSource> sources;    ///< At least one; the first is the representative.
  std::size_t holders = 0;
  std::vector<std::pair<std::string, std::string>> places;  ///< Different (system, owner) of all holders, ascending.
  std::vector<AlteredRange> ranges;   ///< What differs, for altered ones and other versions.
  std::vector<std::string> headers;   ///< Header lines of the dump's message that ours does not have.
  [[nodiscard]] bool canary() const;
};
/// Ranges listed per match; a rewritten document has hundreds, nobody reads them.
constexpr std::size_t kListedRanges = 64;

/// A document of the dump.
struct LeakDocument {
  std::string dump_path;              ///< File of the dump, then what it lies in: "dump/a.zip!inbox!message 2".
  ContentFormat format = ContentFormat::kUnknown;
  std::uint64_t size = 0;             ///< Bytes; of a PST message its text's.
  std::string sha256;                 ///< Hex digits; empty where it was not needed: no trace, or a PST message.
  LeakVerdict verdict = LeakVerdict::kNoTrace;
  std::vector<LeakMatch> matches;     ///< The most telling first.
  std::optional<MailSignatures> dkim; ///< Of a mail that was found as it was sent; a PST file keeps none so.
  /// Whether a domain's signature shows that the message is as it left there, known to the inventory or not.
  [[nodiscard]] bool is_signed_genuine() const { return dkim && is_genuine(dkim->state()); }
};

/// How many documents of the dump a system held.
struct LeakSystem {
  std::string system;
  std::size_t documents = 0;          ///< Documents of the dump that it has a source of.
  std::size_t only_here = 0;          ///< Of these, how many no other system has: what tells where the thief was.
  std::size_t canaries = 0;
  std::vector<std::pair<std::string, std::size_t>> owners;  ///< Documents per owner, most first.
};

struct LeakCoverage {
  std::uint64_t files = 0, bytes = 0;       ///< Files of the dump that were read.
  std::uint64_t containers = 0;             ///< Archives and mailboxes unfolded; they have no verdict of their own.
  std::vector<ExtractionDefect> unread;     ///< What could not be read, and why.
};

/// What the DKIM signatures of a dump's messages show, those of documents that are not listed included.
struct LeakSignatures {
  std::size_t keys = 0;                     ///< Key records that were handed in.
  std::array<std::size_t, kDkimStates> totals{};              ///< Messages per state.
  std::size_t untraced = 0;                 ///< Messages genuine by the signature of their From line's domain, without a trace in the inventory.
  std::vector<std::pair<std::string, std::size_t>> domains;   ///< Genuine messages per signing domain, most first; at most kListedSigners.
  std::vector<std::pair<std::string, std::size_t>> missing;   ///< SELECTOR._domainkey.DOMAIN without a key, signatures that need it; most first; at most kListedSigners.
};
/// A dump can name a selector in every message; nobody looks for more keys than this.
constexpr std::size_t kListedSigners = 1000;

/// What the dump was compared with.
struct ComparedInventory {
  std::string created, root;                ///< RFC 3339; Merkle root, hex.
  std::uint64_t files = 0;
  std::uint64_t copied_run = 0;             ///< Copied runs of so many characters of its texts are surely found; 0: its texts were not fingerprinted.
  std::uint64_t chunks_one_in = 1, text_one_in = 1;  ///< Above 1 it is so large that only this share of its marks was compared with.
};

struct LeakReport {
  std::vector<LeakDocument> documents;      ///< By dump path.
  std::vector<LeakSystem> systems;          ///< Most documents found only there first.
  LeakCoverage coverage;
  LeakSignatures signatures;
  std::array<std::size_t, kLeakVerdicts> totals{};  ///< Documents per verdict, those not listed included.
  std::vector<ComparedInventory> inventories;
  bool interrupted = false;
};

}  // namespace prova
