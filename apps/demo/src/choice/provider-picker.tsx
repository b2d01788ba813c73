import type { ReactNode } from 'react';
import { Segmented } from '../ui/segmented';
import type { Choice, Offer } from './choice';
import { providerLabel } from './choice-text';

interface ProviderPickerProps {
  readonly offer: Offer;
  readonly choice: Choice;
  readonly onChoose: (choice: Choice) => void;
}

export function ProviderPicker({ offer, choice, onChoose }: ProviderPickerProps): ReactNode {
  const { service, providers } = offer;
  const options = providers.map((value) => ({ value, ...providerLabel({ service, provider: value }) }));
  if (options.length > 1) {
    return (
      <Segmented
        label="Provider"
        value={choice.provider}
        options={options}
        onChange={(provider) => onChoose({ service, provider })}
      />
    );
  }
  // Nothing to choose, so nothing that looks like a choice.
  return options.map(({ value, label, note }) => (
    <p
      key={value}
      data-testid="provider"
      className="flex flex-col justify-center text-sm whitespace-nowrap max-md:flex-row max-md:justify-start max-md:gap-x-1.5"
    >
      <span>
        <span className="text-ink-3">over</span> <span className="font-medium">{label}</span>
      </span>
      <span className="-mt-0.5 text-2xs text-ink-3 max-md:mt-0 max-md:leading-5">{note}</span>
    </p>
  ));
}
