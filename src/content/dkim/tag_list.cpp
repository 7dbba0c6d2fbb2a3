#include "content/dkim/tag_list.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>

#include "base/escape.h"

namespace prova {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// tag-name = ALPHA *ALNUMPUNC
bool is_tag_name(std::string_view name) {
  const auto allowed = [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '_'; };
  return !name.empty() && is_letter(name.front()) && std::all_of(name.begin(), name.end(), allowed);
}

/// A piece of hostile text for a message.
std::string shown(std::string_view text) {
  constexpr std::size_t kShown = 40;
  return escape_terminal(std::string(text.substr(0, kShown)));
}

}  // namespace

Result<DkimTagList> DkimTagList::parse(std::string_view text) {
  DkimTagList list;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(';', at), text.size());
    const std::string_view part = text.substr(at, end - at);
    at = end + 1;
    if (trimmed(part).empty()) {
      if (end == text.size()) break;  // What follows the last semicolon.
      return fail(ErrorCode::kMalformed, "a tag list with an empty tag");
    }
    const std::size_t equals = part.find('=');
    const std::string_view name = trimmed(part.substr(0, std::min(equals, part.size())));
    if (equals == std::string_view::npos || !is_tag_name(name)) return fail(ErrorCode::kMalformed, fmt::format("'{}' is no tag=value", shown(trimmed(part))));
    if (list.find(name) != nullptr) return fail(ErrorCode::kMalformed, fmt::format("tag {}= stands there twice", shown(name)));
    if (list.tags_.size() == kMaxDkimTags) return fail(ErrorCode::kLimit, fmt::format("more than {} tags", kMaxDkimTags));
    const std::string_view raw = part.substr(equals + 1);
    list.tags_.push_back({name, trimmed(raw), raw});
  }
  return list;
}

const DkimTag* DkimTagList::find(std::string_view name) const {
  const auto found = std::find_if(tags_.begin(), tags_.end(), [&](const DkimTag& tag) { return tag.name == name; });
  return found == tags_.end() ? nullptr : &*found;
}

std::string without_space(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::copy_if(text.begin(), text.end(), std::back_inserter(out), [](char c) { return kSpace.find(c) == std::string_view::npos; });
  return out;
}

std::vector<std::string_view> split_trimmed(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    parts.push_back(trimmed(text.substr(at, end - at)));
    at = end + 1;
  }
  return parts;
}

Result<std::string> decode_base64(std::string_view text) {
  std::string packed = without_space(text);
  while (!packed.empty() && packed.back() == '=') packed.pop_back();
  const auto in_alphabet = [](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '/'; };
  if (packed.size() % 4 == 1 || !std::all_of(packed.begin(), packed.end(), in_alphabet)) return fail(ErrorCode::kMalformed, "not base64");
  const std::size_t padding = (4 - packed.size() % 4) % 4;
  packed.append(padding, '=');
  std::string bytes(packed.size() / 4 * 3, '\0');
  const int written = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()), reinterpret_cast<const unsigned char*>(packed.data()), static_cast<int>(packed.size()));
  if (written < 0) return fail(ErrorCode::kMalformed, "not base64");
  bytes.resize(static_cast<std::size_t>(written) - padding);
  return bytes;
}

}  // namespace prova
