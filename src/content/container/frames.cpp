#include "content/container/frames.h"

#include <fmt/format.h>

#include "base/byte_reader.h"

namespace prova {
namespace {

template <typename T>
void put(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof value);
}
void put_text(std::string& out, std::string_view text) {
  put(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

/// Reads a payload from front to back.
class PayloadReader {
 public:
  explicit PayloadReader(std::string_view payload) : in_(as_bytes(payload)) {}
  template <typename T>
  Result<T> number() {
    auto value = in_.read_at<T>(FileOffset{at_});
    at_ += sizeof(T);
    return value;
  }
  Result<std::string> text() {
    PROVA_TRY(size, number<std::uint32_t>());
    PROVA_TRY(bytes, in_.slice(FileOffset{at_}, size));
    at_ += size;
    return std::string(as_text(bytes));
  }
  [[nodiscard]] std::string rest() const { return std::string(as_text(in_.bytes().subspan(at_))); }
  [[nodiscard]] bool at_end() const { return at_ == in_.size(); }

 private:
  ByteReader in_;
  std::size_t at_ = 0;
};

tl::unexpected<Error> extra_bytes() { return fail(ErrorCode::kMalformed, "a frame with bytes after its end"); }

}  // namespace

std::string encode_header(FrameHeader header) {
  std::string out;
  put(out, static_cast<std::uint8_t>(header.kind));
  put(out, header.size);
  return out;
}

Result<FrameHeader> decode_header(std::string_view bytes) {
  PayloadReader in(bytes);
  PROVA_TRY(kind, in.number<std::uint8_t>());
  PROVA_TRY(size, in.number<std::uint32_t>());
  if (kind < 1 || kind > static_cast<std::uint8_t>(FrameKind::kDone)) return fail(ErrorCode::kMalformed, fmt::format("frame of kind {}, 1 to 5 are known", kind));
  if (size > kMaxFrameBytes) return fail(ErrorCode::kLimit, fmt::format("a frame of {} bytes, at most {} accepted", size, kMaxFrameBytes));
  return FrameHeader{static_cast<FrameKind>(kind), size};
}

std::string encode_item(const ExtractedItem& item) {
  std::string out;
  put(out, item.id);
  put(out, item.parent);
  put(out, static_cast<std::uint8_t>(item.kind));
  put(out, static_cast<std::uint8_t>(item.format));
  put_text(out, item.path);
  put_text(out, item.message_id);
  put_text(out, item.headers);
  put_text(out, item.text);
  return out;
}

Result<ExtractedItem> decode_item(std::string_view payload) {
  PayloadReader in(payload);
  ExtractedItem item;
  PROVA_TRY(id, in.number<std::uint32_t>());
  PROVA_TRY(parent, in.number<std::uint32_t>());
  PROVA_TRY(kind, in.number<std::uint8_t>());
  PROVA_TRY(format, in.number<std::uint8_t>());
  if (kind > static_cast<std::uint8_t>(ItemKind::kComponent) || format > static_cast<std::uint8_t>(ContentFormat::kOffice97) || (id != 0 && parent >= id)) {
    return fail(ErrorCode::kMalformed, "an item of unknown kind, or before its parent");
  }
  item.id = id, item.parent = parent;
  item.kind = static_cast<ItemKind>(kind), item.format = static_cast<ContentFormat>(format);
  for (std::string* field : {&item.path, &item.message_id, &item.headers, &item.text}) {
    PROVA_TRY(text, in.text());
    *field = std::move(text);
  }
  item.bytes = in.rest();
  return item;
}

std::string encode_entry(std::uint32_t id, std::string_view path) {
  std::string out;
  put(out, id);
  put_text(out, path);
  return out;
}

Result<EnteredItem> decode_entry(std::string_view payload) {
  PayloadReader in(payload);
  PROVA_TRY(id, in.number<std::uint32_t>());
  PROVA_TRY(path, in.text());
  if (!in.at_end()) return extra_bytes();
  return EnteredItem{id, std::move(path)};
}

std::string encode_defect(const ExtractionDefect& defect) {
  std::string out;
  put_text(out, defect.path);
  put_text(out, defect.message);
  return out;
}

Result<ExtractionDefect> decode_defect(std::string_view payload) {
  PayloadReader in(payload);
  PROVA_TRY(path, in.text());
  PROVA_TRY(message, in.text());
  if (!in.at_end()) return extra_bytes();
  return ExtractionDefect{std::move(path), std::move(message)};
}

std::string encode_request(const ExtractionRequest& request) {
  std::string out;
  put_text(out, request.path);
  put_text(out, request.name);
  for (const SkippedItem& skip : request.skipped) put(out, skip.id), put(out, skip.next_id);
  return out;
}

Result<ExtractionRequest> decode_request(std::string_view payload) {
  PayloadReader in(payload);
  ExtractionRequest request;
  PROVA_TRY(path, in.text());
  PROVA_TRY(name, in.text());
  request.path = std::move(path), request.name = std::move(name);
  while (!in.at_end()) {
    PROVA_TRY(id, in.number<std::uint32_t>());
    PROVA_TRY(next_id, in.number<std::uint32_t>());
    request.skipped.push_back({id, next_id});
  }
  return request;
}

}  // namespace prova
