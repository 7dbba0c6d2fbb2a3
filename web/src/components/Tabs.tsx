// Tabs and segmented choices, with the keyboard behaviour of the ARIA authoring practices.
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";

export interface TabsProps<Id extends string> {
  label: string;
  tabs: readonly { id: Id; label: string; count?: string }[];
  active: Id;
  onChange(id: Id): void;
  children?: ComponentChildren;
}

/** A row of tabs. The panel below belongs to it: give it `role="tabpanel"` and `id={"panel-" + active}`. */
export function Tabs<Id extends string>({ label, tabs, active, onChange }: TabsProps<Id>) {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const at = tabs.findIndex((tab) => tab.id === active);
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = event.key === "Home" ? 0 : event.key === "End" ? tabs.length - 1 : (at + step + tabs.length) % tabs.length;
    if (next === at) return;
    event.preventDefault();
    onChange(tabs[next]!.id);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[next]?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <button key={tab.id} type="button" role="tab" id={`tab-${tab.id}`} aria-selected={tab.id === active}
          aria-controls={tab.id === active ? `panel-${tab.id}` : undefined} tabIndex={tab.id === active ? 0 : -1} onClick={() => onChange(tab.id)}>
          {tab.label}
          {tab.count !== undefined && <span class="tab-count">{tab.count}</span>}
        </button>
      ))}
    </div>
  );
}

/** A choice of two to five, all visible: radio buttons drawn as one control. */
export function Segmented<Id extends string>(props: {
  label: string; options: readonly { id: Id; label: string }[]; value: Id; onChange(id: Id): void; hideLabel?: boolean;
}) {
  const name = `seg-${props.label.replace(/\W+/g, "-")}`;
  return (
    <fieldset class="segmented">
      <legend class={props.hideLabel ? "sr-only" : undefined}>{props.label}</legend>
      <div class="segmented-row">
        {props.options.map((option) => (
          <label key={option.id} class={option.id === props.value ? "is-on" : undefined}>
            <input type="radio" name={name} value={option.id} checked={option.id === props.value} onChange={() => props.onChange(option.id)} />
            {option.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
