// Where the reader is, in the address: #/CASE/VIEW?as_of=DAY&without=ID,ID&... Everything that a view shows can be reached
// by its address, so a colleague can be sent to it. Hash routes: the server needs to know of none of them.
import { createStore, useStore } from "./store";

export interface Route {
  caseId: string | null;
  view: string;
  query: URLSearchParams;
}

const kFirstView = "overview";

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [caseId = "", view = ""] = path.split("/").map(decoded);
  return { caseId: caseId || null, view: view || kFirstView, query: new URLSearchParams(query) };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function formatRoute(route: Route): string {
  const query = route.query.toString();
  if (!route.caseId) return "#/";
  return `#/${encodeURIComponent(route.caseId)}/${encodeURIComponent(route.view)}${query ? `?${query}` : ""}`;
}

const route = createStore<Route>(parseRoute(location.hash));
addEventListener("hashchange", () => route.set(parseRoute(location.hash)));

export const currentRoute = (): Route => route.get();
export const useRoute = (): Route => useStore(route);

export function navigate(to: Route, how: "push" | "replace" = "push"): void {
  const hash = formatRoute(to);
  if (hash === location.hash) return;
  if (how === "replace") history.replaceState(null, "", hash);
  else history.pushState(null, "", hash);
  route.set(parseRoute(hash));
}

/** Parameters that mean the same in every view and follow the reader from one to the next. */
const kShared = ["as_of", "without"];

/** The address of a view of the current case; shared parameters are kept, `query` is added. */
export function hrefOf(view: string, query: Record<string, string> = {}): string {
  const here = route.get();
  const next = new URLSearchParams();
  for (const name of kShared) {
    const value = here.query.get(name);
    if (value) next.set(name, value);
  }
  for (const [name, value] of Object.entries(query)) next.set(name, value);
  return formatRoute({ caseId: here.caseId, view, query: next });
}

/** Changes parameters of the current address; null or "" removes one. Replaces by default: moving a slider is not history. */
export function setQuery(changes: Record<string, string | null>, how: "push" | "replace" = "replace"): void {
  const here = route.get();
  const query = new URLSearchParams(here.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  navigate({ ...here, query }, how);
}
