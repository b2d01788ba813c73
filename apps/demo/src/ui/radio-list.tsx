import { Check } from 'lucide-react';
import { type ReactNode, useId } from 'react';

interface RadioListProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (value: string) => void;
}

/** One of several whose names may be long: each in a line of its own. */
export function RadioList({ label, value, options, onChange }: RadioListProps): ReactNode {
  const name = useId();
  return (
    <fieldset className="-mx-2 flex min-w-0 flex-col">
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className="relative flex min-h-8 items-center gap-2 rounded-control px-2 py-1 text-sm has-checked:font-medium has-focus-visible:outline-2 has-focus-visible:-outline-offset-2 has-focus-visible:outline-accent hover:bg-sunken max-md:min-h-10"
        >
          <input
            type="radio"
            className="peer sr-only"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          <Check aria-hidden className="invisible size-4 shrink-0 text-accent peer-checked:visible" />
          <span className="min-w-0 truncate" title={option.label}>
            {option.label}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
