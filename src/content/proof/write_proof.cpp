#include <fmt/format.h>

#include "base/file.h"
#include "content/inventory/meta_json.h"
#include "content/proof/proof.h"
#include "content/proof/proof_lines.h"

namespace prova {
namespace {

template <typename T>
std::string hex_of(const T& value) {
  return to_hex(std::as_bytes(std::span(&value, 1)));
}

ProofJson inventory_part(const Inventory& inventory) {
  const InventoryTrailer& trailer = inventory.trailer();
  return ProofJson{{"header", hex_of(inventory.header())},
                   {"table", to_hex(std::as_bytes(inventory.sections()))},
                   {"meta", std::string(as_text(inventory.section(SectionKind::kMeta)))},
                   {"unread", std::string(as_text(inventory.section(SectionKind::kUnread)))},
                   {"files_root", hex_of(trailer.files_root)},
                   {"root", hex_of(trailer.root)},
                   {"public_key", hex_of(trailer.public_key)},
                   {"signature", hex_of(trailer.signature)}};
}

ProofJson source_part(std::size_t ordinal, const ScanSource& source, const ScannedSource& scanned) {
  ProofJson structures = ProofJson::array();
  for (const StructureCheck& check : scanned.structures.checks) structures.push_back(ProofJson::array({check.name, check.offset, name_of(check.state)}));
  ProofJson problems = ProofJson::array();
  for (const std::string& problem : source.problems) problems.push_back(json_name(problem));
  return ProofJson{{"source", ordinal}, {"path", json_name(source.path)}, {"role", name_of(source.role)}, {"image", source.image != nullptr},
                   {"size", source.size}, {"read_bytes", source.bytes_read}, {"unread_bytes", source.bytes_unread}, {"files", scanned.files},
                   {"structures", structures}, {"problems", problems}};
}

ProofJson file_part(const Inventory& inventory, const FileVerdict& verdict) {
  const FileRecord& record = inventory.files()[verdict.file];
  ProofJson extents = ProofJson::array(), copies = ProofJson::array();
  for (const FileExtent& extent : verdict.extents) {
    const bool constant = extent.kind == ExtentKind::kConstant;
    extents.push_back(ProofJson::array({extent.file_offset, extent.length, name_of(extent.kind), constant ? ProofJson(nullptr) : ProofJson(extent.source),
                                        constant ? std::uint64_t{extent.value} : extent.offset, extent.path.empty() ? ProofJson(nullptr) : ProofJson(json_name(extent.path))}));
  }
  for (const WholeCopy& copy : verdict.copies) copies.push_back(ProofJson::array({copy.source, json_name(copy.path), copy.volume}));
  const std::string digest = to_hex(inventory.digest(verdict.file));
  return ProofJson{{"file", verdict.file},
                   {"path", json_name(inventory.path(verdict.file))},
                   {"system", json_name(inventory.system(verdict.file))},
                   {"size", record.size},
                   {"mtime_ns", record.mtime_ns},
                   {"mode", record.mode},
                   {"sha256", digest},
                   {"salt", hex_of(inventory.leaf_salt(verdict.file))},
                   {"verdict", name_of(verdict.verdict)},
                   {"survived_bytes", verdict.survived_bytes},
                   {"rehash", is_whole(verdict.verdict) ? ProofJson(digest) : ProofJson(nullptr)},
                   {"extents", extents},
                   {"copies", copies}};
}

ProofJson totals_part(const DamageReport& report) {
  ProofJson totals = ProofJson::object();
  for (std::size_t i = 0; i < kVerdicts; ++i) totals[std::string(name_of(static_cast<Survival>(i)))] = ProofJson::array({report.totals[i].files, report.totals[i].bytes});
  return ProofJson{{"totals", totals}};
}

}  // namespace

std::string sealed_message(const Sha256& seal) { return "prova proof 1\n" + std::string(reinterpret_cast<const char*>(seal.bytes.data()), seal.bytes.size()); }

std::string seal_line(const Sha256& seal, const Bytes32& public_key, const Ed25519Signature& signature) {
  return fmt::format("{{\"seal\":\"{}\",\"public_key\":\"{}\",\"signature\":\"{}\"}}\n", to_hex(seal), hex_of(public_key), hex_of(signature));
}

Status write_proof_bundle(const Inventory& inventory, const InventoryKey& key, const DamageReport& report, const ProofContext& context, const std::filesystem::path& path) {
  std::string text;
  const auto line = [&](const ProofJson& json) { text += json.dump() + "\n"; };
  line(ProofJson{{"schema", kProofSchema}, {"tool", context.tool}, {"scanned", context.scanned}, {"sentence", national_sentence(inventory, report)}, {"inventory", inventory_part(inventory)}});
  for (std::size_t i = 0; i < report.sources.size(); ++i) line(source_part(i, report.sources[i], report.scans[i]));
  for (const FileVerdict& verdict : report.files) line(file_part(inventory, verdict));
  line(totals_part(report));
  // From here on every byte before is fixed.
  const Sha256 seal = sha256(as_bytes(text));
  text += seal_line(seal, key.public_key(), ed25519_sign(key.signing, as_bytes(sealed_message(seal))));
  return write_file_atomically(path, text);
}

}  // namespace prova
