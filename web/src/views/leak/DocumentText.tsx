// A document of the dump to read: what was altered in it marked, and our original beside it where the case has it.
import { useEffect, useRef, useState } from "preact/hooks";
import { Untrusted, PathText, Digest } from "../../components/Untrusted";
import { bytes } from "../../format";
import { t } from "../../i18n";
import { changedWords, kLeakMarks, nameInDump, type LeakText, type Segment, type TextSide } from "./documents";

const isPlace = (kind: string): boolean => kind === "altered" || kind === "changed" || kind === "removed";

/** The number of the altered place that each segment belongs to; -1 between them. */
export function placesOf(segments: readonly Segment[]): number[] {
  let place = -1;
  return segments.map((segment, i) => {
    if (!isPlace(segment.kind)) return -1;
    if (i === 0 || !isPlace(segments[i - 1]!.kind)) place += 1;
    return place;
  });
}

function Piece({ segment, place, current }: { segment: Segment; place: number; current: number }) {
  if (segment.kind === "left_out") return <span class="text-left-out">{t("leak.left_out", { bytes: bytes(segment.bytes ?? 0) })}</span>;
  if (segment.kind === "removed") return <mark class="text-removed" data-place={place} title={t("leak.removed")}>‸</mark>;
  const text = <Untrusted text={segment.text ?? ""} />;
  if (segment.kind === "ours") return <>{text}</>;
  if (segment.kind === "other") return <span class="text-other">{text}</span>;
  return <mark class={`text-${segment.kind}${place === current ? " is-current" : ""}`} data-place={place}>{text}</mark>;
}

function TextColumn({ title, note, side, current, many, missing }: { title: string; note?: string; side: TextSide; current: number; many: boolean; missing: string }) {
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const place = body.current?.querySelector<HTMLElement>(`[data-place="${current}"]`);
    if (place) body.current!.scrollTop = place.offsetTop - body.current!.clientHeight / 3;
  }, [current, side]);
  const segments = side.segments ?? [];
  const places = placesOf(segments);
  return (
    <section class="text-column" aria-label={title}>
      <h3>{title}{note && <small><Untrusted text={note} /></small>}</h3>
      {side.available
        ? <div class="text-body" ref={body} tabIndex={0} role="region" aria-label={title}>{segments.map((segment, i) => <Piece key={i} segment={segment} place={places[i]!} current={many ? current : -1} />)}</div>
        : <div class="text-missing"><p class="state-title">{missing}</p><p class="soft">{side.reason}</p></div>}
    </section>
  );
}

/** "257,250 became 907,250": the whole point, before any reading. */
function Changes({ text }: { text: LeakText }) {
  const theirs = changedWords(text.dump), ours = changedWords(text.original);
  if (theirs.length === 0 || theirs.length !== ours.length) return null;
  return (
    <table class="text-changes">
      <thead><tr><th scope="col">{t("leak.change_in_ours")}</th><th scope="col">{t("leak.change_in_dump")}</th></tr></thead>
      <tbody>{theirs.slice(0, 12).map((word, i) => <tr key={i}><td><mark class="text-changed"><Untrusted text={ours[i]!} /></mark></td><td><mark class="text-changed"><Untrusted text={word} /></mark></td></tr>)}</tbody>
    </table>
  );
}

export function DocumentText({ text }: { text: LeakText }) {
  const { document } = text;
  const match = document.matches[0];
  const [place, setPlace] = useState(0);
  const places = Math.max(0, ...placesOf(text.dump.segments ?? []).map((one) => one + 1));
  const compared = document.verdict !== "identical" && document.verdict !== "repackaged";   // these are ours as they stand
  const kinds = new Set((text.dump.segments ?? []).map((segment) => segment.kind));
  return (
    <article class="leak-text">
      <header>
        <h2><Untrusted text={nameInDump(document.dump_path)} /></h2>
        <p class="leak-facts">
          <span class="role-cell"><i class={`swatch ${kLeakMarks[document.verdict]}`} aria-hidden="true" /><b>{t(`leak.verdict.${document.verdict}`)}</b></span>
          {match && <span><Untrusted text={match.system} />: <PathText path={match.path} /></span>}
          {match && match.holders > 1 && <span class="soft">{t("leak.holders", { count: match.holders })}</span>}
          {match?.canary && <span class="badge is-warn">{t("leak.canary")}</span>}
          <span class="soft">{bytes(document.size)} · SHA-256 <Digest value={document.sha256} /></span>
        </p>
      </header>
      <Changes text={text} />
      {match && match.headers.length > 0 && <div class="text-headers"><h3>{t("leak.headers")}</h3><ul>{match.headers.slice(0, 20).map((line) => <li key={line} class="mono"><Untrusted text={line} /></li>)}</ul></div>}
      <div class="text-tools">
        <ul class="key">{(["changed", "altered", "ours", "other"] as const).filter((kind) => kinds.has(kind)).map((kind) => <li key={kind}><mark class={`text-${kind}`}>Aa</mark>{t(`leak.mark.${kind}`)}</li>)}</ul>
        {places > 1 && <button type="button" class="button" onClick={() => setPlace((place + 1) % places)}>{t("leak.next_place")} <span class="soft">{t("leak.place", { at: place + 1, all: places })}</span></button>}
      </div>
      <div class={`text-columns${text.original.available ? "" : compared ? " is-alone" : " is-one"}`}>
        <TextColumn title={t("leak.in_dump")} side={text.dump} current={place} many={places > 1} missing={t("leak.no_text")} />
        {compared && <TextColumn title={t("leak.original")} note={text.original.from && t("leak.original_from", { from: text.original.from })} side={text.original} current={place} many={places > 1} missing={t("leak.no_original")} />}
      </div>
      {!text.original.available && compared && document.verdict !== "no-trace" && <p class="soft">{t("leak.inventory_note")}</p>}
    </article>
  );
}
