// Fields of the forms: a label, a hint, what is wrong; tied together for readers of screens.
import type { ComponentChildren } from "preact";
import { t, type MessageKey } from "../i18n";

interface FieldProps {
  name: string;
  label: string;
  hint?: string;
  problem?: MessageKey;
}

const ids = (name: string) => ({ field: `field-${name}`, hint: `hint-${name}`, problem: `problem-${name}` });

function describedBy({ name, hint, problem }: FieldProps): string | undefined {
  const names = [hint ? ids(name).hint : null, problem ? ids(name).problem : null].filter(Boolean);
  return names.length > 0 ? names.join(" ") : undefined;
}

export function Field({ children, wide, ...props }: FieldProps & { children: ComponentChildren; wide?: boolean }) {
  return (
    <div class={`field${wide ? " is-wide" : ""}${props.problem ? " is-wrong" : ""}`}>
      <label for={ids(props.name).field}>{props.label}</label>
      {children}
      {props.problem && <p class="field-problem" id={ids(props.name).problem}>{t(props.problem)}</p>}
      {props.hint && <p class="field-hint" id={ids(props.name).hint}>{props.hint}</p>}
    </div>
  );
}

type InputProps = FieldProps & { value: string; onInput(value: string): void; wide?: boolean; disabled?: boolean; lines?: number };

export function TextField(props: InputProps) {
  const common = {
    id: ids(props.name).field, value: props.value, disabled: props.disabled, "aria-describedby": describedBy(props), "aria-invalid": props.problem ? true : undefined,
  };
  return (
    <Field {...props}>
      {props.lines ? (
        <textarea {...common} rows={props.lines} onInput={(event) => props.onInput(event.currentTarget.value)} />
      ) : (
        <input type="text" autocomplete="off" {...common} onInput={(event) => props.onInput(event.currentTarget.value)} />
      )}
    </Field>
  );
}

export function ChoiceField(props: InputProps & { options: readonly { id: string; label: string }[] }) {
  return (
    <Field {...props}>
      <select id={ids(props.name).field} value={props.value} disabled={props.disabled} aria-describedby={describedBy(props)} aria-invalid={props.problem ? true : undefined}
        onChange={(event) => props.onInput(event.currentTarget.value)}>
        {props.options.map((option) => <option key={option.id} value={option.id}>{option.label}</option>)}
      </select>
    </Field>
  );
}
