// Text from evidence: names, strings, documents. It is only ever text; what would hide or reorder it is shown as its code point.
import type { ComponentChildren } from "preact";

/** Controls but newline and tab, and what turns the direction of text or takes no room. */
// eslint-disable-next-line no-control-regex
const kHidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

export const codePoint = (character: string): string => `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;

/** The text in pieces: hidden characters stand out, the rest is as it is. */
export function Untrusted({ text }: { text: string }) {
  kHidden.lastIndex = 0;
  if (!kHidden.test(text)) return <>{text}</>;
  const parts: ComponentChildren[] = [];
  let at = 0;
  for (const found of text.matchAll(kHidden)) {
    parts.push(text.slice(at, found.index), <span class="hidden-character">{codePoint(found[0])}</span>);
    at = found.index + found[0].length;
  }
  return <bdi>{parts}{text.slice(at)}</bdi>;
}

/** The end of a path counts: "…/dump.zip!ministry/letter-017.txt". The whole one on hover. */
export function PathText({ path, keep = 46 }: { path: string; keep?: number }) {
  const shown = path.length > keep ? `…${path.slice(path.length - keep + 1)}` : path;
  return <span class="mono path-text" title={path}><Untrusted text={shown} /></span>;
}

/** A SHA-256, short; the whole one on hover and when copied. */
export function Digest({ value, length = 12 }: { value: string | null; length?: number }) {
  if (!value) return <span class="soft">–</span>;
  return <code class="digest" title={value}>{value.slice(0, length)}…</code>;
}
