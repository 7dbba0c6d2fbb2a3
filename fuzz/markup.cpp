// HTML, RTF, office XML, mailboxes and format detection: our own readers inside the extraction process, and its frames.

#include <cstdint>

#include "content/container/detect.h"
#include "content/container/frames.h"
#include "content/container/mail.h"
#include "content/container/markup.h"
#include "content/container/office.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const prova::ByteView bytes(reinterpret_cast<const std::byte*>(data), size);
  const std::string_view text = prova::as_text(bytes);
  (void)prova::detect_format(bytes);
  (void)prova::html_text(text);
  (void)prova::rtf_text(text);
  std::size_t total = 0;
  for (const std::string_view message : prova::split_mailbox(text)) total += message.size();
  if (total > size) __builtin_trap();
  for (const char* name : {"word/document.xml", "content.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"}) {
    const prova::OfficePart part{name, std::string(text)};
    (void)prova::office_text(std::span(&part, 1));
  }
  (void)prova::decode_item(text);
  (void)prova::decode_request(text);
  (void)prova::decode_defect(text);
  (void)prova::decode_entry(text);
  if (size >= prova::kFrameHeaderBytes) (void)prova::decode_header(text);
  return 0;
}
