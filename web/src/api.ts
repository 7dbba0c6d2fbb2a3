// The one place that talks to the server. Paths and documents: docs/formats/web-api.md.
import { useEffect, useState } from "preact/hooks";
import { createStore, useStore } from "./store";

/** An answer that is not 2xx: the server's sentence, and what it said beside it. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly body: Record<string, unknown> = {},
  ) {
    super(message);
  }
}

/** True once the server said 401: the page then asks for the printed address instead of showing errors everywhere. */
export const signedOut = createStore(false);

async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (init.method && init.method !== "GET") headers.set("X-Prova", "1");
  let response: Response;
  try {
    response = await fetch(path, { ...init, headers, credentials: "same-origin" });
  } catch (error) {
    throw new ApiError(0, error instanceof Error ? error.message : "no answer");
  }
  if (response.ok) return response;
  if (response.status === 401) signedOut.set(true);
  throw await failure(response);
}

async function failure(response: Response): Promise<ApiError> {
  let body: Record<string, unknown> = {};
  try {
    const parsed: unknown = await response.json();
    if (parsed !== null && typeof parsed === "object") body = parsed as Record<string, unknown>;
  } catch {
    // Not JSON: the status has to do.
  }
  const said = typeof body.error === "string" ? body.error : `HTTP ${response.status}`;
  return new ApiError(response.status, said, body);
}

const post = (path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  request(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", ...headers } });

/** Exchanges the one-time token of the printed address for the session cookie. */
export async function openSession(token: string): Promise<void> {
  await (await post("/api/session", { token })).text();
  signedOut.set(false);
}

// ---- reading documents

const kCachedDocuments = 200;   // an assessment is about 200 KB; enough for every day of a case and a round of drop-one
const cache = new Map<string, unknown>();
/** Counts up when documents were thrown away because the case changed; every `useDocument` then reads again. */
const generation = createStore(0);

function remember(path: string, value: unknown): void {
  cache.delete(path);
  cache.set(path, value);
  if (cache.size > kCachedDocuments) cache.delete(cache.keys().next().value as string);
}

/** Forgets every document of a case: it was edited, or a job wrote a new report. */
export function forgetCase(caseId: string): void {
  const prefix = casePath(caseId);
  for (const path of [...cache.keys()]) if (path.startsWith(prefix)) cache.delete(path);
  cache.delete("/api/workbench");
  underway.clear();
  generation.set(generation.get() + 1);
}

/** Documents on their way: whoever else wants one waits for the same answer. */
const underway = new Map<string, Promise<unknown>>();

export async function readDocument<T>(path: string): Promise<T> {
  if (cache.has(path)) return cache.get(path) as T;
  const asked = underway.get(path) ?? fetched(path, generation.get());
  underway.set(path, asked);
  try {
    return (await asked) as T;
  } finally {
    if (underway.get(path) === asked) underway.delete(path);
  }
}

/** An answer from before the case changed is not kept. */
async function fetched(path: string, version: number): Promise<unknown> {
  const value: unknown = await (await request(path)).json();
  if (version === generation.get()) remember(path, value);
  return value;
}

export interface Loaded<T> {
  /** The document; while another one is on its way, still the last one (`stale` says so), so that nothing flickers. */
  value: T | null;
  error: ApiError | null;
  stale: boolean;
  retry(): void;
}

/** The document at `path`, read again when the path or the case changes. `null` reads nothing. */
export function useDocument<T>(path: string | null): Loaded<T> {
  const version = useStore(generation);
  const [attempt, setAttempt] = useState(0);
  const [state, setState] = useState<{ path: string | null; value: T | null; error: ApiError | null; version: number }>(() => ({
    path, value: path !== null && cache.has(path) ? (cache.get(path) as T) : null, error: null, version,
  }));
  useEffect(() => {
    if (path === null) return;
    let wanted = true;
    readDocument<T>(path).then(
      (value) => wanted && setState({ path, value, error: null, version }),
      (error: unknown) => {
        if (!wanted) return;
        const known = error instanceof ApiError ? error : new ApiError(0, String(error));
        setState((before) => ({ path, value: before.path === path ? before.value : null, error: known, version }));
      },
    );
    return () => {
      wanted = false;
    };
  }, [path, version, attempt]);
  const current = path !== null && cache.has(path) ? (cache.get(path) as T) : null;
  const fresh = state.path === path && state.version === version;
  return {
    value: current ?? state.value,
    error: fresh ? state.error : null,
    stale: current === null && !fresh,
    retry: () => setAttempt((n) => n + 1),
  };
}

// ---- paths

export const casePath = (caseId: string, rest = ""): string => `/api/cases/${encodeURIComponent(caseId)}${rest}`;

/** `path?name=value&...`, leaving out empty values. */
export function withQuery(path: string, query: Record<string, string | number | null | undefined>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== null && value !== undefined && value !== "") parameters.set(name, String(value));
  const text = parameters.toString();
  return text ? `${path}?${text}` : path;
}

export const assessmentPath = (caseId: string, asOf: string | null, without: readonly string[] = [], language?: string): string =>
  withQuery(casePath(caseId, "/assessment"), { as_of: asOf, without: [...without].sort().join(","), language: spoken(language) });

/** English is the language that a case is written in; asking for it would only split the cache. */
export const spoken = (language?: string): string | null => (language && language !== "en" ? language : null);

// ---- changing things

export type Edit = { op: string } & Record<string, unknown>;

/** Sends one edit. Throws ApiError with 409 (`body.revision` is the one to reread) or 422 (`body.errors`). */
export async function sendEdit<T>(caseId: string, revision: string, edit: Edit): Promise<T> {
  const response = await post(casePath(caseId, "/edits"), edit, { "If-Match": revision });
  const value = (await response.json()) as T;
  forgetCase(caseId);
  return value;
}

export const startJob = async <T>(caseId: string, kind: string): Promise<T> =>
  (await (await post(casePath(caseId, "/jobs"), { kind })).json()) as T;

export const cancelJob = async (id: number | string): Promise<void> => {
  await request(`/api/jobs/${id}`, { method: "DELETE" });
};

export const jobEventsPath = (id: number | string): string => `/api/jobs/${id}/events`;
