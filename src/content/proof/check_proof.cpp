#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "base/file.h"
#include "content/damage/assemble.h"
#include "content/inventory/meta_json.h"
#include "content/inventory/merkle.h"
#include "content/proof/proof.h"
#include "content/proof/proof_lines.h"

namespace prova {
namespace {

/// A reason to refuse. Thrown and caught inside this file only: a bundle has a hundred places that can be wrong.
struct Refused {
  std::string reason;
};

void require(bool holds, std::string reason) {
  if (!holds) throw Refused{std::move(reason)};
}

template <typename T>
T from_hex(const std::string& hex, std::string_view name) {
  T value{};
  require(hex.size() == 2 * sizeof(T), fmt::format("{} has not {} bytes", name, sizeof(T)));
  const auto digit = [&](char c) -> unsigned {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    require(c >= 'a' && c <= 'f', fmt::format("{} is not lower-case hex", name));
    return static_cast<unsigned>(c - 'a') + 10;
  };
  auto* bytes = reinterpret_cast<unsigned char*>(&value);
  for (std::size_t i = 0; i < sizeof(T); ++i) bytes[i] = static_cast<unsigned char>(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
  return value;
}

std::string text_of(const ProofJson& json, const char* name) { return json.at(name).get<std::string>(); }

/// The bundle without its last line; checks seal and signature over it.
std::string_view unsealed(std::string_view bundle, Bytes32& signer) {
  require(!bundle.empty() && bundle.back() == '\n', "the bundle does not end with a whole line");
  const std::size_t before = bundle.rfind('\n', bundle.size() - 2);
  require(before != std::string_view::npos, "the bundle has only one line");
  const std::string_view body = bundle.substr(0, before + 1), last = bundle.substr(before + 1);
  require(last.size() < 4096, "the last line is not a seal");
  const ProofJson line = ProofJson::parse(last);
  const auto seal = from_hex<Sha256>(text_of(line, "seal"), "seal");
  signer = from_hex<Bytes32>(text_of(line, "public_key"), "public_key");
  const auto signature = from_hex<Ed25519Signature>(text_of(line, "signature"), "signature");
  require(seal_line(seal, signer, signature) == last, "the seal is not written as seals are");
  require(sha256(as_bytes(body)) == seal, "the seal does not fit what it seals");
  require(ed25519_verify(signer, as_bytes(sealed_message(seal)), signature), "the seal's signature does not hold");
  return body;
}

class Checker {
 public:
  Checker(ProofCheck& result, const std::map<std::uint32_t, std::string>& given) : result_(result), given_(given) {}

  void run(std::string_view bundle, const std::string& expected_signer) {
    Bytes32 signer{};
    std::string_view body = unsealed(bundle, signer);
    header(next(body), signer, expected_signer);
    std::string_view line = next(body);
    for (; line.starts_with("{\"source\":"); line = next(body)) source(ProofJson::parse(line));
    open_sources();
    for (; line.starts_with("{\"file\":"); line = next(body)) file(ProofJson::parse(line));
    totals(ProofJson::parse(line));
    require(body.empty(), "lines behind the totals");
    require(leaves_.size() == files_, fmt::format("{} files in the bundle, {} in the inventory", leaves_.size(), files_));
    require(merkle_root(leaves_).bytes == files_root_, "the files are not those that were inventoried");
    result_.files = files_;
    result_.accepted = true;
  }

 private:
  static std::string_view next(std::string_view& body) {
    const std::size_t end = body.find('\n');
    require(end != std::string_view::npos, "the bundle ends early");
    require(end <= kMaxProofLine, "a line is too long");
    const std::string_view line = body.substr(0, end);
    body.remove_prefix(end + 1);
    return line;
  }

  void header(std::string_view line, const Bytes32& signer, const std::string& expected_signer) {
    const ProofJson json = ProofJson::parse(line);
    require(text_of(json, "schema") == kProofSchema, "is not a proof bundle of a known version");
    const ProofJson& part = json.at("inventory");
    const auto header = from_hex<InventoryHeader>(text_of(part, "header"), "header");
    require(std::string_view(header.magic, sizeof header.magic) == kInventoryMagic, "the header is not an inventory's");
    require(header.format >= kOldestProofInventory && header.format <= kInventoryFormat,
            fmt::format("is about an inventory of format {}, this checker knows {} to {}; check it with the prova that made it ({})", header.format, kOldestProofInventory, kInventoryFormat, text_of(json, "tool")));
    const std::string table_hex = text_of(part, "table");
    require(table_hex.size() == 2 * sizeof(SectionEntry) * kSectionKinds, "the section table has another size");
    std::vector<SectionEntry> table;
    for (std::size_t i = 0; i < kSectionKinds; ++i) table.push_back(from_hex<SectionEntry>(table_hex.substr(2 * sizeof(SectionEntry) * i, 2 * sizeof(SectionEntry)), "table"));
    files_root_ = from_hex<Bytes32>(text_of(part, "files_root"), "files_root");
    const auto root = from_hex<Bytes32>(text_of(part, "root"), "root");
    const auto public_key = from_hex<Bytes32>(text_of(part, "public_key"), "public_key");
    const auto signature = from_hex<Ed25519Signature>(text_of(part, "signature"), "signature");
    require(inventory_root(header, table, files_root_).bytes == root, "the inventory's root does not fit its parts");
    require(ed25519_verify(public_key, as_bytes(signed_message(root)), signature), "the inventory's signature does not hold");
    require(signer == public_key, "bundle and inventory were signed with different keys");
    result_.public_key = text_of(part, "public_key");
    require(expected_signer.empty() || expected_signer == result_.public_key, "signed by " + result_.public_key + ", another signer was expected");
    const std::string meta_text = text_of(part, "meta");
    require(sha256(as_bytes(meta_text)).bytes == table[0].sha256, "the meta section is not the inventory's");
    require(sha256(as_bytes(text_of(part, "unread"))).bytes == table[kSectionKinds - 1].sha256, "the unread section is not the inventory's");
    const auto meta = parse_meta(meta_text);
    require(meta.has_value(), "the meta section cannot be read");
    result_.created = meta->created;
    result_.root = text_of(part, "root");
    result_.scanned = text_of(json, "scanned");
    result_.sentence = text_of(json, "sentence");
    files_ = header.files;
    require(files_ <= kMaxFiles, "too many files");
  }

  void source(const ProofJson& json) {
    const auto ordinal = json.at("source").get<std::uint32_t>();
    require(ordinal == sources_.size(), "sources are not in order");
    ScanSource one;
    one.path = name_bytes(text_of(json, "path"));
    is_image_.push_back(json.at("image").get<bool>());
    sources_.push_back(std::move(one));
  }

  void open_sources() {
    for (const auto& [ordinal, path] : given_) {
      require(ordinal < sources_.size(), fmt::format("there is no source {}", ordinal));
      sources_[ordinal].path = path;
      if (!is_image_[ordinal]) continue;
      auto image = open_image(path);
      require(image.has_value(), "a source cannot be opened: " + path);
      sources_[ordinal].image = *std::move(image);
    }
    reader_ = std::make_unique<SourceReader>(sources_);
  }

  void file(const ProofJson& json) {
    const auto ordinal = json.at("file").get<std::uint64_t>();
    require(ordinal == leaves_.size(), "files are not in order");
    if (json.contains("withheld")) return withheld(json);
    FileRecord record;
    record.size = json.at("size").get<std::uint64_t>();
    record.mtime_ns = json.at("mtime_ns").get<std::int64_t>();
    record.mode = json.at("mode").get<std::uint32_t>();
    const auto digest = from_hex<Sha256>(text_of(json, "sha256"), "sha256");
    const std::string content = leaf_content(record, digest, name_bytes(text_of(json, "system")), name_bytes(text_of(json, "path")));
    leaves_.push_back(salted_leaf(from_hex<Bytes32>(text_of(json, "salt"), "salt"), content));
    verdict(json, record, digest);
  }

  /// Of a redacted bundle: the leaf says that it is one of the inventoried files, and nothing else about it.
  void withheld(const ProofJson& json) {
    require(json.size() == 5, "a withheld file says more than it should");
    leaves_.push_back(from_hex<Sha256>(text_of(json, "withheld"), "withheld"));
    ++result_.withheld;
    (void)count(json, json.at("size").get<std::uint64_t>());
  }

  /// Adds the file to the totals. Whether it is whole.
  bool count(const ProofJson& json, std::uint64_t size) {
    const std::string name = text_of(json, "verdict");
    const auto survived = json.at("survived_bytes").get<std::uint64_t>();
    std::size_t which = 0;
    while (which < kVerdicts && name_of(static_cast<Survival>(which)) != name) ++which;
    require(which < kVerdicts, "unknown verdict " + name);
    ++totals_[which].files;
    totals_[which].bytes += size;
    require(survived <= size, "more bytes survive than there were");
    return is_whole(static_cast<Survival>(which));
  }

  void verdict(const ProofJson& json, const FileRecord& record, const Sha256& digest) {
    if (!count(json, record.size)) return require(json.at("rehash").is_null(), "a file that is not whole has a re-hash");
    ++result_.whole;
    require(text_of(json, "rehash") == to_hex(digest), "a whole file was re-hashed to something else");
    std::vector<FileExtent> extents;
    for (const ProofJson& one : json.at("extents")) extents.push_back(extent(one));
    require(record.size == 0 || !json.at("copies").empty() || covers(extents, record.size), "a whole file is not covered by its extents");
    reread(json, extents, record.size, digest);
  }

  static bool covers(const std::vector<FileExtent>& extents, std::uint64_t size) {
    std::uint64_t at = 0;
    for (const FileExtent& one : extents) {
      if (one.file_offset != at || one.length > size - at) return false;
      at += one.length;
    }
    return at == size;
  }

  FileExtent extent(const ProofJson& json) const {
    require(json.is_array() && json.size() == 6, "an extent has not six parts");
    FileExtent one;
    one.file_offset = json[0].get<std::uint64_t>();
    one.length = json[1].get<std::uint64_t>();
    const std::string kind = json[2].get<std::string>();
    one.kind = kind == "constant" ? ExtentKind::kConstant : kind == "mft_record" ? ExtentKind::kMftRecord : ExtentKind::kStored;
    require(kind == name_of(one.kind), "unknown kind of extent");
    if (one.kind == ExtentKind::kConstant) {
      one.value = json[4].get<std::uint8_t>();
      return one;
    }
    one.source = json[3].get<std::uint32_t>();
    require(one.source < sources_.size(), "an extent lies in no source");
    one.offset = json[4].get<std::uint64_t>();
    if (!json[5].is_null()) one.path = name_bytes(json[5].get<std::string>());
    return one;
  }

  void reread(const ProofJson& json, const std::vector<FileExtent>& extents, std::uint64_t size, const Sha256& digest) {
    const auto given = [&](const FileExtent& one) { return one.kind == ExtentKind::kConstant || given_.contains(one.source); };
    if (!extents.empty() && std::all_of(extents.begin(), extents.end(), given)) {
      require(confirm(extents, digest, *reader_), "read again, a file is not what it was: " + text_of(json, "path"));
      ++result_.reread;
      return;
    }
    for (const ProofJson& copy : json.at("copies")) {
      const auto source = copy.at(0).get<std::uint32_t>();
      if (!given_.contains(source) || is_image_.at(source)) continue;
      if (!std::filesystem::is_directory(sources_[source].path)) continue;
      const std::vector<FileExtent> whole = {{0, size, ExtentKind::kStored, source, 0, 0, name_bytes(copy.at(1).get<std::string>())}};
      require(size == 0 || confirm(whole, digest, *reader_), "read again, a copy is not what it was: " + text_of(json, "path"));
      ++result_.reread;
      return;
    }
  }

  void totals(const ProofJson& json) {
    const ProofJson& claimed = json.at("totals");
    require(claimed.size() == kVerdicts, "the totals have other verdicts");
    for (std::size_t i = 0; i < kVerdicts; ++i) {
      const ProofJson& one = claimed.at(std::string(name_of(static_cast<Survival>(i))));
      require(one.at(0).get<std::uint64_t>() == totals_[i].files && one.at(1).get<std::uint64_t>() == totals_[i].bytes, "the totals are not the sum of the files");
    }
  }

  ProofCheck& result_;
  const std::map<std::uint32_t, std::string>& given_;
  std::vector<ScanSource> sources_;
  std::vector<bool> is_image_;
  std::unique_ptr<SourceReader> reader_;
  std::vector<Sha256> leaves_;
  Bytes32 files_root_{};
  std::uint64_t files_ = 0;
  std::array<VerdictTotal, kVerdicts> totals_{};
};

}  // namespace

Result<ProofCheck> check_proof_bundle(const std::filesystem::path& path, const std::string& public_key, const std::map<std::uint32_t, std::string>& sources) {
  PROVA_TRY(mapped, MappedFile::open(path));
  return check_proof_text(as_text(mapped.bytes()), public_key, sources);
}

ProofCheck check_proof_text(std::string_view bundle, const std::string& public_key, const std::map<std::uint32_t, std::string>& sources) {
  ProofCheck result;
  try {
    Checker(result, sources).run(bundle, public_key);
  } catch (const Refused& refused) {
    result.reason = refused.reason;
  } catch (const ProofJson::exception& error) {
    result.reason = fmt::format("cannot be read: {}", error.what());
  }
  return result;
}

}  // namespace prova
