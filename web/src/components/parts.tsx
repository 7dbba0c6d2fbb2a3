// Small pieces that every view uses: the head of a view, badges, references to evidence, diverging weights.
import type { ComponentChildren } from "preact";
import { t, tCode } from "../i18n";
import { log10 } from "../format";
import { hrefOf } from "../router";

/** Title of a view and its controls; sets the title of the tab. */
export function ViewHead({ title, note, children }: { title: string; note?: ComponentChildren; children?: ComponentChildren }) {
  return (
    <div class="view-head">
      <div class="view-title">
        <h1>{title}</h1>
        {note && <p class="view-note">{note}</p>}
      </div>
      {children && <div class="toolbar">{children}</div>}
    </div>
  );
}

export function Panel({ title, children, aside, id }: { title: string; children: ComponentChildren; aside?: ComponentChildren; id?: string }) {
  return (
    <section class="panel" aria-label={title} id={id}>
      <header class="panel-head">
        <h2>{title}</h2>
        {aside && <div class="panel-aside">{aside}</div>}
      </header>
      {children}
    </section>
  );
}

/** An evidence item by its id, linked to where it is shown. */
export function EvidenceRef({ id, title }: { id: string; title?: string }) {
  return <a class="ref" href={hrefOf("evidence", { item: id })} title={title}>{id}</a>;
}

export function EvidenceRefs({ ids, titles }: { ids: readonly string[]; titles?: ReadonlyMap<string, string> }) {
  return <span class="refs">{ids.map((id) => <EvidenceRef key={id} id={id} title={titles?.get(id)} />)}</span>;
}

/** Confidence is about the evidence: three steps, and the word. */
export function ConfidenceMark({ level }: { level: string | null }) {
  if (!level) return null;
  const filled = level === "high" ? 3 : level === "moderate" ? 2 : 1;
  return (
    <span class={`confidence is-${level}`}>
      <span class="confidence-steps" aria-hidden="true">{[1, 2, 3].map((step) => <i key={step} class={step <= filled ? "on" : ""} />)}</span>
      {tCode("level", level)}
    </span>
  );
}

/** A weight as a bar to the right (for) or left (against) of the middle. `limit` is the value at the end of the bar. */
export function WeightBar({ value, limit }: { value: number; limit: number }) {
  const share = Math.min(1, Math.abs(value) / limit) * 50;
  return (
    <span class="weight">
      <span class="weight-track" aria-hidden="true">
        {value !== 0 && <i class={value > 0 ? "for" : "against"} style={{ left: `${value > 0 ? 50 : 50 - share}%`, width: `${Math.max(share, 1)}%` }} />}
      </span>
      <span class="weight-number">{log10(value)}</span>
    </span>
  );
}

/** TLP 2.0 marking, as FIRST draws it. */
export function TlpBadge({ tlp }: { tlp: string | null | undefined }) {
  if (!tlp) return null;
  const colour = tlp.toLowerCase().replace("tlp:", "").split("+")[0] ?? "";
  return <span class={`tlp is-${colour}`}>{tlp.toUpperCase().startsWith("TLP:") ? tlp : `TLP:${tlp.toUpperCase()}`}</span>;
}

export function Notice({ title, children }: { title?: string; children: ComponentChildren }) {
  return (
    <aside class="notice" aria-label={title}>
      {title && <strong>{title}</strong>}
      {children}
    </aside>
  );
}

export function Kbd({ children }: { children: ComponentChildren }) {
  return <kbd>{children}</kbd>;
}

/** A menu choice small enough to be a native select; its label is read, and shown when `label` is. */
export function Select<Id extends string>(props: {
  label: string; value: Id; options: readonly { id: Id; label: string }[]; onChange(id: Id): void; hideLabel?: boolean; disabled?: boolean;
}) {
  return (
    <label class="select">
      <span class={props.hideLabel ? "sr-only" : "select-label"}>{props.label}</span>
      <select value={props.value} disabled={props.disabled} onChange={(event) => props.onChange(event.currentTarget.value as Id)}>
        {props.options.map((option) => <option key={option.id} value={option.id}>{option.label}</option>)}
      </select>
    </label>
  );
}

export function SearchField({ value, onInput, label }: { value: string; onInput(value: string): void; label?: string }) {
  return (
    <label class="search">
      <span class="sr-only">{label ?? t("table.search")}</span>
      <input type="search" value={value} placeholder={label ?? t("table.search")} onInput={(event) => onInput(event.currentTarget.value)} />
    </label>
  );
}
