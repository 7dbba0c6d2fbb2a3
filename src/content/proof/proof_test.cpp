#include "content/proof/proof.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <fstream>

#include "base/hash.h"
#include "content/inventory/create.h"
#include "content/proof/proof_lines.h"

namespace prova {
namespace {

namespace fs = std::filesystem;

template <typename T>
T from_hex(const std::string& hex) {
  T value{};
  auto* bytes = reinterpret_cast<unsigned char*>(&value);
  for (std::size_t i = 0; i < sizeof(T); ++i) bytes[i] = static_cast<unsigned char>(std::stoul(hex.substr(2 * i, 2), nullptr, 16));
  return value;
}
template <typename T>
std::string hex_of_bytes(const T& value) { return to_hex(std::as_bytes(std::span(&value, 1))); }

/// A bundle as it would be if its inventory had another format, signed anew with the key.
class OtherFormat : public ::testing::Test {
 protected:
  OtherFormat() {
    key_.secret.fill(3), key_.signing.fill(4);
    fs::create_directories(root_ / "tree");
    std::ofstream(root_ / "tree" / "a") << std::string(5000, 'a') << "end";
  }
  ~OtherFormat() override { fs::remove_all(root_); }

  std::string bundle() {
    CreateOptions options;
    options.paths = {(root_ / "tree").string()};
    options.created = "2026-01-01T00:00:00Z";
    EXPECT_TRUE(create_inventory(options, key_, root_ / "i"));
    const auto inventory = Inventory::open(root_ / "i", &key_);
    DamageOptions damage;
    damage.sources = {{SourceRole::kDirectory, (root_ / "tree").string()}};
    const auto report = assess_damage(*inventory, damage);
    EXPECT_TRUE(write_proof_bundle(*inventory, key_, *report, {"prova of then", "2026-02-01T00:00:00Z"}, root_ / "p"));
    std::ifstream in(root_ / "p", std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  /// Without the fields of its meta section that format 3 added.
  std::string with_format(const std::string& bundle, std::uint32_t format) const {
    const std::size_t first = bundle.find('\n'), last = bundle.rfind('\n', bundle.size() - 2);
    ProofJson head = ProofJson::parse(bundle.substr(0, first));
    ProofJson& part = head["inventory"];
    auto header = from_hex<InventoryHeader>(part["header"]);
    header.format = format;
    ProofJson meta = ProofJson::parse(part["meta"].get<std::string>());
    if (format < 3) meta["fingerprints"].erase("copied_run");
    part["meta"] = meta.dump();
    const std::string table_hex = part["table"];
    std::vector<SectionEntry> table;
    for (std::size_t i = 0; i < table_hex.size(); i += 2 * sizeof(SectionEntry)) table.push_back(from_hex<SectionEntry>(table_hex.substr(i)));
    table[0].sha256 = sha256(as_bytes(meta.dump())).bytes;
    const Sha256 root = inventory_root(header, table, from_hex<Bytes32>(part["files_root"]));
    part["header"] = hex_of_bytes(header);
    part["table"] = to_hex(std::as_bytes(std::span(table)));
    part["root"] = to_hex(root);
    part["signature"] = hex_of_bytes(ed25519_sign(key_.signing, as_bytes(signed_message(root.bytes))));
    const std::string body = head.dump() + bundle.substr(first, last + 1 - first);
    const Sha256 seal = sha256(as_bytes(body));
    return body + seal_line(seal, key_.public_key(), ed25519_sign(key_.signing, as_bytes(sealed_message(seal))));
  }

  /// Exit code of the checker in Python; nothing where there is none.
  [[nodiscard]] std::optional<int> other_checker(const std::string& bundle) const {
    if (std::system("python3 -c pass 2>/dev/null") != 0) return std::nullopt;
    std::ofstream(root_ / "q", std::ios::binary) << bundle;
    const int status = std::system(("python3 " PROVA_SOURCE_DIR "/scripts/check_proof.py " + (root_ / "q").string() + " >/dev/null").c_str());
    return WEXITSTATUS(status);
  }

  fs::path root_ = fs::temp_directory_path() / ("prova-proof-" + std::to_string(::getpid()));
  InventoryKey key_;
};

TEST_F(OtherFormat, BundlesAboutInventoriesOfFormat2AreStillAccepted) {
  const std::string old = with_format(bundle(), 2);
  const ProofCheck check = check_proof_text(old, "", {});
  EXPECT_TRUE(check.accepted) << check.reason;
  EXPECT_EQ(other_checker(old).value_or(0), 0);
}

TEST_F(OtherFormat, OtherFormatsAreRefusedWithTheRemedy) {
  for (const std::uint32_t format : {1U, kInventoryFormat + 1}) {
    const std::string other = with_format(bundle(), format);
    const ProofCheck check = check_proof_text(other, "", {});
    EXPECT_FALSE(check.accepted);
    EXPECT_EQ(check.reason, "is about an inventory of format " + std::to_string(format) + ", this checker knows 2 to 3; check it with the prova that made it (prova of then)");
    EXPECT_EQ(other_checker(other).value_or(1), 1);
    fs::remove(root_ / "i");
  }
}

}  // namespace
}  // namespace prova
