// prova/leak/1, prova/leak-documents/1 and prova/leak-document/1, as far as the view reads them.
export const kLeakVerdicts = ["altered", "headers-differ", "other-version", "contains", "repackaged", "identical", "no-trace"] as const;
export type LeakVerdict = (typeof kLeakVerdicts)[number];
/** What needs looking at is loud; what is as it was is quiet. */
export const kLeakMarks: Record<LeakVerdict, string> = {
  altered: "is-lost", "headers-differ": "is-partial", "other-version": "is-partial", contains: "is-copy", repackaged: "is-moved", identical: "is-intact", "no-trace": "is-none",
};

export interface LeakDocument {
  inventories: { created: string; files: number }[];
  totals: Record<LeakVerdict, number>;
  systems: { system: string; documents: number; only_here: number; canaries: number; owners: { owner: string; documents: number }[] }[];
  coverage: { files: number; bytes: number; containers: number; documents: number; unread: { path: string; reason: string }[]; complete: boolean };
}
export interface LeakRow {
  n: number;
  dump_path: string;
  format: string;
  size: number;
  verdict: LeakVerdict;
  path: string | null;
  system: string | null;
  owner: string | null;
  contained: number | null;
  holders: number | null;
  canary: boolean | null;
  matches: number;
  ranges: number;
  headers: number;
}
export interface Segment {
  kind: "ours" | "altered" | "changed" | "other" | "removed" | "left_out";
  text?: string;
  bytes?: number;
}
export interface TextSide {
  available: boolean;
  reason?: string;
  from?: string;
  bytes?: number;
  segments?: Segment[];
}
export interface LeakMatch {
  path: string;
  system: string;
  owner: string;
  level: LeakVerdict;
  contained: number;
  ranges: { begin: number; end: number; growth: number; before: string; inside: string; after: string }[];
  headers: string[];
  canary: boolean;
  holders: number;
}
export interface LeakText {
  n: number;
  document: { dump_path: string; format: string; size: number; sha256: string | null; verdict: LeakVerdict; matches: LeakMatch[] };
  dump: TextSide;
  original: TextSide;
}

/** "ministry/letter-017.txt" of "…/dump.zip!ministry/letter-017.txt": what the document is called inside of the dump. */
export const nameInDump = (path: string): string => (path.includes("!") ? path.slice(path.indexOf("!") + 1) : path.slice(path.lastIndexOf("/") + 1));

/** The changed words of a side, in order. */
export const changedWords = (side: TextSide): string[] => (side.segments ?? []).filter((segment) => segment.kind === "changed").map((segment) => segment.text ?? "");
