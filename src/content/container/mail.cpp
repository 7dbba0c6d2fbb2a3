#include "content/container/mail.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <memory>

#include "content/container/markup.h"

namespace prova {
namespace {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <typename T>
using Owned = std::unique_ptr<T, Unref>;

// GMime's cast macros are C casts; these say the same without.
template <typename T>
T* as(void* object) { return static_cast<T*>(object); }

std::string taken(char* text) {
  std::string out(text != nullptr ? text : "");
  g_free(text);
  return out;
}

std::string stream_bytes(GMimeStream* stream) {
  const GByteArray* array = g_mime_stream_mem_get_byte_array(as<GMimeStreamMem>(stream));
  return array == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(array->data), array->len);
}

std::string decoded_content(GMimePart* part) {
  GMimeDataWrapper* content = g_mime_part_get_content(part);
  if (content == nullptr) return {};
  const Owned<GMimeStream> memory(g_mime_stream_mem_new());
  g_mime_data_wrapper_write_to_stream(content, memory.get());
  return stream_bytes(memory.get());
}

std::string serialised(GMimeObject* object) {
  const Owned<GMimeStream> memory(g_mime_stream_mem_new());
  g_mime_object_write_to_stream(object, nullptr, memory.get());
  return stream_bytes(memory.get());
}

/// Collects the parts of one message.
class PartReader {
 public:
  explicit PartReader(MailMessage& message) : message_(message) {}

  void read(GMimeObject* object, int depth) {
    if (object == nullptr || depth > kMaxMimeDepth) return;
    if (GMIME_IS_MULTIPART(object)) return read_multipart(object, depth);
    if (GMIME_IS_MESSAGE_PART(object)) return read_message(object);
    if (GMIME_IS_PART(object)) return read_part(object);
  }
  void finish() { message_.text = plain_.find_first_not_of(" \t\r\n") != std::string::npos ? plain_ : html_text(html_); }

 private:
  void read_multipart(GMimeObject* object, int depth) {
    auto* multipart = as<GMimeMultipart>(object);
    const int count = g_mime_multipart_get_count(multipart);
    for (int i = 0; i < count; ++i) read(g_mime_multipart_get_part(multipart, i), depth + 1);
  }
  void read_message(GMimeObject* object) {
    GMimeMessage* inner = g_mime_message_part_get_message(as<GMimeMessagePart>(object));
    if (inner == nullptr) return;
    message_.attachments.push_back({"attached message", serialised(as<GMimeObject>(inner)), true});
  }
  void read_part(GMimeObject* object) {
    auto* part = as<GMimePart>(object);
    const char* filename = g_mime_part_get_filename(part);
    const bool attached = filename != nullptr || g_mime_part_is_attachment(part);
    if (!attached && GMIME_IS_TEXT_PART(object)) {
      const std::string text = taken(g_mime_text_part_get_text(as<GMimeTextPart>(object)));
      GMimeContentType* type = g_mime_object_get_content_type(object);
      (type != nullptr && g_mime_content_type_is_type(type, "text", "html") ? html_ : plain_) += text + "\n";
      return;
    }
    message_.attachments.push_back({filename != nullptr ? filename : "unnamed part", decoded_content(part), false});
  }

  MailMessage& message_;
  std::string plain_, html_;
};

std::string header_lines(GMimeMessage* message) {
  std::string lines;
  for (const char* name : {"From", "To", "Cc", "Date", "Subject"}) {
    const char* raw = g_mime_object_get_header(as<GMimeObject>(message), name);
    if (raw == nullptr) continue;
    lines += std::string(name) + ": " + taken(g_mime_utils_header_decode_text(nullptr, raw)) + "\n";
  }
  return lines;
}

}  // namespace

Result<MailMessage> read_mail(ByteView bytes) {
  static const bool ready = [] { g_mime_init(); return true; }();
  (void)ready;
  const Owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
  const Owned<GMimeMessage> parsed(g_mime_parser_construct_message(parser.get(), nullptr));
  if (!parsed) return fail(ErrorCode::kMalformed, "not a mail message");
  MailMessage message;
  if (const char* id = g_mime_message_get_message_id(parsed.get())) message.message_id = id;
  message.headers = header_lines(parsed.get());
  PartReader reader(message);
  reader.read(g_mime_message_get_mime_part(parsed.get()), 0);
  reader.finish();
  return message;
}

std::vector<std::string_view> split_mailbox(std::string_view mailbox) {
  std::vector<std::string_view> messages;
  const auto line_end = [&](std::size_t at) { return std::min(mailbox.find('\n', at), mailbox.size() - 1) + 1; };
  if (!mailbox.starts_with("From ")) return messages;
  std::size_t start = line_end(0);
  for (std::size_t at = mailbox.find("\nFrom "); at != std::string_view::npos; at = mailbox.find("\nFrom ", at + 1)) {
    const std::string_view before = mailbox.substr(0, at + 1);
    if (at < start || !(before.ends_with("\n\n") || before.ends_with("\n\r\n"))) continue;
    messages.push_back(mailbox.substr(start, at + 1 - start));
    start = line_end(at + 1);
  }
  messages.push_back(mailbox.substr(start));
  return messages;
}

}  // namespace prova
