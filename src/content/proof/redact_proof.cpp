#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "content/inventory/meta_json.h"
#include "content/proof/proof.h"
#include "content/proof/proof_lines.h"

namespace prova {
namespace {

/// A bundle is held in memory: 16 GiB are the lines of 20 million files.
constexpr std::uint64_t kMaxRedacted = 16ULL << 30;

/// Whether `path` is in the list, or below a directory in it ("mail/").
bool is_kept(const std::string& path, const std::vector<std::string>& keep) {
  return std::any_of(keep.begin(), keep.end(), [&](const std::string& one) { return path == one || (one.ends_with('/') && path.starts_with(one)); });
}

/// The Merkle leaf that the line of a file opens.
Result<Sha256> leaf_of(const ProofJson& line) {
  FileRecord record;
  record.size = line.at("size").get<std::uint64_t>();
  record.mtime_ns = line.at("mtime_ns").get<std::int64_t>();
  record.mode = line.at("mode").get<std::uint32_t>();
  PROVA_TRY(digest, sha256_from_hex(line.at("sha256").get<std::string>()));
  PROVA_TRY(salt, sha256_from_hex(line.at("salt").get<std::string>()));
  const std::string content = leaf_content(record, digest, name_bytes(line.at("system").get<std::string>()), name_bytes(line.at("path").get<std::string>()));
  return salted_leaf(salt.bytes, content);
}

/// The line without anything that tells which file it is about, or what was in it.
Result<std::string> withheld_line(const ProofJson& line) {
  PROVA_TRY(leaf, leaf_of(line));
  return ProofJson{{"file", line.at("file")}, {"withheld", to_hex(leaf)}, {"size", line.at("size")}, {"verdict", line.at("verdict")}, {"survived_bytes", line.at("survived_bytes")}}.dump();
}

/// A source's problems name files.
std::string without_problems(std::string_view line) {
  ProofJson json = ProofJson::parse(line);
  for (ProofJson& problem : json.at("problems")) problem = "withheld";
  return json.dump();
}

Result<RedactedProof> redact(std::string_view bundle, const std::vector<std::string>& keep, const InventoryKey& key, std::string& out) {
  RedactedProof redacted;
  const std::size_t seal_at = bundle.rfind('\n', bundle.size() - 2) + 1;
  for (std::string_view rest = bundle.substr(0, seal_at); !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(line.size() + 1);
    std::string written = line.starts_with("{\"source\":") ? without_problems(line) : std::string(line);
    if (line.starts_with("{\"file\":")) {
      const ProofJson json = ProofJson::parse(line);
      const bool open = !json.contains("withheld") && is_kept(name_bytes(json.at("path").get<std::string>()), keep);
      ++(open ? redacted.disclosed : redacted.withheld);
      if (!open && !json.contains("withheld")) {
        PROVA_TRY(closed, withheld_line(json));
        written = std::move(closed);
      }
    }
    out += written + "\n";
  }
  const Sha256 seal = sha256(as_bytes(out));
  out += seal_line(seal, key.public_key(), ed25519_sign(key.signing, as_bytes(sealed_message(seal))));
  return redacted;
}

}  // namespace

Result<RedactedProof> redact_proof_bundle(const std::filesystem::path& path, const std::vector<std::string>& keep, const InventoryKey& key, const std::filesystem::path& output) {
  // Read once: what is signed again is what was checked, whoever writes to the file meanwhile.
  PROVA_TRY(bundle, read_file(path, kMaxRedacted));
  const ProofCheck check = check_proof_text(bundle, "", {});
  const auto refuse = [&](ErrorCode code, std::string message) { return tl::unexpected<Error>(Error{code, std::move(message), std::nullopt, path.string()}); };
  if (!check.accepted) return refuse(ErrorCode::kMalformed, "is not a bundle that holds: " + check.reason);
  const Bytes32 signer = key.public_key();
  if (check.public_key != to_hex(std::as_bytes(std::span(signer)))) return refuse(ErrorCode::kUsage, "was signed with another key; only its signer can redact it");
  std::string out;
  try {
    PROVA_TRY(redacted, redact(bundle, keep, key, out));
    PROVA_TRY(write_file_atomically(output, out));
    return redacted;
  } catch (const ProofJson::exception& error) {
    return refuse(ErrorCode::kMalformed, fmt::format("cannot be read: {}", error.what()));
  }
}

}  // namespace prova
