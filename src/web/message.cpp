#include "web/message.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/escape.h"

namespace prova::web {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_name(std::string_view sent, std::string_view name) {
  return std::equal(sent.begin(), sent.end(), name.begin(), name.end(), [](char a, char b) { return lower(a) == b; });
}

int status_for(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUsage: return 400;
    case ErrorCode::kNotFound: return 404;
    case ErrorCode::kLimit: return 413;
    case ErrorCode::kTruncated:
    case ErrorCode::kMalformed:
    case ErrorCode::kUnsupported: return 422;
    case ErrorCode::kIo:
    case ErrorCode::kStore: return 500;
  }
  return 500;
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  for (const auto& [sent, value] : headers) {
    if (same_name(sent, name)) return value;
  }
  return {};
}

std::size_t Request::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(headers.begin(), headers.end(), [&](const auto& header) { return same_name(header.first, name); }));
}

Response json(std::shared_ptr<const std::string> document) {
  Response response;
  response.body = std::move(document);
  return response;
}

Response json(std::string document) { return json(std::make_shared<const std::string>(std::move(document))); }

Response refusal(int status, std::string_view sentence, std::optional<int> line) {
  nlohmann::ordered_json document{{"schema", "prova/error/1"}, {"error", valid_utf8(sentence)}};
  if (line) document["line"] = *line;
  Response response = json(document.dump(2) + "\n");
  response.status = status;
  return response;
}

Response refusal(const Error& error) { return refusal(status_for(error.code), to_string(error)); }

Response attachment(std::string document, std::string content_type, std::string_view name) {
  Response response = json(std::move(document));
  response.content_type = std::move(content_type);
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + std::string(name) + "\"");
  return response;
}

}  // namespace prova::web
