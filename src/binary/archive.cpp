// `ar` archives: static libraries of GNU, BSD, macOS and MSVC. Members are loaded by their own format.
// Spec: ar(5) of FreeBSD; Microsoft PE Format, "Archive (Library) File Format" and "Import Library Format".

#include <fmt/format.h>
#include <algorithm>
#include <charconv>

#include "base/byte_reader.h"
#include "binary/load.h"
#include "binary/name_budget.h"
#include "binary/resolve_members.h"

namespace prova {
namespace {

constexpr std::string_view kMagic = "!<arch>\n", kThinMagic = "!<thin>\n";
constexpr std::uint64_t kHeaderSize = 60;
constexpr std::uint64_t kMagicSize = 8;
/// "`\n", the last field of a member header.
constexpr std::string_view kTrailer = "`\n";
/// File names are at most 255 bytes long on the systems that write archives.
constexpr std::size_t kMaxMemberName = 255;

struct Member {
  std::string_view name;  ///< Resolved; a view into the archive.
  ByteView bytes;
  FileOffset header{};     ///< Of its header.
  std::uint64_t next = 0;  ///< Where the next header should stand.
  bool is_index = false;   ///< Symbol index or long-name table.
};

/// The decimal number in a field padded with spaces; nullopt for anything else.
std::optional<std::uint64_t> decimal(std::string_view field) {
  const std::size_t end = std::min(field.find(' '), field.size());
  std::uint64_t value = 0;
  const auto parsed = std::from_chars(field.data(), field.data() + end, value);
  if (end == 0 || parsed.ec != std::errc{} || parsed.ptr != field.data() + end) return std::nullopt;
  return value;
}

std::string_view trimmed(std::string_view field) {
  const std::size_t last = field.find_last_not_of(' ');
  return last == std::string_view::npos ? std::string_view{} : field.substr(0, last + 1);
}

class ArchiveReader {
 public:
  explicit ArchiveReader(ByteView file) : file_(file) { loaded_.container = "ar"; }

  Result<LoadedFile> run();

 private:
  [[nodiscard]] std::optional<Member> member_at(std::uint64_t at);
  void name_member(Member& member, std::string_view field);
  [[nodiscard]] std::uint64_t next_header_after(std::uint64_t at) const;
  void load_member(const Member& member);
  void skipped(const Member& member, std::string_view why) {
    add_defect(loaded_.defects, member.header,
               fmt::format("member {}: {}", member.name.substr(0, kMaxMemberName), why));
  }

  ByteView file_;
  LoadedFile loaded_;
  ByteView long_names_;
};

/// The first place from `at` on where a member header could stand; the end of the file when there is none.
std::uint64_t ArchiveReader::next_header_after(std::uint64_t at) const {
  const std::string_view text = as_text(file_);
  for (std::size_t hit = text.find(kTrailer, at + kHeaderSize - 2); hit != std::string_view::npos;
       hit = text.find(kTrailer, hit + 1)) {
    if (decimal(text.substr(hit - 10, 10))) return hit + 2 - kHeaderSize;
  }
  return file_.size();
}

std::optional<Member> ArchiveReader::member_at(std::uint64_t at) {
  const std::string_view header = as_text(clamped(file_, at, kHeaderSize));
  const auto size = header.size() == kHeaderSize ? decimal(header.substr(48, 10)) : std::nullopt;
  if (!size || header.substr(58) != kTrailer) return std::nullopt;
  Member member;
  member.header = FileOffset{at};
  member.bytes = clamped(file_, at + kHeaderSize, *size);
  if (member.bytes.size() < *size) {
    add_defect(loaded_.defects, FileOffset{at + 48},
               fmt::format("archive member of {} bytes, {} lie inside the file", *size, member.bytes.size()));
  }
  const std::uint64_t end = at + kHeaderSize + member.bytes.size();
  member.next = end + (end & 1);  // Members begin at even offsets.
  name_member(member, trimmed(header.substr(0, 16)));
  return member;
}

/// GNU: "name/", "/" and "/SYM64/" for indices, "//" for the table of long names, "/123" into it. MSVC: the same, its
/// table ends names with NUL. BSD: "name", or "#1/12" with the name as the first 12 bytes of the member.
void ArchiveReader::name_member(Member& member, std::string_view field) {
  if (field == "//") {
    long_names_ = member.bytes;
    member.is_index = true;
  } else if (field.starts_with('/') && decimal(field.substr(1))) {
    const std::string_view rest = as_text(clamped(long_names_, *decimal(field.substr(1)), kMaxMemberName));
    member.name = rest.substr(0, rest.find_first_of(std::string_view("\n\0", 2)));
    if (member.name.ends_with('/')) member.name.remove_suffix(1);
  } else if (field.starts_with('/')) {
    member.is_index = true;  // "/", "/SYM64/", "/<ECSYMBOLS>/", "/<HYBRIDMAP>/".
  } else if (field.starts_with("#1/") && decimal(field.substr(3))) {
    const std::uint64_t length = std::min<std::uint64_t>(*decimal(field.substr(3)), member.bytes.size());
    const std::string_view name = as_text(member.bytes.first(static_cast<std::size_t>(length)));
    member.name = name.substr(0, name.find('\0')).substr(0, kMaxMemberName);
    member.bytes = member.bytes.subspan(static_cast<std::size_t>(length));
    member.is_index = member.name.starts_with("__.SYMDEF");
  } else {
    member.name = field.ends_with('/') ? field.substr(0, field.size() - 1) : field;
    member.is_index = member.name.starts_with("__.SYMDEF");
  }
}

/// "Import Header": Sig1 0, Sig2 0xffff, Version 0; the symbol and the library follow as strings.
std::optional<std::string> import_stub(ByteView bytes) {
  const ByteReader in(bytes);
  const bool stub = in.size() >= 20 && in.value_at<std::uint32_t>(FileOffset{0}) == 0xffff'0000 &&
                    in.value_at<std::uint16_t>(FileOffset{4}) == 0;
  if (!stub) return std::nullopt;
  const std::string_view symbol = text_at(bytes, 20);
  const std::string_view library = text_at(bytes, 20 + symbol.size() + 1);
  return fmt::format("import of {} from {}, holds no code", symbol.substr(0, kMaxMemberName),
                     library.substr(0, kMaxMemberName));
}

Result<LoadedFile> load_object(ByteView bytes) {
  const auto one = [](Result<BinaryImage> image) -> Result<LoadedFile> {
    if (!image) return tl::unexpected<Error>(std::move(image).error());
    LoadedFile loaded;
    loaded.images.push_back(*std::move(image));
    return loaded;
  };
  if (looks_like_elf(bytes)) return one(load_elf(bytes));
  if (looks_like_macho(bytes)) return one(load_macho(bytes));
  if (looks_like_fat_macho(bytes)) return load_fat_macho(bytes);
  if (looks_like_coff_object(bytes)) return one(load_coff_object(bytes));
  return fail(ErrorCode::kUnsupported, "not an object file that we read");
}

void ArchiveReader::load_member(const Member& member) {
  if (auto stub = import_stub(member.bytes)) return skipped(member, *stub);
  auto loaded = load_object(member.bytes);
  if (!loaded) return skipped(member, to_string(loaded.error()));
  for (BinaryImage& image : loaded->images) {
    const std::string name(member.name.substr(0, kMaxMemberName));
    image.member = image.member.empty() ? name : name + ":" + image.member;
    loaded_.images.push_back(std::move(image));
  }
  for (Defect& defect : loaded->defects) skipped(member, defect.message);
}

Result<LoadedFile> ArchiveReader::run() {
  std::size_t members = 0;
  for (std::uint64_t at = kMagicSize; at < file_.size();) {
    const auto member = member_at(at);
    if (!member) {
      const std::uint64_t next = next_header_after(at);
      add_defect(loaded_.defects, FileOffset{at}, fmt::format("no archive member header, {} bytes skipped", next - at));
      at = next;
      continue;
    }
    if (members == kMaxMembers) {
      add_defect(loaded_.defects, FileOffset{at},
                 fmt::format("more than {} members, the rest is left out", kMaxMembers));
      break;
    }
    members += member->is_index ? 0 : 1;
    if (!member->is_index) load_member(*member);
    at = member->next;
  }
  resolve_members(loaded_.images);
  if (!loaded_.images.empty()) return std::move(loaded_);
  const std::string first = loaded_.defects.empty() ? "" : "; " + loaded_.defects.front().message;
  return fail(ErrorCode::kUnsupported, fmt::format("none of {} archive members holds a program{}", members, first),
              FileOffset{0});
}

}  // namespace

bool looks_like_archive(ByteView file) {
  const std::string_view magic = as_text(clamped(file, 0, kMagicSize));
  return magic == kMagic || magic == kThinMagic;
}

Result<LoadedFile> load_archive(ByteView file) {
  const std::string_view magic = as_text(clamped(file, 0, kMagicSize));
  if (magic == kThinMagic) {
    return fail(ErrorCode::kUnsupported, "thin archive, which holds only the names of its members", FileOffset{0});
  }
  if (magic != kMagic)
    return fail(ErrorCode::kMalformed, "archive magic is absent, expected \"!<arch>\"", FileOffset{0});
  return ArchiveReader(file).run();
}

}  // namespace prova
