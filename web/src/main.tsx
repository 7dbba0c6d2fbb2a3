// Start: language, theme, the one-time token in the address, then the page.
import { render } from "preact";
import { openSession, signedOut } from "./api";
import { speak } from "./i18n";
import { App } from "./shell/App";
import { settings, watchTheme } from "./settings";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/components.css";
import "./styles/shell.css";

/** The token of the printed address, taken out of it at once so that it is not left in the history. */
function takeToken(): string | null {
  const token = /^#token=([0-9a-fA-F]+)$/.exec(location.hash)?.[1] ?? null;
  if (token) history.replaceState(null, "", "#/");
  return token;
}

async function start(): Promise<void> {
  watchTheme();
  const token = takeToken();
  if (token) dispatchEvent(new HashChangeEvent("hashchange"));
  const [, session] = await Promise.allSettled([speak(settings.get().language), token ? openSession(token) : Promise.resolve()]);
  if (session.status === "rejected") signedOut.set(true);
  const root = document.getElementById("app")!;
  const show = () => render(<App badToken={session.status === "rejected"} />, root);
  settings.subscribe(() => {
    void speak(settings.get().language).then(show);
  });
  show();
}

void start();
