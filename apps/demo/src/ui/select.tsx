import { ChevronDown } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names';

interface SelectProps<T extends string> extends Omit<ComponentProps<'select'>, 'onChange' | 'value'> {
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
  /** As high as a {@link Segmented} with notes, to stand beside one. */
  readonly tall?: boolean;
}

/** The browser's own list: it works with every keyboard, on every phone. */
export function Select<T extends string>({
  options,
  onChange,
  tall = false,
  className,
  ...props
}: SelectProps<T>): ReactNode {
  return (
    <span className={classNames('relative inline-flex', className)}>
      <select
        {...props}
        onChange={({ target }) => {
          const chosen = options.find(({ value }) => value === target.value);
          if (chosen !== undefined) onChange(chosen.value);
        }}
        className={classNames(
          'w-full appearance-none truncate rounded-control border border-line-2 bg-surface pr-7 pl-2.5 text-sm font-medium hover:border-ink disabled:opacity-45 disabled:hover:border-line-2',
          tall ? 'h-11' : 'h-8',
        )}
      >
        {options.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute top-[calc(50%-0.5rem)] right-2 size-4 text-ink-3"
      />
    </span>
  );
}
