#include "web/session.h"

#include <arpa/inet.h>
#include <sys/random.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>

#include "base/hash.h"

namespace prova::web {
namespace {

bool is_literal(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  if (::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1) return true;
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  return bracketed && ::inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), bytes.data()) == 1;
}

std::string machine_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string(name.data()) : std::string();
}

std::string in_url(const std::string& address) {
  return address.find(':') == std::string::npos ? address : "[" + address + "]";
}

bool changes_something(std::string_view method) { return method != "GET" && method != "HEAD"; }

}  // namespace

Result<std::string> random_hex(std::size_t count) {
  std::string bytes(count, '\0');
  for (std::size_t got = 0; got < count;) {
    const ssize_t more = ::getrandom(bytes.data() + got, count - got, 0);
    if (more < 0 && errno == EINTR) continue;
    if (more <= 0) return fail(ErrorCode::kIo, fmt::format("no random bytes from the kernel: {}", std::strerror(errno)));
    got += static_cast<std::size_t>(more);
  }
  return to_hex(as_bytes(bytes));
}

bool equal_secrets(std::string_view a, std::string_view b) {
  unsigned different = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < b.size(); ++i) {
    const char other = i < a.size() ? a[i] : '\0';
    different |= static_cast<unsigned char>(other) ^ static_cast<unsigned char>(b[i]);
  }
  return different == 0;
}

bool ListenAddress::loopback() const { return address.starts_with("127.") || address == "::1" || address == "localhost"; }

std::string ListenAddress::origin() const {
  const bool wildcard = address == "0.0.0.0" || address == "::";
  return fmt::format("http://{}:{}", wildcard ? machine_name() : in_url(address), port);
}

bool ListenAddress::answers_to(std::string_view host) const {
  const std::string suffix = fmt::format(":{}", port);
  const bool bare = port == 80 && host.find(':') == std::string_view::npos;
  if (!bare && !host.ends_with(suffix)) return false;
  const std::string name(bare ? host : host.substr(0, host.size() - suffix.size()));
  if (name == in_url(address)) return true;
  if (loopback()) return name == "localhost" || name == "127.0.0.1" || name == "[::1]";
  return is_literal(name) || (!name.empty() && name == machine_name());
}

Result<Session> Session::create(ListenAddress where) {
  PROVA_TRY(secret, random_hex(kSecretBytes));
  PROVA_TRY(token, random_hex(kSecretBytes));
  return Session(std::move(where), std::move(secret), std::move(token));
}

Session::Session(ListenAddress where, std::string secret, std::string token)
    : where_(std::move(where)), secret_(std::move(secret)), token_(std::move(token)) {}

Session::Session(Session&& other) noexcept
    : where_(std::move(other.where_)), secret_(std::move(other.secret_)), token_(std::move(other.token_)) {}

std::string Session::invitation() const {
  const std::lock_guard lock(mutex_);
  return fmt::format("{}/#token={}", where_.origin(), token_);
}

bool Session::redeem(std::string_view token) {
  const std::lock_guard lock(mutex_);
  if (token_.empty() || !equal_secrets(token, token_)) return false;
  token_ = random_hex(kSecretBytes).value_or("");  // Without random bytes there is no further invitation.
  return true;
}

std::string Session::cookie_name() const { return fmt::format("prova_session_{}", where_.port); }

std::string Session::cookie() const {
  return fmt::format("{}={}; HttpOnly; SameSite=Strict; Path=/", cookie_name(), secret_);
}

bool Session::carries(const Request& request) const {
  constexpr std::string_view kBearer = "Bearer ";
  if (const std::string_view value = request.header("authorization"); value.starts_with(kBearer)) {
    return equal_secrets(value.substr(kBearer.size()), secret_);
  }
  std::string_view cookies = request.header("cookie");
  const std::string name = cookie_name() + "=";
  while (!cookies.empty()) {
    std::string_view one = cookies.substr(0, cookies.find(';'));
    cookies.remove_prefix(std::min(cookies.size(), one.size() + 1));
    while (one.starts_with(' ')) one.remove_prefix(1);
    if (one.starts_with(name) && equal_secrets(one.substr(name.size()), secret_)) return true;
  }
  return false;
}

std::optional<std::string> foreign(const Request& request, const ListenAddress& where) {
  if (request.count("host") != 1 || !where.answers_to(request.header("host"))) {
    return fmt::format("the request was sent to '{}', which is not this server", request.header("host").substr(0, 80));
  }
  const std::string_view origin = request.header("origin");
  if (request.count("origin") > 0 && origin != fmt::format("http://{}", request.header("host"))) {
    return fmt::format("the request comes from the site '{}'", origin.substr(0, 80));
  }
  const std::string_view site = request.header("sec-fetch-site");
  if (!site.empty() && site != "same-origin" && site != "none") return fmt::format("the request comes from another site ('{}')", site.substr(0, 20));
  if (changes_something(request.method) && request.header("x-prova") != "1") {
    return "a request that changes something needs the header 'X-Prova: 1'";
  }
  return std::nullopt;
}

}  // namespace prova::web
