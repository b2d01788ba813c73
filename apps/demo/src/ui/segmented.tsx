import { type ReactNode, useId } from 'react';
import { classNames } from './class-names';

interface Option<T extends string> {
  readonly value: T;
  readonly label: string;
  /** Said below the label, smaller. */
  readonly note?: string;
}

interface SegmentedProps<T extends string> {
  readonly label: string;
  readonly value: T | undefined;
  readonly options: readonly Option<T>[];
  readonly onChange: (value: T) => void;
  readonly disabled?: boolean;
  readonly className?: string;
}

/** One of a few, as radio buttons: arrow keys move, and a screen reader says how many there are. */
export function Segmented<T extends string>(props: SegmentedProps<T>): ReactNode {
  const { label, value, options, onChange, disabled = false, className } = props;
  const name = useId();
  return (
    <fieldset disabled={disabled} className={classNames('flex min-w-0', disabled && 'opacity-45', className)}>
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className={classNames(
            'flex min-w-0 flex-auto flex-col items-center justify-center border border-line-2 px-3 text-sm font-medium whitespace-nowrap transition-colors max-md:px-1',
            option.note === undefined ? 'h-8' : 'h-11',
            'not-first:-ml-px first:rounded-l-control last:rounded-r-control',
            'has-checked:z-10 has-checked:border-ink has-checked:bg-ink has-checked:text-paper',
            'has-focus-visible:z-20 has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent',
            !disabled && 'not-has-checked:hover:bg-sunken',
          )}
        >
          <input
            type="radio"
            className="sr-only"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.label}
          {option.note !== undefined && (
            <span className="-mt-0.5 text-2xs font-normal opacity-80">{option.note}</span>
          )}
        </label>
      ))}
    </fieldset>
  );
}
