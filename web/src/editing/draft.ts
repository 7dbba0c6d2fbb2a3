// What is being written is kept in the tab's session storage from the first letter on: a reload, a closed panel, a conflict or
// a server that went away loses nothing. It goes when it is saved or discarded, and with the tab.
import { useState } from "preact/hooks";

export interface Draft<Form> {
  /** The entry as it was when the writing began, and the revision of the case then. */
  base: Form;
  revision: string;
  form: Form;
}

const keyOf = (caseId: string, what: string): string => `prova.draft/${caseId}/${what}`;

function read<Form>(key: string): Draft<Form> | null {
  try {
    const value: unknown = JSON.parse(sessionStorage.getItem(key) ?? "null");
    return value !== null && typeof value === "object" && "form" in value && "base" in value ? (value as Draft<Form>) : null;
  } catch {
    return null;
  }
}

export interface DraftState<Form> extends Draft<Form> {
  /** Found from an earlier opening. */
  restored: boolean;
  change(form: Form): void;
  /** Goes on from a newer version of the case: `base` is what stands there now. */
  rebase(base: Form, revision: string): void;
  forget(): void;
}

export function useDraft<Form>(caseId: string, what: string, fresh: () => Omit<Draft<Form>, "form">): DraftState<Form> {
  const key = keyOf(caseId, what);
  const [restored, setRestored] = useState(() => read(key) !== null);
  const [draft, setDraft] = useState<Draft<Form>>(() => {
    const kept = read<Form>(key);
    if (kept) return kept;
    const { base, revision } = fresh();
    return { base, revision, form: base };
  });
  const store = (next: Draft<Form>) => {
    setDraft(next);
    try {
      sessionStorage.setItem(key, JSON.stringify(next));
    } catch {
      // No storage: the text lives as long as the panel.
    }
  };
  return {
    ...draft, restored,
    change: (form) => store({ ...draft, form }),
    rebase: (base, revision) => store({ ...draft, base, revision }),
    forget: () => {
      sessionStorage.removeItem(key);
      setRestored(false);
      const { base, revision } = fresh();
      setDraft({ base, revision, form: base });
    },
  };
}
