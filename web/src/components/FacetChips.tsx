// Choices that narrow a list, each with how many rows it has. Several may be on; none means all.
import { count } from "../format";

export interface Facet {
  id: string;
  label: string;
  rows: number;
  /** CSS class of its mark; the label says what it means. */
  mark?: string;
}

export function FacetChips({ label, facets, chosen, onChange }: {
  label: string; facets: readonly Facet[]; chosen: readonly string[]; onChange(chosen: string[]): void;
}) {
  return (
    <fieldset class="chips">
      <legend class="sr-only">{label}</legend>
      {facets.map((facet) => (
        <label key={facet.id} class={chosen.includes(facet.id) ? "is-on" : undefined}>
          <input type="checkbox" checked={chosen.includes(facet.id)}
            onChange={() => onChange(chosen.includes(facet.id) ? chosen.filter((id) => id !== facet.id) : [...chosen, facet.id])} />
          {facet.mark && <i class={`swatch ${facet.mark}`} aria-hidden="true" />}
          {facet.label}
          <span class="chip-count">{count(facet.rows)}</span>
        </label>
      ))}
    </fieldset>
  );
}
