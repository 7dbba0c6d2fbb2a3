#include "content/inventory/key.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/file.h"

namespace prova {
namespace {

constexpr std::string_view kMagic = "prova-inventory-key 1";
/// A key file has three short lines.
constexpr std::uint64_t kMaxKeyFile = 4096;

template <typename Array>
void fill_from(Array& target, const Bytes32& secret, std::string_view info) {
  const auto bytes = derive(secret, info, target.size());
  std::copy(bytes.begin(), bytes.end(), target.begin());
}

std::string hex(const Bytes32& bytes) { return to_hex(std::as_bytes(std::span(bytes))); }

Result<Bytes32> value_of(std::string_view text, std::string_view name) {
  const std::size_t at = text.find(fmt::format("\n{} ", name));
  if (at == std::string_view::npos) return fail(ErrorCode::kMalformed, fmt::format("no line '{}' in the key file", name));
  const std::string_view rest = text.substr(at + name.size() + 2);
  PROVA_TRY(digest, sha256_from_hex(rest.substr(0, rest.find('\n'))));
  return digest.bytes;
}

}  // namespace

DerivedKeys InventoryKey::derived() const {
  DerivedKeys keys;
  fill_from(keys.blocks, secret, "prova inventory blocks 1");
  fill_from(keys.chunks, secret, "prova inventory chunks 1");
  fill_from(keys.text, secret, "prova inventory text 1");
  fill_from(keys.members, secret, "prova inventory members 1");
  fill_from(keys.digests, secret, "prova inventory digests 1");
  fill_from(keys.tiny, secret, "prova inventory tiny 1");
  fill_from(keys.salts, secret, "prova inventory salts 1");
  return keys;
}

Bytes16 InventoryKey::id() const {
  Bytes16 name;
  fill_from(name, secret, "prova inventory key id 1");
  return name;
}

InventoryKey new_inventory_key() { return {random_bytes32(), random_bytes32()}; }

Status write_inventory_key(const InventoryKey& key, const std::filesystem::path& path) {
  const std::string text = fmt::format("{}\nsecret {}\nsigning {}\n", kMagic, hex(key.secret), hex(key.signing));
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) {
    const ErrorCode code = errno == EEXIST ? ErrorCode::kUsage : ErrorCode::kIo;
    return tl::unexpected<Error>(Error{code, fmt::format("cannot write the key: {}", std::strerror(errno)), std::nullopt, path.string()});
  }
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  ::close(file);
  if (written) return sync_directory(path.parent_path());
  ::unlink(path.c_str());
  return tl::unexpected<Error>(Error{ErrorCode::kIo, "cannot write the key", std::nullopt, path.string()});
}

Result<InventoryKey> read_inventory_key(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return tl::unexpected<Error>(Error{ErrorCode::kNotFound, "no inventory key here; name the right one with --key",
                                       std::nullopt, path.string()});
  }
  PROVA_TRY(text, read_file(path, kMaxKeyFile));
  const auto named = [&](Error error) {
    error.file = path.string();
    return tl::unexpected<Error>(std::move(error));
  };
  if (!std::string_view(text).starts_with(kMagic)) {
    return named({ErrorCode::kMalformed, fmt::format("is not an inventory key: the first line is not '{}'", kMagic), std::nullopt, {}});
  }
  const auto secret = value_of(text, "secret");
  if (!secret) return named(secret.error());
  const auto signing = value_of(text, "signing");
  if (!signing) return named(signing.error());
  return InventoryKey{*secret, *signing};
}

}  // namespace prova
