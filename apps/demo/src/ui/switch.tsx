import type { ReactNode } from 'react';
import { useId } from 'react';
import { classNames } from './class-names';

interface SwitchProps {
  readonly label: string;
  /** Said below it, smaller. */
  readonly note?: string | undefined;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
  readonly disabled?: boolean;
}

/** On or off, at once. */
export function Switch({ label, note, on, onChange, disabled = false }: SwitchProps): ReactNode {
  const noteId = useId();
  return (
    <div className={classNames('flex flex-col gap-0.5', disabled && 'opacity-45')}>
      <label className="flex min-h-7 items-center justify-between gap-3 text-sm font-medium">
        {label}
        <span className="relative inline-flex h-5 w-9 shrink-0">
          <input
            type="checkbox"
            checked={on}
            disabled={disabled}
            aria-describedby={note === undefined ? undefined : noteId}
            onChange={({ target }) => onChange(target.checked)}
            className="peer absolute inset-0 size-full cursor-pointer appearance-none rounded-control border border-line-2 bg-sunken transition-colors checked:border-accent checked:bg-accent disabled:cursor-default"
          />
          <span
            aria-hidden
            className="pointer-events-none absolute top-[3px] left-[3px] size-3.5 rounded-[2px] bg-ink-2 transition-transform peer-checked:translate-x-4 peer-checked:bg-on-accent"
          />
        </span>
      </label>
      {note !== undefined && (
        <p id={noteId} className="text-xs text-pretty text-ink-3">
          {note}
        </p>
      )}
    </div>
  );
}
