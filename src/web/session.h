#pragma once
// Who may speak to the workbench. The person who started it gets an address with a one-time token; the browser trades
// it for a cookie. Everything else that runs in the same browser, or on the same machine under another user, does not.

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "web/message.h"

namespace prova::web {

/// Bytes of the token and of the session secret, from the kernel: 256 bits cannot be guessed.
constexpr std::size_t kSecretBytes = 32;

/// `count` random bytes as hex. Errors: kIo.
[[nodiscard]] Result<std::string> random_hex(std::size_t count);

/// Equal, in a time that does not depend on where they differ.
[[nodiscard]] bool equal_secrets(std::string_view a, std::string_view b);

/// Where the server listens, and by which names it may be called.
struct ListenAddress {
  std::string address = "127.0.0.1";
  int port = 0;

  [[nodiscard]] bool loopback() const;
  [[nodiscard]] std::string origin() const;   ///< "http://127.0.0.1:4114": what a browser on this machine is told to open.
  /// Whether `host` (a Host header) is us and not a name that somebody made point at us (DNS rebinding): the address
  /// itself or, on loopback, localhost. On a wildcard address: any literal address, or this machine's name.
  [[nodiscard]] bool answers_to(std::string_view host) const;
};

/// Thread safety: all members may be called at once.
class Session {
 public:
  /// Errors: kIo (no random bytes).
  [[nodiscard]] static Result<Session> create(ListenAddress where);
  /// With secrets that the caller chose: for tests.
  Session(ListenAddress where, std::string secret, std::string token);
  Session(Session&& other) noexcept;

  [[nodiscard]] const ListenAddress& where() const { return where_; }
  [[nodiscard]] const std::string& secret() const { return secret_; }
  /// "http://127.0.0.1:4114/#token=…". The token stands behind '#', so that no log and no Referer ever holds it.
  [[nodiscard]] std::string invitation() const;
  /// Takes a token once: the next invitation has another one. False when it is not the one that is out.
  [[nodiscard]] bool redeem(std::string_view token);
  /// Set-Cookie for the browser that redeemed.
  [[nodiscard]] std::string cookie() const;
  /// Whether the request carries the cookie, or the secret as a bearer token (RFC 6750).
  [[nodiscard]] bool carries(const Request& request) const;

 private:
  [[nodiscard]] std::string cookie_name() const;
  ListenAddress where_;
  std::string secret_;
  mutable std::mutex mutex_;  ///< Guards token_.
  std::string token_;
};

/// Why a request from elsewhere is refused: its Host is not ours, its Origin or Sec-Fetch-Site is another site, or it changes
/// something without the header `X-Prova: 1`, which no form and no foreign script can send. Nothing: it may go on.
[[nodiscard]] std::optional<std::string> foreign(const Request& request, const ListenAddress& where);

}  // namespace prova::web
