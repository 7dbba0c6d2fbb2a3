#include "content/container/pst.h"

#include <libbfio.h>
#include <libpff.h>

#include <algorithm>
#include <memory>

#include "content/container/markup.h"

namespace prova {
namespace {

/// libpff's handles are all the same C type; the functions that free them are not.
template <auto Free>
struct FreedBy {
  void operator()(std::intptr_t* handle) const { (void)Free(&handle, nullptr); }
};
using PffFile = std::unique_ptr<libpff_file_t, FreedBy<&libpff_file_free>>;
using PffItem = std::unique_ptr<libpff_item_t, FreedBy<&libpff_item_free>>;
using BfioHandle = std::unique_ptr<libbfio_handle_t, FreedBy<&libbfio_handle_free>>;

/// [MS-OXPROPS] property tags that libpff has no name for here.
constexpr std::uint32_t kInternetMessageId = 0x1035;

/// The item that `get` opens at `index`, or nothing.
template <typename Get>
PffItem item_at(Get get, libpff_item_t* owner, int index) {
  libpff_item_t* item = nullptr;
  if (get(owner, index, &item, nullptr) != 1) return {};
  return PffItem(item);
}

/// A text property as UTF-8; empty when the item has none.
std::string text_property(libpff_item_t* item, std::uint32_t tag) {
  libpff_record_set_t* set = nullptr;
  libpff_record_entry_t* entry = nullptr;
  std::string value;
  if (libpff_item_get_record_set_by_index(item, 0, &set, nullptr) != 1) return value;
  if (libpff_record_set_get_entry_by_type(set, tag, 0, &entry, LIBPFF_ENTRY_VALUE_FLAG_MATCH_ANY_VALUE_TYPE, nullptr) == 1) {
    std::size_t size = 0;
    constexpr std::size_t kLongestProperty = 1 << 20;
    if (libpff_record_entry_get_data_as_utf8_string_size(entry, &size, nullptr) == 1 && size > 1 && size <= kLongestProperty) {
      value.resize(size);
      if (libpff_record_entry_get_data_as_utf8_string(entry, reinterpret_cast<std::uint8_t*>(value.data()), size, nullptr) != 1) value.clear();
      value = value.c_str();  // The size counts the final NUL.
    }
    libpff_record_entry_free(&entry, nullptr);
  }
  libpff_record_set_free(&set, nullptr);
  return value;
}

/// A body read by a pair of libpff functions.
template <typename Size, typename Read>
std::string body(libpff_item_t* message, Size get_size, Read read, const ExtractionBudget& budget) {
  std::size_t size = 0;
  if (get_size(message, &size, nullptr) != 1 || size == 0 || !budget.allows(0, size)) return {};
  std::string text(size, '\0');
  if (read(message, reinterpret_cast<std::uint8_t*>(text.data()), size, nullptr) != 1) return {};
  while (!text.empty() && text.back() == '\0') text.pop_back();
  return text;
}

class PstReader {
 public:
  PstReader(const ExtractionBudget& budget, const PstMessageSink& sink) : budget_(budget), sink_(sink) {}

  void read_folder(libpff_item_t* folder, const std::string& path, int depth) {
    if (depth > kMaxPstDepth) return;
    int count = 0;
    if (libpff_folder_get_number_of_sub_messages(folder, &count, nullptr) == 1) {
      for (int i = 0; i < count; ++i) {
        if (const PffItem message = item_at(libpff_folder_get_sub_message, folder, i)) sink_(path, read_message(message.get(), 0));
      }
    }
    count = 0;
    if (libpff_folder_get_number_of_sub_folders(folder, &count, nullptr) != 1) return;
    for (int i = 0; i < count; ++i) {
      const PffItem child = item_at(libpff_folder_get_sub_folder, folder, i);
      if (!child) continue;
      std::string name = text_property(child.get(), LIBPFF_ENTRY_TYPE_DISPLAY_NAME);
      read_folder(child.get(), path.empty() ? name : path + "/" + name, depth + 1);
    }
  }

 private:
  MailMessage read_message(libpff_item_t* item, int depth) {
    MailMessage message;
    message.message_id = text_property(item, kInternetMessageId);
    if (message.message_id.size() > 2 && message.message_id.front() == '<') message.message_id = message.message_id.substr(1, message.message_id.size() - 2);
    add_header(message, "From", text_property(item, LIBPFF_ENTRY_TYPE_MESSAGE_SENDER_NAME));
    std::string subject = text_property(item, LIBPFF_ENTRY_TYPE_MESSAGE_SUBJECT);
    // [MS-PST] 2.5.3.1.1.1: a subject may start with U+0001 and the length of its prefix.
    if (subject.size() > 2 && subject[0] == '\x01') subject.erase(0, 2);
    add_header(message, "Subject", subject);
    message.text = body(item, libpff_message_get_plain_text_body_size, libpff_message_get_plain_text_body, budget_);
    if (message.text.empty()) message.text = html_text(body(item, libpff_message_get_html_body_size, libpff_message_get_html_body, budget_));
    if (message.text.empty()) message.text = rtf_text(body(item, libpff_message_get_rtf_body_size, libpff_message_get_rtf_body, budget_));
    read_attachments(item, message, depth);
    return message;
  }
  static void add_header(MailMessage& message, const char* name, const std::string& value) {
    if (!value.empty()) message.headers += std::string(name) + ": " + value + "\n";
  }
  void read_attachments(libpff_item_t* item, MailMessage& message, int depth) {
    int count = 0;
    if (libpff_message_get_number_of_attachments(item, &count, nullptr) != 1) return;
    for (int i = 0; i < count; ++i) {
      const PffItem attachment = item_at(libpff_message_get_attachment, item, i);
      int type = 0;
      if (!attachment || libpff_attachment_get_type(attachment.get(), &type, nullptr) != 1) continue;
      if (type == LIBPFF_ATTACHMENT_TYPE_DATA) read_data(attachment.get(), message);
      if (type == LIBPFF_ATTACHMENT_TYPE_ITEM && depth < kMaxMimeDepth) read_inner(attachment.get(), message, depth);
    }
  }
  void read_data(libpff_item_t* attachment, MailMessage& message) {
    size64_t size = 0;
    if (libpff_attachment_get_data_size(attachment, &size, nullptr) != 1 || !budget_.allows(0, size)) return;
    std::string bytes(size, '\0');
    std::size_t at = 0;
    while (at < bytes.size()) {
      const ssize_t got = libpff_attachment_data_read_buffer(attachment, reinterpret_cast<std::uint8_t*>(bytes.data()) + at, bytes.size() - at, nullptr);
      if (got <= 0) break;
      at += static_cast<std::size_t>(got);
    }
    bytes.resize(at);
    std::string name = text_property(attachment, LIBPFF_ENTRY_TYPE_ATTACHMENT_FILENAME_LONG);
    if (name.empty()) name = text_property(attachment, LIBPFF_ENTRY_TYPE_ATTACHMENT_FILENAME_SHORT);
    message.attachments.push_back({name.empty() ? "unnamed part" : name, std::move(bytes), false});
  }
  /// A message attached to a message has no bytes of its own: its text joins the outer one's, its files too.
  void read_inner(libpff_item_t* attachment, MailMessage& message, int depth) {
    libpff_item_t* raw = nullptr;
    if (libpff_attachment_get_item(attachment, &raw, nullptr) != 1) return;
    const PffItem owner(raw);
    MailMessage inner = read_message(raw, depth + 1);
    message.text += "\n" + inner.text;
    std::move(inner.attachments.begin(), inner.attachments.end(), std::back_inserter(message.attachments));
  }

  const ExtractionBudget& budget_;
  const PstMessageSink& sink_;
};

}  // namespace

Status read_pst(ByteView bytes, const ExtractionBudget& budget, const PstMessageSink& sink) {
  libbfio_handle_t* raw_handle = nullptr;
  if (libbfio_memory_range_initialize(&raw_handle, nullptr) != 1) return fail(ErrorCode::kMalformed, "no memory to open the PST file");
  const BfioHandle handle(raw_handle);
  // libbfio's interface takes a pointer to writable bytes; opened for reading, it writes none.
  auto* start = const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(bytes.data()));
  if (libbfio_memory_range_set(raw_handle, start, bytes.size(), nullptr) != 1) return fail(ErrorCode::kMalformed, "not a PST file that can be read");
  libpff_file_t* raw_file = nullptr;
  if (libpff_file_initialize(&raw_file, nullptr) != 1) return fail(ErrorCode::kMalformed, "no memory to open the PST file");
  const PffFile file(raw_file);
  if (libpff_file_open_file_io_handle(raw_file, raw_handle, LIBPFF_OPEN_READ, nullptr) != 1) return fail(ErrorCode::kMalformed, "not a PST file that can be read");
  libpff_item_t* raw_root = nullptr;
  if (libpff_file_get_root_folder(raw_file, &raw_root, nullptr) != 1) return fail(ErrorCode::kMalformed, "a PST file without a root folder");
  const PffItem root(raw_root);
  PstReader(budget, sink).read_folder(raw_root, "", 0);
  return {};
}

}  // namespace prova
